package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.Utf16;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The first thing in a VHDX ([MS-VHDX] 2.2.1), at offset 0 and never written again:
 *
 * <pre>
 * 000    8  "vhdxfile"
 * 008  512  the program that made the file, in UTF-16, for people
 * </pre>
 *
 * @param creator the program that made the file
 */
record FileIdentifier(String creator) {

  static final int SIZE = 520;

  private static final byte[] SIGNATURE = "vhdxfile".getBytes(StandardCharsets.US_ASCII);
  private static final int CREATOR_OFFSET = 8;
  private static final int CREATOR_UNITS = 256;

  static boolean isPresent(BlockDevice file) throws IOException {
    return file.size() >= SIGNATURE.length
        && Arrays.equals(file.read(0, SIGNATURE.length), SIGNATURE);
  }

  static FileIdentifier read(BlockDevice file) throws IOException {
    byte[] bytes = new byte[SIZE];
    int there = (int) Math.min(SIZE, file.size());
    System.arraycopy(file.read(0, there), 0, bytes, 0, there);
    String padded = Utf16.get(bytes, CREATOR_OFFSET, CREATOR_UNITS);
    int end = padded.indexOf('\0');
    return new FileIdentifier(end < 0 ? padded : padded.substring(0, end));
  }

  byte[] toBytes() {
    byte[] bytes = Arrays.copyOf(SIGNATURE, SIZE);
    Utf16.put(bytes, CREATOR_OFFSET, creator);
    return bytes;
  }
}
