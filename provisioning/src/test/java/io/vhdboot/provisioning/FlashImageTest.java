package io.vhdboot.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdObject;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.Mbr;
import io.vhdboot.disk.Partition;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.vhd.Vhd;
import io.vhdboot.vhd.VhdType;
import io.vhdboot.vhdx.Vhdx;
import io.vhdboot.vhdx.VhdxAccess;
import io.vhdboot.vhdx.VhdxType;
import io.vhdboot.wim.NewFile;
import io.vhdboot.wim.WimImageInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FlashImageTest {

  @TempDir Path folder;

  @Test
  void stickHoldsBootFilesAndTheImageInItsVhd() throws IOException {
    Path stick = folder.resolve("stick.img");
    Sample.write(Sample.stick(stick).label("STICK").build());

    try (FileDevice disk = FileDevice.openReadOnly(stick)) {
      Mbr mbr = Mbr.read(disk);
      assertThat(mbr.diskSignature()).isNotZero();
      Partition partition = ntfsPartition(mbr);
      assertThat(partition.active()).isTrue();
      assertThat(partition.offset()).isEqualTo(1 << 20);
      NtfsVolume volume = NtfsVolume.open(partition.open(disk));
      assertThat(volume.label()).isEqualTo("STICK");
      assertThat(volume.hiddenSectors()).isEqualTo(2048);
      assertThat(volume.isDirty()).isFalse();
      assertThat(volume.file("bootmgr").attributes()).isEqualTo(0x27);
      assertThat(volume.file("bootmgr").stream("").isResident()).isFalse();
      assertThat(volume.file("bootmgr").stream("").extents()).hasSize(1);
      assertThat(volume.file("Boot").attributes() & 0x6).isEqualTo(0x6);
      assertThat(volume.file("Boot/BOOTSTAT.DAT").size()).isEqualTo(65_536);
      assertThat(volume.find("Boot/en-US/bootmgr.exe.mui")).isPresent();
      assertThat(volume.find("Boot/Fonts/wgl4_boot.ttf")).isPresent();
      assertThat(volume.find("Boot/Resources/en-US/bootres.dll.mui")).isPresent();
      assertThat(volume.find("Boot/bootvhd.dll")).isPresent();

      NtfsFile file = volume.file("virtualharddisk.vhd");
      assertThat(file.stream("").extents()).hasSize(1);
      assertThat(file.stream("").isSparse()).isFalse();
      try (Vhd vhd = Vhd.open(file.stream("").device(), true)) {
        assertThat(vhd.size()).isEqualTo(Sample.VHD_SIZE);
        Mbr inner = Mbr.read(vhd);
        assertThat(inner.diskSignature()).isNotZero().isNotEqualTo(mbr.diskSignature());
        NtfsVolume windows = NtfsVolume.open(onlyPartition(inner).open(vhd));
        assertThat(content(windows, "Windows/System32/winload.exe"))
            .isEqualTo(content(windows, "Windows/WinSxS/AMD64_~1/winload.exe"))
            .hasSize(40_000);
        assertThat(windows.file("Windows/System32/winload.exe").names()).hasSize(2);
        assertThat(windows.file("Users/Public/README~1.TXT").findStream("Zone.Identifier"))
            .isPresent();
        assertThat(windows.file("Documents and Settings").reparseTag()).hasValue(0xA0000003);
      }
    }
  }

  @Test
  void bootEntryNamesTheVhdOnTheSticksPartition() throws IOException {
    Path stick = folder.resolve("stick.img");
    Sample.write(Sample.stick(stick).vhdName("win.vhd").description("My Windows").build());
    try (FileDevice disk = FileDevice.openReadOnly(stick)) {
      Mbr mbr = Mbr.read(disk);
      NtfsVolume volume = NtfsVolume.open(ntfsPartition(mbr).open(disk));
      BcdStore store = BcdStore.read(volume.file("Boot/BCD").stream("").device());
      BcdDevice partition =
          new BcdDevice.Partition(new BcdDevice.MbrPartition(mbr.diskSignature(), 1 << 20));
      BcdObject manager = store.find("{bootmgr}").orElseThrow();
      assertThat(manager.device(BcdElements.DEVICE)).contains(partition);
      assertThat(manager.number(BcdElements.TIMEOUT)).contains(30L);
      BcdObject loader = store.object(store.defaultObject().orElseThrow()).orElseThrow();
      assertThat(loader.device(BcdElements.DEVICE))
          .contains(BcdDevice.vhdOnPartition(partition, "\\win.vhd", BcdElements.PATH));
      assertThat(loader.device(BcdElements.OS_DEVICE))
          .contains(BcdDevice.vhdOnPartition(partition, "\\win.vhd", BcdElements.SYSTEM_ROOT));
      assertThat(loader.text(BcdElements.PATH)).contains("\\Windows\\system32\\winload.exe");
      assertThat(loader.text(BcdElements.DESCRIPTION)).contains("My Windows");
      assertThat(loader.flag(BcdElements.DETECT_HAL)).contains(true);
    }
  }

  @Test
  void sameSeedGivesSameBytesAndAnotherSeedDoesNot() throws IOException {
    Path first = folder.resolve("1.img");
    Path second = folder.resolve("2.img");
    Path other = folder.resolve("3.img");
    Sample.write(Sample.stick(first).build());
    Sample.write(Sample.stick(second).build());
    Sample.write(Sample.stick(other).seed(new byte[] {4}).build());
    assertThat(Files.mismatch(first, second)).isEqualTo(-1);
    assertThat(Files.mismatch(first, other)).isNotEqualTo(-1);
  }

  @Test
  void timeIsThatOfTheCaller() throws IOException {
    Path stick = folder.resolve("stick.img");
    Instant time = Instant.parse("2011-12-13T14:15:16Z");
    Sample.write(Sample.stick(stick).time(time).build());
    try (FileDevice disk = FileDevice.openReadOnly(stick)) {
      NtfsVolume volume = NtfsVolume.open(ntfsPartition(Mbr.read(disk)).open(disk));
      NtfsFile file = volume.file("virtualharddisk.vhd");
      assertThat(FileTime100ns.toInstant(file.modified())).isEqualTo(time);
      try (Vhd vhd = Vhd.open(file.stream("").device(), true)) {
        assertThat(vhd.footer().timestamp()).isEqualTo(time);
      }
    }
  }

  @Test
  void fixedVhdTakesItsFullSize() throws IOException {
    Path stick = folder.resolve("stick.img");
    Sample.write(Sample.stick(stick).vhdAllocation(VhdAllocation.FIXED).build());
    try (FileDevice disk = FileDevice.openReadOnly(stick)) {
      NtfsVolume volume = NtfsVolume.open(ntfsPartition(Mbr.read(disk)).open(disk));
      BlockDevice file = volume.file("virtualharddisk.vhd").stream("").device();
      assertThat(file.size()).isEqualTo(Sample.VHD_SIZE + 512);
      try (Vhd vhd = Vhd.open(file, true)) {
        assertThat(vhd.type()).isEqualTo(VhdType.FIXED);
        NtfsVolume windows = NtfsVolume.open(onlyPartition(Mbr.read(vhd)).open(vhd));
        assertThat(windows.find("Windows/System32/ntoskrnl.exe")).isPresent();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = VhdAllocation.class,
      names = {"VHDX_DYNAMIC", "VHDX_FIXED"})
  void vhdxIsWrittenAtItsPlaceAndQemuReadsIt(VhdAllocation allocation) throws IOException {
    Path stick = folder.resolve("stick.img");
    Path vhdx = folder.resolve("disk.vhdx");
    Path raw = folder.resolve("disk.img");
    Sample.write(Sample.stick(stick).vhdAllocation(allocation).build());
    try (FileDevice disk = FileDevice.openReadOnly(stick)) {
      NtfsVolume volume = NtfsVolume.open(ntfsPartition(Mbr.read(disk)).open(disk));
      BlockDevice file = volume.file("virtualharddisk.vhdx").stream("").device();
      Files.write(vhdx, file.read(0, (int) file.size()));
      try (Vhdx found = Vhdx.open(file, VhdxAccess.readOnly())) {
        assertThat(found.type())
            .isEqualTo(allocation == VhdAllocation.VHDX_FIXED ? VhdxType.FIXED : VhdxType.DYNAMIC);
        assertThat(found.size()).isEqualTo(Sample.VHD_SIZE);
        assertThat(found.findings()).isEmpty();
        Files.write(raw, found.read(0, (int) found.size()));
        NtfsVolume windows = NtfsVolume.open(onlyPartition(Mbr.read(found)).open(found));
        assertThat(windows.find("Windows/System32/ntoskrnl.exe")).isPresent();
      }
    }
    ExternalTool qemu = ExternalTool.named("qemu-img");
    qemu.run("check", "-f", "vhdx", vhdx).expectSuccess();
    qemu.run("compare", "-f", "vhdx", "-F", "raw", vhdx, raw).expectSuccess();
  }

  @Test
  void stickHasRoomForTheVhdAtItsFullSize() throws IOException {
    try (FlashPlan plan = Sample.stick(folder.resolve("stick.img")).build().plan()) {
      assertThat(plan.vhdFileSize()).isLessThan(plan.expandedVhdFileSize());
      assertThat(plan.stickSize()).isGreaterThan(plan.expandedVhdFileSize());
      assertThat(plan.problems()).isEmpty();
    }
  }

  @Test
  void stickWithoutRoomForTheExpandedVhdMustBeForced() throws IOException {
    Path stick = folder.resolve("stick.img");
    FlashImage.Builder tight = Sample.stick(stick).stickSize(148L << 20);
    assertThatThrownBy(() -> Sample.write(tight.build()))
        .isInstanceOf(PlanRejectedException.class)
        .hasMessageContaining("stop 0x136")
        .hasMessageContaining("--stick-size");
    assertThat(stick).doesNotExist();
    Sample.write(tight.force(true).build());
    assertThat(stick).hasSize(148L << 20);
  }

  @Test
  void whatCannotBeLaidOutCannotBeForced() {
    Path stick = folder.resolve("stick.img");
    assertThatThrownBy(() -> Sample.stick(stick).stickSize(6L << 20).force(true).build().plan())
        .isInstanceOf(PlanRejectedException.class)
        .hasMessageContaining("does not fit on a stick");
    assertThatThrownBy(() -> Sample.stick(stick).stickSize(100).force(true).build().plan())
        .isInstanceOf(PlanRejectedException.class);
  }

  @Test
  void imageThatIsTooLargeForTheVhdNamesTheSizeThatItNeeds() throws IOException {
    Path wim = folder.resolve("large.wim");
    NewFile root = TestWims.windows();
    root.add("large.bin", TestWims.zeros(40 << 20));
    TestWims.write(wim, root);
    Path stick = folder.resolve("stick.img");
    FlashImage.Builder builder = FlashImage.builder().image(wim).output(stick);
    assertThatThrownBy(() -> builder.vhdSize(32L << 20).build().plan())
        .isInstanceOf(PlanRejectedException.class)
        .hasMessageContaining("does not fit in a VHD of 32 MiB")
        .hasMessageMatching(".*--vhd-size \\d+MiB.*");
    String message = "";
    try {
      builder.vhdSize(32L << 20).build().plan();
    } catch (PlanRejectedException e) {
      message = e.getMessage();
    }
    long least = Long.parseLong(message.replaceAll(".*--vhd-size (\\d+)MiB.*", "$1"));
    Sample.write(builder.vhdSize(least << 20).build());
    assertThat(stick).exists();
  }

  @Test
  void windows7FromAVhdxMustBeForced() throws IOException {
    Path wim = folder.resolve("7.wim");
    WimImageInfo info =
        WimImageInfo.builder()
            .name("test")
            .property("WINDOWS/VERSION/MAJOR", "6")
            .property("WINDOWS/VERSION/MINOR", "1")
            .property("WINDOWS/EDITIONID", "Ultimate")
            .build();
    TestWims.write(wim, info, TestWims.windows());
    Path stick = folder.resolve("stick.img");
    FlashImage.Builder builder =
        FlashImage.builder().image(wim).output(stick).vhdSize(Sample.VHD_SIZE);
    assertThatThrownBy(
            () -> Sample.write(builder.vhdAllocation(VhdAllocation.VHDX_DYNAMIC).build()))
        .isInstanceOfSatisfying(
            PlanRejectedException.class, e -> assertThat(e.isImageUnsuitable()).isTrue())
        .hasMessageContaining("(6.1) cannot boot from a VHDX");
    assertThat(stick).doesNotExist();
    Sample.write(builder.vhdAllocation(VhdAllocation.DYNAMIC).build());
    assertThat(stick).exists();
  }

  @Test
  void imageWithoutWindowsMustBeForced() throws IOException {
    Path wim = folder.resolve("data.wim");
    TestWims.write(wim, TestWims.folder());
    Path stick = folder.resolve("stick.img");
    FlashImage.Builder builder =
        FlashImage.builder().image(wim).output(stick).vhdSize(Sample.VHD_SIZE);
    assertThatThrownBy(() -> Sample.write(builder.build()))
        .isInstanceOfSatisfying(
            PlanRejectedException.class, e -> assertThat(e.isImageUnsuitable()).isTrue())
        .hasMessageContaining("holds no Windows folder");
    Sample.write(builder.force(true).build());
    assertThat(stick).exists();
  }

  @Test
  void existingOutputStaysUnlessItMayBeReplaced() throws IOException {
    Path stick = Files.writeString(folder.resolve("stick.img"), "precious");
    assertThatThrownBy(() -> Sample.stick(stick).build().plan())
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(stick).hasContent("precious");
    Sample.write(Sample.stick(stick).overwrite(true).build());
    assertThat(Files.size(stick)).isGreaterThan(1 << 20);
  }

  @Test
  void imageIsNotItsOwnOutput() throws IOException {
    Path wim = Files.write(folder.resolve("a.wim"), Sample.bytes());
    assertThatThrownBy(
            () -> FlashImage.builder().image(wim).output(wim).overwrite(true).build().plan())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must not be the image itself");
  }

  @Test
  void damagedContentLeavesNothingBehind() throws IOException {
    byte[] wim = Sample.bytes();
    wim[5000] ^= 0x10;
    Path stick = folder.resolve("stick.img");
    assertThatThrownBy(() -> Sample.write(Sample.stick(wim, stick).build()))
        .isInstanceOf(CorruptFormatException.class);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void optionsThatCannotBeAreRefused() {
    List<FlashImage.Builder> wrong =
        List.of(
            FlashImage.builder(),
            Sample.stick(folder.resolve("s")).vhdName("a/b.vhd"),
            Sample.stick(folder.resolve("s")).vhdName("windows.img"),
            Sample.stick(folder.resolve("s")).vhdSize(0),
            Sample.stick(folder.resolve("s")).vhdSize(3000L << 30),
            Sample.stick(folder.resolve("s")).label("x".repeat(33)),
            Sample.stick(folder.resolve("s")).locale("../en"),
            Sample.stick(folder.resolve("s")).index(1).edition("x"));
    assertThat(wrong)
        .allSatisfy(
            builder ->
                assertThatThrownBy(builder::build).isInstanceOf(IllegalArgumentException.class));
  }

  /** The first of a stick's two partitions. */
  private static Partition ntfsPartition(Mbr mbr) {
    List<Partition> partitions = mbr.partitions(512);
    assertThat(partitions).hasSize(2);
    return partitions.get(0);
  }

  private static Partition onlyPartition(Mbr mbr) {
    List<Partition> partitions = mbr.partitions(512);
    assertThat(partitions).hasSize(1);
    return partitions.get(0);
  }

  private static byte[] content(NtfsVolume volume, String path) throws IOException {
    try (InputStream in = volume.file(path).newInputStream()) {
      return in.readAllBytes();
    }
  }
}
