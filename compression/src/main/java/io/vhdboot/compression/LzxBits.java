package io.vhdboot.compression;

import java.util.Arrays;

/**
 * Reads the bits of an LZX chunk, which is a sequence of 16-bit little-endian units that give their
 * bits from the most significant one down. The chunk is taken over with the bytes of each unit
 * swapped, so that from there on bits and bytes run in the same direction, and with zeros behind
 * it, as decoders look ahead. One that goes on for long there is stopped.
 *
 * <p>The fields are open to the decoder, whose inner loop keeps them in local variables.
 */
final class LzxBits {

  private static final long EVEN_BYTES = 0x00FF00FF00FF00FFL;
  private static final int MOST_BEYOND_END = 32;
  private static final int PADDING = MOST_BEYOND_END + 3 * Long.BYTES;

  /** The chunk with swapped units. */
  byte[] bytes = new byte[PADDING];

  /** Where the next byte is fetched from. */
  int position;

  /** The position from which no word may be fetched any more. */
  int limit;

  /** The fetched bits, the next one topmost. Below the valid ones stand some of the next. */
  long buffer;

  /** The count of valid bits in the buffer. */
  int count;

  /** Starts at the first bit of a range that has been checked. */
  void begin(byte[] input, int offset, int length) {
    int even = length & -2;
    if (bytes.length < even + PADDING) {
      bytes = new byte[even + PADDING + (even >> 1)];
    }
    byte[] swapped = bytes;
    int at = 0;
    for (; at <= even - Long.BYTES; at += Long.BYTES) {
      long word = (long) Words.BIG_64.get(input, offset + at);
      Words.BIG_64.set(swapped, at, (word & EVEN_BYTES) << 8 | word >>> 8 & EVEN_BYTES);
    }
    for (; at < even; at += 2) {
      swapped[at] = input[offset + at + 1];
      swapped[at + 1] = input[offset + at];
    }
    Arrays.fill(swapped, even, even + PADDING, (byte) 0);
    limit = even + MOST_BEYOND_END;
    seek(0);
  }

  /** Goes on with the first bit of a byte. */
  void seek(int position) {
    this.position = position;
    buffer = 0;
    count = 0;
  }

  /** The first byte of the unit behind the one that the next bit is in. */
  int nextUnit() {
    return ((position << 3) - count >> 4 << 1) + 2;
  }

  /** Makes at least 56 bits valid. */
  void refill() throws MalformedChunkException {
    if (position >= limit) {
      throw new MalformedChunkException("the chunk ends before its data do");
    }
    buffer |= (long) Words.BIG_64.get(bytes, position) >>> count;
    position += 63 - count >>> 3;
    count |= 56;
  }

  /** Takes up to 32 bits. */
  int bits(int number) throws MalformedChunkException {
    if (count < number) {
      refill();
    }
    int value = (int) (buffer >>> 1 >>> 63 - number);
    skip(number);
    return value;
  }

  /** Takes a symbol and gives its entry. */
  int symbol(HuffmanTable table) throws MalformedChunkException {
    if (count < HuffmanTable.LONGEST) {
      refill();
    }
    int entry = table.lookUp(buffer);
    skip(entry & HuffmanTable.LENGTH_MASK);
    return entry;
  }

  /** Drops valid bits. */
  void skip(int number) {
    buffer <<= number;
    count -= number;
  }
}
