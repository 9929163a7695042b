package io.vhdboot.vhdx;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.WindowsGuid;
import java.util.UUID;

/**
 * An entry of the {@link RegionTable} ([MS-VHDX] 2.2.3.2), 32 bytes:
 *
 * <pre>
 * 00  16  what the region is
 * 10   8  where it is, a multiple of 1 MiB
 * 18   4  its length, a multiple of 1 MiB
 * 1C   4  1 when whoever does not know it must not open the file
 * </pre>
 *
 * @param id what the region is
 * @param offset where it is in the file
 * @param length its length in bytes
 * @param required whether whoever does not know it must not open the file
 */
record Region(UUID id, long offset, long length, boolean required) {

  static final int SIZE = 32;
  static final UUID BAT = UUID.fromString("2dc27766-f623-4200-9d64-115e9bfd4a08");
  static final UUID METADATA = UUID.fromString("8b7ca206-4790-4b9a-b8fe-575f050f886e");

  static Region get(byte[] bytes, int offset) {
    return new Region(
        WindowsGuid.get(bytes, offset),
        LittleEndian.i64(bytes, offset + 0x10),
        LittleEndian.u32(bytes, offset + 0x18),
        (LittleEndian.u32(bytes, offset + 0x1C) & 1) != 0);
  }

  void put(byte[] bytes, int at) {
    WindowsGuid.put(bytes, at, id);
    LittleEndian.put64(bytes, at + 0x10, offset);
    LittleEndian.put32(bytes, at + 0x18, length);
    LittleEndian.put32(bytes, at + 0x1C, required ? 1 : 0);
  }

  long end() {
    return offset + length;
  }
}
