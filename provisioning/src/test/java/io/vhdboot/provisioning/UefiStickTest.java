package io.vhdboot.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdObject;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.fat.FatFile;
import io.vhdboot.fat.FatType;
import io.vhdboot.fat.FatVolume;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.provisioning.bootfiles.BootAuthority;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Qemu;
import io.vhdboot.testing.SharedData;
import io.vhdboot.wim.NewFile;
import io.vhdboot.wim.WimImageInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sticks for machines with UEFI, alone and beside a BIOS. */
class UefiStickTest {

  private static final String REACHED = "vhdboot sample: UEFI boot manager reached";

  @TempDir static Path folder;

  @BeforeAll
  static void makeSticks() throws IOException {
    for (StickFirmware firmware : StickFirmware.values()) {
      Sample.write(Sample.stick(stick(firmware)).firmware(firmware).label("STICK").build());
    }
  }

  private static Path stick(StickFirmware firmware) {
    return folder.resolve(firmware + ".img");
  }

  private static List<Partition> partitions(BlockDevice disk) throws IOException {
    PartitionTable table = PartitionTable.read(disk);
    assertThat(table.findings()).isEmpty();
    return table.partitions();
  }

  @ParameterizedTest
  @EnumSource(
      value = StickFirmware.class,
      names = {"UEFI", "ALL"})
  void startsOnUefi(StickFirmware firmware) {
    Qemu.usbStick(stick(firmware)).uefi().runUntil(REACHED);
  }

  @Test
  void stickForAllStartsOnABiosToo() {
    Qemu.Output output = Qemu.usbStick(stick(StickFirmware.ALL)).runUntil("SS:SP", "Press a key");
    assertThat(output.serial()).contains("partition offset 1048576 bytes, 420000 bytes verified");
  }

  @Test
  void stickForABiosHasOnePartition() throws IOException {
    try (FileDevice disk = FileDevice.openReadOnly(stick(StickFirmware.BIOS))) {
      assertThat(partitions(disk)).hasSize(1);
    }
  }

  @Test
  void mbrHasTheActiveNtfsPartitionAndAnEfiPartition() throws IOException {
    try (FileDevice disk = FileDevice.openReadOnly(stick(StickFirmware.ALL))) {
      assertThat(PartitionTable.read(disk).kind()).isEqualTo(PartitionTable.Kind.MBR);
      assertThat(partitions(disk)).extracting(Partition::active).containsExactly(true, false);
      assertThat(partitions(disk).get(1).offset() + partitions(disk).get(1).length())
          .isEqualTo(disk.size());
    }
  }

  @Test
  void gptHasEfiReservedAndNtfsPartition() throws IOException {
    Path stick = stick(StickFirmware.UEFI);
    String listing = ExternalTool.named("sgdisk").output("-p", stick);
    assertThat(listing)
        .containsPattern("1 +2048 +206847 .*EF00")
        .containsPattern("2 +206848 +239615 .*0C01")
        .containsPattern("3 +239616 .*0700");
    assertThat(ExternalTool.named("sgdisk").output("-v", stick)).contains("No problems found");
  }

  /** Every judge of every partition. */
  @ParameterizedTest
  @EnumSource(
      value = StickFirmware.class,
      names = {"UEFI", "ALL"})
  void judgesAcceptAllPartitions(StickFirmware firmware) throws IOException {
    try (FileDevice disk = FileDevice.openReadOnly(stick(firmware))) {
      Partition efi = partition(disk, true);
      Path volume = folder.resolve(firmware + ".fat");
      Files.write(volume, disk.read(efi.offset(), (int) efi.length()));
      ExternalTool.named("fsck.vfat").output("-n", volume);
      assertThat(ExternalTool.named("minfo").output("-i", volume, "::"))
          .contains("hidden sectors: " + efi.offset() / 512);
      Partition ntfs = partition(disk, false);
      if (firmware == StickFirmware.UEFI && ExternalTool.isRoot()) {
        // StickInteropTest does so with the other kind.
        ExternalTool.script("bash", SharedData.tool("ntfs-verify.sh"))
            .output(stick(firmware), ntfs.offset(), "--no-vm");
      } else {
        ExternalTool.script("python3", SharedData.tool("ntfscheck.py"))
            .output(stick(firmware), "--offset", ntfs.offset(), "--strict");
      }
    }
  }

