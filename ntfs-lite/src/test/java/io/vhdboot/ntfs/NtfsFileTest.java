package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DeviceBoundsException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One volume that has everything, made by mkntfs, ntfs-3g and wimlib. */
class NtfsFileTest {

  @TempDir static Path folder;
  private static FileDevice device;
  private static NtfsVolume volume;

  @BeforeAll
  static void open() throws IOException {
    device = FileDevice.openReadOnly(SharedData.unpacked("wim/ntfs-features.img.gz", folder));
    volume = NtfsVolume.open(device);
  }

  @AfterAll
  static void close() throws IOException {
    if (device != null) {
      device.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "names/8DOT3.TXT",
        "/NAMES//8dot3.txt/",
        "\\Names\\8dot3.TXT",
        "names/ALONGD~1/f.txt",
        "names/a long directory name/F.TXT",
        "names/日本語 😀 Å.txt",
        "names/日本語 😀 å.TXT",
        "names/back\\slash.txt",
        "names/trailing dot.",
        "names/PROGRA~1.TXT",
        "many"
      })
  void findsNamesWithoutRegardToCase(String path) throws IOException {
    assertThat(volume.find(path)).isPresent();
  }

  @Test
  void prefersTheExactNameAmongThoseThatDifferInCase() throws IOException {
    for (String name : List.of("CASE.TXT", "Case.Txt", "case.txt")) {
      assertThat(volume.file("names/" + name).names())
          .extracting(NtfsName::name)
          .containsExactly(name);
    }
    assertThat(volume.file("names/cASE.txt").names().get(0).name())
        .isEqualToIgnoringCase("case.txt");
  }

