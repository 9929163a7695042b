package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.Utf16;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;

/** The order of the keys of an index, by its collation. */
abstract class KeyOrder implements Comparator<byte[]> {

  private final int least;

  private KeyOrder(int least) {
    this.least = least;
  }

  /** Whether bytes are long enough to be a key. */
  boolean isKey(byte[] key) {
    return key.length >= least;
  }

  /** A key for people to read. */
  String toString(byte[] key) {
    return HexFormat.of().formatHex(key);
  }

  /**
   * The order of a collation; an unknown one is taken for the order of bytes.
   *
   * @param names the volume's order of names
   */
  static KeyOrder of(int collation, FileNameCollation names) {
    return switch (collation) {
      case IndexRoot.COLLATION_FILE_NAME -> new Names(names);
      case IndexRoot.COLLATION_U32 -> new Words(4, 4);
      case IndexRoot.COLLATION_SECURITY_HASH -> new Words(8, 8);
      case IndexRoot.COLLATION_U32_ARRAY -> new Words(0, Integer.MAX_VALUE);
      default -> new Bytes();
    };
  }

  /** Names, as $FILE_NAME holds them. */
  private static final class Names extends KeyOrder {

    private final FileNameCollation names;

    Names(FileNameCollation names) {
      super(FileName.size(1));
      this.names = names;
    }

    @Override
    boolean isKey(byte[] key) {
      return super.isKey(key) && key.length == FileName.size(LittleEndian.u8(key, 0x40));
    }

    @Override
    String toString(byte[] key) {
      return name(key);
    }

    private static String name(byte[] key) {
      return Utf16.get(key, FileName.HEADER_SIZE, LittleEndian.u8(key, 0x40));
    }

    @Override
    public int compare(byte[] a, byte[] b) {
      return names.compare(name(a), name(b));
    }
  }

  /** Numbers of 32 bits, one after the other. */
  private static final class Words extends KeyOrder {

    private final int most;

    Words(int least, int most) {
      super(least);
      this.most = most;
    }

    @Override
    public int compare(byte[] a, byte[] b) {
      int length = Math.min(Math.min(a.length, b.length), most) & -4;
      for (int i = 0; i < length; i += 4) {
        int order = Integer.compareUnsigned(LittleEndian.i32(a, i), LittleEndian.i32(b, i));
        if (order != 0) {
          return order;
        }
      }
      return Math.min(a.length, most) - Math.min(b.length, most);
    }
  }

  /** Bytes, as SIDs are compared. */
  private static final class Bytes extends KeyOrder {

    Bytes() {
      super(0);
    }

    @Override
    public int compare(byte[] a, byte[] b) {
      return Arrays.compareUnsigned(a, b);
    }
  }
}
