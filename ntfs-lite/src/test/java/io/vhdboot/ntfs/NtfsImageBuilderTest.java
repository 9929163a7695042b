package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.ntfs.security.StandardDescriptors;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NtfsImageBuilderTest {

  private static final long TIME = NtfsFormatTest.TIME;
  private static final FileMetadata PLAIN = FileMetadata.of(TIME, FileAttributes.ARCHIVE, 0);

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "512, 512, 1024",
    "512, 1024, 1024",
    "512, 2048, 4096",
    "512, 4096, 1024",
    "512, 8192, 1024",
    "512, 65536, 4096",
    "512, 2097152, 1024",
    "4096, 4096, 4096",
    "4096, 8192, 4096",
  })
  void randomTreesReadBackAsTheyWereTold(int sector, int cluster, int record) throws IOException {
    SplittableRandom random = Seed.random("random tree, clusters of " + cluster);
    NtfsFormatOptions.Builder options =
        NtfsFormatOptions.ofSize(NtfsFormatOptions.LEAST_SIZE)
            .bytesPerSector(sector)
            .clusterSize(cluster)
            .recordSize(record)
            .time(TIME)
            .windows(
                random.nextBoolean()
                    ? NtfsFormatOptions.Windows.SEVEN
                    : NtfsFormatOptions.Windows.TEN);
    NtfsImageBuilder builder = NtfsImageBuilder.create(options.build());
    boolean mounted = cluster == 4096 && sector == 512 || Seed.isFull() && random.nextBoolean();
    RandomTree tree = new RandomTree(builder, random, !mounted).grow(cluster > 65536 ? 60 : 600);
    Path image = build(builder, tree, random.nextBoolean() ? 0 : 8 << 20);
    try (FileDevice device = FileDevice.openReadOnly(image)) {
      assertSame(RandomTree.read(device), tree.facts());
    }
    Judges.check(image);
    if (mounted) {
      ExternalTool.requireRoot();
      String lines =
          ExternalTool.script(
                  "python3",
                  SharedData.projectRoot().resolve("ntfs-lite/src/test/python/mounted.py"))
              .output(image, 0);
      TreeSet<String> found = RandomTree.comparable(lines.lines().toList());
      // It finds fault with some descriptors and shows none then; ntfscheck has read them all.
      TreeSet<String> told = tree.facts();
      told.removeIf(fact -> fact.contains(" descriptor ") && !found.contains(fact));
      assertSame(found, told);
    }
  }

  @Test
  void everyProgramReadsAndWritesARandomTree() throws IOException {
    SplittableRandom random = Seed.random("random tree for all judges");
    NtfsImageBuilder builder =
        NtfsImageBuilder.create(
            NtfsFormatOptions.ofSize(NtfsFormatOptions.LEAST_SIZE).time(TIME).build());
    RandomTree tree = new RandomTree(builder, random, false).grow(1000);
    Judges.verify(build(builder, tree, 32 << 20));
  }

  @Test
  void folderOfManyNamesHasIndexBlocksOnSeveralLevels() throws IOException {
    int count = Seed.cases(100_000, 20_000);
    NtfsImageBuilder builder = leastVolume();
    NodeHandle wide = builder.addDirectory(builder.root(), "wide", PLAIN);
    for (int i = 0; i < count; i++) {
      builder.addFile(wide, "a name with number " + Integer.reverse(i) + ".txt", PLAIN);
    }
    Path image = build(builder, 64 << 20);
    Judges.check(image);
    try (FileDevice device = FileDevice.openReadOnly(image)) {
      NtfsFile found = NtfsVolume.open(device).file("wide");
      assertThat(found.list()).hasSize(count);
      assertThat(found.find("A NAME WITH NUMBER " + Integer.reverse(count - 1) + ".TXT"))
          .isPresent();
    }
  }

  @Test
  void indexesOfEverySizeAroundTheBordersAreSound() throws IOException {
    // Between a root with all and a root with one block, two, and one level more.
    NtfsImageBuilder builder = leastVolume();
    int[] counts = {0, 1, 4, 5, 6, 7, 8, 36, 37, 38, 39, 40, 75, 76, 77, 78, 113, 114, 150, 151};
    for (int length : new int[] {1, 8, 100, 255}) {
      for (int count : counts) {
        NodeHandle directory =
            builder.addDirectory(builder.root(), "n" + length + "x" + count, PLAIN);
        for (int i = 0; i < count; i++) {
          String digits = Integer.toString(i + 100_000);
          String name =
              length == 1 ? Character.toString(0x4E00 + i) : digits + "x".repeat(length - 6);
          builder.addFile(directory, length == 8 ? digits : name, PLAIN);
        }
      }
    }
    Judges.check(build(builder, 0));
  }

  @Test
  void fileOf1024LinksWithLongNamesIsSound() throws IOException {
    NtfsImageBuilder builder = leastVolume();
    NodeHandle file = builder.addFile(builder.root(), "file", PLAIN);
    builder.setShortName(file.firstName(), "FILE~1");
    byte[] content = RandomTree.bytes(1, 300);
    StreamHandle stream = builder.addStream(file, "", content.length, 0);
    NodeHandle links = builder.addDirectory(builder.root(), "links", PLAIN);
    for (int i = 1; i < 1024; i++) {
      builder.addLink(links, i + "_" + "l".repeat(250 - i % 200), file);
    }
    NtfsLayout layout = builder.plan(builder.minimumVolumeSize());
    Path image = folder.resolve("v.img");
    try (FileDevice device = FileDevice.create(image, layout.volumeSize())) {
      NtfsImageWriter writer = layout.writer(device, true);
      writer.write(stream, 0, ByteBuffer.wrap(content));
      writer.finish();
      NtfsFile found = NtfsVolume.open(device).file("links/1023_" + "l".repeat(227));
      assertThat(found.names()).hasSize(1024);
      assertThat(found.newInputStream().readAllBytes()).isEqualTo(content);
    }
    Judges.check(image);
  }

  @Test
  void fileOfManyStreamsWithLongNamesIsSound() throws IOException {
    NtfsImageBuilder builder = leastVolume();
    NodeHandle file = builder.addFile(builder.root(), "x".repeat(255), PLAIN);
    NodeHandle other = builder.addDirectory(builder.root(), "y".repeat(255), PLAIN);
    for (int i = 0; i < 300; i++) {
      builder.addStream(file, "s" + i + "_" + "s".repeat(i % 250), i * 7, 0);
      builder.addStream(other, "t" + i, i, 0);
      builder.addFile(other, "f" + i + "_" + "f".repeat(i % 250), PLAIN);
    }
    Judges.check(build(builder, 0));
  }

  @Test
  void thousandsOfDescriptorsFillSeveralPairsOfTheStore() throws IOException {
    NtfsImageBuilder builder = leastVolume();
    SplittableRandom random = Seed.random("descriptors");
    RandomTree tree = new RandomTree(builder, random);
    for (int i = 0; i < 4000; i++) {
      int id = builder.securityDescriptor(tree.descriptor(random.nextInt(12)));
      builder.addFile(builder.root(), "f" + i, FileMetadata.of(TIME, 0, id));
    }
    Judges.check(build(builder, 0));
    assertThat(builder.security().streamSize()).isGreaterThan(3 * 0x40000);
  }

  @Test
  void deepPathsAndTheirShortNamesAreSound() throws IOException {
    NtfsImageBuilder builder = leastVolume();
    NodeHandle directory = builder.root();
    for (int i = 0; i < 100; i++) {
      directory = builder.addDirectory(directory, "level " + i + " " + "d".repeat(100), PLAIN);
      assertThat(builder.setShortName(directory.firstName(), "LEVEL~" + i)).isTrue();
    }
    Judges.check(build(builder, 0));
  }

  @Test
  void shortNamesThatCannotBeGiveWay() throws IOException {
    NtfsImageBuilder builder = leastVolume();
    NodeHandle root = builder.root();
    LinkHandle first = builder.addFile(root, "a long name", PLAIN).firstName();
    LinkHandle second = builder.addFile(root, "another long name", PLAIN).firstName();
    LinkHandle third = builder.addFile(root, "third long name", PLAIN).firstName();
    LinkHandle twin = builder.addFile(root, "twin", PLAIN).firstName();
    LinkHandle own = builder.addFile(root, "Readme.txt", PLAIN).firstName();
    builder.addFile(root, "TWIN", PLAIN);
    builder.addFile(root, "THIRD~1", PLAIN);
    LinkHandle illegal = builder.addFile(root, "a:b", PLAIN).firstName();
    LinkHandle link = builder.addLink(root, "second link", first.node());
    assertThat(builder.setShortName(first, "SAME~1")).isTrue();
    assertThat(builder.setShortName(second, "same~1")).isTrue();
    assertThat(builder.setShortName(third, "THIRD~1")).isTrue();
    assertThat(builder.setShortName(twin, "TWIN~1")).isTrue();
    assertThat(builder.setShortName(own, "README.TXT")).isTrue();
    assertThat(builder.setShortName(illegal, "A_B~1")).isFalse();
    assertThat(builder.setShortName(link, "SECOND~1")).as("a file has one").isFalse();
    assertThat(builder.setShortName(link, "NOT.SHORT")).isFalse();
    NtfsLayout layout = builder.plan();
    assertThat(layout.droppedShortNames()).containsExactlyInAnyOrder(second, third, twin);
    assertThat(builder.plan().droppedShortNames()).hasSize(3);
    Path image = build(builder, 0);
    Judges.check(image);
    try (FileDevice device = FileDevice.openReadOnly(image)) {
      NtfsVolume volume = NtfsVolume.open(device);
      assertThat(volume.file("SAME~1").names()).hasSize(2);
      assertThat(volume.file("Readme.txt").shortName()).hasValue("Readme.txt");
      assertThat(volume.file("another long name").shortName()).isEmpty();
    }
  }

  @Test
  void shortNamesAreMadeAsWindowsDoes() throws IOException {
    NtfsImageBuilder builder =
        NtfsImageBuilder.create(
            NtfsFormatOptions.ofSize(NtfsFormatOptions.LEAST_SIZE)
                .time(TIME)
                .makesShortNames(true)
                .build());
    NodeHandle root = builder.root();
    NodeHandle first = builder.addFile(root, "SomeStuff.aspx", PLAIN);
    builder.addLink(root, "another name.aspx", first);
    builder.addFile(root, "SOMEST~2.ASP", PLAIN);
    for (int i = 0; i < 4; i++) {
      builder.addFile(root, "SomeStuff" + i + ".aspx", PLAIN);
    }
    builder.addFile(root, "Readme.txt", PLAIN);
    builder.addFile(root, "no:win", PLAIN);
    builder.addFile(root, "a twin of", PLAIN);
    builder.addFile(root, "A Twin Of", PLAIN);
    NodeHandle given = builder.addFile(root, "given a name", PLAIN);
    builder.setShortName(given.firstName(), "GIVEN");
    NodeHandle wide = builder.addDirectory(root, "a wide folder", PLAIN);
    int count = Seed.cases(100_000, 10_000);
    for (int i = 0; i < count; i++) {
      builder.addFile(wide, "amd64_microsoft-windows-component_" + i + ".manifest", PLAIN);
    }
    Path image = build(builder, 0);
    Judges.check(image);
    try (FileDevice device = FileDevice.openReadOnly(image)) {
      NtfsVolume volume = NtfsVolume.open(device);
      assertThat(volume.file("SomeStuff.aspx").shortName()).hasValue("SOMEST~1.ASP");
      assertThat(volume.file("SomeStuff0.aspx").shortName()).hasValue("SOMEST~3.ASP");
      assertThat(volume.file("SomeStuff2.aspx").shortName().orElseThrow())
          .matches("SO[0-9A-F]{4}~1\\.ASP");
      assertThat(volume.file("Readme.txt").shortName()).hasValue("Readme.txt");
      assertThat(volume.file("given a name").shortName()).hasValue("GIVEN");
      assertThat(volume.file("no:win").shortName()).isEmpty();
      assertThat(volume.root().list())
          .filteredOn(entry -> entry.name().equalsIgnoreCase("a twin of"))
          .hasSize(2);
      assertThat(volume.file("AWIDEF~1").list()).hasSize(count);
    }
  }

  @Test
  void nameTwiceInADirectoryIsRefused() {
    for (String name : List.of("once", "$mft", "$Extend")) {
      NtfsImageBuilder builder = leastVolume();
      builder.addFile(builder.root(), "once", PLAIN);
      builder.addFile(builder.root(), name, PLAIN);
      assertThatThrownBy(builder::plan).isInstanceOf(FileAlreadyExistsException.class);
    }
  }

  @Test
  void sameInputGivesTheSameBytes() throws IOException {
    byte[][] images = new byte[2][];
    for (int i = 0; i < 2; i++) {
      NtfsImageBuilder builder = leastVolume();
      RandomTree tree = new RandomTree(builder, new SplittableRandom(7)).grow(300);
      NtfsLayout layout = builder.plan();
      MemoryDevice device = MemoryDevice.ofSize("m", (int) layout.volumeSize());
      tree.write(layout.writer(device, true));
      images[i] = device.toByteArray();
    }
    assertThat(images[0]).isEqualTo(images[1]);
  }

  @Test
  void contentLiesInTheOrderOfItsKeysAndInOnePiece() throws IOException {
    NtfsImageBuilder builder = leastVolume();
    List<StreamHandle> streams = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      NodeHandle file = builder.addFile(builder.root(), "f" + i, PLAIN);
      streams.add(builder.addStream(file, "", 5000 + i, i * 7 % 50));
    }
    NodeHandle small = builder.addFile(builder.root(), "small", PLAIN);
    StreamHandle inRecord = builder.addStream(small, "", 10, 0);
    NodeHandle boot = builder.addFile(builder.root(), "boot", PLAIN);
    StreamHandle demanded = builder.addStream(boot, "", 10, 1000);
    builder.demandNonResident(demanded);
    NodeHandle huge = builder.addFile(builder.root(), "virtualharddisk.vhd", PLAIN);
    StreamHandle vhd = builder.addStream(huge, "", 15L << 30, 2000);
    NtfsLayout layout = builder.plan(32L << 30);
    streams.sort(Comparator.comparingLong(stream -> stream.placementKey));
    streams.add(demanded);
    streams.add(vhd);
    long end = 0;
    for (StreamHandle stream : streams) {
      assertThat(layout.extents(stream)).hasSize(1);
      VolumeRange range = layout.extents(stream).get(0);
      assertThat(range.length()).isEqualTo(stream.size());
      assertThat(range.position()).isGreaterThanOrEqualTo(end);
      if (end > 0) {
        assertThat(range.position() - end).isLessThan(layout.clusterSize());
      }
      end = range.end();
    }
    assertThat(layout.isResident(inRecord)).isTrue();
    assertThat(layout.extents(inRecord)).isEmpty();
    assertThat(layout.usedRanges().get(1).end()).isBetween(end, end + layout.clusterSize());
  }

  @Test
  void contentBeginsWithABlockOfTheDiskBehindRoomForTheFileTable() throws IOException {
    NtfsImageBuilder builder =
        NtfsImageBuilder.create(
            NtfsFormatOptions.ofSize(4L << 30).time(TIME).hiddenSectors(2048).build());
    NodeHandle file = builder.addFile(builder.root(), "f", PLAIN);
    StreamHandle stream = builder.addStream(file, "", 1 << 20, 0);
    NtfsLayout layout = builder.plan();
    long onDisk = layout.extents(stream).get(0).position() + (1 << 20);
    assertThat(onDisk % (2 << 20)).isZero();
    VolumeRange metadata = layout.usedRanges().get(0);
    assertThat(onDisk - (1 << 20) - metadata.end()).isBetween(2L << 20, 5L << 20);
    // Where there is no room to spare, none is wasted.
    NtfsLayout tight = builder.plan(builder.minimumVolumeSize());
    assertThat(tight.usedRanges())
        .containsExactly(new VolumeRange(0, tight.extents(stream).get(0).end() + 512));
  }

  @Test
  void streamThatTurnsOutSmallerFreesItsClusters() throws IOException {
    NtfsImageBuilder builder = leastVolume();
    StreamHandle[] streams = new StreamHandle[4];
    for (int i = 0; i < streams.length; i++) {
      NodeHandle file = builder.addFile(builder.root(), "f" + i, PLAIN);
      streams[i] = builder.addStream(file, "", 1 << 20, i);
    }
    NtfsLayout layout = builder.plan();
    Path image = folder.resolve("v.img");
    try (FileDevice device = FileDevice.create(image, layout.volumeSize())) {
      NtfsImageWriter writer = layout.writer(device, false);
      writer.shrink(streams[1], 10_000);
      writer.shrink(streams[2], 0);
      writer.write(streams[1], 0, ByteBuffer.wrap(RandomTree.bytes(3, 10_000)));
      writer.finish();
      NtfsVolume volume = NtfsVolume.open(device);
      assertThat(volume.file("f1").newInputStream().readAllBytes())
          .isEqualTo(RandomTree.bytes(3, 10_000));
      assertThat(volume.file("f2").size()).isZero();
      assertThat(volume.countFreeClusters()).isEqualTo(256 - 3 + 256);
      assertThatThrownBy(() -> writer.shrink(streams[1], 10_001))
          .isInstanceOf(IllegalArgumentException.class);
    }
    Judges.check(image);
  }

  @Test
  void layoutIsRefusedAfterTheTreeHasChanged() throws IOException {
    NtfsImageBuilder builder = leastVolume();
    NtfsLayout layout = builder.plan();
    builder.addFile(builder.root(), "late", PLAIN);
    assertThatThrownBy(layout::usedRanges).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void rootMayHaveMetadataAndStreamsOfItsOwn() throws IOException {
    NtfsImageBuilder builder = leastVolume();
    int id = builder.securityDescriptor(StandardDescriptors.SYSTEM_WRITE);
    builder.setMetadata(
        builder.root(), new FileMetadata(1, 2, 3, 4, FileAttributes.NOT_CONTENT_INDEXED, id));
    builder.addStream(builder.root(), "stream", 5000, 0);
    builder.setObjectId(builder.root(), new byte[16]);
    Path image = build(builder, 0);
    Judges.check(image);
    try (FileDevice device = FileDevice.openReadOnly(image)) {
      NtfsFile root = NtfsVolume.open(device).root();
      assertThat(root.created()).isEqualTo(1);
      assertThat(root.accessed()).isEqualTo(4);
      assertThat(root.securityDescriptor()).hasValue(StandardDescriptors.SYSTEM_WRITE);
      assertThat(root.stream("stream").size()).isEqualTo(5000);
    }
  }

  @Test
  void mistakesOfTheCallerAreNamed() {
    NtfsImageBuilder builder = leastVolume();
    NodeHandle file = builder.addFile(builder.root(), "f", PLAIN);
    NodeHandle directory = builder.addDirectory(builder.root(), "d", PLAIN);
    builder.addStream(file, "s", 1, 0);
    List<ThrowingCallable> mistakes =
        List.of(
            () -> builder.addFile(file, "x", PLAIN),
            () -> builder.addFile(builder.root(), "", PLAIN),
            () -> builder.addFile(builder.root(), "a/b", PLAIN),
            () -> builder.addFile(builder.root(), "..", PLAIN),
            () -> builder.addFile(builder.root(), "x".repeat(256), PLAIN),
            () -> builder.addFile(builder.root(), "x", FileMetadata.of(0, 0, 0x999)),
            () -> builder.addLink(builder.root(), "x", directory),
            () -> builder.addStream(directory, "", 1, 0),
            () -> builder.addStream(file, "S", 1, 0),
            () -> builder.addStream(file, "a:b", 1, 0),
            () -> builder.addStream(file, "", -1, 0),
            () -> builder.setReparsePoint(builder.root(), 0xA000_0003, new byte[8]),
            () -> builder.setReparsePoint(file, 1, new byte[15]),
            () -> builder.setReparsePoint(file, 0xA000_000C, new byte[16_380]),
            () -> builder.setObjectId(file, new byte[17]),
            () -> builder.setExtendedAttributes(file, List.of()),
            () -> builder.securityDescriptor(new byte[20]));
    for (ThrowingCallable mistake : mistakes) {
      assertThatThrownBy(mistake).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void objectIdsAreUniqueOnAVolume() throws IOException {
    NtfsImageBuilder builder = leastVolume();
    byte[] id = RandomTree.bytes(9, 64);
    assertThat(builder.setObjectId(builder.addFile(builder.root(), "a", PLAIN), id)).isTrue();
    assertThat(builder.setObjectId(builder.addFile(builder.root(), "b", PLAIN), id)).isFalse();
    Judges.check(build(builder, 0));
  }

  @Test
  void thirtyFiveThousandFilesAreFound() throws IOException {
    NtfsImageBuilder builder = leastVolume();
    int count = 35_000;
    addMany(builder, count);
    NtfsLayout layout = builder.plan(builder.minimumVolumeSize());
    try (FileDevice device = FileDevice.create(folder.resolve("v.img"), layout.volumeSize())) {
      layout.writer(device, true).finish();
      int[] files = {0};
      NtfsVolume.open(device)
          .root()
          .walk(
              (path, entry) -> {
                files[0] += entry.name().startsWith("file number ") ? 1 : 0;
                return !path.startsWith("$");
              });
      assertThat(files[0]).isEqualTo(count);
    }
  }

  @Test
  @Tag("full")
  void aMillionFilesFitInOneGigabyteOfMemory() throws IOException {
    NtfsImageBuilder builder = leastVolume();
    long start = System.nanoTime();
    addMany(builder, 1_000_000);
    NtfsLayout layout = builder.plan(builder.minimumVolumeSize());
    try (FileDevice device = FileDevice.create(folder.resolve("v.img"), layout.volumeSize())) {
      layout.writer(device, true).finish();
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      long held = runtime.totalMemory() - runtime.freeMemory();
      System.out.printf(
          "1,000,000 files: %d ms, %d MB held%n",
          (System.nanoTime() - start) / 1_000_000, held >> 20);
      assertThat(held).isLessThan(800L << 20);
      assertThat(NtfsVolume.open(device).file("d00999/file number 999999.bin").size()).isZero();
    }
  }

  private static void addMany(NtfsImageBuilder builder, int count) {
    NodeHandle directory = null;
    for (int i = 0; i < count; i++) {
      if (i % 1000 == 0) {
        directory = builder.addDirectory(builder.root(), String.format("d%05d", i / 1000), PLAIN);
      }
      builder.addFile(directory, "file number " + i + ".bin", PLAIN);
    }
  }

  private static NtfsImageBuilder leastVolume() {
    return NtfsImageBuilder.create(
        NtfsFormatOptions.ofSize(NtfsFormatOptions.LEAST_SIZE).time(TIME).build());
  }

  private Path build(NtfsImageBuilder builder, long spare) throws IOException {
    Path image = folder.resolve("v.img");
    NtfsLayout layout = builder.plan(builder.minimumVolumeSize() + spare);
    try (FileDevice device = FileDevice.create(image, layout.volumeSize())) {
      layout.writer(device, true).finish();
    }
    return image;
  }

  private Path build(NtfsImageBuilder builder, RandomTree tree, long spare) throws IOException {
    Path image = folder.resolve("v.img");
    NtfsLayout layout = builder.plan(builder.minimumVolumeSize() + spare);
    try (FileDevice device = FileDevice.create(image, layout.volumeSize())) {
      tree.write(layout.writer(device, true));
    }
    return image;
  }

  private static void assertSame(TreeSet<String> found, TreeSet<String> told) {
    TreeSet<String> more = new TreeSet<>(found);
    more.removeAll(told);
    TreeSet<String> less = new TreeSet<>(told);
    less.removeAll(found);
    assertThat(more).isEmpty();
    assertThat(less).isEmpty();
  }
}
