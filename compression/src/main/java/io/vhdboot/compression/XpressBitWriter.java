package io.vhdboot.compression;

/**
 * Writes the bits of an XPRESS chunk, see {@link XpressBits}. A unit is stored when more than 16
 * bits wait; until then room is kept for it and for the next one, and bytes go behind these.
 */
final class XpressBitWriter {

  private final byte[] output;
  private final int limit;
  private int unit;
  private int nextUnit;
  private int next;
  private int buffer;
  private int count;

  XpressBitWriter(byte[] output, int offset, int limit) {
    this.output = output;
    this.limit = limit;
    unit = offset;
    nextUnit = offset + 2;
    next = offset + 4;
  }

  /** Whether something was to be written behind the limit, and was not. */
  boolean isFull() {
    return next > limit;
  }

  /** Writes up to 16 bits. */
  void bits(int value, int number) {
    count += number;
    buffer = buffer << number | value;
    if (count > 16) {
      count -= 16;
      put(unit, buffer >>> count);
      unit = nextUnit;
      nextUnit = next;
      next += 2;
    }
  }

  /** Writes a byte. */
  void writeByte(int value) {
    if (next < limit) {
      output[next] = (byte) value;
    }
    next++;
  }

  /** Writes a 16-bit number as two bytes. */
  void writeShort(int value) {
    writeByte(value);
    writeByte(value >> 8);
  }

  /** Writes the waiting bits and says where the chunk ends. */
  int end() {
    put(unit, buffer << 16 - count);
    put(nextUnit, 0);
    return next;
  }

  private void put(int at, int value) {
    if (at + 2 <= limit) {
      output[at] = (byte) value;
      output[at + 1] = (byte) (value >> 8);
    }
  }
}
