package io.vhdboot.fat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FatEditorTest {

  private static final Instant TIME = Instant.parse("2026-11-26T17:39:58Z");

  /** Clusters that are left for the largest file of the random edits. */
  private static final int SPARE = 128;

  @TempDir Path folder;

  private Path format(FatType type, long size, int clusterSize) throws IOException {
    Path image = folder.resolve("volume");
    Files.deleteIfExists(image);
    try (FileDevice device = FileDevice.create(image, size)) {
      FatFormat.format(
          device, FatFormatOptions.ofSize(size).type(type).clusterSize(clusterSize).build());
    }
    return image;
  }

  private static void put(FatEditor editor, FatFile file, byte[] content) throws IOException {
    try (ResizableBlockDevice device = editor.content(file)) {
      device.setSize(content.length);
      device.write(0, ByteBuffer.wrap(content));
    }
  }

  private static byte[] content(FatFile file) throws IOException {
    try (InputStream in = file.newInputStream()) {
      return in.readAllBytes();
    }
  }

  @Test
  void mtoolsReadsWhatWasWritten() throws IOException {
    Path image = format(FatType.FAT32, 64 << 20, 512);
    byte[] content = "hello\n".repeat(1000).getBytes(UTF_8);
    try (FileDevice device = FileDevice.open(image);
        FatEditor editor = FatEditor.open(device, () -> TIME)) {
      FatFile efi = editor.createDirectory(editor.volume().root(), "EFI");
      FatFile boot = editor.createDirectory(efi, "Boot");
      put(editor, editor.createFile(boot, "bootx64.efi", FatAttributes.ARCHIVE), content);
      FatFile named = editor.createFile(boot, "Größe der Schlüssel.txt", FatAttributes.HIDDEN);
      put(editor, named, "x".getBytes(UTF_8));
    }
    FatJudges.check(image);
    Path copy = folder.resolve("copy");
    ExternalTool.named("mcopy").output("-i", image, "::/EFI/Boot/bootx64.efi", copy);
    assertThat(copy).hasBinaryContent(content);
    String listing = ExternalTool.named("mdir").output("-a", "-i", image, "::/EFI/Boot");
    assertThat(listing).contains("bootx64  efi      6000 2026-11-26  17:39");
    assertThat(ExternalTool.named("fls").output("-f", "fat", "-r", "-p", image))
        .contains("EFI/Boot/bootx64.efi")
        .contains("EFI/Boot/Größe der Schlüssel.txt");
  }

  @Test
  void whatMtoolsWroteIsRead() throws IOException {
    Path image = folder.resolve("volume");
    Files.write(image, new byte[20 << 20]);
    ExternalTool.named("mkfs.vfat").output("-F", "16", "-n", "THEIRS", image);
    Path source = folder.resolve("A quite long name.dat");
    byte[] content = new byte[100_000];
    new SplittableRandom(1).nextBytes(content);
    Files.write(source, content);
    ExternalTool.named("mmd").output("-i", image, "::/sub dir");
    ExternalTool.named("mcopy").output("-i", image, source, "::/sub dir/");
    try (FileDevice device = FileDevice.openReadOnly(image)) {
      FatVolume volume = FatVolume.open(device);
      assertThat(volume.label()).isEqualTo("THEIRS");
      FatFile file = volume.file("SUB DIR\\a QUITE long name.dat");
      assertThat(file.name()).isEqualTo("A quite long name.dat");
      assertThat(content(file)).isEqualTo(content);
    }
  }

  @Test
  void linuxReadsAndWritesTheVolume() throws IOException {
    ExternalTool.requireRoot();
    Path image = format(FatType.FAT32, 40 << 20, 512);
    try (FileDevice device = FileDevice.open(image);
        FatEditor editor = FatEditor.open(device)) {
      FatFile sub = editor.createDirectory(editor.volume().root(), "Ünïcode dir");
      put(editor, editor.createFile(sub, "from us.txt", 0), "ours".getBytes(UTF_8));
    }
    Path mount = Files.createDirectory(folder.resolve("mount"));
    ExternalTool.Result mounted =
        ExternalTool.named("mount").run("-o", "loop,utf8,iocharset=iso8859-1", image, mount);
    assumeTrue(mounted.exitCode() == 0, "no loop mounts here: " + mounted.output());
    try {
      Path sub = mount.resolve("Ünïcode dir");
      assertThat(sub.resolve("from us.txt")).hasContent("ours");
      Files.writeString(sub.resolve("from Linux.txt"), "theirs");
    } finally {
      ExternalTool.named("umount").output(mount);
    }
    FatJudges.check(image);
    try (FileDevice device = FileDevice.openReadOnly(image)) {
      FatFile file = FatVolume.open(device).file("Ünïcode dir/from Linux.txt");
      assertThat(content(file)).isEqualTo("theirs".getBytes(UTF_8));
    }
  }

  @Test
  void volumeIsMarkedWhileItIsEdited() throws IOException {
    for (FatType type : FatType.values()) {
      Path image =
          format(
              type, type == FatType.FAT32 ? 64 << 20 : 4 << 20, type == FatType.FAT12 ? 1024 : 512);
      try (FileDevice device = FileDevice.open(image)) {
        FatEditor editor = FatEditor.open(device);
        assertThat(FatVolume.open(device).isDirty()).isFalse();
        editor.createFile(editor.volume().root(), "a", 0);
        editor.flush();
        assertThat(FatVolume.open(device).isDirty()).isTrue();
        editor.close();
        assertThat(FatVolume.open(device).isDirty()).isFalse();
      }
    }
  }

  @Test
  void directoryGrowsAndGivesItsClustersBack() throws IOException {
    Path image = format(FatType.FAT16, 8 << 20, 512);
    try (FileDevice device = FileDevice.open(image);
        FatEditor editor = FatEditor.open(device)) {
      long free = editor.freeSpace();
      FatFile directory = editor.createDirectory(editor.volume().root(), "many");
      for (int i = 0; i < 2000; i++) {
        put(editor, editor.createFile(directory, "file number " + i, 0), new byte[] {(byte) i});
      }
      assertThat(directory.list()).hasSize(2000);
      assertThat(content(directory.child("FILE number 1234").orElseThrow()))
          .containsExactly(1234 & 0xFF);
      assertThatThrownBy(() -> editor.delete(editor.volume().root(), "many"))
          .isInstanceOf(DirectoryNotEmptyException.class);
      editor.deleteTree(editor.volume().root(), "many");
      assertThat(editor.freeSpace()).isEqualTo(free);
    }
    FatJudges.check(image);
  }

  @Test
  void fullVolumeRefusesMoreAndStaysWhole() throws IOException {
    Path image = format(FatType.FAT12, 256 << 10, 512);
    try (FileDevice device = FileDevice.open(image);
        FatEditor editor = FatEditor.open(device)) {
      FatFile file = editor.createFile(editor.volume().root(), "big", 0);
      try (ResizableBlockDevice content = editor.content(file)) {
        long free = editor.freeSpace();
        assertThatThrownBy(() -> content.setSize(free + 1)).isInstanceOf(NoSpaceException.class);
        assertThat(content.size()).isZero();
        content.setSize(free);
        assertThat(editor.freeSpace()).isZero();
      }
      assertThatThrownBy(() -> editor.createDirectory(editor.volume().root(), "dir"))
          .isInstanceOf(NoSpaceException.class);
    }
    FatJudges.check(image);
  }

  @Test
  void fileOf4GibIsRefused() throws IOException {
    Path image = format(FatType.FAT12, 256 << 10, 512);
    try (FileDevice device = FileDevice.open(image);
        FatEditor editor = FatEditor.open(device)) {
      FatFile file = editor.createFile(editor.volume().root(), "big", 0);
      try (ResizableBlockDevice content = editor.content(file)) {
        assertThatThrownBy(() -> content.setSize(4L << 30))
            .isInstanceOf(FileSystemException.class)
            .hasMessageContaining("4 GiB");
      }
    }
  }

  @Test
  void reservedContentIsInOnePiece() throws IOException {
    Path image = format(FatType.FAT16, 8 << 20, 512);
    try (FileDevice device = FileDevice.open(image);
        FatEditor editor = FatEditor.open(device)) {
      FatFile file = editor.createFile(editor.volume().root(), "file", 0);
      try (BlockDevice content = editor.reserve(file, 1 << 20)) {
        content.write((1 << 20) - 3, ByteBuffer.wrap(new byte[] {1, 2, 3}));
      }
      ClusterChain chain = editor.volume().file("file").chain();
      assertThat(chain.contiguous(0)).isEqualTo(chain.clusterCount()).isEqualTo(2048);
    }
    FatJudges.check(image);
  }

  @Test
  void directoryDoesNotMoveIntoItself() throws IOException {
    Path image = format(FatType.FAT16, 8 << 20, 512);
    try (FileDevice device = FileDevice.open(image);
        FatEditor editor = FatEditor.open(device)) {
      FatFile root = editor.volume().root();
      FatFile outer = editor.createDirectory(root, "outer");
      FatFile inner = editor.createDirectory(outer, "inner");
      assertThatThrownBy(() -> editor.rename(root, "outer", inner, "x", false))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("in itself");
      editor.rename(outer, "inner", root, "free", false);
      editor.rename(root, "outer", editor.volume().file("free"), "x", false);
      assertThat(editor.volume().find("free/x")).isPresent();
    }
    FatJudges.check(image);
  }

  @Test
  void labelIsSetAndTakenAway() throws IOException {
    Path image = format(FatType.FAT32, 64 << 20, 512);
    try (FileDevice device = FileDevice.open(image);
        FatEditor editor = FatEditor.open(device)) {
      editor.setLabel("first");
      editor.setLabel("second");
      assertThat(editor.volume().label()).isEqualTo("SECOND");
    }
    FatJudges.check(image);
    try (FileDevice device = FileDevice.open(image);
        FatEditor editor = FatEditor.open(device)) {
      editor.setLabel("");
      assertThat(editor.volume().label()).isEmpty();
    }
    FatJudges.check(image);
  }

  @Test
  void attributesAndTimesAreSet() throws IOException {
    Path image = format(FatType.FAT16, 8 << 20, 512);
    try (FileDevice device = FileDevice.open(image);
        FatEditor editor = FatEditor.open(device)) {
      FatFile file = editor.createFile(editor.volume().root(), "file", 0);
      editor.setAttributes(file, FatAttributes.SYSTEM | FatAttributes.READ_ONLY);
      editor.setTimes(
          file, Optional.of(TIME.plusMillis(1230)), Optional.of(TIME), Optional.of(TIME));
      FatFile after = editor.volume().file("file");
      assertThat(after.attributes()).isEqualTo(FatAttributes.SYSTEM | FatAttributes.READ_ONLY);
      assertThat(after.created()).contains(TIME.plusMillis(1230));
      assertThat(after.modified()).contains(TIME);
      assertThat(after.accessed()).contains(Instant.parse("2026-11-26T00:00:00Z"));
      editor.delete(editor.volume().root(), "file");
      assertThatThrownBy(() -> editor.setAttributes(file, 0))
          .isInstanceOf(NoSuchFileException.class);
    }
  }

  /** Random edits against files in memory, then each reader there is. */
  @ParameterizedTest
  @CsvSource({"FAT12, 2, 1024", "FAT16, 16, 512", "FAT32, 40, 512"})
  void randomEditsAreReadBackByAll(FatType type, int mebibytes, int clusterSize)
      throws IOException {
    SplittableRandom random = Seed.random("randomEdits " + type);
    Path image = format(type, (long) mebibytes << 20, clusterSize);
    Map<String, byte[]> files = new TreeMap<>();
    List<String> directories = new ArrayList<>(List.of(""));
    try (FileDevice device = FileDevice.open(image);
        FatEditor editor = FatEditor.open(device)) {
      int edits = Seed.cases(5_000, 400);
      for (int i = 0; i < edits; i++) {
        edit(random, editor, files, directories);
      }
    }
    FatJudges.check(image);
    try (FileDevice device = FileDevice.openReadOnly(image)) {
      Map<String, byte[]> read = new TreeMap<>();
      FatVolume.open(device)
          .walk(
              (path, file) -> {
                if (!file.isDirectory()) {
                  read.put(path, content(file));
                }
              });
      assertThat(read.keySet()).isEqualTo(files.keySet());
      read.forEach((path, bytes) -> assertThat(bytes).as(path).isEqualTo(files.get(path)));
    }
    Path out = Files.createDirectory(folder.resolve("out"));
    ExternalTool.named("mcopy").output("-s", "-n", "-Q", "-i", image, "::/", out);
    try (Stream<Path> walk = Files.walk(out)) {
      assertThat(walk.filter(Files::isRegularFile)).hasSize(files.size());
    }
    Path top = Files.isDirectory(out.resolve("::")) ? out.resolve("::") : out;
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      assertThat(top.resolve(file.getKey())).hasBinaryContent(file.getValue());
    }
  }

  private static void edit(
      SplittableRandom random,
      FatEditor editor,
      Map<String, byte[]> files,
      List<String> directories)
      throws IOException {
    String parent = directories.get(random.nextInt(directories.size()));
    String name = name(random);
    String path = parent.isEmpty() ? name : parent + "/" + name;
    FatFile directory = editor.volume().file(parent);
    // The smallest volume would be full of what thousands of edits leave.
    int kind = editor.volume().countFreeClusters() < SPARE ? 9 : random.nextInt(10);
    if (kind < 4 && directory.child(name).isEmpty()) {
      byte[] content = bytes(random);
      put(editor, editor.createFile(directory, name, 0), content);
      files.put(path, content);
    } else if (kind == 4 && directories.size() < 12 && directory.child(name).isEmpty()) {
      editor.createDirectory(directory, name);
      directories.add(path);
    } else if (!files.isEmpty()) {
      String old = new ArrayList<>(files.keySet()).get(random.nextInt(files.size()));
      int slash = old.lastIndexOf('/');
      String oldName = old.substring(slash + 1);
      FatFile oldParent = editor.volume().file(slash < 0 ? "" : old.substring(0, slash));
      if (kind < 7) {
        byte[] content = Arrays.copyOf(files.get(old), random.nextInt(20_000));
        try (ResizableBlockDevice device = editor.content(editor.volume().file(old))) {
          device.setSize(content.length);
          if (content.length > 10) {
            content[content.length - 5] = 77;
            device.write(content.length - 5, ByteBuffer.wrap(new byte[] {77}));
          }
        }
        files.put(old, content);
      } else if (kind == 7 && directory.child(name).isEmpty()) {
        editor.rename(oldParent, oldName, directory, name, false);
        files.put(path, files.remove(old));
      } else {
        editor.delete(oldParent, oldName);
        files.remove(old);
      }
    }
  }

  private static String name(SplittableRandom random) {
    String[] stems = {"a", "README", "Long name with blanks", "mixedCase", "x.y.z", "Zahl", "tést"};
    String[] ends = {"", ".txt", ".TXT", ".longer", ".c"};
    return stems[random.nextInt(stems.length)]
        + random.nextInt(60)
        + ends[random.nextInt(ends.length)];
  }

  private static byte[] bytes(SplittableRandom random) {
    byte[] bytes = new byte[random.nextInt(12_000)];
    random.nextBytes(bytes);
    return bytes;
  }
}
