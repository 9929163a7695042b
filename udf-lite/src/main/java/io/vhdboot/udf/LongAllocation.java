package io.vhdboot.udf;

import io.vhdboot.disk.LittleEndian;

/**
 * A place in a partition, 16 bytes:
 *
 * <pre>
 * 00  4  length in bytes in the lower 30 bits; above, the kind
 * 04  4  block
 * 08  2  partition, by its number among the maps
 * 0A  6  use of the implementation
 * </pre>
 *
 * <p>Source: ECMA-167, 4/14.14.2.
 *
 * @param length the length with the kind, unsigned 32 bits
 * @param block the block
 * @param partition the partition
 */
record LongAllocation(long length, long block, int partition) {

  static final int SIZE = 16;

  static LongAllocation get(byte[] bytes, int offset) {
    return new LongAllocation(
        LittleEndian.u32(bytes, offset),
        LittleEndian.u32(bytes, offset + 0x04),
        LittleEndian.u16(bytes, offset + 0x08));
  }
}
