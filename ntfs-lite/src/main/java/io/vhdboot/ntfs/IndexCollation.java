package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.disk.Utf16;
import java.util.Arrays;

/** The order of an index' keys as they stand in its entries. Safe for use by several threads. */
abstract class IndexCollation {

  private IndexCollation() {}

  /**
   * The order that an index' root names.
   *
   * @param collation one of the constants of {@link IndexRoot}
   * @param capitals the volume's table of capitals
   * @param source what exceptions call the index
   * @throws UnsupportedFormatException when no index of Windows has that order
   */
  static IndexCollation of(int collation, UpCaseTable capitals, String source)
      throws UnsupportedFormatException {
    return switch (collation) {
      case IndexRoot.COLLATION_FILE_NAME -> new Names(capitals, true);
      case IndexRoot.COLLATION_U32 -> new Words(4, 4);
      case IndexRoot.COLLATION_SID -> new Bytes();
      case IndexRoot.COLLATION_SECURITY_HASH -> new Words(8, 8);
      case IndexRoot.COLLATION_U32_ARRAY -> new Words(4, 0xFFFF);
      default ->
          throw new UnsupportedFormatException(
              source, 4, String.format("an index with the collation %xh", collation));
    };
  }

  /**
   * The order of a directory that takes names for equal which differ only in case. Names are
   * together in it that are neighbours in the order of {@link IndexRoot#COLLATION_FILE_NAME}.
   */
  static IndexCollation ignoringCase(UpCaseTable capitals) {
    return new Names(capitals, false);
  }

  /** A key that finds a name in a directory; it says nothing else. */
  static byte[] nameKey(String name) {
    byte[] key = new byte[FileName.size(name.length())];
    LittleEndian.put8(key, 0x40, name.length());
    Utf16.put(key, FileName.HEADER_SIZE, name);
    return key;
  }

  /** Tells what is wrong with a key, or null. */
  abstract String problem(byte[] bytes, int offset, int length);

  /** Compares two keys that have no problem. */
  abstract int compare(byte[] a, int aOffset, int aLength, byte[] b, int bOffset, int bLength);

  /**
   * Checks a key that stands in a node.
   *
   * @throws CorruptFormatException when it is none of this order
   */
  final void check(byte[] node, IndexEntry entry, String source) throws CorruptFormatException {
    String problem = problem(node, entry.keyPosition(), entry.keyLength());
    if (problem != null) {
      throw new CorruptFormatException(source, entry.keyPosition(), problem);
    }
  }

  /** Values of $FILE_NAME, of which only the name counts; see {@link FileNameCollation}. */
  private static final class Names extends IndexCollation {

    private final UpCaseTable capitals;
    private final boolean exact;

    Names(UpCaseTable capitals, boolean exact) {
      this.capitals = capitals;
      this.exact = exact;
    }

    @Override
    String problem(byte[] bytes, int offset, int length) {
      int units = length < FileName.HEADER_SIZE ? 0 : LittleEndian.u8(bytes, offset + 0x40);
      return units > 0 && FileName.size(units) <= length
          ? null
          : "a key of " + length + " bytes cannot hold " + units + " units of name";
    }

    @Override
    int compare(byte[] a, int aOffset, int aLength, byte[] b, int bOffset, int bLength) {
      int aUnits = LittleEndian.u8(a, aOffset + 0x40);
      int bUnits = LittleEndian.u8(b, bOffset + 0x40);
      int aName = aOffset + FileName.HEADER_SIZE;
      int bName = bOffset + FileName.HEADER_SIZE;
      int units = Math.min(aUnits, bUnits);
      // Neighbours in a directory mostly begin alike.
      int differs = Arrays.mismatch(a, aName, aName + 2 * units, b, bName, bName + 2 * units);
      int tie = 0;
      for (int i = differs < 0 ? units : differs / 2; i < units; i++) {
        char x = (char) LittleEndian.u16(a, aName + 2 * i);
        char y = (char) LittleEndian.u16(b, bName + 2 * i);
        if (x != y) {
          int order = capitals.get(x) - capitals.get(y);
          if (order != 0) {
            return order;
          }
          tie = tie == 0 && exact ? x - y : tie;
        }
      }
      return aUnits != bUnits ? aUnits - bUnits : tie;
    }
  }

  /** Unsigned 32-bit numbers, the first counting most; of two arrays the shorter is first. */
  private static final class Words extends IndexCollation {

    private final int least;
    private final int most;

    Words(int least, int most) {
      this.least = least;
      this.most = most;
    }

    @Override
    String problem(byte[] bytes, int offset, int length) {
      return length >= least && length <= most && length % 4 == 0
          ? null
          : "a key of " + length + " bytes does not hold the numbers that it is sorted by";
    }

    @Override
    int compare(byte[] a, int aOffset, int aLength, byte[] b, int bOffset, int bLength) {
      for (int i = 0; i < Math.min(aLength, bLength); i += 4) {
        int order =
            Integer.compareUnsigned(
                LittleEndian.i32(a, aOffset + i), LittleEndian.i32(b, bOffset + i));
        if (order != 0) {
          return order;
        }
      }
      return aLength - bLength;
    }
  }

  /** Unsigned bytes, the shorter first: SIDs. */
  private static final class Bytes extends IndexCollation {

    @Override
    String problem(byte[] bytes, int offset, int length) {
      return length > 0 ? null : "an empty key cannot be sorted";
    }

    @Override
    int compare(byte[] a, int aOffset, int aLength, byte[] b, int bOffset, int bLength) {
      return Arrays.compareUnsigned(a, aOffset, aOffset + aLength, b, bOffset, bOffset + bLength);
    }
  }
}
