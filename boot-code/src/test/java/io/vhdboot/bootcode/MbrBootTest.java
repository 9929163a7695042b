package io.vhdboot.bootcode;

import static io.vhdboot.bootcode.Booting.reachesSample;
import static io.vhdboot.bootcode.Booting.stopsWith;

import io.vhdboot.testing.Qemu;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the master boot record makes of partition tables, and what it says. */
class MbrBootTest {

  private static final int TABLE = 0x1BE;
  private static final int ENTRY_SIZE = 16;
  private static final int SIZE = 2000;

  @TempDir Path folder;

  private Path disk;

  @BeforeEach
  void makeDisk() throws IOException {
    disk = BootVolume.format(folder, 4096, 16).put("bootmgr", SampleBootManager.of(SIZE)).disk();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void activePartitionInAnyEntry(int entry) throws IOException {
    byte[] bytes = read(TABLE, ENTRY_SIZE);
    write(TABLE, new byte[ENTRY_SIZE]);
    write(TABLE + entry * ENTRY_SIZE, bytes);
    reachesSample(Qemu.hardDisk(disk), SIZE);
  }

  @Test
  void noActivePartition() throws IOException {
    write(TABLE, new byte[1]);
    stopsWith(Qemu.hardDisk(disk), "No active partition");
  }

  @Test
  void twoActivePartitions() throws IOException {
    write(TABLE + 3 * ENTRY_SIZE, new byte[] {(byte) 0x80});
    stopsWith(Qemu.hardDisk(disk), "Invalid partition table");
  }

  @ParameterizedTest
  @ValueSource(ints = {0x01, 0x7F, 0x81, 0xFF})
  void oddStatus(int status) throws IOException {
    write(TABLE + 2 * ENTRY_SIZE, new byte[] {(byte) status});
    stopsWith(Qemu.hardDisk(disk), "Invalid partition table");
  }

  @Test
  void partitionWithoutBootRecord() throws IOException {
    write((int) BootVolume.FIRST_SECTOR * BootVolume.SECTOR + 0x1FE, new byte[2]);
    stopsWith(Qemu.hardDisk(disk), "Missing operating system");
  }

  @Test
  void partitionBehindTheDisk() throws IOException {
    write(TABLE + 8, new byte[] {0, 0, 0, 0x40});
    stopsWith(Qemu.hardDisk(disk), "Error loading operating system");
  }

  @Test
  void unreadableBootSector() {
    stopsWith(
        Qemu.hardDisk(disk).unreadable(BootVolume.FIRST_SECTOR), "Error loading operating system");
  }

  private byte[] read(int position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    try (FileChannel channel = FileChannel.open(disk)) {
      channel.read(bytes, position);
    }
    return bytes.array();
  }

  private void write(int position, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(disk, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), position);
    }
  }
}
