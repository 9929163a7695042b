package io.vhdboot.usb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read out of diskutil's property lists, written after the documented keys. */
class MacDisksTest {

  private static final String HEAD =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" \
      "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
      <plist version="1.0">
      """;

  static final String LIST =
      HEAD
          + """
          <dict>
          <key>AllDisksAndPartitions</key><array>
           <dict><key>DeviceIdentifier</key><string>disk0</string><key>Size</key>
            <integer>500</integer><key>Partitions</key><array>
            <dict><key>DeviceIdentifier</key><string>disk0s2</string><key>Size</key>
             <integer>400</integer></dict></array></dict>
           <dict><key>DeviceIdentifier</key><string>disk3</string>
            <key>APFSPhysicalStores</key><array><dict><key>DeviceIdentifier</key>
             <string>disk0s2</string></dict></array>
            <key>APFSVolumes</key><array><dict><key>DeviceIdentifier</key>
             <string>disk3s1</string><key>MountPoint</key><string>/</string></dict></array></dict>
           <dict><key>DeviceIdentifier</key><string>disk4</string><key>Size</key>
            <integer>15376318464</integer><key>Partitions</key><array>
            <dict><key>DeviceIdentifier</key><string>disk4s1</string><key>Size</key>
             <integer>15375269888</integer><key>MountPoint</key>
             <string>/Volumes/MY STICK</string></dict></array></dict>
          </array>
          <key>WholeDisks</key><array><string>disk0</string><string>disk3</string>
           <string>disk4</string></array>
          </dict></plist>
          """;

  private static String info(String bus, String more) {
    return HEAD
        + "<dict><key>BusProtocol</key><string>"
        + bus
        + "</string><key>DeviceBlockSize</key><integer>512</integer>"
        + more
        + "</dict></plist>";
  }

  private static MacDisks disks() throws IOException {
    MacDisks disks = new MacDisks(LIST);
    disks.addInfo("disk0", info("Apple Fabric", "<key>TotalSize</key><integer>500</integer>"));
    disks.addInfo(
        "disk3", info("Apple Fabric", "<key>VirtualOrPhysical</key><string>Virtual</string>"));
    disks.addInfo(
        "disk4",
        info(
            "USB",
            "<key>TotalSize</key><integer>15376318464</integer><key>RemovableMedia</key><true/>"
                + "<key>WritableMedia</key><true/><key>MediaName</key><string>Ultra</string>"));
    return disks;
  }

  private static final Optional<Map<String, String>> SYSTEM = Optional.of(Map.of("disk0", "/"));

  @Test
  void aStickIsToldWhole() throws IOException {
    MacDisks disks = disks();
    disks.addUsb(
        HEAD
            + """
            <array><dict><key>_items</key><array><dict>
             <key>_name</key><string>Hub</string><key>_items</key><array><dict>
              <key>serial_num</key><string>4C530001</string>
              <key>Media</key><array><dict><key>bsd_name</key><string>disk4</string></dict></array>
             </dict></array></dict></array></dict></array></plist>
            """);
    DiskDevice stick = disks.disks(SYSTEM, Map.of()).get(2);
    assertThat(stick.path()).isEqualTo("/dev/disk4");
    assertThat(stick.title()).isEqualTo("Ultra");
    assertThat(stick.serial()).isEqualTo("4C530001");
    assertThat(stick.size()).isEqualTo(15_376_318_464L);
    assertThat(stick.bus()).isEqualTo(DeviceBus.USB);
    assertThat(stick.removable()).isTrue();
    assertThat(stick.readOnly()).isFalse();
    assertThat(stick.uses())
        .containsExactly(new DiskUse(DiskUse.Kind.MOUNT, "it is mounted at /Volumes/MY STICK"));
    assertThat(DeviceRules.STRICT.unmount(true).judge(stick)).isEmpty();
  }

  @Test
  void theSystemsDiskIsKnownWithTheVolumesOfItsContainer() throws IOException {
    List<DiskDevice> disks = disks().disks(SYSTEM, Map.of());
    assertThat(disks.get(0).uses())
        .extracting(DiskUse::kind)
        .containsExactly(DiskUse.Kind.SYSTEM, DiskUse.Kind.MOUNT);
    assertThat(disks.get(1).bus()).isEqualTo(DeviceBus.VIRTUAL);
  }

  @Test
  void aVolumeInAContainerIsOnThePhysicalDisk() throws IOException {
    String volume =
        info(
            "Apple Fabric",
            "<key>ParentWholeDisk</key><string>disk3</string><key>APFSPhysicalStores</key><array>"
                + "<dict><key>APFSPhysicalStore</key><string>disk0s2</string></dict></array>");
    assertThat(disks().disksOf(volume)).containsExactlyInAnyOrder("disk0", "disk3");
  }

  @Test
  void whereTheSystemIsNobodyKnowsEveryDiskIsRefused() throws IOException {
    for (DiskDevice disk : disks().disks(Optional.empty(), Map.of())) {
      assertThat(disk.uses()).extracting(DiskUse::kind).contains(DiskUse.Kind.UNKNOWN);
    }
  }

  @Test
  void whatIsReadIsNotOverwritten() throws IOException {
    assertThat(disks().disks(SYSTEM, Map.of("disk4", "/Volumes/x.img")).get(2).uses())
        .contains(new DiskUse(DiskUse.Kind.INPUT, "/Volumes/x.img is on it"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no list",
        "<plist/>",
        "<dict/>",
        "<plist><dict><string>x</string></dict></plist>",
        "<plist><integer>x</integer></plist>",
        "<plist><dict/></plist>"
      })
  void whatIsNoListIsNoEmptyList(String text) {
    assertThatThrownBy(() -> new MacDisks(text)).isInstanceOf(IOException.class);
  }

  @Test
  void entitiesOfOthersAreNotRead() {
    String text =
        "<!DOCTYPE plist [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>"
            + "<plist><dict><key>WholeDisks</key><array><string>&x;</string></array></dict></plist>";
    assertThatThrownBy(
            () -> {
              MacDisks disks = new MacDisks(text);
              assertThat(disks.wholeDisks()).containsExactly("");
              throw new IOException("nothing was read");
            })
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @CsvSource({"disk4,/dev/disk4", "/dev/rdisk4,/dev/disk4", "/dev/disk4s1,/dev/disk4s1", "x,x"})
  void rawAndPlainNamesAreTheSame(String name, String canonical) {
    assertThat(new MacHost().canonicalName(name)).isEqualTo(canonical);
  }
}
