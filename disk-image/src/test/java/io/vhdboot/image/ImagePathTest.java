package io.vhdboot.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.Mbr;
import io.vhdboot.disk.MbrEntry;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.ntfs.FileMetadata;
import io.vhdboot.ntfs.NewFileOptions;
import io.vhdboot.ntfs.NodeHandle;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.ntfs.NtfsFormatOptions;
import io.vhdboot.ntfs.NtfsImageBuilder;
import io.vhdboot.ntfs.NtfsImageWriter;
import io.vhdboot.ntfs.StreamHandle;
import io.vhdboot.ntfs.nio.NtfsFileSystem;
import io.vhdboot.ntfs.nio.NtfsFileSystemOptions;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import io.vhdboot.vhd.Vhd;
import io.vhdboot.vhd.VhdOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImagePathTest {

  private static final int MIB = 1 << 20;
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir static Path folder;

  @BeforeAll
  static void makeImages() throws IOException {
    byte[] inner = volume(4 * MIB, Map.of("deep.txt", bytes("deep")));
    Map<String, byte[]> windows = new LinkedHashMap<>();
    windows.put("hello.txt", bytes("hello"));
    windows.put("hello.txt:note", bytes("a note"));
    windows.put("bare.ntfs", inner);
    windows.put("bare.ntfs:copy.ntfs", inner);
    windows.put("nested.vhd", vhd(disk(6 * MIB, inner)));
    Map<String, byte[]> stick = new LinkedHashMap<>();
    stick.put("windows.vhd", vhd(disk(24 * MIB, volume(22 * MIB, windows))));
    stick.put("odd@1", bytes("odd"));
    stick.put("odd", bytes("not this"));
    stick.put("back\\slash", bytes("posix"));
    stick.put("colon", bytes("content"));
    stick.put("colon:s", bytes("stream"));
    stick.put("=colon:f", bytes("file"));
    Files.write(folder.resolve("stick.img"), disk(48 * MIB, volume(46 * MIB, stick)));
    Files.write(folder.resolve("bare.img"), inner);
    Files.write(folder.resolve("taken@1"), inner);
    Files.writeString(folder.resolve("taken"), "no image");
    Files.createDirectory(folder.resolve("dir@1"));
    Files.write(folder.resolve("dir@1").resolve("x.vhd"), vhd(disk(6 * MIB, inner)));
  }

  @ParameterizedTest
  @CsvSource({
    "stick.img@1/windows.vhd@1/hello.txt, hello",
    "stick.img@1\\WINDOWS.VHD@1\\Hello.TXT, hello",
    "stick.img@1/windows.vhd@1/hello.txt:note, a note",
    "stick.img@1/windows.vhd@1/hello.txt:NOTE:$data, a note",
    "stick.img@1/windows.vhd@1/hello.txt::$DATA, hello",
    "stick.img@1//windows.vhd@1/hello.txt, hello",
    "stick.img@1/windows.vhd@1/nested.vhd@1/deep.txt, deep",
    "stick.img@1/windows.vhd@1/bare.ntfs/deep.txt, deep",
    "stick.img@1/windows.vhd@1/bare.ntfs@/deep.txt, deep",
    "stick.img@1/windows.vhd@1/bare.ntfs@0/deep.txt, deep",
    "stick.img@1/windows.vhd@1/bare.ntfs:copy.ntfs@/deep.txt, deep",
    "stick.img@1/odd@1, odd",
    "stick.img@1/back\\slash, posix",
    "stick.img@1/colon:s, stream",
    "stick.img@1/colon:f, file",
    "bare.img/deep.txt, deep",
    "bare.img@/deep.txt, deep",
    "taken@1/deep.txt, deep",
    "taken, no image",
    "dir@1/x.vhd@1/deep.txt, deep",
  })
  void pathLeadsToTheBytes(String path, String content) throws IOException {
    try (OpenImage image = open(path)) {
      assertThat(text(image.device())).isEqualTo(content);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "stick.img, false",
    "stick.img@1, true",
    "stick.img@, true",
    "stick.img/x, true",
    "taken@1, false",
    "dir@1, false",
    "dir@1/x.vhd, false",
    "absent.img@1, false",
  })
  void onlyWhatGoesIntoAFileIsInsideAnImage(String path, boolean inside) {
    assertThat(ImagePath.of(folder.resolve(path).toString()).isInsideImage()).isEqualTo(inside);
  }

  @Test
  void separatorAtTheEndLeadsToTheRoot() throws IOException {
    String path = folder.resolve("bare.img") + "/";
    assertThat(ImagePath.of(path).isInsideImage()).isTrue();
    try (OpenImage image = ImagePath.of(path).open(true)) {
      assertThat(image.path()).isEmpty();
      assertThat(image.volume().find("deep.txt")).isPresent();
    }
  }

  @Test
  void fileAndTheDiskWithinItAreToldApart() throws IOException {
    try (OpenImage image = open("stick.img@1/windows.vhd")) {
      assertThat(Vhd.isVhd(image.device())).isTrue();
      assertThat(image.disk().size()).isEqualTo(24 * MIB);
      assertThat(image.disk()).isSameAs(image.disk());
      assertThat(image.path()).isEqualTo("windows.vhd");
      assertThat(image.volume().find("odd@1")).isPresent();
    }
    try (OpenImage image = open("stick.img@1/windows.vhd@")) {
      assertThat(image.device().size()).isEqualTo(24 * MIB);
      assertThat(image.isGoneInto()).isTrue();
    }
    try (OpenImage image = open("stick.img")) {
      assertThat(image.device().size()).isEqualTo(48 * MIB);
      assertThat(image.disk()).isSameAs(image.device());
      assertThat(image.isGoneInto()).isFalse();
    }
    try (OpenImage image = open("stick.img@1")) {
      assertThat(image.device().size()).isEqualTo(46 * MIB);
      assertThat(image.file().isDirectory()).isTrue();
    }
  }

  @Test
  void lastNameMayBeMissing() throws IOException {
    try (OpenImage image = open("stick.img@1/new/file.txt")) {
      assertThat(image.path()).isEqualTo("new/file.txt");
      assertThatThrownBy(image::file)
          .isInstanceOf(NoSuchFileException.class)
          .hasMessageContaining("stick.img@1/new/file.txt");
      assertThatThrownBy(image::device).isInstanceOf(NoSuchFileException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "absent.img@1, of the path there is",
    "dir@1/absent.vhd@1/x, dir@1",
    "dir@1, is a folder of the host",
    "stick.img@2, no partition 2; 1 is NTFS (07) of 46 MiB",
    "bare.img@1/x, there is no partition table",
  })
  void missingStepIsNamed(String path, String message) {
    assertThatThrownBy(() -> open(path).close())
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stick.img/x", "stick.img@1/windows.vhd/x"})
  void partitionMustBeSaid(String path) {
    assertThatThrownBy(() -> open(path).close())
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("is a disk: say which partition")
        .hasMessageContaining("@1; 1 is NTFS (07) of");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"taken/x", "stick.img@/x", "stick.img@1/windows.vhd@1/hello.txt/x", "taken@0/x"})
  void whatHoldsNoVolumeIsNamed(String path) {
    assertThatThrownBy(() -> open(path).close())
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("holds no NTFS volume");
  }

  @Test
  void depthIsBounded() throws IOException {
    byte[] image = volume(2 * MIB, Map.of("x", bytes("x")));
    StringBuilder path = new StringBuilder("matryoshka.img@");
    for (int i = 0; i <= OpenImage.MAX_DEPTH; i++) {
      image = volume(image.length + 5 * MIB, Map.of("m", image));
      path.append("/m@");
    }
    Files.write(folder.resolve("matryoshka.img"), image);
    assertThatThrownBy(() -> open(path.toString()).close())
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("more than 8 images");
    try (OpenImage opened = open("matryoshka.img@" + "/m@".repeat(OpenImage.MAX_DEPTH - 1))) {
      assertThat(opened.volume().find("m")).isPresent();
    }
  }

  @Test
  void windowIsWrittenThroughAllLayers() throws IOException {
    Path file = folder.resolve("written.vhd");
    try (Vhd vhd = Vhd.createDynamic(file, VhdOptions.of(8 * MIB, new UUID(1, 2), TIME))) {
      Mbr mbr =
          new Mbr(new byte[0], 1, List.of(MbrEntry.of(false, MbrEntry.TYPE_NTFS, 2048, 4096)));
      mbr.write(vhd);
    }
    try (OpenImage image = ImagePath.of(file + "@1").open(false)) {
      image.device().write(512, ByteBuffer.wrap(bytes("written")));
      image.flush();
      try (OpenImage again = ImagePath.of(file + "@1").open(true)) {
        assertThat(new String(again.device().read(512, 7), StandardCharsets.UTF_8))
            .isEqualTo("written");
        assertThat(again.device().isReadOnly()).isTrue();
      }
    }
  }

  @Test
  void fileInAVhdInAVolumeIsWrittenThroughAllLayers() throws IOException {
    Path stick = Files.copy(folder.resolve("stick.img"), folder.resolve("written.img"));
    try (OpenImage image =
        ImagePath.of(stick + "@1/windows.vhd@1/nested.vhd@1/deep.txt").open(false)) {
      ResizableBlockDevice file = (ResizableBlockDevice) image.device();
      file.setSize(100_000);
      file.write(99_990, ByteBuffer.wrap(bytes("0123456789")));
      image.flush();
    }
    try (OpenImage image =
        ImagePath.of(stick + "@1/windows.vhd@1/nested.vhd@1/deep.txt").open(true)) {
      assertThat(image.device().size()).isEqualTo(100_000);
      assertThat(new String(image.device().read(99_988, 12), StandardCharsets.UTF_8))
          .isEqualTo("\0\0000123456789");
    }
    try (OpenImage image = ImagePath.of(stick + "@1/windows.vhd@1").open(false)) {
      NtfsEditor editor = image.editor();
      editor.createFile(editor.volume().root(), "new.txt", NewFileOptions.defaults());
      assertThat(image.volume().find("new.txt")).isPresent();
    }
    try (OpenImage image = ImagePath.of(stick + "@1/windows.vhd@1").open(true)) {
      assertThat(image.file().find("new.txt")).isPresent();
      assertThat(image.volume().isDirty()).isFalse();
      assertThatThrownBy(image::editor).isInstanceOf(ReadOnlyFileSystemException.class);
    }
    for (String volume : List.of("@1", "@1/windows.vhd@1", "@1/windows.vhd@1/nested.vhd@1")) {
      Path alone = folder.resolve("alone.img");
      try (OpenImage image = ImagePath.of(stick + volume).open(true)) {
        Files.write(alone, image.device().read(0, (int) image.device().size()));
      }
      ExternalTool.script("python3", SharedData.tool("ntfscheck.py")).run(alone).expectSuccess();
    }
  }

  @Test
  void volumeIsAFileSystemAndLinksInItAreFollowed() throws IOException {
    Path stick = Files.copy(folder.resolve("stick.img"), folder.resolve("linked.img"));
    try (OpenImage image = ImagePath.of(stick + "@1").open(false)) {
      NtfsFileSystem volume = image.fileSystem(NtfsFileSystemOptions.defaults());
      Files.createDirectory(volume.getPath("/vhds"));
      Files.move(volume.getPath("/windows.vhd"), volume.getPath("/vhds/w.vhd"));
      Files.createSymbolicLink(volume.getPath("/link"), volume.getPath("vhds"));
      Files.createSymbolicLink(volume.getPath("/l.vhd"), volume.getPath("/link/w.vhd"));
      Files.createSymbolicLink(volume.getPath("/out"), volume.getPath("C:/elsewhere"));
    }
    for (String path : List.of("link/w.vhd", "l.vhd", "link/../vhds/w.vhd")) {
      try (OpenImage image = ImagePath.of(stick + "@1/" + path + "@1/hello.txt").open(true)) {
        assertThat(text(image.device())).isEqualTo("hello");
      }
      try (OpenImage image = ImagePath.of(stick + "@1/" + path).open(true);
          OpenImage same = ImagePath.of(stick + "@1").open(true)) {
        assertThat(image.volumeKey()).isEqualTo(same.volumeKey());
      }
    }
    assertThatThrownBy(() -> ImagePath.of(stick + "@1/out/x.vhd@1").open(true))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("leads to C:\\elsewhere, which is not on this volume");
  }

  @Test
  void parentOfADifferencingVhdIsFoundInItsVolume() throws IOException {
    Path base = folder.resolve("base.vhd");
    Path child = folder.resolve("child.vhd");
    Files.write(base, vhd(disk(6 * MIB, volume(4 * MIB, Map.of("deep.txt", bytes("deep"))))));
    Vhd.createDifferencing(child, base, new UUID(3, 4), TIME).close();
    try (OpenImage image = ImagePath.of(child + "@1/deep.txt").open(true)) {
      assertThat(text(image.device())).isEqualTo("deep");
    }
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("base.vhd", Files.readAllBytes(base));
    files.put("child.vhd", Files.readAllBytes(child));
    Path stick = folder.resolve("chain.img");
    Files.write(stick, disk(48 * MIB, volume(46 * MIB, files)));
    try (OpenImage image = ImagePath.of(stick + "@1/child.vhd@1/deep.txt").open(true)) {
      assertThat(text(image.device())).isEqualTo("deep");
    }
    try (OpenImage image = ImagePath.of(stick + "@1/child.vhd@1").open(false)) {
      NtfsFileSystem volume = image.fileSystem(NtfsFileSystemOptions.defaults());
      Files.writeString(volume.getPath("/deep.txt"), "changed");
    }
    try (OpenImage image = ImagePath.of(stick + "@1/child.vhd@1/deep.txt").open(true);
        OpenImage untouched = ImagePath.of(stick + "@1/base.vhd@1/deep.txt").open(true)) {
      assertThat(text(image.device())).isEqualTo("changed");
      assertThat(text(untouched.device())).isEqualTo("deep");
    }
  }

  @Test
  void textMustNameSomething() {
    assertThatThrownBy(() -> ImagePath.of("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ImagePath.of("a\0b")).isInstanceOf(IllegalArgumentException.class);
    assertThat(ImagePath.of("a@1")).isEqualTo(ImagePath.of("a@1")).hasToString("a@1");
  }

  private static OpenImage open(String path) throws IOException {
    return ImagePath.of(folder + "/" + path).open(true);
  }

  private static String text(BlockDevice device) throws IOException {
    return new String(device.read(0, (int) device.size()), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] vhd(byte[] disk) throws IOException {
    MemoryDevice file = MemoryDevice.ofSize("vhd", 0);
    try (Vhd vhd = Vhd.createDynamic(file, VhdOptions.of(disk.length, new UUID(1, 2), TIME))) {
      vhd.write(0, ByteBuffer.wrap(disk));
    }
    return file.toByteArray();
  }

  /** A disk with one partition, at 1 MiB. */
  private static byte[] disk(int size, byte[] volume) throws IOException {
    MemoryDevice disk = MemoryDevice.ofSize("disk", size);
    new Mbr(
            new byte[0],
            0x12345678,
            List.of(MbrEntry.of(true, MbrEntry.TYPE_NTFS, 2048, volume.length / 512)))
        .write(disk);
    disk.write(MIB, ByteBuffer.wrap(volume));
    return disk.toByteArray();
  }

  /** A volume that holds files (named as they are behind a =), and streams of the file before. */
  private static byte[] volume(int size, Map<String, byte[]> contents) throws IOException {
    long time = FileTime100ns.of(TIME);
    NtfsImageBuilder volume =
        NtfsImageBuilder.create(NtfsFormatOptions.ofSize(size).time(time).build());
    Map<StreamHandle, byte[]> streams = new LinkedHashMap<>();
    NodeHandle file = null;
    for (Map.Entry<String, byte[]> content : contents.entrySet()) {
      boolean plain = content.getKey().startsWith("=");
      int colon = plain ? -1 : content.getKey().indexOf(':');
      if (colon < 0 || file == null) {
        file =
            volume.addFile(
                volume.root(),
                colon < 0
                    ? content.getKey().substring(plain ? 1 : 0)
                    : content.getKey().substring(0, colon),
                FileMetadata.of(time, 0x20, 0));
      }
      String stream = colon < 0 ? "" : content.getKey().substring(colon + 1);
      streams.put(volume.addStream(file, stream, content.getValue().length, 0), content.getValue());
    }
    MemoryDevice device = MemoryDevice.ofSize("volume", size);
    NtfsImageWriter writer = volume.plan().writer(device, true);
    for (Map.Entry<StreamHandle, byte[]> stream : streams.entrySet()) {
      writer.write(stream.getKey(), 0, ByteBuffer.wrap(stream.getValue()));
    }
    writer.finish();
    return device.toByteArray();
  }
}
