package io.vhdboot.bootcode;

import static io.vhdboot.bootcode.Booting.stopsWith;
import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Qemu;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every message of the NTFS boot record, and what leads to it. */
class MessageTest {

  private static final int SIZE = 100_000;
  private static final int ATTRIBUTE_LIST = 0x20;
  private static final int DATA = 0x80;
  private static final int INDEX_ALLOCATION = 0xA0;

  private static final List<String> MESSAGES =
      List.of(
          "BOOTMGR is missing",
          "BOOTMGR is compressed",
          "BOOTMGR is encrypted",
          "BOOTMGR is sparse",
          "BOOTMGR is empty",
          "BOOTMGR is too large",
          "BOOTMGR's file record is damaged",
          "The root directory is damaged",
          "The file table ($MFT) is damaged",
          "The volume is too fragmented",
          "Disk read error");

  private static byte[] sample;

  @TempDir Path folder;

  @BeforeAll
  static void makeSample() throws IOException {
    sample = SampleBootManager.of(SIZE);
  }

  @Test
  void missing() throws IOException {
    BootVolume volume = BootVolume.format(folder, 4096, 16).put("bootmgr.exe", sample);
    stopsWith(volume, "BOOTMGR is missing");
  }

  @Test
  void missingAmongThreeThousandFiles() throws IOException {
    BootVolume volume =
        BootVolume.format(folder, 4096, 16)
            .mounted(
                root -> {
                  for (int i = 0; i < 3_000; i++) {
                    Files.createFile(root.resolve("boot" + i));
                  }
                });
    stopsWith(volume, "BOOTMGR is missing");
  }

  @Test
  void aDirectory() throws IOException {
    BootVolume volume =
        BootVolume.format(folder, 4096, 16)
            .mounted(root -> Files.createDirectory(root.resolve("bootmgr")));
    stopsWith(volume, "BOOTMGR is missing");
  }

  @Test
  void empty() throws IOException {
    stopsWith(BootVolume.format(folder, 4096, 16).put("bootmgr", new byte[0]), "BOOTMGR is empty");
  }

  @Test
  void tooLarge() throws IOException {
    BootVolume volume = BootVolume.format(folder, 4096, 16).put("bootmgr", new byte[600_000]);
    stopsWith(volume, "BOOTMGR is too large");
  }

  @Test
  void largerThan4GiB() throws IOException {
    BootVolume volume = withSample();
    long data = volume.attribute(volume.records("bootmgr").get(0), DATA);
    stopsWith(volume.write(data + 0x34, (byte) 1), "BOOTMGR is too large");
  }

  /** Files in a compressed directory are compressed. */
  @Test
  void compressed() throws IOException {
    BootVolume volume =
        BootVolume.format(folder, 4096, 16)
            .mounted(
                root -> {
                  ExternalTool.named("setfattr")
                      .output("-h", "-n", "system.ntfs_attrib_be", "-v", "0x00000800", root);
                  Files.write(root.resolve("bootmgr"), new byte[SIZE]);
                });
    stopsWith(volume, "BOOTMGR is compressed");
  }

  @Test
  void sparse() throws IOException {
    BootVolume volume =
        BootVolume.format(folder, 4096, 16)
            .mounted(
                root -> {
                  try (RandomAccessFile file =
                      new RandomAccessFile(root.resolve("bootmgr").toFile(), "rw")) {
                    file.setLength(SIZE);
                  }
                });
    stopsWith(volume, "BOOTMGR is sparse");
  }

  @Test
  void encrypted() throws IOException {
    BootVolume volume = withSample();
    long data = volume.attribute(volume.records("bootmgr").get(0), DATA);
    stopsWith(volume.write(data + 0x0D, (byte) 0x40), "BOOTMGR is encrypted");
  }

