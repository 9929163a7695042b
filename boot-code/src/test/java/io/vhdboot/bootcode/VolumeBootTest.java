package io.vhdboot.bootcode;

import static io.vhdboot.bootcode.Booting.reachesSample;
import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.Qemu;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts the sample from volumes of every layout that the boot record must know. */
class VolumeBootTest {

  /** The newest bootmgr has 492,786 bytes. */
  private static final int SIZE = 500_000;

  /** From 2000:0000 to the 639 KiB that the emulated BIOS leaves. */
  private static final int MOST_BYTES = 639 * 1024 - 0x20000;

  private static byte[] sample;

  @TempDir Path folder;

  @BeforeAll
  static void makeSample() throws IOException {
    sample = SampleBootManager.of(SIZE);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 2048, 4096, 8192, 16384, 32768, 65536})
  void clustersUpTo64KiB(int clusterBytes) throws IOException {
    Path disk = BootVolume.format(folder, clusterBytes, 32).put("bootmgr", sample).disk();
    reachesSample(Qemu.hardDisk(disk), SIZE);
  }

  @Tag("full")
  @ParameterizedTest
  @ValueSource(ints = {131_072, 262_144, 524_288, 1_048_576, 2_097_152})
  void clustersUpTo2MiB(int clusterBytes) throws IOException {
    Path disk = BootVolume.format(folder, clusterBytes, 512).put("bootmgr", sample).disk();
    reachesSample(Qemu.hardDisk(disk), SIZE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"BOOTMGR", "bOOTMGr"})
  void anyLetterCaseOfTheName(String name) throws IOException {
    Path disk = BootVolume.format(folder, 4096, 16).put(name, sample).disk();
    reachesSample(Qemu.hardDisk(disk), SIZE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 511, 512})
  void aFileThatFillsConventionalMemoryAlmost(int less) throws IOException {
    int size = MOST_BYTES - less;
    Path disk =
        BootVolume.format(folder, 65536, 16).put("bootmgr", SampleBootManager.of(size)).disk();
    reachesSample(Qemu.hardDisk(disk), size);
  }

  /** A few hundred bytes stay inside the file record. */
  @Test
  void aFileInsideItsRecord() throws IOException {
    byte[] core = SampleBootManager.of(Sources.sampleCore().length);
    Path disk = BootVolume.format(folder, 4096, 16).put("bootmgr", core).disk();
    reachesSample(Qemu.hardDisk(disk), core.length);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096, 65536})
  void aRootDirectoryOfThreeThousandFiles(int clusterBytes) throws IOException {
    Path disk =
        BootVolume.format(folder, clusterBytes, 32)
            .mounted(
                root -> {
                  createFiles(root, 3_000);
                  Files.write(root.resolve("bootmgr"), sample);
                })
            .disk();
    reachesSample(Qemu.hardDisk(disk), SIZE);
  }

  /** What lies behind the part that was ever written is zero, whatever the clusters hold. */
  @Test
  void aFileThatWasNotWrittenToItsEnd() throws IOException {
    int written = 100_001;
    byte[] zeroTail = SampleBootManager.of(SIZE, written);
    BootVolume volume = BootVolume.format(folder, 4096, 16).put("bootmgr", zeroTail);
    long data = volume.attribute(volume.records("bootmgr").get(0), 0x80);
    byte[] stale = new byte[SIZE - written];
    Arrays.fill(stale, (byte) 0xEE);
    volume
        .write(volume.firstRun(data) + written, stale)
        .write(data + 0x38, (byte) written, (byte) (written >> 8), (byte) (written >> 16));
    reachesSample(Qemu.hardDisk(volume.disk()), SIZE);
  }

  /** So that the name is found in leaves, in inner nodes, and between names like it. */
  @ParameterizedTest
  @ValueSource(ints = {5, 6, 7, 8, 9, 11, 40, 200})
  @Tag("full")
  void aRootDirectoryOfNamesAlmostTheSame(int names) throws IOException {
    Path disk =
        BootVolume.format(folder, 1024, 16)
            .mounted(
                root -> {
                  Files.write(root.resolve("bootmgr"), sample);
                  for (int i = 0; i < names; i++) {
                    Files.createFile(root.resolve("bootmg" + "q".repeat(i)));
                    Files.createFile(root.resolve("BOOTMGR" + "a".repeat(i + 1)));
                    Files.createFile(root.resolve("bootmgr." + i));
                  }
                })
            .disk();
    reachesSample(Qemu.hardDisk(disk), SIZE);
  }

  @Test
  void aDirectoryOfTheSameNameInOtherLettersIsNotMistakenForIt() throws IOException {
    Path disk =
        BootVolume.format(folder, 4096, 16)
            .mounted(
                root -> {
                  Files.createDirectory(root.resolve("BOOTMGR"));
                  Files.write(root.resolve("bootmgr"), sample);
                })
            .disk();
    reachesSample(Qemu.hardDisk(disk), SIZE);
  }

  /**
   * The file, the file table and the root directory lie in hundreds of fragments, and each of them
   * needs an attribute list that is itself outside its record.
   */
  @Test
  void everythingInFragments() throws IOException {
    BootVolume volume =
        BootVolume.format(folder, 512, 64)
            .scatterFreeSpace(new Random(5))
            .mounted(
                root -> {
                  createFiles(root, 700);
                  Files.write(root.resolve("BootMgr"), sample);
                });
    assertThat(volume.hasAttributeList("/BootMgr")).isTrue();
    assertThat(volume.hasAttributeList("/$MFT")).isTrue();
    assertThat(volume.hasAttributeList("/")).isTrue();
    reachesSample(Qemu.hardDisk(volume.disk()), SIZE);
  }

  @Tag("full")
  @ParameterizedTest
  @CsvSource({
    "512, 64, 300",
    "512, 64, 500",
    "1024, 128, 600",
    "2048, 128, 1500",
    "4096, 256, 1500",
    "4096, 256, 20",
    "16384, 512, 100",
    "65536, 1024, 10"
  })
  void fragmentsOfEverySize(int clusterBytes, int mebibytes, int files) throws IOException {
    Path disk =
        BootVolume.format(folder, clusterBytes, mebibytes)
            .scatterFreeSpace(new Random(clusterBytes + files))
            .mounted(
                root -> {
                  createFiles(root, files);
                  Files.write(root.resolve("bootmgr"), sample);
                })
            .disk();
    reachesSample(Qemu.hardDisk(disk), SIZE);
  }

  /** Many links push the file's attributes into other records, listed inside the first. */
  @ParameterizedTest
  @ValueSource(ints = {1, 8, 30})
  void manyHardLinks(int links) throws IOException {
    BootVolume volume =
        BootVolume.format(folder, 4096, 16)
            .mounted(
                root -> {
                  Path file = Files.write(root.resolve("bootmgr"), sample);
                  for (int i = 0; i < links; i++) {
                    String name = "another rather long name of the very same file, number " + i;
                    Files.createLink(root.resolve(name), file);
                  }
                });
    assertThat(volume.hasAttributeList("/bootmgr")).isEqualTo(links > 1);
    reachesSample(Qemu.hardDisk(volume.disk()), SIZE);
  }

  /** Streams of the root directory push its index into other records. */
  @Test
  void aRootDirectoryWithManyStreams() throws IOException {
    BootVolume volume =
        BootVolume.format(folder, 4096, 16)
            .mounted(
                root -> {
                  for (int i = 0; i < 12; i++) {
                    Files.setAttribute(root, "user:stream" + i, new byte[200]);
                  }
                  createFiles(root, 100);
                  Files.write(root.resolve("bootmgr"), sample);
                });
    assertThat(volume.hasAttributeList("/")).isTrue();
    reachesSample(Qemu.hardDisk(volume.disk()), SIZE);
  }

  @ParameterizedTest
  @ValueSource(longs = {63, 20_000_001, 4_294_836_000L})
  void aPartitionAnywhereOnTheDisk(long firstSector) throws IOException {
    Path disk =
        BootVolume.format(folder, 4096, 16L << 20, firstSector, BootVolume.SECTOR)
            .put("bootmgr", sample)
            .disk();
    reachesSample(Qemu.hardDisk(disk), 0x80, firstSector * BootVolume.SECTOR, SIZE);
  }

  /** The partition begins below 2^32 sectors, the file lies beyond. */
  @Test
  @Tag("full")
  void sectorNumbersOfMoreThan32Bits() throws IOException {
    long firstSector = 4_294_900_000L;
    BootVolume volume =
        BootVolume.format(folder, 4096, 256L << 20, firstSector, BootVolume.SECTOR)
            .occupyFirst(40_000)
            .put("bootmgr", sample);
    reachesSample(Qemu.hardDisk(volume.disk()), 0x80, firstSector * BootVolume.SECTOR, SIZE);
  }

  /** By Windows, and by the ntfs3 driver of Linux, which writes records of an older form. */
  @ParameterizedTest
  @CsvSource({"ntfs-lastaccess, 128", "ntfs_index, 128", "ntfs3, 0", "ntfs3_attrlist, 0"})
  void volumesThatOthersMade(String name, long firstSector) throws IOException {
    bootsFrom(name, firstSector);
  }

  /** The first has clusters of 2 MiB. */
  @Tag("full")
  @ParameterizedTest
  @CsvSource({"ntfs-2m, 128", "ntfs-si-vs-fn, 128"})
  void largerVolumesThatOthersMade(String name, long firstSector) throws IOException {
    bootsFrom(name, firstSector);
  }

  private void bootsFrom(String name, long firstSector) throws IOException {
    Path disk = SharedData.unpacked("ntfs/" + name + ".raw.gz", folder);
    BootVolume volume = BootVolume.cutOut(folder, disk, firstSector).put("bootmgr", sample);
    long place = firstSector == 0 ? BootVolume.FIRST_SECTOR : firstSector;
    reachesSample(Qemu.hardDisk(volume.disk()), 0x80, place * BootVolume.SECTOR, SIZE);
  }

  private static void createFiles(Path root, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Files.createFile(root.resolve(String.format("file %05d with a rather long name", i)));
    }
  }
}
