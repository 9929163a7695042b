package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that CompactOS compressed are stored plainly when they are changed, as Windows does it. */
class OverlayEditTest {

  private static final String FILE = "compact.bin";
  private static final int SIZE = 3_000_007;
  private static final int OVERLAY_BITS = FileAttributes.SPARSE | FileAttributes.REPARSE_POINT;

  @TempDir Path folder;

  private final byte[] content = content();
  private MemoryDevice device;

  private static byte[] content() {
    byte[] bytes = new byte[SIZE];
    Random random = new Random(7);
    for (int i = 0; i < SIZE; i++) {
      bytes[i] = (byte) (random.nextInt(4) + (i >> 14));
    }
    return bytes;
  }

  private NtfsEditor open(WofAlgorithm algorithm) throws IOException {
    NtfsImageBuilder builder =
        NtfsImageBuilder.create(
            NtfsFormatOptions.ofSize(NtfsFormatOptions.LEAST_SIZE)
                .time(NtfsFormatTest.TIME)
                .build());
    NodeHandle file =
        builder.addFile(
            builder.root(), FILE, FileMetadata.of(NtfsFormatTest.TIME, FileAttributes.ARCHIVE, 0));
    StreamHandle stream = builder.addOverlayStream(file, SIZE, algorithm, 0);
    device = MemoryDevice.ofSize("compact", 16 << 20);
    NtfsImageWriter writer = builder.plan(device.size()).writer(device, true);
    writer.write(stream, 0, ByteBuffer.wrap(content));
    writer.finish();
    assertThat(NtfsVolume.open(device).file(FILE).stream("").isOverlay()).isTrue();
    return NtfsEditor.open(device);
  }

  private static NtfsFile file(NtfsEditor editor) throws IOException {
    return editor.volume().file(FILE);
  }

  private void checkPlain(byte[] wanted) throws IOException {
    NtfsVolume volume = NtfsVolume.open(device);
    NtfsFile file = volume.file(FILE);
    assertThat(file.streams()).hasSize(1);
    assertThat(file.reparseTag()).isEmpty();
    assertThat(file.attributes() & OVERLAY_BITS).isZero();
    assertThat(file.newInputStream().readAllBytes()).isEqualTo(wanted);
    NtfsDirectoryEntry entry = volume.root().list().get(volume.root().list().size() - 1);
    assertThat(entry.size()).isEqualTo(wanted.length);
    NtfsCheckReport report = NtfsChecker.check(device, NtfsCheckOptions.DEFAULT.withStrict(true));
    assertThat(report.isClean()).as("%s", report.findings()).isTrue();
    Judges.check(Files.write(folder.resolve("v.img"), device.toByteArray()));
  }

  @ParameterizedTest
  @EnumSource(WofAlgorithm.class)
  void aWriteStoresThemPlainly(WofAlgorithm algorithm) throws IOException {
    try (NtfsEditor editor = open(algorithm)) {
      byte[] some = {1, 2, 3, 4, 5};
      try (ResizableBlockDevice stream = editor.stream(file(editor), "")) {
        stream.write(1_500_000, ByteBuffer.wrap(some));
        byte[] found = new byte[SIZE];
        stream.read(0, ByteBuffer.wrap(found));
        System.arraycopy(some, 0, content, 1_500_000, some.length);
        assertThat(found).isEqualTo(content);
      }
    }
    checkPlain(content);
  }

  @Test
  void cuttingAndGrowingStoresThemPlainly() throws IOException {
    try (NtfsEditor editor = open(WofAlgorithm.LZX)) {
      try (ResizableBlockDevice stream = editor.stream(file(editor), "")) {
        stream.setSize(2_000_000);
        stream.setSize(2_100_000);
        stream.zero(10, 100);
      }
    }
    byte[] wanted = Arrays.copyOf(Arrays.copyOf(content, 2_000_000), 2_100_000);
    Arrays.fill(wanted, 10, 110, (byte) 0);
    checkPlain(wanted);
  }

  @Test
  void emptyingNeedsNoneOfTheirBytes() throws IOException {
    try (NtfsEditor editor = open(WofAlgorithm.XPRESS4K)) {
      editor.stream(file(editor), "").setSize(0);
    }
    checkPlain(new byte[0]);
  }

  @Test
  void withoutTheirReparsePointTheyKeepTheirContent() throws IOException {
    try (NtfsEditor editor = open(WofAlgorithm.XPRESS16K)) {
      editor.removeReparsePoint(file(editor));
    }
    checkPlain(content);
  }

  @Test
  void theStreamOfTheFilterCannotBeChangedAlone() throws IOException {
    try (NtfsEditor editor = open(WofAlgorithm.LZX)) {
      NtfsFile file = file(editor);
      String chunks = WofContent.STREAM;
      try (ResizableBlockDevice stream = editor.stream(file, chunks)) {
        assertThatThrownBy(() -> stream.write(0, ByteBuffer.allocate(1)))
            .isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> stream.setSize(0)).isInstanceOf(AccessDeniedException.class);
      }
      assertThatThrownBy(() -> editor.deleteStream(file, chunks))
          .isInstanceOf(AccessDeniedException.class)
          .hasMessageContaining("CompactOS");
      assertThatThrownBy(() -> editor.renameStream(file, chunks, "x"))
          .isInstanceOf(AccessDeniedException.class);
      assertThatThrownBy(() -> editor.setCompressed(file, chunks, true))
          .isInstanceOf(AccessDeniedException.class);
      editor.rename(editor.volume().root(), FILE, editor.volume().root(), "x", false);
      editor.rename(editor.volume().root(), "x", editor.volume().root(), FILE, false);
      assertThat(file(editor).newInputStream().readAllBytes()).isEqualTo(content);
      assertThat(file(editor).stream("").isOverlay()).isTrue();
    }
  }

  @Test
  void aVolumeWithoutRoomForTheirBytesKeepsThem() throws IOException {
    try (NtfsEditor editor = open(WofAlgorithm.LZX)) {
      NtfsFile filler =
          editor.createFile(editor.volume().root(), "a filler", NewFileOptions.defaults());
      try (ResizableBlockDevice stream = editor.stream(filler, "")) {
        stream.setSize(editor.freeSpace() - 2_000_000);
      }
      try (ResizableBlockDevice stream = editor.stream(file(editor), "")) {
        assertThatThrownBy(() -> stream.write(0, ByteBuffer.allocate(1)))
            .isInstanceOf(NoSpaceException.class);
      }
      assertThat(file(editor).stream("").isOverlay()).isTrue();
      editor.unlink(editor.volume().root(), "a filler");
      editor.stream(file(editor), "").write(0, ByteBuffer.wrap(content, 0, 1));
    }
    checkPlain(content);
  }

  @Test
  void filesInAWimCannotBeWritten() throws IOException {
    try (NtfsEditor editor = open(WofAlgorithm.LZX)) {
      NtfsFile file =
          editor.createFile(editor.volume().root(), "boot.bin", NewFileOptions.defaults());
      editor.stream(file, "").setSize(100_000);
      byte[] data = WofContent.reparseData(WofAlgorithm.LZX);
      LittleEndian.put32(data, 4, 1);
      editor.setReparsePoint(file, WofContent.TAG, data);
      try (ResizableBlockDevice stream = editor.stream(file, "")) {
        assertThatThrownBy(() -> stream.setSize(10))
            .isInstanceOf(UnsupportedFormatException.class)
            .hasMessageContaining("WIM");
      }
      editor.unlink(editor.volume().root(), "boot.bin");
    }
  }
}
