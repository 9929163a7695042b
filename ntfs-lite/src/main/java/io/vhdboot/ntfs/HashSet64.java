package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;
import java.util.Arrays;
import java.util.BitSet;

/**
 * A set of things known by 64-bit hashes, to be compared with another such set: eight bytes and a
 * bit for each. All are added first, then looked up.
 */
final class HashSet64 {

  private long[] hashes = new long[1024];
  private int count;
  private final BitSet found = new BitSet();

  /** Adds a hash; to be called before {@link #settle}. */
  void add(long hash) {
    if (count == hashes.length) {
      hashes = Arrays.copyOf(hashes, (int) Math.min(Integer.MAX_VALUE - 8L, 2L * count));
    }
    hashes[count++] = hash;
  }

  /** Sorts; nothing may be added any more. */
  void settle() {
    Arrays.sort(hashes, 0, count);
  }

  /** Whether a hash is in the set; it is remembered as found. */
  boolean find(long hash) {
    int at = Arrays.binarySearch(hashes, 0, count, hash);
    if (at >= 0) {
      found.set(at);
    }
    return at >= 0;
  }

  /** Whether a hash is in the set, without remembering. */
  boolean contains(long hash) {
    return Arrays.binarySearch(hashes, 0, count, hash) >= 0;
  }

  /** Whether a hash that is in the set was found before. */
  boolean wasFound(long hash) {
    int at = Arrays.binarySearch(hashes, 0, count, hash);
    return at >= 0 && found.get(at);
  }

  /** Whether all were found. */
  boolean isAllFound() {
    return found.cardinality() == count;
  }

  int count() {
    return count;
  }

  /** The hash of a name: of the file, the directory and the units. */
  static long ofName(long parent, int namespace, String name, long record) {
    long hash = mix(parent) ^ mix(record * 4 + namespace + 0x9E37_79B9_7F4A_7C15L);
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x0000_0100_0000_01B3L + i;
      hash ^= hash >>> 29;
    }
    return mix(hash);
  }

  /** The hash of bytes and a file reference. */
  static long of(byte[] bytes, int offset, int length, long reference) {
    long hash = mix(reference);
    for (int i = 0; i < length; i++) {
      hash = (hash ^ LittleEndian.u8(bytes, offset + i)) * 0x0000_0100_0000_01B3L + i;
      hash ^= hash >>> 29;
    }
    return mix(hash);
  }

  private static long mix(long value) {
    long mixed = (value ^ value >>> 30) * 0xBF58_476D_1CE4_E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D0_49BB_1331_11EBL;
    return mixed ^ mixed >>> 31;
  }
}
