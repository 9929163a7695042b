package io.vhdboot.vhd;

import io.vhdboot.disk.BigEndian;
import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One of the eight places in a {@link DynamicHeader} that say where a differencing disk's parent
 * is, 24 bytes:
 *
 * <pre>
 * 00  4  platform code: "W2ku" absolute and "W2ru" relative path in UTF-16LE, "Wi2k" and "Wi2r" the
 *        same in the code page of old Windows, "MacX" a file URL in UTF-8; 0 for none
 * 04  4  room for the path, in bytes (observed; the specification says sectors, and some write so)
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

  /** What is longer is no path. */
  private static final int MAX_LENGTH = 1 << 16;

  private static final Charset OLD_WINDOWS = Charset.forName("windows-1252");

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

  /** The bytes that belong to the path, be the room told in bytes or in sectors. */
  long room() {
    long told = dataSpace < dataLength ? dataSpace * BlockFormat.SECTOR_SIZE : dataSpace;
    return Math.max(told, dataLength);
  }

  /** Whether there is a path in the file. */
  boolean isWithin(BlockDevice file) {
    return dataLength > 0 && dataOffset > 0 && dataOffset <= file.size() - dataLength;
  }

  /** The path; nothing where the form is not known or there is none in the file. */
  Optional<ParentPath> path(BlockDevice file) throws IOException {
    Optional<ParentPath.Form> form = ParentPath.Form.ofCode(platformCode);
    if (form.isEmpty() || dataLength > MAX_LENGTH || !isWithin(file)) {
      return Optional.empty();
    }
    byte[] bytes = file.read(dataOffset, (int) dataLength);
    String text = new String(bytes, charset(form.get()));
    int end = text.indexOf('\0');
    return Optional.of(new ParentPath(form.get(), end < 0 ? text : text.substring(0, end)));
  }

  /** The bytes of a path as they stand in the file. */
  static byte[] bytes(ParentPath path) {
    return path.path().getBytes(charset(path.form()));
  }

  private static Charset charset(ParentPath.Form form) {
    return switch (form) {
      case W2RU, W2KU -> StandardCharsets.UTF_16LE;
      case WI2R, WI2K -> OLD_WINDOWS;
      case MACX -> StandardCharsets.UTF_8;
      case NAME -> StandardCharsets.UTF_16BE;
    };
  }
}
