package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;

/** Holds the value of $EA against its own chain and against $EA_INFORMATION. */
final class ExtendedAttributeCheck {

  private static final int HEADER_SIZE = 8;

  private ExtendedAttributeCheck() {}

  /** What is wrong with the chain, or null. */
  static String problem(byte[] bytes) {
    int offset = 0;
    while (offset < bytes.length) {
      int room = bytes.length - offset;
      if (room < HEADER_SIZE || size(bytes, offset) > room) {
        return "the entry of $EA at " + offset + " does not lie within its " + bytes.length;
      }
      long next = LittleEndian.u32(bytes, offset);
      if (next == 0) {
        return null;
      }
      if (next < size(bytes, offset) || next % 4 != 0) {
        return "the entry of $EA at " + offset + " says that the next one is " + next + " further";
      }
      if (next >= room) {
        return null;
      }
      offset += (int) next;
    }
    return null;
  }

  private static int size(byte[] bytes, int offset) {
    return HEADER_SIZE
        + LittleEndian.u8(bytes, offset + 5)
        + 1
        + LittleEndian.u16(bytes, offset + 6);
  }

  /** The value of $EA_INFORMATION that goes with a sound chain. */
  static byte[] information(byte[] bytes) {
    int packed = 0;
    int needed = 0;
    int offset = 0;
    while (offset < bytes.length) {
      packed += size(bytes, offset) - 4;
      needed += (bytes[offset + 4] & ExtendedAttribute.FLAG_NEED) != 0 ? 1 : 0;
      long next = LittleEndian.u32(bytes, offset);
      if (next == 0) {
        break;
      }
      offset = (int) Math.min(bytes.length, offset + next);
    }
    byte[] information = new byte[ExtendedAttribute.INFORMATION_SIZE];
    LittleEndian.put16(information, 0, packed);
    LittleEndian.put16(information, 2, needed);
    LittleEndian.put32(information, 4, bytes.length);
    return information;
  }

  /** Whether two values say the same of the count and the length. */
  static boolean agree(byte[] a, byte[] b) {
    return LittleEndian.u16(a, 2) == LittleEndian.u16(b, 2)
        && LittleEndian.i32(a, 4) == LittleEndian.i32(b, 4);
  }
}