  private static Partition partition(BlockDevice disk, boolean isEfi) throws IOException {
    List<Partition> partitions = partitions(disk);
    // ESP, MSR and NTFS on a GPT, NTFS and then the ESP on an MBR.
    return partitions.get(partitions.size() == 3 == isEfi ? 0 : partitions.size() - 1);
  }

  @ParameterizedTest
  @EnumSource(
      value = StickFirmware.class,
      names = {"UEFI", "ALL"})
  void efiPartitionHoldsWhatTheBootManagerNeeds(StickFirmware firmware) throws IOException {
    try (FileDevice disk = FileDevice.openReadOnly(stick(firmware))) {
      FatVolume volume = FatVolume.open(partition(disk, true).open(disk));
      assertThat(volume.type()).isEqualTo(FatType.FAT32);
      assertThat(volume.isDirty()).isFalse();
      Set<String> paths = new TreeSet<>();
      volume.walk((path, file) -> paths.add(path));
      assertThat(paths)
          .contains(
              "EFI/Boot/bootx64.efi",
              "EFI/Microsoft/Boot/bootmgfw.efi",
              "EFI/Microsoft/Boot/bootmgr.efi",
              "EFI/Microsoft/Boot/memtest.efi",
              "EFI/Microsoft/Boot/en-US/bootmgfw.efi.mui",
              "EFI/Microsoft/Boot/Fonts/wgl4_boot.ttf",
              "EFI/Microsoft/Boot/Resources/en-US/bootres.dll.mui",
              "EFI/Microsoft/Boot/BCD",
              "EFI/Microsoft/Boot/BCD.LOG",
              "EFI/Microsoft/Boot/BOOTSTAT.DAT");
      assertThat(content(volume.file("EFI/Boot/bootx64.efi")))
          .isEqualTo(content(volume.file("EFI/Microsoft/Boot/bootmgfw.efi")))
          .startsWith('M', 'Z');
      assertThat(volume.file("EFI/Microsoft/Boot/BOOTSTAT.DAT").size()).isEqualTo(65_536);
    }
  }

