package io.vhdboot.bcdedit;

import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk with an MBR and one partition in which nothing is. */
final class TestDisk {

  static final int SIGNATURE = 0x12345678;
  static final long OFFSET = 1 << 20;

  private static final int ENTRY = 0x1BE;
  private static final int SECTOR = 512;

  private TestDisk() {}

  static Path make(Path file) throws IOException {
    byte[] disk = new byte[2 << 20];
    LittleEndian.put32(disk, 0x1B8, SIGNATURE);
    disk[ENTRY] = (byte) 0x80;
    disk[ENTRY + 4] = 7;
    LittleEndian.put32(disk, ENTRY + 8, (int) (OFFSET / SECTOR));
    LittleEndian.put32(disk, ENTRY + 12, (int) (OFFSET / SECTOR));
    LittleEndian.put16(disk, 0x1FE, 0xAA55);
    return Files.write(file, disk);
  }
}
