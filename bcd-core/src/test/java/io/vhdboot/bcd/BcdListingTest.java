package io.vhdboot.bcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class BcdListingTest {

  @Test
  void recoveryEntryIsListedAsBcdeditListsIt() throws IOException {
    BcdStore store = BcdStore.read(SharedData.data("bcd/regipy-gpt-efi.bcd"));
    String text =
        BcdListing.of(
                store,
                partition ->
                    partition.toString().contains("8e0f2c38-e4ea-47ba-b7fc-9d8c74dccf0b")
                        ? "C:"
                        : "\\Device\\HarddiskVolume4")
            .toText();
    assertThat(text)
        .startsWith(
            "\nFirmware Boot Manager\n---------------------\nidentifier              {fwbootmgr}\n")
        .contains(
            """

            Windows Boot Loader
            -------------------
            identifier              {default}
            device                  partition=C:
            path                    \\Windows\\system32\\winload.efi
            description             Windows 10
            locale                  en-US
            inherit                 {bootloadersettings}
            recoverysequence        {733b62e6-f608-11eb-825c-c112f60133ab}
            displaymessageoverride  Recovery
            recoveryenabled         Yes
            isolatedcontext         Yes
            allowedinmemorysettings 0x15000075
            osdevice                partition=C:
            systemroot              \\Windows
            resumeobject            {733b62e4-f608-11eb-825c-c112f60133ab}
            nx                      OptIn
            bootmenupolicy          Standard
            """)
        .contains(
            "device                  ramdisk=[\\Device\\HarddiskVolume4]\\Recovery\\WindowsRE"
                + "\\Winre.wim,{733b62e7-f608-11eb-825c-c112f60133ab}\n")
        .doesNotContain("46000010");
    assertThat(BcdListing.of(store, DeviceNamer.OFFLINE, true).toText())
        .contains("custom:46000010         Yes")
        .doesNotContain("{bootmgr}", "{default}");
  }

  @Test
  void partitionInsideAVhdIsShownWithItsFile() throws IOException {
    BcdStore store = BcdStore.read(SharedData.data("bcd/vhdiso-efi.bcd"));
    assertThat(BcdListing.of(store, DeviceNamer.OFFLINE).toText())
        .contains(
            "partition=mbr:9e372d8e@1048576,vhd=[mbr:bcc2c0a9@525336576]\\123.vhdx\n",
            "vhd=[mbr:9e37202d@1048576]\\XXXX");
  }

  @Test
  void sameNumberHasAnotherNameInAnotherObject() {
    assertThat(ElementInfo.nameOf(BcdObjectType.OS_LOADER, 0x22000002)).isEqualTo("systemroot");
    assertThat(ElementInfo.nameOf(BcdObjectType.RESUME, 0x22000002)).isEqualTo("filepath");
    assertThat(ElementInfo.nameOf(BcdObjectType.BOOT_MANAGER, 0x23000003)).isEqualTo("default");
    assertThat(ElementInfo.nameOf(BcdObjectType.INHERIT_OS_LOADER, 0x250000f4))
        .isEqualTo("hypervisordebugport");
    assertThat(ElementInfo.nameOf(BcdObjectType.OS_LOADER, 0x2fffffff))
        .isEqualTo("custom:2fffffff");
  }

  @Test
  void namesLeadBackToNumbers() {
    assertThat(ElementInfo.ofName(BcdObjectType.OS_LOADER, "OSDevice"))
        .map(ElementInfo::element)
        .contains(0x21000001);
    assertThat(ElementInfo.ofName(BcdObjectType.OS_LOADER, "timeout")).isEmpty();
    assertThat(ElementInfo.ofName(BcdObjectType.BOOT_MANAGER, "timeout"))
        .map(ElementInfo::element)
        .contains(BcdElements.TIMEOUT);
  }

  @Test
  void longNameIsFollowedByOneBlank() {
    BcdListing listing =
        new BcdListing(
            List.of(
                new BcdListing.Section(
                    "Heading",
                    null,
                    List.of(
                        new BcdListing.Entry(
                            1, "hypervisorrootprocnumanodelps", List.of("a", "b"))))));
    assertThat(listing.toText())
        .isEqualTo(
            "\nHeading\n-------\nhypervisorrootprocnumanodelps a\n" + " ".repeat(24) + "b\n");
  }
}