  @Test
  void missingFileIsToldFromFileUsedAsFolder() {
    assertThatThrownBy(() -> volume.file("names/nothing"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("names/nothing");
    assertThatThrownBy(() -> volume.file("names/8DOT3.TXT/x"))
        .isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> volume.file(16)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> volume.file(1L << 47)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void rootListsItsFilesButNotItself() throws IOException {
    List<NtfsDirectoryEntry> root = volume.root().list();
    assertThat(root)
        .extracting(NtfsDirectoryEntry::name)
        .contains("$MFT", "ads")
        .doesNotContain(".");
    assertThat(root)
        .filteredOn(entry -> !entry.isMetafile() && entry.isDirectory())
        .extracting(NtfsDirectoryEntry::name)
        .containsExactly(
            "$Recycle.Bin",
            "ads",
            "attr",
            "ea",
            "hl",
            "many",
            "names",
            "oid",
            "rp",
            "sd",
            "size",
            "System Volume Information",
            "Windows");
  }

  @Test
  void shortNamesStandBesideTheirLongOnes() throws IOException {
    NtfsDirectoryEntry entry =
        volume.file("names").list().stream()
            .filter(each -> each.name().equals("A Long Directory Name"))
            .findFirst()
            .orElseThrow();
    assertThat(entry.shortName()).contains("ALONGD~1");
    assertThat(volume.file(entry).shortName()).contains("ALONGD~1");
    assertThat(volume.file("hl/first.txt").shortName()).isEmpty();
  }

  @Test
  void fileKnowsAllItsNames() throws IOException {
    NtfsFile file = volume.file("hl/sub/third.txt");
    long hl = volume.file("hl").recordNumber();
    long sub = volume.file("hl/sub").recordNumber();
    assertThat(file.names())
        .containsExactlyInAnyOrder(
            new NtfsName(volume.file("hl").reference(), "first.txt", Optional.empty()),
            new NtfsName(volume.file("hl").reference(), "second.txt", Optional.empty()),
            new NtfsName(volume.file("hl/sub").reference(), "third.txt", Optional.empty()));
    assertThat(file.names())
        .extracting(NtfsName::parentRecordNumber)
        .containsExactlyInAnyOrder(hl, hl, sub);
    assertThat(volume.file("hl/FIRST.txt").reference()).isEqualTo(file.reference());
  }

  @Test
  void walkVisitsEachFileOnceAndDirectoriesBeforeTheirContent() throws IOException {
    List<String> deep = new ArrayList<>();
    volume.file("names/deep").walk((path, entry) -> deep.add(path));
    assertThat(deep).hasSize(41).startsWith("d00", "d00/d01", "d00/d01/d02");
    assertThat(deep.get(40)).endsWith("/d38/d39/bottom.txt");
    List<String> top = new ArrayList<>();
    volume.root().walk((path, entry) -> !top.add(path));
    assertThat(top).hasSize(volume.root().list().size());
  }

  @Test
  void streamsAreFoundByNameWithoutRegardToCase() throws IOException {
    NtfsFile file = volume.file("ads/plain.txt");
    assertThat(file.streams())
        .extracting(NtfsStream::name)
        .containsExactlyInAnyOrder(
            "", "alpha", "big", "empty", "same-as-main", "Zone.Identifier", "ümläut 💾");
    assertThat(text(file.stream("ALPHA"))).isEqualTo("alpha stream");
    assertThat(text(file.stream("ÜMLÄUT 💾"))).isEqualTo("unicode stream name");
    assertThat(text(file.stream("empty"))).isEmpty();
    assertThat(file.findStream("none")).isEmpty();
    assertThatThrownBy(() -> file.stream("none"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageEndingWith("plain.txt:none");
    assertThatThrownBy(() -> volume.file("ads").stream("")).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void readTellsTheEnd() throws IOException {
    NtfsStream stream = volume.file("ads/plain.txt").stream("alpha");
    ByteBuffer buffer = ByteBuffer.allocate(20);
    assertThat(stream.read(6, buffer)).isEqualTo(6);
    assertThat(stream.read(12, buffer)).isEqualTo(-1);
    assertThat(buffer.remaining()).isEqualTo(14);
    assertThatThrownBy(() -> stream.read(-1, buffer)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void overlayFileReadsAsTheProgramThatItIs() throws IOException {
    NtfsFile file = volume.file("rp/wof-xpress4k.dll");
    assertThat(file.reparseTag()).hasValue(WofContent.TAG);
    NtfsStream stream = file.stream("");
    assertThat(stream.isOverlay()).isTrue();
    byte[] program = stream.newInputStream().readAllBytes();
    assertThat(program).hasSize(205_326);
    assertThat(checksum(program)).isEqualTo(checksumField(program));
    checkPositionalReads(stream, program);
  }

  /** The checksum of a program, by the rule of its optional header's field. */
  private static long checksum(byte[] program) {
    int field = fieldOffset(program);
    long sum = 0;
    for (int i = 0; i < program.length; i += 2) {
      int word = i == field || i == field + 2 ? 0 : LittleEndian.u16(program, i);
      sum += word;
      sum = (sum & 0xFFFF) + (sum >>> 16);
    }
    return sum + program.length;
  }

  private static long checksumField(byte[] program) {
    return LittleEndian.u32(program, fieldOffset(program));
  }

  private static int fieldOffset(byte[] program) {
    return LittleEndian.i32(program, 0x3C) + 24 + 64;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "attr/compresseddir/compressible.txt",
        "attr/compresseddir/incompressible.bin",
        "attr/compresseddir/zeros.bin",
        "attr/sparse.bin",
        "size/200000.bin",
        "size/700.bin",
        "$UpCase",
      })
  void readsTheSameFromAnyPosition(String path) throws IOException {
    NtfsStream stream = volume.file(path).stream("");
    checkPositionalReads(stream, stream.newInputStream().readAllBytes());
  }

  private static void checkPositionalReads(NtfsStream stream, byte[] whole) throws IOException {
    assertThat(stream.size()).isEqualTo(whole.length);
    SplittableRandom random = Seed.random("NtfsFileTest.positional");
    BlockDevice asDevice = stream.device();
    for (int i = 0; i < 200; i++) {
      int position = random.nextInt(whole.length);
      int length = random.nextInt(Math.min(whole.length - position, 1 << random.nextInt(18)) + 1);
      byte[] expected = Arrays.copyOfRange(whole, position, position + length);
      ByteBuffer direct = ByteBuffer.allocateDirect(length);
      assertThat(stream.read(position, direct)).isEqualTo(length);
      byte[] read = new byte[length];
      direct.flip().get(read);
      assertThat(read).isEqualTo(expected);
      assertThat(asDevice.read(position, length)).isEqualTo(expected);
    }
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    assertThat(stream.newInputStream().transferTo(copy)).isEqualTo(whole.length);
    assertThat(copy.toByteArray()).isEqualTo(whole);
    try (InputStream in = stream.newInputStream()) {
      in.skipNBytes(whole.length / 2);
      assertThat(in.readAllBytes())
          .isEqualTo(Arrays.copyOfRange(whole, whole.length / 2, whole.length));
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void sparseStreamAsDeviceShowsItsHoles() throws IOException {
    NtfsStream stream = volume.file("attr/sparse.bin").stream("");
    assertThat(stream.isSparse()).isTrue();
    assertThat(stream.storedSize()).isLessThan(stream.size());
    try (BlockDevice file = stream.device()) {
      assertThat(file.name()).endsWith("ntfs-features.img: sparse.bin");
      List<MappedExtent.Kind> kinds = new ArrayList<>();
      for (long at = 0; at < file.size(); ) {
        MappedExtent extent = file.map(at);
        assertThat(extent.position()).isEqualTo(at);
        if (extent.kind() == MappedExtent.Kind.ZERO) {
          assertThat(file.read(at, (int) extent.length())).containsOnly(0);
        }
        kinds.add(extent.kind());
        at = extent.end();
      }
      assertThat(kinds).contains(MappedExtent.Kind.DATA, MappedExtent.Kind.ZERO);
      assertThat(kinds.size()).isGreaterThan(2);
      assertThat(file.isReadOnly()).isTrue();
      assertThatThrownBy(() -> file.write(0, ByteBuffer.allocate(1)))
          .isInstanceOf(ReadOnlyFileSystemException.class);
      assertThatThrownBy(() -> file.zero(0, 1)).isInstanceOf(ReadOnlyFileSystemException.class);
      assertThatThrownBy(() -> file.read(file.size(), 1)).isInstanceOf(DeviceBoundsException.class);
    }
  }

  @Test
  void extentsSayWhereTheBytesLie() throws IOException {
    NtfsStream table = volume.file("$UpCase").stream("");
    byte[] whole = table.newInputStream().readAllBytes();
    for (NtfsExtent extent : table.extents()) {
      int from = (int) extent.vcn() * volume.clusterSize();
      int length = (int) extent.count() * volume.clusterSize();
      assertThat(device.read(extent.lcn() * volume.clusterSize(), length))
          .isEqualTo(Arrays.copyOfRange(whole, from, from + length));
    }
    assertThat(volume.file("ads/plain.txt").stream("alpha").extents()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "80000013, deduplicated",
    "80000007, in the single instance store",
    "c0000004, in remote storage",
    "9000701a, in the cloud only"
  })
  void fileWhoseBytesAreElsewhereIsRefusedByName(String tag, String where) throws IOException {
    NtfsStream hole = withReparseTag("attr/sparse-all-hole.bin", tag).stream("");
    assertThat(hole.size()).isEqualTo(1 << 20);
    assertThatThrownBy(() -> hole.read(0, ByteBuffer.allocate(1)))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageEndingWith(": the file is " + where + " (reparse tag " + tag + "h): not read");
  }

  @Test
  void synchronisedFileThatIsHereIsRead() throws IOException {
    NtfsStream stream = withReparseTag("size/8192.bin", "9000001a").stream("");
    assertThat(stream.newInputStream().readAllBytes())
        .isEqualTo(volume.file("size/8192.bin").newInputStream().readAllBytes());
  }

  /** A file as it would be with a reparse point. */
  private static NtfsFile withReparseTag(String path, String tag) throws IOException {
    MasterFileTable table =
        MasterFileTable.open(
            volume.clusters(), NtfsBootSector.get(device.read(0, NtfsBootSector.SIZE), "boot"));
    AttributeSet set = AttributeSet.read(table, volume.file(path).recordNumber());
    AttributeHeader.Resident header =
        AttributeHeader.Resident.of(
            AttributeType.REPARSE_POINT, "", 99, ReparsePoint.HEADER_SIZE, false);
    byte[] record = new byte[header.length()];
    header.put(record, 0);
    LittleEndian.put32(record, header.valueOffset(), Integer.parseUnsignedInt(tag, 16));
    List<NtfsAttribute> attributes = new ArrayList<>(set.attributes());
    attributes.add(
        new NtfsAttribute(
            volume.clusters(), List.of(new NtfsAttribute.Extent(record, header, "test"))));
    return new NtfsFile(
        volume, new AttributeSet(set.reference(), set.base(), attributes, set.source()));
  }

  @Test
  void threadsShareAVolumeAndItsStreams() throws Exception {
    NtfsStream compressed = volume.file("attr/compresseddir/compressible.txt").stream("");
    NtfsStream overlay = volume.file("rp/wof-xpress4k.dll").stream("");
    byte[] text = compressed.newInputStream().readAllBytes();
    byte[] program = overlay.newInputStream().readAllBytes();
    NtfsVolume shared = NtfsVolume.open(device);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> results = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int first = i;
        results.add(
            threads.submit(
                () -> {
                  for (int at = first; at < text.length - 3000; at += 3001) {
                    ByteBuffer part = ByteBuffer.allocate(3000);
                    compressed.read(at, part);
                    assertThat(part.array()).isEqualTo(Arrays.copyOfRange(text, at, at + 3000));
                    overlay.read(at, part.clear());
                    assertThat(part.array()).isEqualTo(Arrays.copyOfRange(program, at, at + 3000));
                    assertThat(shared.find("many/" + at)).isEmpty();
                    shared.file(5 + at % 5).securityDescriptor();
                  }
                  return null;
                }));
      }
      for (Future<?> result : results) {
        result.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void extendedAttributesAreRead() throws IOException {
    assertThat(volume.file("ea/lx.txt").extendedAttributes())
        .extracting(ExtendedAttribute::name)
        .containsExactly("$LXUID", "$LXGID", "$LXMOD");
    assertThat(volume.file("ea/one.txt").extendedAttributes())
        .containsExactly(
            new ExtendedAttribute(0, "TESTEA", "value1".getBytes(StandardCharsets.US_ASCII)));
    assertThat(volume.file("ads/plain.txt").extendedAttributes()).isEmpty();
  }

  private static String text(NtfsStream stream) throws IOException {
    return new String(stream.newInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
