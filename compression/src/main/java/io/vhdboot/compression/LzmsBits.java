package io.vhdboot.compression;

/**
 * Reads the bits of an LZMS chunk that run from its back to its front. Before the front stand
 * zeros; a decoder that goes on for long there is stopped.
 *
 * <p>The fields are open to the decoder, whose inner loop keeps them in local variables.
 */
final class LzmsBits {

  private static final int MOST_BEYOND_FRONT = 64;
  private static final int UNIT_BITS = LzmsFormat.UNIT_BITS;

  /** Where the next unit ends. */
  int position;

  /** The begin of the chunk. */
  int front;

  /** The fetched bits, the next one topmost. Below the valid ones stand some of the next. */
  long buffer;

  /** The count of valid bits in the buffer. */
  int count;

  private byte[] input;

  /** Starts at the back of a range that has been checked. */
  void begin(byte[] input, int offset, int length) {
    this.input = input;
    front = offset;
    position = offset + length;
    buffer = 0;
    count = 0;
  }

  /** Goes on from where an inner loop got to. */
  void seek(int position, long buffer, int count) {
    this.position = position;
    this.buffer = buffer;
    this.count = count;
  }

  /** Makes at least 48 bits valid. */
  private void refill() throws MalformedChunkException {
    if (position - Long.BYTES >= front) {
      // The unit that comes first stands highest in a word that ends with it.
      buffer |= (long) Words.LITTLE_64.get(input, position - Long.BYTES) >>> count;
      int units = 63 - count >>> 4;
      position -= units << 1;
      count += units << 4;
      return;
    }
    while (count <= 64 - UNIT_BITS) {
      position -= 2;
      long unit = 0;
      if (position >= front) {
        unit = (short) Words.LITTLE_16.get(input, position) & 0xFFFF;
      } else if (position < front - MOST_BEYOND_FRONT) {
        throw new MalformedChunkException("the LZMS chunk ends before its data do");
      }
      buffer |= unit << 64 - UNIT_BITS - count;
      count += UNIT_BITS;
    }
  }

  /** Takes up to 30 bits. */
  int bits(int number) throws MalformedChunkException {
    if (count < number) {
      refill();
    }
    int value = (int) (buffer >>> 1 >>> 63 - number);
    buffer <<= number;
    count -= number;
    return value;
  }

  /** Takes a symbol of a code, which learns from it. */
  int symbol(LzmsCode code) throws MalformedChunkException {
    if (count < LzmsFormat.LONGEST_CODEWORD) {
      refill();
    }
    int entry = code.table.lookUp(buffer);
    int length = entry & HuffmanTable.LENGTH_MASK;
    buffer <<= length;
    count -= length;
    int symbol = entry >> HuffmanTable.PAYLOAD_SHIFT;
    code.learn(symbol);
    return symbol;
  }

  /** Takes a number: the symbol of its slot, and the extra bits of that. */
  int number(LzmsCode code, LzmsFormat.Slots slots) throws MalformedChunkException {
    int slot = symbol(code);
    return slots.first[slot] + bits(slots.extraBits[slot]);
  }
}
