package io.vhdboot.wim;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The security descriptors at the front of an image's metadata:
 *
 * <pre>
 * 00  4    total length; what is stored is not always a multiple of 8
 * 04  4    count
 * 08  8*n  length of each
 *          the descriptors, self-relative, one behind the other, padded to 8 bytes
 * </pre>
 *
 * @param descriptors the descriptors; one of no bytes is legal
 * @param length bytes that the structure takes: the root entry begins there
 */
record SecurityData(List<byte[]> descriptors, int length) {

  private static final int HEADER_SIZE = 8;
  private static final int LENGTH_SIZE = 8;

  static SecurityData parse(String source, byte[] metadata) throws CorruptFormatException {
    if (metadata.length < HEADER_SIZE) {
      throw new CorruptFormatException(
          source, 0, "metadata begin with security data, here are " + metadata.length + " bytes");
    }
    long total = Math.max(Padding.to8(LittleEndian.u32(metadata, 0)), HEADER_SIZE);
    long count = LittleEndian.u32(metadata, 4);
    if (total > metadata.length || count > (total - HEADER_SIZE) / LENGTH_SIZE) {
      throw new CorruptFormatException(
          source,
          0,
          count
              + " security descriptors in "
              + total
              + " bytes cannot be in metadata of "
              + metadata.length);
    }
    List<byte[]> descriptors = new ArrayList<>((int) count);
    long at = HEADER_SIZE + count * LENGTH_SIZE;
    for (int i = 0; i < count; i++) {
      long length = LittleEndian.i64(metadata, HEADER_SIZE + i * LENGTH_SIZE);
      if (length < 0 || length > total - at) {
        throw new CorruptFormatException(
            source,
            HEADER_SIZE + (long) i * LENGTH_SIZE,
            "security descriptor "
                + i
                + " has "
                + length
                + " bytes, but there are "
                + (total - at));
      }
      descriptors.add(Arrays.copyOfRange(metadata, (int) at, (int) (at + length)));
      at += length;
    }
    return new SecurityData(descriptors, (int) total);
  }

  /** The bytes of a list of descriptors. */
  static byte[] toBytes(List<byte[]> descriptors) {
    long size = HEADER_SIZE + (long) descriptors.size() * LENGTH_SIZE;
    for (byte[] descriptor : descriptors) {
      size += descriptor.length;
    }
    byte[] bytes = new byte[Math.toIntExact(Padding.to8(size))];
    LittleEndian.put32(bytes, 0, bytes.length);
    LittleEndian.put32(bytes, 4, descriptors.size());
    int at = HEADER_SIZE + descriptors.size() * LENGTH_SIZE;
    for (int i = 0; i < descriptors.size(); i++) {
      byte[] descriptor = descriptors.get(i);
      LittleEndian.put64(bytes, HEADER_SIZE + i * LENGTH_SIZE, descriptor.length);
      System.arraycopy(descriptor, 0, bytes, at, descriptor.length);
      at += descriptor.length;
    }
    return bytes;
  }
}
