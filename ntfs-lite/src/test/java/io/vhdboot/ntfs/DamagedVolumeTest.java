package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.disk.testing.CountingDevice;
import io.vhdboot.ntfs.security.StandardDescriptors;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Volumes with random damage in their structures: whatever is read from them, it is told by a typed
 * exception or it succeeds, and it costs no more than a few times the volume.
 */
class DamagedVolumeTest {

  /** Values that lie at the borders of what fields can hold. */
  private static final long[] BORDERS = {
    0,
    1,
    2,
    7,
    8,
    0x10,
    0x18,
    0x7F,
    0x80,
    0xFF,
    0x100,
    0x3F8,
    0x400,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x10000,
    0x7FFFFFFFL,
    0x80000000L,
    0xFFFFFFFFL,
    0x100000000L,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1,
  };

  private static final int BLOCK = 1024;
  private static final int FEW_TIMES = 40;

  @TempDir Path folder;

  private static final AtomicLong problems = new AtomicLong();

  @BeforeEach
  void forgetProblems() {
    problems.set(0);
  }

  @Test
  void smallVolumeOfManyFiles() throws IOException {
    byte[] image = Files.readAllBytes(SharedData.unpacked("ntfs/testfs1.gz", folder));
    damage("DamagedVolumeTest.small", image, Seed.cases(60_000, 300));
  }

  @Test
  void volumeOfAllFeatures() throws IOException {
    byte[] image = Files.readAllBytes(SharedData.unpacked("wim/ntfs-features.img.gz", folder));
    damage("DamagedVolumeTest.features", image, Seed.cases(5_000, 40));
  }

  @Test
  void volumeWhoseTableIsInPieces() throws IOException {
    byte[] image = Files.readAllBytes(SharedData.unpacked("ntfs/testfs1.gz", folder));
    FragmentedTable.scatter(image, false);
    damage("DamagedVolumeTest.pieces", image, Seed.cases(30_000, 100));
  }

  @Test
  void volumeOfLinuxWithAttributeLists() throws IOException {
    byte[] image = Files.readAllBytes(SharedData.unpacked("ntfs/ntfs3_attrlist.raw.gz", folder));
    damage("DamagedVolumeTest.lists", image, Seed.cases(5_000, 30));
  }

  @Test
  void volumeThatIsCutShort() throws IOException {
    byte[] image = Files.readAllBytes(SharedData.unpacked("ntfs/testfs1.gz", folder));
    SplittableRandom random = Seed.random("DamagedVolumeTest.short");
    for (int i = 0; i < Seed.cases(2_000, 60); i++) {
      int length = random.nextInt(image.length);
      survey(MemoryDevice.wrap("cut to " + length, Arrays.copyOf(image, length)));
    }
    for (int length = 0; length < 1024; length += 64) {
      survey(MemoryDevice.wrap("cut to " + length, Arrays.copyOf(image, length)));
    }
  }

  @Test
  void editingADamagedVolume() throws IOException {
    byte[] image = Files.readAllBytes(SharedData.unpacked("ntfs/testfs1.gz", folder));
    SplittableRandom random = Seed.random("DamagedVolumeTest.edited");
    int[] edits = new int[1];
    int cases = Seed.cases(20_000, 100);
    damage(
        cases,
        image,
        random,
        device -> {
          edits[0] += edit(device, random);
          return true;
        });
    System.out.println("DamagedVolumeTest.edited: " + cases + " cases, " + edits[0] + " edits");
    assertThat(edits[0]).isGreaterThan(cases);
  }

  @Test
  void tableThatAnotherFileWroteOverIsDamage() throws IOException {
    MemoryDevice device = MemoryDevice.ofSize("crossed", 16 << 20);
    NtfsFormat.format(device, NtfsFormatOptions.ofSize(device.size()).recordSize(1024).build());
    int cluster;
    try (NtfsEditor editor = NtfsEditor.open(device)) {
      NtfsFile root = editor.volume().root();
      cluster = editor.volume().clusterSize();
      NtfsFile crossed = editor.createFile(root, "crossed", NewFileOptions.defaults());
      editor.stream(crossed, "").setSize(cluster);
    }
    MutableImage image = new MutableImage(device.toByteArray());
    long table = LittleEndian.i64(image.bytes(), 0x30);
    image.attribute(
        image.record("crossed"),
        AttributeType.DATA,
        b -> {
          int pairs = LittleEndian.u16(b, 0x20);
          LittleEndian.put16(b, pairs, 0x0131);
          LittleEndian.put32(b, pairs + 2, (int) table);
        });
    MutableImage other = new MutableImage(image.bytes().clone());
    other.attribute(
        SystemFiles.MFT,
        AttributeType.DATA,
        b -> {
          LittleEndian.put64(b, 0x30, 2048);
          LittleEndian.put64(b, 0x38, 2048);
        });
    ByteBuffer records = ByteBuffer.wrap(other.bytes(), (int) table * cluster, cluster);
    NtfsEditor editor = NtfsEditor.open(MemoryDevice.wrap("crossed", image.bytes()));
    NtfsFile root = editor.volume().root();
    editor.createFile(root, "new", NewFileOptions.defaults());
    editor.stream(editor.volume().file("crossed"), "").write(0, records);
    // What is known of files is read again after an edit that did not get through.
    assertThatThrownBy(() -> editor.createFile(root, "crossed", NewFileOptions.defaults()))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(editor::flush)
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("has no longer room for");
  }

