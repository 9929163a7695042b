package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.testing.CountingDevice;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NtfsCheckerTest {

  private static final int FEW_TIMES = 60;

  /** Files of a directory that still has index blocks. */
  private static final int FEW = 40;

  @TempDir Path folder;

  /** The verdicts of another checker, which shares no code with this one. */
  @ParameterizedTest
  @CsvSource({
    "ntfs/ntfs_index.raw.gz, 65536",
    "ntfs/ntfs3.raw.gz, 0",
    "ntfs/testfs1.gz, 0",
    "wim/ntfs-features.img.gz, 0",
  })
  void realVolumesHaveTheFindingsThatAnotherCheckerHas(String file, long offset)
      throws IOException {
    compare(file, offset);
  }

  @Tag("full")
  @ParameterizedTest
  @CsvSource({
    "ntfs/ntfs-2m.raw.gz, 65536",
    "ntfs/ntfs-lastaccess.raw.gz, 65536",
    "ntfs/ntfs-si-vs-fn.raw.gz, 65536",
    "ntfs/ntfs3_attrlist.raw.gz, 0",
  })
  void largeVolumesHaveTheFindingsThatAnotherCheckerHas(String file, long offset)
      throws IOException {
    compare(file, offset);
  }

  private void compare(String file, long offset) throws IOException {
    Path image = SharedData.unpacked(file, folder);
    String output =
        ExternalTool.script("python3", SharedData.tool("ntfscheck.py"))
            .run(image, "--offset", offset, "--strict", "--quiet")
            .output();
    String summary = output.lines().filter(line -> line.startsWith("ntfscheck:")).findFirst().get();
    try (FileDevice device = FileDevice.openReadOnly(image)) {
      BlockDevice volume = device.slice(offset, device.size() - offset);
      NtfsCheckReport report = NtfsChecker.check(volume);
      assertThat(
              "ntfscheck: "
                  + report.count(NtfsFindingKind.Severity.ERROR)
                  + " errors, "
                  + report.count(NtfsFindingKind.Severity.STRICT)
                  + " strict")
          .as("%s", report.findings())
          .isEqualTo(summary.substring(0, summary.indexOf(" strict") + 7));
      assertThat(summary).contains(" files " + report.files() + ",");
    }
  }

  @Test
  void findingsTellKindPlaceAndRemedy() throws IOException {
    MutableImage image = new MutableImage(MutationBase.image(4096));
    long record = image.record(MutationBase.SMALL);
    image.record(record, b -> LittleEndian.put16(b, 0x12, 7));
    NtfsCheckReport report = NtfsChecker.check(MemoryDevice.wrap("volume", image.bytes()));
    assertThat(report.isSound()).isFalse();
    assertThat(report.findings())
        .filteredOn(finding -> finding.kind() == NtfsFindingKind.LINK_COUNT)
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.record()).hasValue(record);
              assertThat(finding.path()).isEqualTo(MutationBase.SMALL);
              assertThat(finding.kind().remedy()).isEqualTo("it is set to the count of names");
              assertThat(finding)
                  .hasToString(
                      "ERROR LINK_COUNT, record "
                          + record
                          + " (data/small.txt): the link count is 7, there are 1 names");
            });
  }

  @Test
  void findingsOfOneKindAreBoundedAndCounted() throws IOException {
    MutableImage image = new MutableImage(MutationBase.image(4096));
    image.remove(image.record(MutationBase.MANY), AttributeType.INDEX_ALLOCATION, "$I30");
    NtfsCheckReport report =
        NtfsChecker.check(
            MemoryDevice.wrap("volume", image.bytes()), new NtfsCheckOptions(5, false));
    assertThat(report.counts().get(NtfsFindingKind.NAME_WITHOUT_ENTRY)).isEqualTo(300);
    assertThat(report.findings())
        .filteredOn(finding -> finding.kind() == NtfsFindingKind.NAME_WITHOUT_ENTRY)
        .hasSize(5);
  }

  @Test
  void directoryWhoseNameIsInNoRecordIsRepaired() throws IOException {
    MutableImage image = new MutableImage(MutationBase.image(4096));
    image.value(
        image.record(MutationBase.MANY),
        AttributeType.FILE_NAME,
        b -> LittleEndian.put64(b, 0, 1 << 20));
    NtfsRepairReport report = repair("a parent that no record is", image.bytes());
    assertThat(report.before().counts()).containsKey(NtfsFindingKind.NAME_WITHOUT_DIRECTORY);
    assertThat(report.isSound()).isTrue();
  }

  @Test
  void tableOfTwoRecordsCannotBeRead() throws IOException {
    MutableImage image = new MutableImage(MutationBase.image(1024));
    image.attribute(
        SystemFiles.MFT, AttributeType.DATA, b -> LittleEndian.put64(b, 0x38, 2 * 1024));
    NtfsRepairReport report = NtfsRepair.run(MemoryDevice.wrap("two records", image.bytes()));
    assertThat(report.before().counts()).containsOnlyKeys(NtfsFindingKind.MFT_UNREADABLE);
    assertThat(report.isSound()).isFalse();
  }

  @Test
  void damageAtRandomEndsInFindingsAndIsRepaired() throws IOException {
    SplittableRandom random = Seed.random("damage to be repaired");
    byte[] small = Files.readAllBytes(SharedData.unpacked("ntfs/testfs1.gz", folder));
    List<byte[]> large = List.of(MutationBase.image(1024), small, MutationBase.image(4096));
    List<byte[]> bases = List.of(MutationBase.image(1024, FEW), MutationBase.image(4096, FEW));
    int sound = 0;
    int cases = Seed.cases(100_000, 24);
    List<Path> judged = new ArrayList<>();
    for (int i = 0; i < cases; i++) {
      // Most are volumes of few files, which take less time and have the rarer structures hit.
      List<byte[]> some = i % 4 == 0 ? large : bases;
      byte[] image = some.get(i / 4 % some.size()).clone();
      List<Integer> structures = structures(image);
      List<Integer> places = new ArrayList<>();
      for (int count = 1 << random.nextInt(6); count > 0; count--) {
        int place = structures.get(random.nextInt(structures.size())) + 8 * random.nextInt(128);
        places.add(place);
        change(image, Math.min(place, image.length - 8), random);
      }
      NtfsRepairReport report = repair("case " + i + " " + places, image);
      if (report != null && report.isSound()) {
        sound++;
        if (judged.size() < Seed.cases(500, 4)) {
          judged.add(Files.write(folder.resolve("damaged" + i + ".img"), image));
        }
      }
    }
    System.out.println(sound + " of " + cases + " damaged volumes are sound again");
    assertThat(sound).isGreaterThan(cases * 9 / 10);
    Judges.checkAll(judged);
    for (Path image : judged.subList(0, Seed.cases(100, 1))) {
      mount(image);
    }
  }

  private static NtfsRepairReport repair(String name, byte[] image) {
    CountingDevice device = new CountingDevice(MemoryDevice.wrap(name, image));
    try {
      NtfsRepairReport report = NtfsRepair.run(device);
      for (NtfsFinding finding : report.before().findings()) {
        assertThat(finding.message()).as(name).isNotBlank();
      }
      assertThat(device.bytesRead())
          .as(name)
          .isLessThan((long) FEW_TIMES * Math.max(image.length, 2 << 20));
      return report;
    } catch (DiskFormatException e) {
      assertThat(e.getMessage()).as(name).isNotBlank();
      return null;
    } catch (IOException | RuntimeException e) {
      throw new AssertionError(name + ": " + e, e);
    }
  }

  private static void change(byte[] image, int place, SplittableRandom random) {
    switch (random.nextInt(4)) {
      case 0 -> image[place + random.nextInt(8)] = (byte) random.nextInt();
      case 1 -> image[place + random.nextInt(8)] ^= (byte) (1 << random.nextInt(8));
      case 2 -> LittleEndian.put32(image, place + 4 * random.nextInt(2), random.nextInt(4096));
      default -> LittleEndian.put64(image, place, random.nextLong() >> random.nextInt(64));
    }
  }

  /** Where records and index blocks begin. */
  private static List<Integer> structures(byte[] image) {
    List<Integer> found = new ArrayList<>();
    for (int at = 0; at + 1024 <= image.length; at += 512) {
      int signature = LittleEndian.i32(image, at);
      boolean used =
          signature == FileRecord.SIGNATURE && (LittleEndian.u16(image, at + 0x16) & 1) != 0;
      if (used || signature == 0x58444E49) {
        found.add(at);
      }
    }
    return found;
  }

  /** Lets ntfs-3g mount a volume and read all of it. */
  private void mount(Path image) throws IOException {
    ExternalTool.requireRoot();
    Path point = Files.createDirectory(folder.resolve("mount-" + image.getFileName()));
    ExternalTool.named("ntfs-3g").run("-o", "ro", image, point).expectSuccess();
    try {
      ExternalTool.named("find").run(point, "-type", "f", "-size", "-1000k").expectSuccess();
    } finally {
      ExternalTool.named("umount").run(point).expectSuccess();
    }
  }

  @Test
  void volumesOfAllFormsAreClean() throws IOException {
    for (int[] form : new int[][] {{512, 512, 1024}, {512, 65536, 4096}, {4096, 4096, 4096}}) {
      NtfsImageBuilder builder =
          NtfsImageBuilder.create(
              NtfsFormatOptions.ofSize(NtfsFormatOptions.LEAST_SIZE)
                  .bytesPerSector(form[0])
                  .clusterSize(form[1])
                  .recordSize(form[2])
                  .time(NtfsFormatTest.TIME)
                  .build());
      RandomTree tree = new RandomTree(builder, Seed.random("clean"), true).grow(150);
      MemoryDevice image = MemoryDevice.ofSize("volume", (int) builder.minimumVolumeSize());
      tree.write(builder.plan(image.size()).writer(image, true));
      NtfsCheckReport report = NtfsChecker.check(image);
      assertThat(report.isClean()).as("%s: %s", Arrays.toString(form), report.findings()).isTrue();
    }
  }
}
