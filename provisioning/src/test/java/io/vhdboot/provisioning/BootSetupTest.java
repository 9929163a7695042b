package io.vhdboot.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdObject;
import io.vhdboot.bcd.BcdObjectType;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.bcd.BcdValue;
import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.fat.FatFormat;
import io.vhdboot.fat.FatFormatOptions;
import io.vhdboot.fat.FatType;
import io.vhdboot.image.HiveFile;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.provisioning.bootfiles.BootAuthority;
import io.vhdboot.provisioning.bootfiles.BootRecords;
import io.vhdboot.provisioning.bootfiles.BootSetup;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Qemu;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stick whose boot files are taken away, and put there again as bcdboot does. */
class BootSetupTest {

  private static final Instant TIME = Instant.parse("2026-11-26T12:00:00Z");

  @TempDir Path folder;

  private Path stick;
  private String windows;
  private long ids;

  @BeforeEach
  void makeStick() throws IOException {
    stick = folder.resolve("stick.img");
    Sample.write(Sample.stick(stick).build());
    windows = stick + "@1/virtualharddisk.vhd@1/Windows";
  }

  private BootSetup setup(String target) {
    return BootSetup.of(windows, target, () -> new UUID(0x4000L, ++ids), TIME);
  }

  private BcdStore store(String path) throws IOException {
    try (OpenImage image = ImagePath.of(path).open(true)) {
      byte[] bytes = image.device().read(0, (int) image.device().size());
      return BcdStore.read(path, bytes);
    }
  }

  private Set<String> efiFiles() throws IOException {
    Set<String> files = new TreeSet<>();
    try (OpenImage image = ImagePath.of(stick + "@2/").open(true)) {
      image
          .fatVolume()
          .walk(
              (path, file) ->
                  files.add(path + " " + file.size() + " " + file.attributes() + file.modified()));
    }
    return files;
  }

  private static boolean isOfFixedTime(String file) {
    return !file.contains("BCD") && !file.contains("BOOTSTAT") && !file.endsWith("empty]");
  }

  @Test
  void efiPartitionIsMadeAsTheStickHadIt() throws IOException {
    Set<String> before = efiFiles();
    BcdStore made = store(stick + "@2/EFI/Microsoft/Boot/BCD");
    try (OpenImage image = ImagePath.of(stick + "@2").open(false)) {
      FatFormat.format(
          image.device(),
          FatFormatOptions.ofSize(image.device().size())
              .type(FatType.FAT32)
              .hiddenSectors(image.disks().get(0).partition().orElseThrow().offset() / 512)
              .build());
    }
    setup(stick + "@2").locale("en-US").run();

    assertThat(efiFiles().stream().filter(file -> isOfFixedTime(file) && file.contains(".")))
        .containsExactlyElementsOf(
            before.stream().filter(file -> isOfFixedTime(file) && file.contains(".")).toList());
    BcdStore again = store(stick + "@2/EFI/Microsoft/Boot/BCD");
    assertThat(withoutIds(again)).isEqualTo(withoutIds(made));
    try (OpenImage image = ImagePath.of(stick + "@2").open(true)) {
      Path volume = folder.resolve("volume");
      Files.write(volume, image.device().read(0, (int) image.device().size()));
      ExternalTool.named("fsck.vfat").output("-n", volume);
    }
    if (Seed.isFull()) {
      // UefiStickTest lets firmware start the same files every time.
      Qemu.usbStick(stick).uefi().runUntil("vhdboot sample: UEFI boot manager reached");
    }
  }

  /** What a store says, with its entries' own ids left out. */
  private static String withoutIds(BcdStore store) {
    return store.objects().stream()
        .map(object -> object.type() + " " + object.elements())
        .map(text -> text.replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f-]{21}", "ID"))
        .map(text -> text.replaceAll("00000000-0000-4000-[0-9a-f-]{17}", "ID"))
        .sorted()
        .toList()
        .toString();
  }

  @Test
  void ntfsVolumeStartsOnABiosAgain() throws IOException {
    try (OpenImage image = ImagePath.of(stick + "@1/").open(false)) {
      NtfsEditor editor = image.editor();
      NtfsFile root = editor.volume().root();
      editor.setAttributes(editor.volume().file("bootmgr"), 0);
      editor.unlink(root, "bootmgr");
      editor.deleteTree(root, "Boot");
    }
    setup(stick + "@1").run();

    try (OpenImage image = ImagePath.of(stick + "@1/").open(true)) {
      assertThat(image.volume().file("bootmgr").attributes()).isEqualTo(0x27);
      assertThat(image.volume().file("Boot").attributes() & 0x06).isEqualTo(0x06);
      assertThat(image.volume().file("Boot/BCD").attributes()).isEqualTo(0x26);
      assertThat(image.volume().find("Boot/de-DE/bootmgr.exe.mui")).isPresent();
      assertThat(image.volume().find("Boot/bootvhd.dll")).isPresent();
      assertThat(image.volume().file("Boot/BOOTSTAT.DAT").stream("").isResident()).isFalse();
    }
    ExternalTool.script("python3", SharedData.tool("ntfscheck.py"))
        .output(stick, "--offset", 1 << 20);
    assertThat(Qemu.hardDisk(stick).runUntil("SS:SP", "Press a key").serial())
        .contains("420000 bytes verified");
  }

