package io.vhdboot.wim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DeviceBoundsException;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads single blobs in each of the ways there are. */
class BlobReadingTest {

  private static final int[] AROUND = {-2, -1, 0, 1, 2};

  @TempDir Path folder;

  private byte[] wimOf(WimCompression compression, int chunkSize, byte[]... contents)
      throws IOException {
    NewFile root = NewFile.directory();
    for (int i = 0; i < contents.length; i++) {
      root.add("f" + i, NewFile.of(contents[i]));
    }
    Path path = folder.resolve("blobs.wim");
    try (WimWriter writer =
        WimWriter.to(path).compression(compression, chunkSize).overwrite(true).open()) {
      writer.addImage(WimImageInfo.builder().name("blobs").build(), root);
      writer.finish();
    }
    return Files.readAllBytes(path);
  }

  private static Blob blob(WimFile wim, int index) throws IOException {
    return wim.image(1)
        .find("f" + index)
        .flatMap(entry -> entry.inode().data())
        .flatMap(WimStream::blob)
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "NONE, 0",
    "XPRESS, 4096",
    "XPRESS, 32768",
    "XPRESS, 65536",
    "LZX, 32768",
    "LZX, 131072"
  })
  void sizesAroundChunksAreReadWhole(WimCompression compression, int chunkSize) throws IOException {
    int unit = Math.max(chunkSize, 4096);
    byte[][] contents =
        IntStream.rangeClosed(0, 3)
            .boxed()
            .flatMap(chunks -> Arrays.stream(AROUND).mapToObj(delta -> chunks * unit + delta))
            .filter(size -> size > 0)
            .map(size -> SampleTree.words(size, size))
            .toArray(byte[][]::new);
    try (WimFile wim =
        WimFile.open(MemoryDevice.wrap("w", wimOf(compression, chunkSize, contents)))) {
      for (int i = 0; i < contents.length; i++) {
        Blob blob = blob(wim, i);
        assertThat(wim.readFully(blob)).isEqualTo(contents[i]);
        try (InputStream in = wim.newInputStream(blob)) {
          assertThat(in.readAllBytes()).isEqualTo(contents[i]);
          assertThat(in.read()).isEqualTo(-1);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"NONE, 0", "XPRESS, 4096", "LZX, 32768"})
  void anyRangeIsReadByItself(WimCompression compression, int chunkSize) throws IOException {
    byte[] content = SampleTree.words(300_000, 1);
    SplittableRandom random = Seed.random("anyRangeIsReadByItself " + compression);
    try (WimFile wim =
        WimFile.open(MemoryDevice.wrap("w", wimOf(compression, chunkSize, content)))) {
      BlockDevice device = wim.openDevice(blob(wim, 0));
      assertThat(device.size()).isEqualTo(content.length);
      for (int i = 0; i < Seed.cases(20_000, 500); i++) {
        int from = random.nextInt(content.length);
        int length = random.nextInt(Math.min(content.length - from, 100_000) + 1);
        byte[] expected = Arrays.copyOfRange(content, from, from + length);
        assertThat(device.read(from, length)).isEqualTo(expected);
        ByteBuffer direct = ByteBuffer.allocateDirect(length);
        device.read(from, direct);
        assertThat(direct.flip()).isEqualTo(ByteBuffer.wrap(expected));
      }
      assertThatThrownBy(() -> device.read(content.length - 1, 2))
          .isInstanceOf(DeviceBoundsException.class);
      assertThatThrownBy(() -> device.write(0, ByteBuffer.allocate(1)))
          .isInstanceOf(ReadOnlyFileSystemException.class);
    }
  }

  @Test
  void oneDeviceServesSeveralThreads() throws IOException {
    byte[] content = SampleTree.words(300_000, 1);
    try (WimFile wim =
        WimFile.open(MemoryDevice.wrap("w", wimOf(WimCompression.XPRESS, 4096, content)))) {
      BlockDevice device = wim.openDevice(blob(wim, 0));
      boolean same =
          IntStream.range(0, 2_000)
              .parallel()
              .allMatch(
                  i -> {
                    int from = i * 149;
                    try {
                      return Arrays.equals(
                          device.read(from, 1_000),
                          Arrays.copyOfRange(content, from, from + 1_000));
                    } catch (IOException e) {
                      throw new AssertionError(e);
                    }
                  });
      assertThat(same).isTrue();
    }
  }

  @Test
  void streamOfDamagedBlobThrowsBeforeItsLastByte() throws IOException {
    byte[] content = SampleTree.noise(100_000, 1);
    byte[] bytes = wimOf(WimCompression.NONE, 0, content);
    bytes[WimHeader.SIZE + 5] ^= 1;
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("w", bytes))) {
      Blob blob = blob(wim, 0);
      assertThatThrownBy(() -> wim.readFully(blob))
          .isInstanceOf(CorruptFormatException.class)
          .hasMessageContaining("SHA-1");
      try (InputStream in = wim.newInputStream(blob)) {
        assertThat(in.readNBytes(50_000)).hasSize(50_000);
        assertThatThrownBy(in::readAllBytes).isInstanceOf(CorruptFormatException.class);
      }
    }
  }

  @Test
  void incompressibleContentIsStoredAsItIs() throws IOException {
    byte[] noise = SampleTree.noise(200_000, 1);
    byte[] mixed = SampleTree.words(200_000, 1);
    System.arraycopy(noise, 0, mixed, 32768, 32768);
    try (WimFile wim =
        WimFile.open(MemoryDevice.wrap("w", wimOf(WimCompression.LZX, 32768, noise, mixed)))) {
      assertThat(blob(wim, 0).isCompressed()).isFalse();
      assertThat(blob(wim, 0).storedSize()).isEqualTo(noise.length);
      assertThat(blob(wim, 1).isCompressed()).isTrue();
      assertThat(wim.readFully(blob(wim, 1))).isEqualTo(mixed);
    }
  }
}
