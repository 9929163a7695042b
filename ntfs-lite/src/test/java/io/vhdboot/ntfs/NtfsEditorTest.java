package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NtfsEditorTest {

  private static final Instant NOW = Instant.parse("2024-05-06T07:08:09Z");
  private static final NtfsEditOptions OPTIONS =
      NtfsEditOptions.defaults().withClock(InstantSource.fixed(NOW));
  private static final NewFileOptions PLAIN = NewFileOptions.defaults();

  @TempDir Path folder;

  private Path format(int sector, int cluster, int record, int mebibytes) throws IOException {
    Path image = folder.resolve("v.img");
    try (FileDevice device = FileDevice.create(image, (long) mebibytes << 20)) {
      NtfsFormat.format(
          device,
          NtfsFormatOptions.ofSize(device.size())
              .bytesPerSector(sector)
              .clusterSize(cluster)
              .recordSize(record)
              .label("Edited")
              .time(NtfsFormatTest.TIME)
              .build());
    }
    return image;
  }

  private Path format() throws IOException {
    return format(512, 4096, 1024, 32);
  }

  private static NtfsEditor open(BlockDevice device) throws IOException {
    return NtfsEditor.open(device, OPTIONS);
  }

  private static byte[] bytes(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static void write(NtfsEditor editor, NtfsFile file, String stream, byte[] content)
      throws IOException {
    try (ResizableBlockDevice device = editor.stream(file, stream)) {
      device.setSize(content.length);
      device.write(0, ByteBuffer.wrap(content));
    }
  }

  private static byte[] read(NtfsVolume volume, String path, String stream) throws IOException {
    NtfsStream found = volume.file(path).stream(stream);
    byte[] all = new byte[(int) found.size()];
    found.read(0, ByteBuffer.wrap(all));
    return all;
  }

  @ParameterizedTest
  @CsvSource({
    "512, 512, 1024, 10",
    "512, 1024, 1024, 20",
    "512, 4096, 1024, 32",
    "512, 4096, 4096, 20",
    "512, 65536, 1024, 50",
    "512, 2097152, 1024, 300",
    "4096, 4096, 4096, 20",
    "4096, 65536, 4096, 50",
  })
  void filesOfAllSizesOnVolumesOfAllKinds(int sector, int cluster, int record, int mebibytes)
      throws IOException {
    Path image = format(sector, cluster, record, mebibytes);
    int[] sizes = {0, 1, 100, 600, 700, 4095, 4096, 4097, 100_000};
    try (FileDevice device = FileDevice.open(image)) {
      try (NtfsEditor editor = open(device)) {
        NtfsFile root = editor.volume().root();
        NtfsFile directory = editor.createDirectory(root, "folder", PLAIN);
        for (int size : sizes) {
          NtfsFile file = editor.createFile(directory, "file " + size + ".bin", PLAIN);
          write(editor, file, "", bytes(size, size));
          editor.createStream(file, "second");
          write(editor, file, "second", bytes(size / 2, size + 1));
        }
        for (int size : sizes) {
          assertThat(read(editor.volume(), "folder/file " + size + ".bin", ""))
              .isEqualTo(bytes(size, size));
        }
      }
      NtfsVolume volume = NtfsVolume.open(device);
      assertThat(volume.isDirty()).isFalse();
      for (int size : sizes) {
        assertThat(read(volume, "folder/file " + size + ".bin", "")).isEqualTo(bytes(size, size));
        assertThat(read(volume, "folder/file " + size + ".bin", "second"))
            .isEqualTo(bytes(size / 2, size + 1));
      }
    }
    Judges.check(image);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096, 65536})
  void directoriesGrowAndShrinkThroughAllLevels(int cluster) throws IOException {
    Path image = format(512, cluster, 1024, Seed.cases(256, 64));
    int count = Seed.cases(20_000, 1000);
    try (FileDevice device = FileDevice.open(image)) {
      try (NtfsEditor editor = open(device)) {
        NtfsFile directory = editor.createDirectory(editor.volume().root(), "many", PLAIN);
        for (int i = 0; i < count; i++) {
          editor.createFile(directory, "a file with a longer name " + i * 7919 % count, PLAIN);
        }
      }
      assertThat(NtfsVolume.open(device).file("many").list()).hasSize(count);
      Judges.check(image);
      try (NtfsEditor editor = open(device)) {
        NtfsFile directory = editor.volume().file("many");
        for (int i = 0; i < count; i++) {
          if (i % 100 != 0) {
            editor.unlink(directory, "A FILE with a longer name " + i);
          }
        }
        assertThat(editor.volume().file("many").list()).hasSize(count / 100);
      }
      Judges.check(image);
      try (NtfsEditor editor = open(device)) {
        assertThatThrownBy(() -> editor.unlink(editor.volume().root(), "many"))
            .isInstanceOf(DirectoryNotEmptyException.class);
        editor.deleteTree(editor.volume().root(), "many");
        assertThat(editor.volume().find("many")).isEmpty();
      }
    }
    Judges.check(image);
  }

  @Test
  void hardLinksBeyondWhatARecordHolds() throws IOException {
    Path image = format();
    try (FileDevice device = FileDevice.open(image)) {
      try (NtfsEditor editor = open(device)) {
        NtfsFile root = editor.volume().root();
        NtfsFile file = editor.createFile(root, "first", PLAIN);
        write(editor, file, "", bytes(5000, 1));
        for (int i = 0; i < 200; i++) {
          editor.link(file, root, "l".repeat(1 + i) + i);
        }
      }
      Judges.check(image);
      assertThat(NtfsVolume.open(device).file("first").names()).hasSize(201);
      try (NtfsEditor editor = open(device)) {
        NtfsFile root = editor.volume().root();
        for (int i = 0; i < 200; i++) {
          editor.unlink(root, "l".repeat(1 + i) + i);
        }
        assertThat(read(editor.volume(), "first", "")).isEqualTo(bytes(5000, 1));
      }
    }
    Judges.check(image);
  }

  @Test
  void renamesAcrossFolders() throws IOException {
    Path image = format();
    try (FileDevice device = FileDevice.open(image)) {
      try (NtfsEditor editor = open(device)) {
        NtfsFile root = editor.volume().root();
        NtfsFile a = editor.createDirectory(root, "a", PLAIN);
        NtfsFile b = editor.createDirectory(a, "b", PLAIN);
        NtfsFile file = editor.createFile(b, "file", PLAIN);
        write(editor, file, "", bytes(3000, 3));
        editor.rename(b, "file", root, "FILE.txt", false);
        editor.rename(root, "file.TXT", root, "File.txt", false);
        assertThat(editor.volume().root().find("file.txt").orElseThrow().name())
            .isEqualTo("File.txt");
        assertThatThrownBy(() -> editor.rename(root, "a", b, "c", false))
            .isInstanceOf(FileSystemException.class);
        editor.createFile(a, "x", PLAIN);
        assertThatThrownBy(() -> editor.rename(root, "File.txt", a, "X", false))
            .isInstanceOf(FileAlreadyExistsException.class);
        editor.rename(root, "File.txt", a, "X", true);
        assertThat(read(editor.volume(), "a/x", "")).isEqualTo(bytes(3000, 3));
        assertThatThrownBy(() -> editor.unlink(root, "none"))
            .isInstanceOf(NoSuchFileException.class);
        editor.rename(a, "b", root, "c", false);
        assertThat(editor.volume().file("c").names().get(0).parentRecordNumber()).isEqualTo(5);
      }
    }
    Judges.check(image);
  }

  @Test
  void namesThatDifferOnlyInTheirCase() throws IOException {
    Path image = format();
    try (FileDevice device = FileDevice.open(image);
        NtfsEditor editor = open(device)) {
      NtfsFile root = editor.volume().root();
      NewFileOptions posix = NewFileOptions.builder().posix(true).build();
      NtfsFile one = editor.createFile(root, "name", posix);
      NtfsFile two = editor.createFile(root, "other", posix);
      NtfsFile windows = editor.createFile(root, "Windows", PLAIN);
      assertThatThrownBy(() -> editor.rename(root, "other", root, "NAME", false))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThatThrownBy(() -> editor.link(two, root, "NAME"))
          .isInstanceOf(FileAlreadyExistsException.class);
      editor.rename(root, "other", root, "NAME", false, true);
      editor.link(one, root, "Name", true);
      editor.link(windows, root, "a:b?", true);
      assertThatThrownBy(() -> editor.rename(root, "NAME", root, "Name", false, true))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThat(editor.volume().file("name").reference()).isEqualTo(one.reference());
      assertThat(editor.volume().file("NAME").reference()).isEqualTo(two.reference());
      editor.rename(root, "NAME", root, "Name", true, true);
      assertThat(editor.volume().file("Name").reference()).isEqualTo(two.reference());
      assertThat(editor.volume().file("name").reference()).isEqualTo(one.reference());
      editor.unlink(root, "name");
      editor.rename(root, "Name", root, "name", false, true);
      assertThat(editor.volume().root().list())
          .filteredOn(entry -> !entry.isMetafile())
          .extracting(NtfsDirectoryEntry::name)
          .containsExactlyInAnyOrder("a:b?", "name", "Windows");
    }
    Judges.check(image);
  }

  @Test
  void systemFilesAreRefused() throws IOException {
    Path image = format();
    try (FileDevice device = FileDevice.open(image);
        NtfsEditor editor = open(device)) {
      NtfsFile root = editor.volume().root();
      NtfsFile extend = editor.volume().file("$Extend");
      assertThatThrownBy(() -> editor.unlink(root, "$Bitmap"))
          .isInstanceOf(AccessDeniedException.class);
      assertThatThrownBy(() -> editor.createFile(extend, "x", PLAIN))
          .isInstanceOf(AccessDeniedException.class);
      assertThatThrownBy(() -> editor.stream(editor.volume().file("$MFT"), ""))
          .isInstanceOf(AccessDeniedException.class);
      assertThatThrownBy(() -> editor.unlink(extend, "$ObjId"))
          .isInstanceOf(AccessDeniedException.class);
      assertThatThrownBy(() -> editor.createFile(root, "con.txt", PLAIN))
          .isInstanceOf(IllegalArgumentException.class);
    }
    Judges.check(image);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096, 65536})
  void sparseStreamsHaveHoles(int cluster) throws IOException {
    Path image = format(512, cluster, 1024, 64);
    byte[] model = new byte[4 << 20];
    try (FileDevice device = FileDevice.open(image)) {
      try (NtfsEditor editor = open(device)) {
        NtfsFile file = editor.createFile(editor.volume().root(), "sparse", PLAIN);
        editor.setSparse(file, "", true);
        Random random = new Random(5);
        try (ResizableBlockDevice stream = editor.stream(file, "")) {
          stream.setSize(model.length);
          for (int i = 0; i < 300; i++) {
            int at = random.nextInt(model.length - 20_000);
            int length = 1 + random.nextInt(20_000);
            if (random.nextInt(3) == 0) {
              stream.zero(at, length);
              Arrays.fill(model, at, at + length, (byte) 0);
            } else if (random.nextInt(4) == 0) {
              byte[] some = bytes(length, i);
              stream.write(at, ByteBuffer.wrap(some));
              System.arraycopy(some, 0, model, at, length);
            }
            if (i % 50 == 49) {
              stream.flush();
            }
          }
          assertThat(stream.read(0, model.length)).isEqualTo(model);
        }
      }
      assertThat(read(NtfsVolume.open(device), "sparse", "")).isEqualTo(model);
      assertThat(NtfsVolume.open(device).file("sparse").stream("").storedSize())
          .isLessThan(model.length);
      Judges.check(image);
      try (NtfsEditor editor = open(device)) {
        editor.setSparse(editor.volume().file("sparse"), "", false);
        assertThat(read(editor.volume(), "sparse", "")).isEqualTo(model);
      }
    }
    Judges.check(image);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void whatHasNoRoomLeavesNothingBehind(int cluster) throws IOException {
    editWithoutRoom(cluster, Seed.random("noRoom"));
  }

  /** Of this seed's edits one scatters an attribute list, and its run list fills the record. */
  @Test
  void attributeListInManyPiecesFits() throws IOException {
    editWithoutRoom(512, new SplittableRandom(-21606188460239L));
  }

  private void editWithoutRoom(int cluster, SplittableRandom random) throws IOException {
    Path image = format(512, cluster, 1024, 6);
    EditModel model = new EditModel();
    RandomEdits edits = new RandomEdits(random, model, cluster, 60_000);
    try (FileDevice device = FileDevice.open(image)) {
      edits.open(device);
      NtfsEditor editor = edits.editor();
      NtfsFile filler = editor.createFile(editor.volume().root(), "filler", PLAIN);
      try (ResizableBlockDevice stream = editor.stream(filler, "")) {
        stream.setSize(editor.freeSpace() - (48 << 10));
      }
      NtfsFile top = editor.createDirectory(editor.volume().root(), "top", PLAIN);
      model.root.reference = top.reference();
      for (int i = 0; i < 250; i++) {
        edits.step();
      }
      assertThat(edits.refused()).isPositive();
      // Closing a stream may have been refused; then its times are brought up to date here.
      editor.flush();
      model.check(editor.volume(), editor.volume().file("top"));
      editor.close();
      NtfsVolume volume = NtfsVolume.open(device);
      model.check(volume, volume.file("top"));
    }
    Judges.check(image);
  }

  @Test
  void uncleanVolumesAreRefused() throws IOException {
    Path image = format();
    try (FileDevice device = FileDevice.open(image)) {
      NtfsEditor left = open(device);
      left.createFile(left.volume().root(), "x", PLAIN);
      left.flush();
      assertThatThrownBy(() -> NtfsEditor.open(device))
          .isInstanceOf(UncleanVolumeException.class)
          .hasMessageContaining("dirty");
      left.close();
      assertThatThrownBy(() -> left.createFile(left.volume().root(), "y", PLAIN))
          .isInstanceOf(IOException.class);
      open(device).close();
      assertThat(NtfsVolume.open(device).logState()).isEqualTo(LogState.EMPTY);
    }
    Judges.check(image);
  }

  @Test
  void aFullVolumeSaysSo() throws IOException {
    Path image = format(512, 4096, 1024, 6);
    try (FileDevice device = FileDevice.open(image)) {
      try (NtfsEditor editor = open(device)) {
        NtfsFile file = editor.createFile(editor.volume().root(), "large", PLAIN);
        try (ResizableBlockDevice stream = editor.stream(file, "")) {
          assertThatThrownBy(() -> stream.setSize(64 << 20)).isInstanceOf(NoSpaceException.class);
          assertThat(stream.size()).isZero();
          stream.setSize(editor.freeSpace() - (64 << 10));
          stream.setSize(0);
          // What was given back is taken again at once, by way of a flush.
          stream.setSize(editor.freeSpace() - (64 << 10));
        }
      }
    }
    Judges.check(image);
  }

  /**
   * A list of attributes that gets shorter takes a new cluster before it gives the old one back.
   */
  @Test
  void namesAreDeletedOnAFullVolume() throws IOException {
    Path image = format(512, 4096, 1024, 8);
    try (FileDevice device = FileDevice.open(image)) {
      try (NtfsEditor editor = open(device)) {
        NtfsFile root = editor.volume().root();
        NtfsFile file = editor.createFile(root, "first", PLAIN);
        for (int i = 0; i < 100; i++) {
          editor.link(file, root, "l".repeat(100) + i);
        }
        NtfsFile filler = editor.createFile(root, "filler", PLAIN);
        editor.flush();
        try (ResizableBlockDevice stream = editor.stream(filler, "")) {
          stream.setSize(editor.freeSpace());
        }
        editor.flush();
        assertThat(editor.freeSpace()).isZero();
        assertThatThrownBy(() -> write(editor, file, "", bytes(60_000, 1)))
            .isInstanceOf(NoSpaceException.class)
            .hasMessageContaining(", 65536 bytes kept for deleting, needs ")
            .hasMessageEndingWith("has 0");
        for (int i = 0; i < 100; i++) {
          editor.unlink(root, "l".repeat(100) + i);
          editor.flush();
        }
      }
    }
    Judges.check(image);
  }

  /** The names lie in records of their own, of which there are no more, and no cluster either. */
  @Test
  void namesRepeatWhatTheFileIsOnAFullVolumeToo() throws IOException {
    Path image = format(512, 65536, 1024, 24);
    try (FileDevice device = FileDevice.open(image)) {
      try (NtfsEditor editor = NtfsEditor.open(device, OPTIONS.withReserve(0))) {
        NtfsFile root = editor.volume().root();
        NtfsFile file = editor.createFile(root, "first", PLAIN);
        write(editor, file, "", bytes(60_000, 1));
        for (int i = 0; i < 40; i++) {
          editor.link(file, root, "l".repeat(100) + i);
        }
        editor.flush();
        NtfsFile filler = editor.createFile(root, "filler", PLAIN);
        try (ResizableBlockDevice stream = editor.stream(filler, "")) {
          stream.setSize(editor.freeSpace());
        }
        editor.flush();
        assertThat(editor.freeSpace()).isZero();
        try (ResizableBlockDevice stream = editor.stream(file, "")) {
          stream.setSize(61_000);
        }
      }
    }
    Judges.check(image);
  }

  @Test
  void metadataIsSet() throws IOException {
    Path image = format();
    try (FileDevice device = FileDevice.open(image)) {
      try (NtfsEditor editor = open(device)) {
        NtfsFile root = editor.volume().root();
        NtfsFile file = editor.createFile(root, "a long name.text", PLAIN);
        editor.setTimes(
            file, OptionalLong.of(1), OptionalLong.of(2), OptionalLong.empty(), OptionalLong.of(4));
        editor.setAttributes(file, FileAttributes.HIDDEN | FileAttributes.READ_ONLY);
        editor.setShortName(root, "a long name.text", Optional.of("ALONGN~1.TEX"));
        editor.setLabel("Another");
        NtfsFile now = editor.volume().file("ALONGN~1.TEX");
        assertThat(now.created()).isEqualTo(1);
        assertThat(now.modified()).isEqualTo(2);
        assertThat(now.accessed()).isEqualTo(4);
        assertThat(now.attributes()).isEqualTo(FileAttributes.HIDDEN | FileAttributes.READ_ONLY);
        assertThat(editor.volume().label()).isEqualTo("Another");
        assertThat(editor.volume().isDirty()).isTrue();
      }
      assertThat(NtfsVolume.open(device).label()).isEqualTo("Another");
      Judges.check(image);
      try (NtfsEditor editor = open(device)) {
        NtfsFile root = editor.volume().root();
        editor.setShortName(root, "a long name.text", Optional.empty());
        assertThat(editor.volume().find("ALONGN~1.TEX")).isEmpty();
      }
    }
    Judges.check(image);
  }
}