  @Test
  void indexOfIdsThatClaimsToBeOfNamesIsDamage() throws IOException {
    MemoryDevice device = MemoryDevice.ofSize("crossed", 16 << 20);
    NtfsFormat.format(device, NtfsFormatOptions.ofSize(device.size()).build());
    MutableImage image = new MutableImage(device.toByteArray());
    image.value(
        image.record("$Extend/$ObjId"),
        AttributeType.INDEX_ROOT,
        "$O",
        root -> LittleEndian.put32(root, 4, IndexRoot.COLLATION_FILE_NAME));
    NtfsEditor editor = NtfsEditor.open(MemoryDevice.wrap("crossed", image.bytes()));
    NtfsFile file = editor.createFile(editor.volume().root(), "file", NewFileOptions.defaults());
    assertThatThrownBy(() -> editor.setObjectId(file, new byte[16]))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining(
            "the index is of attributes 0 by collation 1, and must be of 0 by 13");
  }

  /** Tries edits of all kinds, and says how many were made. */
  private static int edit(MemoryDevice image, SplittableRandom random) {
    MemoryDevice copy = MemoryDevice.wrap(image.name(), image.toByteArray());
    int[] made = new int[1];
    attempt(
        () -> {
          try (NtfsEditor editor = NtfsEditor.open(copy)) {
            for (int i = 0; i < 12; i++) {
              attempt(
                  () -> {
                    editSome(editor, random);
                    made[0]++;
                  });
            }
          }
        });
    return made[0];
  }

  private static void editSome(NtfsEditor editor, SplittableRandom random) throws IOException {
    NtfsFile root = editor.volume().root();
    List<NtfsDirectoryEntry> entries = root.list();
    entries.removeIf(NtfsDirectoryEntry::isMetafile);
    int kind = entries.isEmpty() ? 8 : random.nextInt(9);
    NtfsDirectoryEntry entry =
        entries.isEmpty() ? null : entries.get(random.nextInt(entries.size()));
    switch (kind) {
      case 0 -> editor.unlink(root, entry.name());
      case 1 -> editor.deleteTree(root, entry.name());
      case 2 -> editor.rename(root, entry.name(), root, "new" + random.nextInt(), false);
      case 3 -> editor.setObjectId(editor.volume().file(entry), new byte[16]);
      case 4 ->
          editor.setSecurityDescriptor(
              editor.volume().file(entry), StandardDescriptors.SYSTEM_READ);
      case 5 -> editor.createStream(editor.volume().file(entry), "stream");
      case 6 -> editor.flush();
      case 7 -> {
        NtfsFile file = editor.volume().file(entry);
        try (ResizableBlockDevice stream = editor.stream(file, "")) {
          stream.setSize(random.nextInt(20_000));
          stream.zero(0, stream.size());
        }
      }
      default -> editor.createFile(root, "created" + random.nextInt(), NewFileOptions.defaults());
    }
  }

  /** What is done with each damaged volume; says whether it was one at all. */
  private interface Survey {
    boolean of(MemoryDevice image);
  }

  private static void damage(String test, byte[] image, int cases) throws IOException {
    int opened = damage(cases, image, Seed.random(test), DamagedVolumeTest::survey);
    System.out.println(test + ": " + cases + " cases, " + problems + " exceptions");
    assertThat(opened).isGreaterThan(cases / 2);
    assertThat(problems.get()).isGreaterThan(cases);
  }

  private static int damage(int cases, byte[] image, SplittableRandom random, Survey survey) {
    List<Integer> structures = structures(image);
    assertThat(structures).hasSizeGreaterThan(100);
    byte[] sound = image.clone();
    int opened = 0;
    for (int i = 0; i < cases; i++) {
      List<Integer> places = new ArrayList<>();
      List<byte[]> old = new ArrayList<>();
      for (int count = 1 << random.nextInt(7); count > 0; count--) {
        int word = random.nextInt(BLOCK / 8);
        int place = structures.get(random.nextInt(structures.size())) + 8 * word;
        places.add(place);
        old.add(Arrays.copyOfRange(image, place, place + 8));
        change(image, place, random);
      }
      try {
        opened += survey.of(MemoryDevice.wrap("case " + i + " " + places, image)) ? 1 : 0;
      } catch (RuntimeException e) {
        throw new AssertionError("case " + i + " " + places + ": " + e, e);
      } finally {
        for (int j = places.size() - 1; j >= 0; j--) {
          System.arraycopy(old.get(j), 0, image, places.get(j), 8);
        }
      }
    }
    assertThat(image).isEqualTo(sound);
    return opened;
  }

