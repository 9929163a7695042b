package io.vhdboot.wim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.Utf16;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged and forged input ends in success or in an exception that says what is wrong. */
@Timeout(300)
class RobustnessTest {

  private static final int BLOB_TABLE_HEADER = 0x30;
  private static final int XML_HEADER = 0x48;

  @TempDir Path folder;

  private byte[] small(WimCompression compression) throws IOException {
    return write(settings().compression(compression));
  }

  private byte[] solid(WimCompression compression) throws IOException {
    return write(settings().compression(WimCompression.LZX).solid(compression, 32_768));
  }

  private WimWriter.Settings settings() {
    return WimWriter.to(folder.resolve("small.wim")).integrity(true).overwrite(true);
  }

  private byte[] write(WimWriter.Settings settings) throws IOException {
    NewFile root = NewFile.directory().securityDescriptor(SampleTree.SYSTEM_ONLY);
    NewFile folder1 = root.add("folder", "FOLDER~1", NewFile.directory());
    NewFile linked = folder1.add("words", NewFile.of(SampleTree.words(70_000, 1)));
    root.add("linked", linked);
    root.add("noise", NewFile.of(SampleTree.noise(500, 1)));
    root.add("streams", NewFile.of(SampleTree.text("x")).stream("s", SampleTree.source("yy")));
    root.add(
        "link",
        NewFile.of(new byte[0])
            .reparse(SampleTree.SYMLINK, BlobSource.of(SampleTree.link("x", 1)), true));
    root.add("id", NewFile.of(new byte[0]).objectId(SampleTree.noise(16, 1)));
    try (WimWriter writer = settings.open()) {
      writer.addImage(WimImageInfo.builder().name("small").build(), root);
      writer.finish();
    }
    return Files.readAllBytes(folder.resolve("small.wim"));
  }