  private static byte[] content(FatFile file) throws IOException {
    try (InputStream in = file.newInputStream()) {
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = StickFirmware.class,
      names = {"UEFI", "ALL"})
  void storeForUefiNamesPartitionsAsTheTableDoes(StickFirmware firmware) throws IOException {
    try (FileDevice disk = FileDevice.openReadOnly(stick(firmware))) {
      FatVolume volume = FatVolume.open(partition(disk, true).open(disk));
      BcdStore store = BcdStore.read(volume.file("EFI/Microsoft/Boot/BCD").device());
      BcdDevice efi = device(disk, partition(disk, true));
      BcdDevice ntfs = device(disk, partition(disk, false));
      BcdObject manager = store.find("{bootmgr}").orElseThrow();
      assertThat(manager.device(BcdElements.DEVICE)).contains(efi);
      assertThat(manager.text(BcdElements.PATH)).contains("\\EFI\\Microsoft\\Boot\\bootmgfw.efi");
      BcdObject loader = store.object(store.defaultObject().orElseThrow()).orElseThrow();
      assertThat(loader.device(BcdElements.DEVICE))
          .contains(BcdDevice.vhdOnPartition(ntfs, "\\virtualharddisk.vhd", BcdElements.PATH));
      assertThat(loader.text(BcdElements.PATH)).contains("\\Windows\\system32\\winload.efi");
    }
  }

  private static BcdDevice device(BlockDevice disk, Partition partition) throws IOException {
    PartitionTable table = PartitionTable.read(disk);
    return new BcdDevice.Partition(
        table.gptDiskGuid().isPresent()
            ? new BcdDevice.GptPartition(table.gptDiskGuid().get(), partition.guid().orElseThrow())
            : new BcdDevice.MbrPartition(table.mbrSignature().orElseThrow(), partition.offset()));
  }

  @Test
  void ntfsVolumeOfAUefiStickHoldsTheVhdOnly() throws IOException {
    try (FileDevice disk = FileDevice.openReadOnly(stick(StickFirmware.UEFI))) {
      Partition ntfs = partition(disk, false);
      NtfsVolume volume = NtfsVolume.open(ntfs.open(disk));
      assertThat(volume.hiddenSectors()).isEqualTo(ntfs.offset() / 512);
      assertThat(volume.find("virtualharddisk.vhd")).isPresent();
      assertThat(volume.find("bootmgr")).isEmpty();
      assertThat(volume.find("Boot")).isEmpty();
    }
  }

  @Test
  void stickTakesTheSizeThatItIsGiven() throws IOException {
    for (StickFirmware firmware : StickFirmware.values()) {
      Path stick = folder.resolve("sized-" + firmware);
      Sample.write(Sample.stick(stick).firmware(firmware).stickSize(300_000_000).build());
      assertThat(stick).hasSize(300_000_000 / 512 * 512);
      try (FileDevice disk = FileDevice.openReadOnly(stick)) {
        assertThat(partitions(disk))
            .hasSize(firmware == StickFirmware.BIOS ? 1 : firmware == StickFirmware.ALL ? 2 : 3);
        NtfsVolume.open(partition(disk, false).open(disk));
      }
    }
  }

  private static WimImageInfo info(String architecture) {
    return WimImageInfo.builder().name("test").property("WINDOWS/ARCH", architecture).build();
  }

  @Test
  void imageWithoutUefiMakesAStickForABios() throws IOException {
    Path wim = folder.resolve("bios.wim");
    TestWims.write(wim, info("9"), TestWims.windows());
    FlashImage.Builder builder =
        FlashImage.builder().image(wim).output(folder.resolve("x.img")).vhdSize(Sample.VHD_SIZE);
    try (FlashPlan plan = builder.build().plan()) {
      assertThat(plan.firmware()).isEqualTo(StickFirmware.BIOS);
      assertThat(plan.problems())
          .anySatisfy(problem -> assertThat(problem.what()).contains("for BIOS only"));
      plan.requireAcceptable();
    }
    try (FlashPlan plan = builder.firmware(StickFirmware.UEFI).build().plan()) {
      assertThatThrownBy(plan::requireAcceptable)
          .isInstanceOf(PlanRejectedException.class)
          .hasMessageContaining("no boot manager for UEFI");
    }
  }

  @Test
  void imageForArmMakesAStickForUefi() throws IOException {
    NewFile root = TestWims.folder();
    NewFile windows = root.add("Windows", TestWims.folder());
    NewFile system32 = windows.add("System32", TestWims.folder());
    system32.add("winload.efi", TestWims.zeros(1));
    system32.add("ntoskrnl.exe", TestWims.zeros(2));
    system32.add("config", TestWims.folder()).add("SYSTEM", TestWims.zeros(3));
    NewFile boot = windows.add("Boot", TestWims.folder());
    boot.add("EFI", TestWims.folder()).add("bootmgfw.efi", TestWims.zeros(4));
    boot.add("EFI_EX", TestWims.folder()).add("bootmgfw_EX.efi", TestWims.zeros(5));
    boot.add("Fonts_EX", TestWims.folder()).add("wgl4_boot_EX.ttf", TestWims.zeros(6));
    Path wim = folder.resolve("arm.wim");
    TestWims.write(wim, info("12"), root);
    for (BootAuthority authority : BootAuthority.values()) {
      Path stick = folder.resolve(authority + ".img");
      FlashImage image =
          FlashImage.builder()
              .image(wim)
              .output(stick)
              .vhdSize(Sample.VHD_SIZE)
              .bootAuthority(authority)
              .build();
      Sample.write(image);
      try (FileDevice disk = FileDevice.openReadOnly(stick)) {
        FatVolume volume = FatVolume.open(partition(disk, true).open(disk));
        int size = authority == BootAuthority.CA_2023 ? 5 : 4;
        assertThat(volume.file("EFI/Boot/bootaa64.efi").size()).isEqualTo(size);
        assertThat(volume.file("EFI/Microsoft/Boot/bootmgfw.efi").size()).isEqualTo(size);
        assertThat(volume.find("EFI/Microsoft/Boot/Fonts/wgl4_boot.ttf").isPresent())
            .isEqualTo(authority == BootAuthority.CA_2023);
      }
    }
  }

  @Test
  void filesSignedIn2023AreDemandedWhereTheImageHasNone() throws IOException {
    FlashImage image =
        Sample.stick(folder.resolve("none.img")).bootAuthority(BootAuthority.CA_2023).build();
    try (FlashPlan plan = image.plan()) {
      assertThatThrownBy(plan::requireAcceptable)
          .isInstanceOf(PlanRejectedException.class)
          .hasMessageContaining("EFI_EX");
    }
  }
}
