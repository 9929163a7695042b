package io.vhdboot.udf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiscTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "joliet.iso, JOLIET",
    "multi_extent_8k.iso, ROCK_RIDGE",
    "test-udf1.iso, UDF",
    "test-udf1.iso, JOLIET",
    "udf102.iso, UDF",
  })
  void realDiscsAreReadAsSevenZipReadsThem(String file, DiscFormat format) throws IOException {
    assertReadAsBySevenZip(SharedData.data("iso/" + file), format);
  }

  /** 7-Zip shows such a directory as an empty file. */
  @Test
  void directoryThatLiesElsewhereIsShownWhereItBelongs() throws IOException {
    try (Disc disc = Disc.open(SharedData.data("iso/deep-directory.iso"))) {
      List<String> paths = new ArrayList<>();
      disc.walk((path, file) -> paths.add(path));
      assertThat(paths)
          .contains("1/2/3/4/5/6/7/8/8.txt")
          .noneMatch(path -> path.toLowerCase(Locale.ROOT).contains("rr_moved/"));
      assertThat(disc.file("1/2/3/4/5/6/7/7.txt").size()).isEqualTo(7);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bad-dir.iso, ''",
    "malformed.iso, blocks of",
    "malformed2.iso, a directory record of 2 bytes",
  })
  void damagedDiscsAreRefusedOrEmpty(String file, String problem) throws IOException {
    Path path = SharedData.data("iso/" + file);
    if (problem.isEmpty()) {
      try (Disc disc = Disc.open(path)) {
        assertThat(disc.root().list()).isEmpty();
      }
      return;
    }
    assertThatThrownBy(
            () -> {
              try (Disc disc = Disc.open(path)) {
                disc.walk((name, entry) -> {});
              }
            })
        .isInstanceOf(DiskFormatException.class)
        .hasMessageContaining(problem);
  }

  /** As Windows discs are: UDF with a bridge, and each format by itself. */
  @Test
  void discsOfGenisoimageAreReadAsSevenZipReadsThem() throws IOException {
    Path tree = tree();
    Path disc = folder.resolve("bridge.iso");
    ExternalTool.named("genisoimage")
        .output("-quiet", "-udf", "-J", "-R", "-V", "BRIDGE", "-o", disc, tree);
    try (Disc opened = Disc.open(disc)) {
      assertThat(opened.formats()).containsExactly(DiscFormat.values());
      assertThat(opened.format()).isEqualTo(DiscFormat.UDF);
      assertThat(opened.label()).isEqualTo("BRIDGE");
    }
    assertReadAsBySevenZip(disc, DiscFormat.UDF);
    assertSameFiles(disc, DiscFormat.UDF, tree);
    assertSameFiles(disc, DiscFormat.ROCK_RIDGE, tree);
    assertSameFiles(disc, DiscFormat.JOLIET, tree);
  }

  @Test
  void discsOfXorrisoAreReadWithLinksAndDeepDirectories() throws IOException {
    Path tree = tree();
    Path deep = Files.createDirectories(tree.resolve("1/2/3/4/5/6/7/8/9/10/11"));
    Files.writeString(deep.resolve("bottom.txt"), "deep");
    Files.createSymbolicLink(tree.resolve("link"), Path.of("../sources//setup.exe"));
    Path disc = folder.resolve("rr.iso");
    ExternalTool.named("xorriso")
        .output("-as", "mkisofs", "-quiet", "-rock", "-rational-rock", "-o", disc, tree);
    assertSameFiles(disc, DiscFormat.ROCK_RIDGE, tree);
    try (Disc opened = Disc.open(disc)) {
      assertThat(opened.file("link").linkTarget()).contains("../sources/setup.exe");
      assertThat(opened.file("1/2/3/4/5/6/7/8/9/10/11/bottom.txt").size()).isEqualTo(4);
    }
  }

  @Test
  void catalogueTellsWhatFirmwareStarts() throws IOException {
    Path tree = tree();
    Files.write(tree.resolve("etfsboot.com"), new byte[4096]);
    Files.write(tree.resolve("efisys.bin"), new byte[1 << 20]);
    Path disc = folder.resolve("boot.iso");
    ExternalTool.named("xorriso")
        .output(
            "-as",
            "mkisofs",
            "-quiet",
            "-o",
            disc,
            "-b",
            "etfsboot.com",
            "-no-emul-boot",
            "-boot-load-size",
            "8",
            "-eltorito-alt-boot",
            "-e",
            "efisys.bin",
            "-no-emul-boot",
            tree);
    try (Disc opened = Disc.open(disc)) {
      ElTorito catalogue = opened.elTorito().orElseThrow();
      assertThat(catalogue.entries()).hasSize(2);
      assertThat(catalogue.entries().get(0))
          .satisfies(
              entry -> {
                assertThat(entry.platform()).isEqualTo(ElTorito.BIOS);
                assertThat(entry.isBootable()).isTrue();
                assertThat(entry.emulation()).isZero();
                assertThat(entry.loadedSize()).isEqualTo(4096);
              });
      assertThat(catalogue.entries().get(1).platform()).isEqualTo(ElTorito.UEFI);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.02", "1.50", "2.00", "2.01"})
  void volumesOfEveryRevisionOpen(String revision) throws IOException {
    Path image = folder.resolve("empty.udf");
    Files.write(image, new byte[8 << 20]);
    ExternalTool.named("mkudffs").output("--udfrev=" + revision, "--label=Größe 7 ☃", image);
    try (Disc disc = Disc.open(image)) {
      assertThat(disc.format()).isEqualTo(DiscFormat.UDF);
      assertThat(disc.label()).isEqualTo("Größe 7 ☃");
      assertThat(disc.root().list()).isEmpty();
    }
  }

  private static MetadataDisc metadataDisc(int[][] extents, Map<String, byte[]> files) {
    MetadataDisc disc = new MetadataDisc(1000, extents);
    SplittableRandom random = Seed.random("metadataDisc");
    for (int i = 0; i < 25; i++) {
      byte[] content = new byte[1 + random.nextInt(i % 3 == 0 ? 900 : 30_000)];
      random.nextBytes(content);
      String name = "a file ☃ of some length, number " + i + ".bin";
      files.put(name, content);
      disc.add(name, content);
    }
    return disc;
  }

  @Test
  void metadataPartitionIsReadAsSevenZipReadsIt() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    byte[] bytes = metadataDisc(MetadataDisc.WHOLE, files).build();
    Path image = Files.write(folder.resolve("metadata.udf"), bytes);
    assertHolds(image, files);
    assertReadAsBySevenZip(image, DiscFormat.UDF);
  }

  /** In several extents a block's place is not where it seems; 7-Zip reads but one. */
  @Test
  void scatteredMetadataPartitionIsReadAndItsMirrorServes() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    byte[] bytes = metadataDisc(MetadataDisc.SCATTERED, files).build();
    assertHolds(Files.write(folder.resolve("metadata.udf"), bytes), files);
    bytes[MetadataDisc.place(MetadataDisc.METADATA_FILE) + 60] ^= 1;
    assertHolds(Files.write(folder.resolve("mirror.udf"), bytes), files);
    bytes[MetadataDisc.place(MetadataDisc.MIRROR_FILE) + 60] ^= 1;
    assertThatThrownBy(() -> Disc.open(MemoryDevice.wrap("lost", bytes)))
        .isInstanceOf(CorruptFormatException.class);
  }

  private static void assertHolds(Path image, Map<String, byte[]> files) throws IOException {
    try (Disc disc = Disc.open(image)) {
      assertThat(disc.label()).isEqualTo("METADATA");
      Map<String, byte[]> found = new TreeMap<>();
      disc.walk((name, file) -> found.put(name, file.newInputStream().readAllBytes()));
      assertThat(found.keySet()).isEqualTo(files.keySet());
      files.forEach((name, content) -> assertThat(found.get(name)).isEqualTo(content));
    }
  }

  /** Where mkudffs puts the partition, and in it the table of virtual blocks. */
  private static final int CD_PARTITION = 257;

  private static final int CD_TABLE = 42;

  private byte[] discWrittenInParts(String revision) throws IOException {
    Path image = folder.resolve("cdr.udf");
    Files.write(image, new byte[8 << 20]);
    ExternalTool.named("mkudffs")
        .output("-m", "cdr", "--udfrev=" + revision, "--label=IN PARTS", image);
    return Files.readAllBytes(image);
  }

  @ParameterizedTest
  @CsvSource({"1.50, 261, 396, 44", "2.01, 266, 216, 160"})
  void discWrittenInPartsIsReadByItsLastTable(String revision, int kind, int table, int size)
      throws IOException {
    byte[] bytes = discWrittenInParts(revision);
    assertEmptyDisc(bytes);
    // As the next session would, the root goes elsewhere, and a table that tells so behind it.
    int block = MetadataDisc.BLOCK;
    int moved = 1000;
    int root = (CD_PARTITION + 1) * block;
    System.arraycopy(bytes, root, bytes, (CD_PARTITION + moved) * block, block);
    Arrays.fill(bytes, root, root + block, (byte) 0);
    assertThatThrownBy(() -> assertEmptyDisc(bytes)).isInstanceOf(DiskFormatException.class);
    int from = (CD_PARTITION + CD_TABLE) * block;
    byte[] next = Arrays.copyOfRange(bytes, from, from + block);
    int entry = revision.equals("1.50") ? table + 4 : table + size - 4;
    assertThat(LittleEndian.u32(next, entry)).isOne();
    LittleEndian.put32(next, entry, moved);
    MetadataDisc.seal(next, kind, moved + 1, table + size - DescriptorTag.SIZE);
    System.arraycopy(next, 0, bytes, (CD_PARTITION + moved + 1) * block, block);
    assertEmptyDisc(bytes);
    LittleEndian.put32(next, entry, 1 << 20);
    MetadataDisc.seal(next, kind, moved + 1, table + size - DescriptorTag.SIZE);
    System.arraycopy(next, 0, bytes, (CD_PARTITION + moved + 1) * block, block);
    assertThatThrownBy(() -> assertEmptyDisc(bytes))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("is not on the disc");
  }

  private static void assertEmptyDisc(byte[] bytes) throws IOException {
    Disc disc = Disc.open(MemoryDevice.wrap("parts", bytes));
    assertThat(disc.format()).isEqualTo(DiscFormat.UDF);
    assertThat(disc.label()).isEqualTo("IN PARTS");
    assertThat(disc.root().list()).isEmpty();
  }

  @Test
  void isoWhoseRootIsNoDirectoryIsRefused() throws IOException {
    Path tree = Files.createDirectory(folder.resolve("root"));
    Files.writeString(tree.resolve("file.txt"), "content");
    Path path = folder.resolve("root.iso");
    ExternalTool.named("genisoimage").output("-quiet", "-o", path, tree);
    byte[] bytes = Files.readAllBytes(path);
    int flags = 16 * 2048 + 0x9C + 25;
    assertThat(bytes[flags]).isEqualTo((byte) 2);
    bytes[flags] = 0;
    assertThatThrownBy(() -> Disc.open(MemoryDevice.wrap("root", bytes)))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("the root is no directory (at byte 0x809c)");
  }

  @Test
  void discWhoseWritingWasNotFinishedIsRefusedByName() throws IOException {
    byte[] bytes = discWrittenInParts("2.01");
    int table = (CD_PARTITION + CD_TABLE) * MetadataDisc.BLOCK;
    Arrays.fill(bytes, table, table + MetadataDisc.BLOCK, (byte) 0);
    assertThatThrownBy(() -> Disc.open(MemoryDevice.wrap("parts", bytes)))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("written in parts");
  }

  @Test
  void damagedDiscWrittenInPartsIsReadOrRefused() throws IOException {
    byte[] bytes = Arrays.copyOf(discWrittenInParts("1.50"), 320 * MetadataDisc.BLOCK);
    assertEmptyDisc(bytes);
    SplittableRandom random = Seed.random("damagedDiscWrittenInPartsIsReadOrRefused");
    int opened = 0;
    int cases = Seed.cases(20_000, 300);
    for (int i = 0; i < cases; i++) {
      byte[] mutant = bytes.clone();
      int table = (CD_PARTITION + CD_TABLE) * MetadataDisc.BLOCK;
      for (int flips = random.nextInt(1, 6); flips > 0; flips--) {
        int at = random.nextBoolean() ? table : CD_PARTITION * MetadataDisc.BLOCK;
        mutant[at + random.nextInt(600)] = (byte) random.nextInt(256);
      }
      if (random.nextBoolean()) {
        byte[] entry = Arrays.copyOfRange(mutant, table, table + MetadataDisc.BLOCK);
        MetadataDisc.seal(entry, DescriptorTag.FILE_ENTRY, CD_TABLE, 424);
        System.arraycopy(entry, 0, mutant, table, entry.length);
      }
      DiscFuzzTarget.accepts(mutant);
      try {
        Disc.open(MemoryDevice.wrap("mutant", mutant));
        opened++;
      } catch (DiskFormatException e) {
        assertThat(e.getMessage()).startsWith("mutant");
      }
    }
    assertThat(opened).isBetween(1, cases - 1);
  }

  @Test
  void fileOfSeveralExtentsIsReadAtAnyPlace() throws IOException {
    try (Disc disc = Disc.open(SharedData.data("iso/multi_extent_8k.iso"))) {
      DiscFile file = disc.file("MULTI_EXTENT_FILE");
      byte[] whole;
      try (InputStream in = file.newInputStream()) {
        whole = in.readAllBytes();
      }
      assertThat(whole).hasSize(54305);
      for (int at : new int[] {0, 8191, 8192, 8193, 16383, 54300}) {
        assertThat(file.device().read(at, 5)).isEqualTo(Arrays.copyOfRange(whole, at, at + 5));
      }
    }
  }

  @Test
  void otherFilesAreNoDiscs() throws IOException {
    MemoryDevice device = MemoryDevice.wrap("zeros", new byte[1 << 20]);
    assertThat(Disc.isPresent(device)).isFalse();
    assertThatThrownBy(() -> Disc.open(device))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessage("zeros: is no disc image");
    assertThat(Disc.isPresent(MemoryDevice.wrap("short", new byte[100]))).isFalse();
  }

  @Test
  void damagedBytesAreReadOrRefused() throws IOException {
    Path tree = tree();
    Files.writeString(Files.createDirectories(tree.resolve("a/b/c")).resolve("d"), "d");
    Path path = folder.resolve("small.iso");
    ExternalTool.named("genisoimage").output("-quiet", "-udf", "-J", "-R", "-o", path, tree);
    byte[] bytes = Files.readAllBytes(path);
    SplittableRandom random = Seed.random("damagedBytesAreReadOrRefused");
    int refused = 0;
    int cases = Seed.cases(20_000, 300);
    for (int i = 0; i < cases; i++) {
      byte[] mutant = bytes.clone();
      for (int flips = random.nextInt(1, 6); flips > 0; flips--) {
        // Most of the disc is content; what describes it stands in the first 700 KiB.
        int at = random.nextInt(Math.min(mutant.length, 700 << 10));
        mutant[at / 2048 * 2048 + random.nextInt(2048) % 256] = (byte) random.nextInt(256);
      }
      if (random.nextInt(10) == 0) {
        mutant = Arrays.copyOf(mutant, random.nextInt(mutant.length));
      }
      refused += DiscFuzzTarget.accepts(mutant) ? 0 : 1;
    }
    assertThat(refused).isBetween(1, cases - 1);
  }

  @Test
  void damagedMetadataPartitionIsReadOrRefused() throws IOException {
    MetadataDisc disc = new MetadataDisc(300, MetadataDisc.SCATTERED);
    for (int i = 0; i < 5; i++) {
      disc.add("file " + i, new byte[500 * i * i]);
    }
    byte[] bytes = disc.build();
    SplittableRandom random = Seed.random("damagedMetadataPartitionIsReadOrRefused");
    int refused = 0;
    int cases = Seed.cases(20_000, 300);
    for (int i = 0; i < cases; i++) {
      byte[] mutant = bytes.clone();
      for (int flips = random.nextInt(1, 6); flips > 0; flips--) {
        int block = random.nextInt(random.nextBoolean() ? 90 : mutant.length / 2048);
        int at = (random.nextBoolean() ? 272 : 0) * 2048 + block * 2048 + random.nextInt(512);
        mutant[at % mutant.length] = (byte) random.nextInt(256);
      }
      refused += DiscFuzzTarget.accepts(mutant) ? 0 : 1;
    }
    assertThat(refused).isPositive();
  }

  @Test
  void directoryInsideItselfEndsTheWalk() throws IOException {
    Path disc = folder.resolve("loop.iso");
    Path tree = Files.createDirectories(folder.resolve("loop/sub/inner"));
    ExternalTool.named("genisoimage").output("-quiet", "-o", disc, tree.getParent().getParent());
    byte[] bytes = Files.readAllBytes(disc);
    MemoryDevice device = MemoryDevice.wrap("loop", bytes);
    // The record of INNER is made to lead to SUB.
    Disc opened = Disc.open(device);
    int sub = (int) opened.file("SUB").place();
    int name = indexOf(bytes, "INNER", sub);
    System.arraycopy(new byte[] {(byte) (sub / 2048)}, 0, bytes, name - 0x21 + 2, 1);
    assertThatThrownBy(() -> Disc.open(device).walk((path, file) -> {}))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("SUB/INNER is inside itself");
  }

  private static int indexOf(byte[] bytes, String text, int from) {
    for (int i = from; i < bytes.length - text.length(); i++) {
      if (new String(bytes, i, text.length(), StandardCharsets.ISO_8859_1).equals(text)) {
        return i;
      }
    }
    throw new AssertionError(text);
  }

  /** A tree of small files, with names that each format can hold. */
  private Path tree() throws IOException {
    Path tree = Files.createDirectories(folder.resolve("tree"));
    SplittableRandom random = Seed.random("tree");
    Path sources = Files.createDirectories(tree.resolve("sources"));
    byte[] content = new byte[300_000];
    random.nextBytes(content);
    Files.write(sources.resolve("install.wim"), content);
    Files.writeString(sources.resolve("setup.exe"), "MZ");
    Files.createFile(tree.resolve("empty.txt"));
    Files.writeString(tree.resolve("Grüße ☃.txt"), "snow");
    Path many = Files.createDirectories(tree.resolve("many"));
    for (int i = 0; i < 300; i++) {
      Files.writeString(many.resolve("a file with a longer name " + i + ".txt"), "file " + i);
    }
    return tree;
  }

  private static void assertReadAsBySevenZip(Path path, DiscFormat format) throws IOException {
    String type = format == DiscFormat.UDF ? "udf" : "iso";
    Map<String, Long> files = new TreeMap<>();
    Path unpacked = Files.createTempDirectory("vhdboot-disc");
    try (FileDevice device = FileDevice.openReadOnly(path)) {
      SevenZip.extract(path, type, unpacked);
      Disc.open(device, format)
          .walk(
              (name, file) -> {
                files.put(name, file.isDirectory() ? -1 : file.size());
                if (!file.isDirectory() && file.linkTarget().isEmpty()) {
                  assertThat(file.newInputStream().readAllBytes())
                      .isEqualTo(Files.readAllBytes(unpacked.resolve(name)));
                }
              });
    } finally {
      delete(unpacked);
    }
    assertThat(files).isEqualTo(SevenZip.list(path, type));
  }

  private static void delete(Path folder) throws IOException {
    List<Path> paths = new ArrayList<>();
    try (var walk = Files.walk(folder)) {
      walk.forEach(paths::add);
    }
    for (int i = paths.size() - 1; i >= 0; i--) {
      Files.delete(paths.get(i));
    }
  }

  private static void assertSameFiles(Path path, DiscFormat format, Path tree) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (FileDevice device = FileDevice.openReadOnly(path)) {
      Disc disc = Disc.open(device, format);
      disc.walk(
          (name, file) -> {
            if (file.linkTarget().isEmpty()) {
              found.put(
                  name,
                  file.isDirectory()
                      ? "directory"
                      : Arrays.hashCode(file.newInputStream().readAllBytes())
                          + " "
                          + file.size()
                          + " "
                          + file.modified().orElseThrow().getEpochSecond());
            }
          });
    }
    Map<String, String> expected = new TreeMap<>();
    try (var walk = Files.walk(tree)) {
      for (Path file : walk.toList()) {
        String name = tree.relativize(file).toString();
        if (!name.isEmpty() && !Files.isSymbolicLink(file)) {
          expected.put(
              name,
              Files.isDirectory(file)
                  ? "directory"
                  : Arrays.hashCode(Files.readAllBytes(file))
                      + " "
                      + Files.size(file)
                      + " "
                      + Files.getLastModifiedTime(file).toInstant().getEpochSecond());
        }
      }
    }
    assertThat(found).isEqualTo(expected);
  }
}