  private static byte[] mutate(byte[] bytes, int from, int to, SplittableRandom random) {
    byte[] mutant = bytes.clone();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      int at = random.nextInt(from, to);
      switch (random.nextInt(5)) {
        case 0 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> mutant[at] = (byte) random.nextInt(256);
        case 2 -> mutant[at] = (byte) (random.nextBoolean() ? 0xFF : 0);
        case 3 -> Arrays.fill(mutant, at, Math.min(to, at + random.nextInt(1, 16)), (byte) 0);
        default -> {
          int length = Math.min(random.nextInt(1, 20), to - at);
          System.arraycopy(bytes, random.nextInt(from, to - length + 1), mutant, at, length);
        }
      }
    }
    return mutant;
  }

  @ParameterizedTest
  @EnumSource
  void wimWithDamagedBytesIsReadOrRefused(WimCompression compression) throws IOException {
    damage("wimWithDamagedBytesIsReadOrRefused " + compression, small(compression));
  }

  @ParameterizedTest
  @EnumSource(names = {"XPRESS", "LZX", "LZMS"})
  void solidWimWithDamagedBytesIsReadOrRefused(WimCompression compression) throws IOException {
    damage("solidWimWithDamagedBytesIsReadOrRefused " + compression, solid(compression));
  }

  private static void damage(String name, byte[] bytes) {
    assertThat(WimFuzzTarget.accepts(bytes)).isTrue();
    SplittableRandom random = Seed.random(name);
    int table = (int) LittleEndian.u32(bytes, BLOB_TABLE_HEADER + 8);
    int refused = 0;
    int cases = Seed.cases(20_000, 400);
    for (int i = 0; i < cases; i++) {
      // The structures first; in the content any change is found by its hash.
      int from = i % 3 == 0 ? 0 : table;
      int to = i % 3 == 0 ? WimHeader.SIZE : bytes.length;
      byte[] mutant =
          i % 7 == 0 ? mutate(bytes, 0, bytes.length, random) : mutate(bytes, from, to, random);
      refused += WimFuzzTarget.accepts(mutant) ? 0 : 1;
    }
    assertThat(refused).isGreaterThan(cases / 3);
  }

  @ParameterizedTest
  @EnumSource
  void wimCutShortIsRefused(WimCompression compression) throws IOException {
    byte[] bytes = small(compression);
    SplittableRandom random = Seed.random("wimCutShortIsRefused " + compression);
    for (int length = 0; length < WimHeader.SIZE + 10; length++) {
      assertThat(WimFuzzTarget.accepts(Arrays.copyOf(bytes, length)))
          .as("%d bytes", length)
          .isFalse();
    }
    for (int i = 0; i < Seed.cases(2_000, 200); i++) {
      int length = random.nextInt(bytes.length);
      assertThat(WimFuzzTarget.accepts(Arrays.copyOf(bytes, length)))
          .as("%d bytes", length)
          .isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LZX.wim",
        "XPRESS.wim",
        "MultiImage.wim",
        "LZMS.wim",
        "ntfs-features.esd",
        "small-pipable.wim",
        "stored-dism.wim",
        "hostile/longpaths.wim",
        "hostile/corrupted_file_2.wim"
      })
  void realWimWithDamagedBytesIsReadOrRefused(String file) throws IOException {
    byte[] bytes = Files.readAllBytes(SharedData.data("wim/" + file));
    SplittableRandom random = Seed.random("realWimWithDamagedBytesIsReadOrRefused " + file);
    int refused = 0;
    int cases =
        Seed.cases(3_000, 300) / (bytes.length > 100_000 ? 1 + bytes.length / 500_000 * 3 : 1);
    for (int i = 0; i < cases; i++) {
      refused += WimFuzzTarget.accepts(mutate(bytes, 0, bytes.length, random)) ? 0 : 1;
    }
    assertThat(refused).isPositive();
  }

  @Test
  void damagedMetadataAreReadOrRefused() throws IOException {
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("m", small(WimCompression.NONE)))) {
      BlobTable table = table(wim);
      byte[] bytes = metadata(wim);
      SplittableRandom random = Seed.random("damagedMetadataAreReadOrRefused");
      int read = 0;
      int cases = Seed.cases(200_000, 10_000);
      for (int i = 0; i < cases; i++) {
        byte[] mutant = mutate(bytes, 0, bytes.length, random);
        if (random.nextInt(8) == 0) {
          mutant = Arrays.copyOf(mutant, random.nextInt(bytes.length));
        }
        try {
          WimImage image = MetadataReader.read("mutant", WimImageInfo.ofIndex(1), mutant, table);
          for (WimEntry entry : image.entries()) {
            assertThat(entry.path()).startsWith("/");
            assertThat(entry.inode().links()).contains(entry);
          }
          read++;
        } catch (CorruptFormatException e) {
          assertThat(e.getMessage()).startsWith("mutant: ");
        }
      }
      assertThat(read).isBetween(cases / 20, cases * 19 / 20);
    }
  }

  private static BlobTable table(WimFile wim) throws IOException {
    return new BlobTable(wim.device());
  }

  private static byte[] metadata(WimFile wim) throws IOException {
    WimHeader header = WimHeader.read(wim.device());
    byte[] entries =
        wim.device().read(header.blobTable().offset(), (int) header.blobTable().size());
    BlobTable table = new BlobTable(wim.device());
    table.add(header, 0, entries);
    return wim.readFully(table.metadata().get(0));
  }

  private byte[] metadataOf(NewFile root) throws IOException {
    Path path = folder.resolve("one.wim");
    try (WimWriter writer = WimWriter.to(path).overwrite(true).open()) {
      writer.addImage(WimImageInfo.builder().build(), root);
      writer.finish();
    }
    try (WimFile wim = WimFile.open(path)) {
      return metadata(wim);
    }
  }

  private static WimImage read(byte[] metadata) throws IOException {
    BlockDevice file = MemoryDevice.wrap("h", emptyHeader());
    return MetadataReader.read("metadata", WimImageInfo.ofIndex(1), metadata, new BlobTable(file));
  }

  private static byte[] emptyHeader() {
    return new WimHeader(
            false,
            WimHeader.VERSION,
            0,
            WimCompression.NONE,
            0,
            new UUID(0, 0),
            1,
            1,
            0,
            0,
            ResourceHeader.NONE,
            ResourceHeader.NONE,
            ResourceHeader.NONE,
            ResourceHeader.NONE)
        .toBytes();
  }

  @Test
  void directoryWithinItselfIsRefused() throws IOException {
    NewFile root = NewFile.directory();
    root.add("a", NewFile.directory()).add("b", NewFile.directory());
    byte[] metadata = metadataOf(root);
    // Root, its list, the list of a: the entry of b is the third.
    long rootList = LittleEndian.i64(metadata, 8 + 0x10);
    long list = LittleEndian.i64(metadata, (int) rootList + 0x10);
    LittleEndian.put64(metadata, (int) list + 0x10, list);
    assertThatThrownBy(() -> read(metadata))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("directory /a/b")
        .hasMessageContaining("cyclic");
    LittleEndian.put64(metadata, (int) list + 0x10, rootList);
    assertThatThrownBy(() -> read(metadata)).isInstanceOf(CorruptFormatException.class);
    LittleEndian.put64(metadata, (int) list + 0x10, 8);
    assertThatThrownBy(() -> read(metadata)).isInstanceOf(CorruptFormatException.class);
  }

  @Test
  void treeThatIsTooDeepIsRefused() throws IOException {
    NewFile root = NewFile.directory();
    NewFile deep = root;
    for (int i = 0; i < 16_384; i++) {
      deep = deep.add("d", NewFile.directory());
    }
    byte[] allowed = metadataOf(root);
    assertThat(read(allowed).entries()).hasSize(16_385);
    deep.add("d", NewFile.directory());
    byte[] tooDeep = metadataOf(root);
    assertThatThrownBy(() -> read(tooDeep))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("16384 deep");
  }

  @Test
  @Timeout(20)
  void thirtyThousandEntriesOfOneNameAreLeftOutQuickly() throws IOException {
    NewFile root = NewFile.directory();
    for (int i = 0; i < 30_000; i++) {
      root.add(String.format("%06d", i), NewFile.directory());
    }
    byte[] metadata = metadataOf(root);
    int entry = (int) LittleEndian.i64(metadata, 8 + 0x10);
    for (int i = 0; i < 30_000; i++) {
      Utf16.put(metadata, entry + Dentry.FIXED_SIZE, "000000");
      entry += (int) LittleEndian.i64(metadata, entry);
    }
    WimImage image = read(metadata);
    assertThat(image.root().children()).hasSize(1);
    assertThat(image.warnings()).hasSize(1001);
    assertThat(image.warnings().get(1000).text()).isEqualTo("28999 more warnings are not listed");
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 20, 1L << 31, 1L << 40, 1L << 62, -1})
  void structuresThatWouldBeHugeAreRefusedWithoutTakingTheMemory(long size) throws IOException {
    byte[] bytes = small(WimCompression.XPRESS);
    for (int header : new int[] {BLOB_TABLE_HEADER, XML_HEADER}) {
      byte[] mutant = bytes.clone();
      LittleEndian.put64(mutant, header + 16, size);
      mutant[header + 7] |= ResourceHeader.COMPRESSED;
      assertThat(WimFuzzTarget.accepts(mutant)).isFalse();
    }
    byte[] security = new byte[64];
    LittleEndian.put32(security, 0, 64);
    LittleEndian.put32(security, 4, 1);
    LittleEndian.put64(security, 8, size);
    assertThatThrownBy(() -> SecurityData.parse("s", security))
        .isInstanceOf(CorruptFormatException.class);
    LittleEndian.put32(security, 4, Math.min(size, 0xFFFF_FFFFL));
    assertThatThrownBy(() -> SecurityData.parse("s", security))
        .isInstanceOf(CorruptFormatException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<WIM>",
        "<wim/>",
        "not xml",
        "<!DOCTYPE WIM [<!ENTITY a \"aaaa\">]><WIM><IMAGE INDEX=\"1\"><NAME>&a;</NAME></IMAGE></WIM>",
        "<!DOCTYPE WIM SYSTEM \"file:///etc/passwd\"><WIM/>",
        "<!DOCTYPE WIM [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><WIM><NAME>&x;</NAME></WIM>",
      })
  void xmlThatIsNoneOrNamesEntitiesIsRefused(String text) {
    assertThatThrownBy(() -> WimXml.parse("x", 0, text.getBytes(StandardCharsets.UTF_16LE)))
        .isInstanceOf(CorruptFormatException.class);
  }

  @Test
  void xmlNestedWithoutEndIsRefused() {
    String text = "<WIM>" + "<a>".repeat(100_000) + "</a>".repeat(100_000) + "</WIM>";
    assertThatThrownBy(() -> WimXml.parse("x", 0, text.getBytes(StandardCharsets.UTF_16LE)))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("nested");
  }

  @Test
  void xmlThatDoesNotFitTheImagesIsAWarning() throws IOException {
    Warnings warnings = new Warnings();
    String text =
        "\uFEFF<WIM><IMAGE INDEX=\"2\"><NAME>two</NAME></IMAGE><IMAGE INDEX=\"x\"/>"
            + "<IMAGE INDEX=\"2\"><NAME>again</NAME></IMAGE><ODD>kept</ODD></WIM>\0\0";
    WimXml xml = WimXml.parse("x", 0, text.getBytes(StandardCharsets.UTF_16LE));
    var images = xml.images(2, warnings);
    assertThat(images).extracting(WimImageInfo::name).containsExactly("", "two");
    assertThat(images).extracting(WimImageInfo::index).containsExactly(1, 2);
    assertThat(warnings.toList()).hasSize(3);
    assertThat(xml.isEncrypted()).isFalse();
  }
}
