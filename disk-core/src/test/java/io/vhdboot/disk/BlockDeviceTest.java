package io.vhdboot.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockDeviceTest {

  @TempDir Path folder;

  @Test
  void largeBuffersGoThroughWholeAndKeepTheirLimits(@TempDir Path folder) throws IOException {
    byte[] bytes = new byte[(3 << 20) + 5];
    Seed.random("largeBuffers").nextBytes(bytes);
    for (boolean isDirect : new boolean[] {false, true}) {
      Path path = folder.resolve("large" + isDirect);
      try (FileDevice device = FileDevice.create(path, bytes.length + 100)) {
        ByteBuffer buffer = buffer(isDirect, bytes.length + 20);
        buffer.position(10).put(bytes).flip().position(10);
        device.write(50, buffer);
        assertThat(buffer.position()).isEqualTo(10 + bytes.length).isEqualTo(buffer.limit());
        ByteBuffer read = buffer(isDirect, bytes.length + 20);
        read.position(7).limit(7 + bytes.length);
        device.read(50, read);
        assertThat(read.position()).isEqualTo(7 + bytes.length).isEqualTo(read.limit());
        assertThat(read.position(7)).isEqualTo(ByteBuffer.wrap(bytes));
        ByteBuffer behind = buffer(isDirect, bytes.length).position(3);
        assertThatThrownBy(() -> device.read(200, behind)).isInstanceOf(IOException.class);
        assertThat(behind.limit()).isEqualTo(bytes.length);
      }
    }
  }

  private static ByteBuffer buffer(boolean isDirect, int size) {
    return isDirect ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
  }

  @Test
  void fileReadsAsZerosUntilWritten() throws IOException {
    try (FileDevice file = FileDevice.create(folder.resolve("f"), 100)) {
      file.write(98, ByteBuffer.wrap(new byte[] {1, 2}));
      assertThat(file.read(96, 4)).containsExactly(0, 0, 1, 2);
    }
  }

  @Test
  void fileIsNotOverwritten() throws IOException {
    Path path = Files.createFile(folder.resolve("f"));
    assertThatThrownBy(() -> FileDevice.create(path, 1))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void readOnlyFileRefusesWrites() throws IOException {
    Path path = Files.write(folder.resolve("f"), new byte[8]);
    try (FileDevice file = FileDevice.openReadOnly(path)) {
      assertThatThrownBy(() -> file.write(0, ByteBuffer.allocate(1)))
          .isInstanceOf(ReadOnlyFileSystemException.class);
      assertThatThrownBy(() -> file.setSize(1)).isInstanceOf(ReadOnlyFileSystemException.class);
    }
  }

  @Test
  void rangesPastTheEndTransferNothing() throws IOException {
    MemoryDevice device = MemoryDevice.ofSize("m", 10);
    ByteBuffer buffer = ByteBuffer.allocate(4);
    assertThatThrownBy(() -> device.read(7, buffer)).isInstanceOf(DeviceBoundsException.class);
    assertThatThrownBy(() -> device.write(Long.MAX_VALUE, buffer))
        .isInstanceOf(DeviceBoundsException.class);
    assertThatThrownBy(() -> device.zero(-1, 2)).isInstanceOf(DeviceBoundsException.class);
    assertThat(buffer.remaining()).isEqualTo(4);
  }

  @Test
  void sliceSeesItsRangeOnly() throws IOException {
    MemoryDevice device = MemoryDevice.wrap("m", new byte[] {0, 1, 2, 3, 4, 5, 6, 7});
    BlockDevice slice = device.slice(2, 4).slice(1, 3);
    assertThat(slice.read(0, 3)).containsExactly(3, 4, 5);
    assertThat(slice.name()).isEqualTo("m@3+3");
    assertThatThrownBy(() -> slice.read(1, 3)).isInstanceOf(DeviceBoundsException.class);
    assertThatThrownBy(() -> device.slice(6, 3)).isInstanceOf(DeviceBoundsException.class);
  }

  @Test
  void zeroClearsLongRanges() throws IOException {
    try (FileDevice file = FileDevice.create(folder.resolve("f"), 200_000)) {
      byte[] ones = new byte[200_000];
      Arrays.fill(ones, (byte) 1);
      file.write(0, ByteBuffer.wrap(ones));
      file.zero(1, 199_998);
      byte[] bytes = file.read(0, 200_000);
      assertThat(bytes[0]).isEqualTo((byte) 1);
      assertThat(bytes[199_999]).isEqualTo((byte) 1);
      bytes[0] = 0;
      bytes[199_999] = 0;
      assertThat(bytes).containsOnly(0);
    }
  }
}
