package io.vhdboot.wim;

import io.vhdboot.disk.BigEndian;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-1, by which a WIM names its blobs. Twenty zero bytes stand for the blob of no bytes.
 *
 * @param high the first eight bytes, big-endian
 * @param middle the next eight
 * @param low the last four
 */
public record Sha1(long high, long middle, int low) implements Comparable<Sha1> {

  /** Bytes of a hash. */
  public static final int SIZE = 20;

  private static final int SLICE = 1 << 13;

  /** Twenty zero bytes, which name nothing: an empty stream has this hash. */
  public static final Sha1 ZERO = new Sha1(0, 0, 0);

  /** The hash of no bytes at all; some writers name it instead of {@link #ZERO}. */
  static final Sha1 OF_NOTHING = of(new byte[0]);

  /** The hash of some bytes. */
  public static Sha1 of(byte[] bytes) {
    MessageDigest digest = newDigest();
    update(digest, bytes, 0, bytes.length);
    return get(digest.digest(), 0);
  }

  /** Reads a hash from its 20 bytes. */
  public static Sha1 get(byte[] bytes, int offset) {
    return new Sha1(
        BigEndian.i64(bytes, offset),
        BigEndian.i64(bytes, offset + 8),
        BigEndian.i32(bytes, offset + 16));
  }

  /**
   * Reads a hash from 40 hexadecimal digits.
   *
   * @throws IllegalArgumentException when the text is anything else
   */
  public static Sha1 parse(String text) {
    if (text.length() != 2 * SIZE) {
      throw new IllegalArgumentException("text (" + text + ") must have 40 hexadecimal digits");
    }
    return get(HexFormat.of().parseHex(text), 0);
  }

  void put(byte[] bytes, int offset) {
    BigEndian.put64(bytes, offset, high);
    BigEndian.put64(bytes, offset + 8, middle);
    BigEndian.put32(bytes, offset + 16, low);
  }

  /** The hash's 20 bytes. */
  public byte[] toBytes() {
    byte[] bytes = new byte[SIZE];
    put(bytes, 0);
    return bytes;
  }

  /** Whether this is {@link #ZERO}. */
  public boolean isZero() {
    return high == 0 && middle == 0 && low == 0;
  }

  /** Whether this stands for a stream of no bytes. */
  boolean isOfNothing() {
    return isZero() || equals(OF_NOTHING);
  }

  static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-1", e);
    }
  }

  /**
   * Hashes some bytes in small slices: a call with many would run for long before the virtual
   * machine puts the processor's own instructions in its place, which it does between calls.
   */
  static void update(MessageDigest digest, byte[] bytes, int offset, int length) {
    int at = offset;
    int end = offset + length;
    while (at < end) {
      int count = Math.min(SLICE, end - at);
      digest.update(bytes, at, count);
      at += count;
    }
  }

  @Override
  public int compareTo(Sha1 other) {
    int order = Long.compareUnsigned(high, other.high);
    if (order == 0) {
      order = Long.compareUnsigned(middle, other.middle);
    }
    return order == 0 ? Integer.compareUnsigned(low, other.low) : order;
  }

  /** Is as good as the hash itself, which is evenly spread already. */
  @Override
  public int hashCode() {
    return (int) high;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sha1 sha1
        && high == sha1.high
        && middle == sha1.middle
        && low == sha1.low;
  }

  /** The hash in 40 hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(toBytes());
  }
}
