package io.vhdboot.bootcode;

import static io.vhdboot.bootcode.Booting.reachesSample;
import static io.vhdboot.bootcode.Booting.stopsWith;

import io.vhdboot.testing.Qemu;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Starts the sample under BIOSes of every kind, real (SeaBIOS) and imitated. */
class BiosBootTest {

  private static final int SIZE = 500_000;
  private static final long PARTITION_OFFSET = BootVolume.FIRST_SECTOR * BootVolume.SECTOR;

  private static byte[] sample;

  @TempDir Path folder;

  @BeforeAll
  static void makeSample() throws IOException {
    sample = SampleBootManager.of(SIZE);
  }

  @Test
  void usbStick() throws IOException {
    reachesSample(Qemu.usbStick(disk()), SIZE);
  }

  /** A floppy disk has no partition table: the boot record is its first sector. */
  @Test
  void floppyDisk() throws IOException {
    BootVolume volume =
        BootVolume.format(folder, 512, 2880L * BootVolume.SECTOR, 0, BootVolume.SECTOR);
    volume.put("bootmgr", sample).bootable();
    reachesSample(Qemu.floppy(volume.file()), 0x00, 0, SIZE);
  }

  /** As SeaBIOS reads, but strictly: nothing across 64 KiB lines, registers spoilt. */
  @Test
  void strictExtensions() throws IOException {
    reachesSample(Qemu.hardDisk(Int13Shim.withExtensions(folder).on(disk())), SIZE);
  }

  @ParameterizedTest
  @CsvSource({"255, 63", "64, 32", "16, 63", "2, 36"})
  void noExtensions(int heads, int trackSectors) throws IOException {
    Int13Shim shim = Int13Shim.withoutExtensions(folder).geometry(heads, trackSectors);
    reachesSample(Qemu.hardDisk(shim.on(disk())), SIZE);
  }

  @Test
  void stickTreatedAsFloppyDisk() throws IOException {
    Int13Shim shim = Int13Shim.withoutExtensions(folder).drive(0x00);
    reachesSample(Qemu.hardDisk(shim.on(disk())), 0x00, PARTITION_OFFSET, SIZE);
  }

  @Test
  void secondDisk() throws IOException {
    Int13Shim shim = Int13Shim.withExtensions(folder).drive(0x81);
    reachesSample(Qemu.hardDisk(shim.on(disk())), 0x81, PARTITION_OFFSET, SIZE);
  }

  @Test
  void extensionsThatArePromisedAndMissing() throws IOException {
    Int13Shim shim = Int13Shim.withoutExtensions(folder).thatLies();
    reachesSample(Qemu.hardDisk(shim.on(disk())), SIZE);
  }

  @Test
  void readsThatSucceedAtTheThirdTry() throws IOException {
    reachesSample(Qemu.hardDisk(Int13Shim.withExtensions(folder).flaky().on(disk())), SIZE);
  }

  @Test
  void readsThatSucceedAtTheThirdTryByCylinders() throws IOException {
    reachesSample(Qemu.hardDisk(Int13Shim.withoutExtensions(folder).flaky().on(disk())), SIZE);
  }

  /** Sectors of 4096 bytes come with file records of 4096 bytes. */
  @ParameterizedTest
  @CsvSource({"4096, true", "4096, false", "65536, true"})
  void sectorsOf4096Bytes(int clusterBytes, boolean extensions) throws IOException {
    Path disk =
        BootVolume.format(folder, clusterBytes, 64L << 20, 256, 4096).put("bootmgr", sample).disk();
    Int13Shim shim =
        extensions ? Int13Shim.withExtensions(folder) : Int13Shim.withoutExtensions(folder);
    reachesSample(Qemu.hardDisk(shim.sector(4096).on(disk)), SIZE);
  }

  @Test
  void lessConventionalMemory() throws IOException {
    int room = (639 - 20) * 1024 - 0x20000;
    Int13Shim shim = Int13Shim.withExtensions(folder).takeMemory(20);
    Path fits = shim.on(disk(SampleBootManager.of(room)));
    reachesSample(Qemu.hardDisk(fits), room);
    Path tooLarge = shim.on(disk(SampleBootManager.of(room + 1)));
    stopsWith(Qemu.hardDisk(tooLarge), "BOOTMGR is too large");
  }

  @Test
  void hardlyAnyConventionalMemory() throws IOException {
    Path disk = Int13Shim.withExtensions(folder).takeMemory(256).on(disk());
    stopsWith(Qemu.hardDisk(disk), "Too little conventional memory");
  }

  /** 1024 cylinders of 2 heads and 10 sectors are 10 MiB. */
  @Test
  void fileBehindTheLastCylinder() throws IOException {
    BootVolume volume =
        BootVolume.format(folder, 4096, 64).occupyFirst(4096).put("bootmgr", sample);
    Int13Shim shim = Int13Shim.withoutExtensions(folder).geometry(2, 10);
    stopsWith(
        Qemu.hardDisk(shim.on(volume.disk())),
        "The BIOS reaches only the first 1024 cylinders of this drive");
  }

  @Test
  void partitionBehindTheLastCylinder() throws IOException {
    BootVolume volume =
        BootVolume.format(folder, 4096, 16L << 20, 100_000, BootVolume.SECTOR)
            .put("bootmgr", sample);
    Int13Shim shim = Int13Shim.withoutExtensions(folder).geometry(2, 10);
    stopsWith(Qemu.hardDisk(shim.on(volume.disk())), "Error loading operating system");
  }

  /** The MBR gets along with the table's own numbers, the boot record does not. */
  @Test
  void noExtensionsAndNoGeometry() throws IOException {
    Int13Shim shim = Int13Shim.withoutExtensions(folder).withoutGeometry();
    stopsWith(Qemu.hardDisk(shim.on(disk())), "Disk read error");
  }

  private Path disk() throws IOException {
    return disk(sample);
  }

  private Path disk(byte[] bootmgr) throws IOException {
    return BootVolume.format(folder, 4096, 32).put("bootmgr", bootmgr).disk();
  }
}