  private static void change(byte[] image, int place, SplittableRandom random) {
    long border = BORDERS[random.nextInt(BORDERS.length)];
    switch (random.nextInt(6)) {
      case 0 -> image[place + random.nextInt(8)] = (byte) random.nextInt();
      case 1 -> image[place + random.nextInt(8)] ^= (byte) (1 << random.nextInt(8));
      case 2 -> LittleEndian.put16(image, place + 2 * random.nextInt(4), (int) border);
      case 3 -> LittleEndian.put32(image, place + 4 * random.nextInt(2), border);
      case 4 -> LittleEndian.put64(image, place, border);
      default -> LittleEndian.put32(image, place + 4 * random.nextInt(2), random.nextInt(4096));
    }
  }

  /** Where records, index blocks and other structures begin; those in use come more often. */
  private static List<Integer> structures(byte[] image) {
    List<Integer> found = new ArrayList<>();
    for (int at = 0; at + BLOCK <= image.length; at += 512) {
      int signature = LittleEndian.i32(image, at);
      if (signature == 0x58444E49) {
        found.addAll(List.of(at, at, at, at + BLOCK, at + 2 * BLOCK));
      } else if (signature == FileRecord.SIGNATURE
          && (LittleEndian.u16(image, at + 0x16) & FileRecord.FLAG_IN_USE) != 0) {
        boolean isSystem = LittleEndian.u32(image, at + 0x2C) < 27;
        found.addAll(isSystem ? List.of(at, at, at, at, at, at) : List.of(at));
      }
    }
    found.addAll(List.of(0, 0, 0, 0));
    return found;
  }

  /** Reads all that can be read, in every way there is; says whether the volume opened. */
  private static boolean survey(MemoryDevice image) {
    CountingDevice device = new CountingDevice(image);
    boolean opened = false;
    try {
      NtfsVolume volume = NtfsVolume.open(device);
      opened = true;
      volume.logState();
      attempt(volume::countFreeClusters);
      attempt(() -> walk(volume));
      long records = Math.min(volume.recordCount(), 64);
      for (long number = 0; number < records; number++) {
        long record = number;
        attempt(() -> volume.find(record).ifPresent(DamagedVolumeTest::survey));
      }
      attempt(() -> volume.file("ads/plain.txt:x/y"));
    } catch (IOException e) {
      check(e);
    } catch (RuntimeException e) {
      throw new AssertionError(image.name() + ": " + e, e);
    }
    assertThat(device.bytesRead())
        .as(image.name())
        .isLessThan(FEW_TIMES * Math.max(image.size(), 2 << 20));
    return opened;
  }

  private static void walk(NtfsVolume volume) throws IOException {
    volume
        .root()
        .walk(
            new NtfsVisitor() {
              @Override
              public boolean visit(String path, NtfsDirectoryEntry entry) {
                attempt(() -> survey(volume.file(entry)));
                if (entry.reference() % 16 == 0) {
                  attempt(() -> volume.find(path));
                }
                return true;
              }

              @Override
              public void failed(String path, IOException problem) {
                check(problem);
              }
            });
  }

  private static void survey(NtfsFile file) {
    attempt(file::attributes);
    attempt(file::names);
    attempt(file::securityDescriptor);
    attempt(file::extendedAttributes);
    attempt(file::reparseTag);
    attempt(file::objectId);
    assertThat(file.toString()).isNotEmpty();
    for (NtfsStream stream : file.streams()) {
      attempt(stream::extents);
      attempt(
          () -> {
            ByteBuffer buffer = ByteBuffer.allocate(1 << 14);
            stream.read(0, buffer);
            stream.read(Math.max(0, stream.size() - 100), buffer.clear());
            stream.read(stream.size() / 2, buffer.clear().limit(512));
          });
      attempt(
          () -> {
            BlockDevice device = stream.device();
            long at = 0;
            for (int i = 0; i < 10 && at < device.size(); i++) {
              MappedExtent extent = device.map(at);
              assertThat(extent.length()).isPositive();
              at = extent.end();
            }
          });
    }
  }

  private interface Reading {
    void run() throws IOException;
  }

  private static void attempt(Reading reading) {
    try {
      reading.run();
    } catch (IOException e) {
      check(e);
    }
  }

  private static void check(IOException e) {
    if (!(e instanceof DiskFormatException)
        && !(e instanceof FileSystemException)
        && !(e instanceof NoSpaceException)) {
      throw new AssertionError("not a typed exception: " + e, e);
    }
    assertThat(e.getMessage()).isNotBlank();
    problems.incrementAndGet();
  }
}
