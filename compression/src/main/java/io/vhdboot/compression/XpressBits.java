package io.vhdboot.compression;

/**
 * Reads the bits of an XPRESS chunk: a sequence of 16-bit little-endian units that give their bits
 * from the most significant one down. Between them stand whole bytes, which are taken from behind
 * the units that a decoder with a 32-bit register has fetched by then.
 *
 * <p>The fields are open to the decoder, whose inner loop keeps them in local variables. Reading
 * past the end gives zeros, as decoders look ahead; one that goes on for long there is stopped.
 */
final class XpressBits {

  /** Bytes that must be left of the input for {@link #word}. */
  static final int WORD = Long.BYTES;

  private static final long EVEN_UNITS = 0x0000FFFF0000FFFFL;
  private static final int MOST_BEYOND_END = 32;

  byte[] input;

  /** Where the next unit is fetched from. */
  int position;

  int end;

  /** The fetched bits, the next one topmost. Below the valid ones may stand some of the next. */
  long buffer;

  /** The count of valid bits in the buffer. */
  int count;

  /** Starts at the first bit of a range that has been checked. */
  void begin(byte[] input, int offset, int length) {
    this.input = input;
    position = offset;
    end = offset + length;
    buffer = 0;
    count = 0;
  }

  /** Forgets the array, so that it can be collected. */
  void release() {
    input = null;
  }

  /** The next four units, the first one topmost. */
  static long word(byte[] input, int position) {
    long swapped = Long.rotateLeft((long) Words.LITTLE_64.get(input, position), 32);
    return (swapped & EVEN_UNITS) << 16 | swapped >>> 16 & EVEN_UNITS;
  }

  /** Makes at least 48 bits valid. */
  void refill() throws MalformedChunkException {
    if (end - position >= WORD) {
      buffer |= word(input, position) >>> count;
      int units = 63 - count >>> 4;
      position += units << 1;
      count += units << 4;
    } else {
      refillAtEnd();
    }
  }

  private void refillAtEnd() throws MalformedChunkException {
    while (count < 48) {
      if (end - position >= 2) {
        long unit = (input[position] & 0xFF) | (input[position + 1] & 0xFF) << 8;
        buffer |= unit << 48 - count;
      } else if (position - end > MOST_BEYOND_END) {
        throw new MalformedChunkException("the chunk ends before its data do");
      }
      position += 2;
      count += 16;
    }
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

  /** Gives whole units back until less than another 16 bits beyond the given number are valid. */
  void giveBack(int number) {
    int units = count - number >> 4;
    position -= units << 1;
    count -= units << 4;
    buffer &= -1L << 1 << 63 - count;
  }

  /** Takes a byte from behind the fetched units; 0 past the end. */
  int nextByte() {
    int at = position++;
    return at < end ? input[at] & 0xFF : 0;
  }
}