  @Test
  void onlyTheFirstSectorOfTheBootRecord() throws IOException {
    Path disk = withSample().disk();
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.seek((BootVolume.FIRST_SECTOR + 1) * BootVolume.SECTOR);
      file.write(new byte[8192 - BootVolume.SECTOR]);
    }
    stopsWith(Qemu.hardDisk(disk), "$Boot incomplete");
  }

  @Test
  void unreadableSectors() throws IOException {
    BootVolume volume = withSample();
    long data = volume.firstRun(volume.attribute(volume.records("bootmgr").get(0), DATA));
    stopsWith(
        Qemu.hardDisk(volume.disk())
            .unreadable(BootVolume.FIRST_SECTOR + data / BootVolume.SECTOR + 100),
        "Disk read error");
    stopsWith(
        Qemu.hardDisk(volume.disk()).unreadable(BootVolume.FIRST_SECTOR + 9), "Disk read error");
  }

  /** A byte of the layout parameters that cannot be. */
  @ParameterizedTest
  @CsvSource({"0x0D, 0x00", "0x0D, 0x03", "0x0D, 0xF0", "0x40, 0x00", "0x40, 0xF0", "0x44, 0xEE"})
  void impossibleLayout(String offset, String value) throws IOException {
    BootVolume volume =
        withSample().write(Integer.decode(offset), (byte) (int) Integer.decode(value));
    stopsWith(volume, "This NTFS layout is not supported");
  }

  /** A write that was cut short leaves a sector whose end does not carry the record's number. */
  @Test
  void tornFileTable() throws IOException {
    BootVolume volume = withSample();
    stopsWith(torn(volume, volume.mftPosition()), "The file table ($MFT) is damaged");
  }

  @Test
  void tornRootDirectory() throws IOException {
    BootVolume volume = withSample();
    stopsWith(torn(volume, volume.mftPosition() + 5 * 1024), "The root directory is damaged");
  }

  @Test
  void tornFileRecord() throws IOException {
    BootVolume volume = withSample();
    stopsWith(torn(volume, volume.records("bootmgr").get(0)), "BOOTMGR's file record is damaged");
  }

  @Test
  void deletedFileRecord() throws IOException {
    BootVolume volume = withSample();
    long record = volume.records("bootmgr").get(0);
    stopsWith(volume.write(record + 0x16, (byte) 0), "BOOTMGR's file record is damaged");
  }

  @Test
  void fileRecordThatAnotherFileGot() throws IOException {
    BootVolume volume = withSample();
    long record = volume.records("bootmgr").get(0);
    stopsWith(volume.write(record + 0x10, (byte) 0x77), "BOOTMGR's file record is damaged");
  }

  @Test
  void rootIndexWithoutEnd() throws IOException {
    BootVolume volume = BootVolume.format(folder, 4096, 16);
    volume.mounted(
        root -> {
          for (int i = 0; i < 100; i++) {
            Files.createFile(root.resolve("some rather long name of a file in the root " + i));
          }
        });
    long root = volume.mftPosition() + 5 * 1024;
    long block = volume.firstRun(volume.attribute(root, INDEX_ALLOCATION));
    stopsWith(
        volume.write(block + 0x18 + 4, (byte) 0x50, (byte) 0), "The root directory is damaged");
  }

  @Test
  void attributeListLargerThanItsRoom() throws IOException {
    BootVolume volume =
        BootVolume.format(folder, 4096, 16)
            .mounted(
                root -> {
                  Path file = Files.write(root.resolve("bootmgr"), sample);
                  for (int i = 0; i < 30; i++) {
                    Files.createLink(
                        root.resolve("a rather long name of the same file " + i), file);
                  }
                });
    long list = volume.attribute(volume.records("bootmgr").get(0), ATTRIBUTE_LIST);
    stopsWith(volume.write(list + 0x31, (byte) 0xF1), "The volume is too fragmented");
  }

  /**
   * Whatever bits are wrong in what the boot record reads, it ends in the sample or in a message,
   * and soon.
   */
  @Test
  void flippedBitsEndInAMessage() throws IOException {
    SplittableRandom random = Seed.random("flippedBitsEndInAMessage");
    BootVolume volume = withSample();
    long mft = volume.mftPosition();
    long file = volume.records("bootmgr").get(0);
    long[] records = {mft, mft + 5 * 1024, file};
    volume.bootable();
    for (int i = 0; i < Seed.cases(500, 10); i++) {
      long record = records[random.nextInt(records.length)];
      byte[] before = volume.read(record, 1024);
      byte[] after = before.clone();
      for (int flips = random.nextInt(3); flips >= 0; flips--) {
        after[random.nextInt(random.nextBoolean() ? 0x60 : 0x200)] ^=
            (byte) (1 << random.nextInt(8));
      }
      volume.write(record, after);
      Path disk = volume.disk();
      Qemu.Output output =
          Qemu.hardDisk(disk)
              .timeout(Duration.ofSeconds(20))
              .runUntil("SS:SP 0000:7C00", "checksum wrong", Booting.WAITING);
      assertThat(
              output.contains("vhdboot sample: ") || MESSAGES.stream().anyMatch(output::contains))
          .as(output.toString())
          .isTrue();
      Files.delete(disk);
      volume.write(record, before);
    }
  }

  private BootVolume withSample() throws IOException {
    return BootVolume.format(folder, 4096, 16).put("bootmgr", sample);
  }

  private static BootVolume torn(BootVolume volume, long record) throws IOException {
    return volume.write(record + 0x3FE, (byte) 0x5A, (byte) 0xA5);
  }
}
