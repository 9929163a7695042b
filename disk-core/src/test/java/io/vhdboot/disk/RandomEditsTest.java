package io.vhdboot.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is done to a table, every reader of partition tables finds it sound. */
class RandomEditsTest {

  private static final long SIZE = 64L << 20;

  @TempDir Path folder;

  private static PartitionEditor create(BlockDevice disk, boolean gpt, int sectorSize)
      throws IOException {
    return gpt
        ? PartitionEditor.createGpt(disk, sectorSize, new UUID(1, 2))
        : PartitionEditor.createMbr(disk, sectorSize, 0x12345678, new byte[0]);
  }

  /** No two overlap, all are on the disk, and a reader finds what the editor says. */
  private static void check(PartitionEditor editor, BlockDevice disk, List<String> story)
      throws IOException {
    String told = String.join("\n", story);
    assertThat(editor.findings()).as(told).isEmpty();
    PartitionEditor again = PartitionEditor.open(disk, editor.sectorSize());
    assertThat(again.findings()).as(told).isEmpty();
    assertThat(again.partitions()).as(told).isEqualTo(editor.partitions());
    PartitionTable table = PartitionTable.read(disk, editor.sectorSize());
    assertThat(table.findings()).as(told).isEmpty();
    List<Partition> sorted =
        table.partitions().stream().sorted(Comparator.comparingLong(Partition::offset)).toList();
    long end = 1;
    for (Partition partition : sorted) {
      assertThat(partition.offset()).as(told).isGreaterThanOrEqualTo(end);
      end = partition.end();
    }
    assertThat(end).isLessThanOrEqualTo(disk.size());
  }

  @ParameterizedTest
  @CsvSource({"true, 512", "true, 4096", "false, 512", "false, 4096"})
  void tablesStaySoundByOurOwnReading(boolean gpt, int sectorSize) throws IOException {
    SplittableRandom random = Seed.random("tablesStaySoundByOurOwnReading");
    for (int run = 0; run < Seed.cases(1000, 40); run++) {
      MemoryDevice disk = MemoryDevice.ofSize("disk", 4 << 20);
      PartitionEditor editor = create(disk, gpt, sectorSize);
      RandomEdits edits = new RandomEdits(random);
      List<String> story = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        story.add(edits.edit(editor));
        if (random.nextInt(4) == 0) {
          editor.write();
          check(editor, disk, story);
          editor = PartitionEditor.open(disk, sectorSize);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void judgesFindNothingWrong(boolean gpt) throws IOException {
    SplittableRandom random = Seed.random("judgesFindNothingWrong");
    for (int run = 0; run < Seed.cases(100, 5); run++) {
      Path image = folder.resolve(gpt + "-" + run + ".img");
      List<String> story = new ArrayList<>();
      try (FileDevice disk = FileDevice.create(image, SIZE)) {
        PartitionEditor editor = create(disk, gpt, 512);
        RandomEdits edits = new RandomEdits(random);
        for (int i = 0; i < 30; i++) {
          story.add(edits.edit(editor));
          editor.write();
        }
        check(editor, disk, story);
      }
      String told = String.join("\n", story);
      if (gpt) {
        assertThat(ExternalTool.named("sgdisk").output("-v", image))
            .as(told)
            .contains("No problems found")
            .doesNotContainIgnoringCase("warning");
      }
      String verdict = ExternalTool.named("sfdisk").output("--verify", image);
      assertThat(verdict).as(told + "\n" + verdict).contains("No errors");
      assertThat(warnings(ExternalTool.named("fdisk").output("-l", image))).as(told).isEmpty();
      assertThat(sfdiskPlaces(image)).as(told).isEqualTo(places(image));
      Files.delete(image);
    }
  }

  /**
   * What fdisk says beside the table itself. That primary partitions are not in the order of the
   * disk is no fault: a new one takes the first free entry.
   */
  private static List<String> warnings(String output) {
    return output
        .lines()
        .filter(line -> !line.isBlank())
        .filter(line -> !line.startsWith("Partition table entries are not in disk order"))
        .filter(
            line -> !line.matches("(Disk|Units|Sector size|I/O size|Disklabel type|Device|/).*"))
        .toList();
  }

  private static List<String> sfdiskPlaces(Path image) {
    return Pattern.compile("img(\\d+) : start= *(\\d+), size= *(\\d+)")
        .matcher(ExternalTool.named("sfdisk").output("--dump", image))
        .results()
        .map(line -> line.group(1) + " " + line.group(2) + " " + line.group(3))
        .toList();
  }

  private static List<String> places(Path image) throws IOException {
    try (FileDevice disk = FileDevice.openReadOnly(image)) {
      return PartitionEditor.open(disk).partitions().stream()
          .map(p -> p.number() + " " + p.offset() / 512 + " " + p.length() / 512)
          .toList();
    }
  }

  @Test
  void tablesOfOthersAreEditedFurther() throws IOException {
    SplittableRandom random = Seed.random("tablesOfOthersAreEditedFurther");
    for (int run = 0; run < Seed.cases(30, 3); run++) {
      Path image = folder.resolve("others-" + run + ".img");
      FileDevice.create(image, SIZE).close();
      Path script = folder.resolve("script");
      Files.writeString(
          script, "label: dos\n,8MiB,7,*\n,40MiB,E\n,8MiB,83\n,5MiB,83\n,6MiB,7\n,,c\n");
      Process sfdisk =
          new ProcessBuilder("sh", "-c", "sfdisk -q " + image + " < " + script).start();
      ExternalTool.named("sfdisk");
      try {
        assertThat(sfdisk.waitFor()).isZero();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      List<String> story = new ArrayList<>();
      try (FileDevice disk = FileDevice.open(image)) {
        PartitionEditor editor = PartitionEditor.open(disk);
        assertThat(editor.partitions()).hasSize(6);
        RandomEdits edits = new RandomEdits(random);
        for (int i = 0; i < 15; i++) {
          story.add(edits.edit(editor));
          editor.write();
          check(editor, disk, story);
        }
      }
      assertThat(ExternalTool.named("sfdisk").output("--verify", image))
          .as(String.join("\n", story))
          .contains("No errors");
    }
  }
}
