package io.vhdboot.vhd;

import io.vhdboot.disk.BigEndian;
import java.nio.charset.StandardCharsets;

/**
 * One of the eight places in a {@link DynamicHeader} that say where a differencing disk's parent
 * is, 24 bytes:
 *
 * <pre>
 * 00  4  platform code: "W2ku" absolute and "W2ru" relative path in UTF-16LE, "Wi2k" and "Wi2r" the
 *        same in the code page of old Windows, "MacX" a file URL in UTF-8; 0 for none
 * 04  4  room for the path, in bytes (observed; the specification says sectors)
 * 08  4  length of the path in bytes
 * 0C  4  0
 * 10  8  where the path is in the file
 * </pre>
 *
 * @param platformCode four characters
 * @param dataSpace the room for the path
 * @param dataLength the length of the path in bytes
 * @param dataOffset where the path is in the file
 */
record ParentLocator(String platformCode, long dataSpace, long dataLength, long dataOffset) {

  static final int SIZE = 24;

  private static final int FOUR = 4;

  static boolean isPresent(byte[] bytes, int offset) {
    return BigEndian.i32(bytes, offset) != 0;
  }

  static ParentLocator get(byte[] bytes, int offset) {
    return new ParentLocator(
        new String(bytes, offset, FOUR, StandardCharsets.ISO_8859_1),
        BigEndian.u32(bytes, offset + 4),
        BigEndian.u32(bytes, offset + 8),
        BigEndian.i64(bytes, offset + 16));
  }

  void put(byte[] bytes, int offset) {
    byte[] code = platformCode.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(code, 0, bytes, offset, FOUR);
    BigEndian.put32(bytes, offset + 4, dataSpace);
    BigEndian.put32(bytes, offset + 8, dataLength);
    BigEndian.put64(bytes, offset + 16, dataOffset);
  }
}