  @Test
  void secondWindowsComesIntoTheSameMenu() throws IOException {
    Path other = folder.resolve("other.vhd");
    try (OpenImage image = ImagePath.of(stick + "@1/virtualharddisk.vhd").open(true)) {
      Files.write(other, image.device().read(0, (int) image.device().size()));
    }
    windows = other + "@1/Windows";
    setup(stick + "@1").run();

    BcdStore store = store(stick + "@1/Boot/BCD");
    BcdObject manager = store.find("{bootmgr}").orElseThrow();
    assertThat(manager.objects(BcdElements.DISPLAY_ORDER)).hasSize(2);
    BcdObject loader = store.object(store.defaultObject().orElseThrow()).orElseThrow();
    assertThat(loader.device(BcdElements.DEVICE))
        .contains(BcdDevice.vhdAnywhere("\\other.vhd", BcdElements.PATH));
  }

  @Test
  void sameWindowsTwiceIsOneEntry() throws IOException {
    setup(stick + "@1").run();
    setup(stick + "@1").run();
    assertThat(
            store(stick + "@1/Boot/BCD")
                .find("{bootmgr}")
                .orElseThrow()
                .objects(BcdElements.DISPLAY_ORDER))
        .hasSize(1);
  }

  @Test
  void oneVolumeStartsOnBoth() throws IOException {
    setup(stick + "@1").firmware(Set.of(BootFirmware.values())).run();
    try (OpenImage image = ImagePath.of(stick + "@1/").open(true)) {
      assertThat(image.volume().find("EFI/Boot/bootx64.efi")).isPresent();
      assertThat(image.volume().find("EFI/Microsoft/Boot/BCD")).isPresent();
    }
  }

  @Test
  void templateOfTheWindowsIsTaken() throws IOException {
    assertThatThrownBy(() -> setup(stick + "@2").fromTemplate(true).run())
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("BCD-Template");
    BcdStore template = BcdStore.create(TIME);
    template
        .createObject(
            UUID.fromString("b012b84d-c47c-4ed5-b722-c0c42163e569"), new BcdObjectType(0x10200003))
        .set(BcdElements.NX, BcdValue.of(3));
    HiveFile.create(windows + "/System32/config/BCD-Template", template.hive());
    setup(stick + "@2").fromTemplate(true).run();
    BcdStore made = store(stick + "@2/EFI/Microsoft/Boot/BCD");
    assertThat(made.find("{default}").orElseThrow().number(BcdElements.NX)).contains(3L);
    assertThat(store(stick + "@2/EFI/Microsoft/Recovery/BCD").find("{bootmgr}")).isPresent();
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> setup(stick + "@2").authority(BootAuthority.CA_2023).run())
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("EFI_EX");
    windows = stick + "@1/nowhere";
    assertThatThrownBy(() -> setup(stick + "@1").run()).isInstanceOf(NoSuchFileException.class);
    windows = stick + "@1/virtualharddisk.vhd@1/Windows";
    assertThatThrownBy(() -> setup(stick + "@7").run()).isInstanceOf(FileSystemException.class);
  }

  @Test
  void bootCodeIsPutBackAndNothingElseIsTouched() throws IOException {
    byte[] before = Files.readAllBytes(stick);
    try (FileDevice disk = FileDevice.open(stick)) {
      disk.write(0, ByteBuffer.wrap(new byte[440]));
      disk.write((1 << 20) + 0x54, ByteBuffer.wrap(new byte[0x100]));
      disk.write((1 << 20) + 512, ByteBuffer.wrap(new byte[512]));
    }
    try (OpenImage image = ImagePath.of(stick + "@1").open(false)) {
      BootRecords.writeVolume(image.device());
      BootRecords.writeDisk(image.wholeDisk());
    }
    assertThat(Arrays.mismatch(Files.readAllBytes(stick), before)).isEqualTo(-1);
    try (OpenImage image = ImagePath.of(stick + "@2").open(false)) {
      assertThatThrownBy(() -> BootRecords.writeVolume(image.device()))
          .isInstanceOf(UnsupportedFormatException.class);
    }
  }
}
