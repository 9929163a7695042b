package io.vhdboot.compression;

/**
 * What LZMS's decoder and encoder both must know. It is the format of .esd files, with chunks of up
 * to 1 GiB.
 *
 * <p>A chunk is a sequence of 16-bit little-endian units, two streams of bits at the same time: the
 * decisions of a range coder run from its front to the back, codewords and plain bits from its back
 * to the front, in every unit from the most significant bit down.
 *
 * <p>An item is chosen by decisions, each of which is 0 or 1 with a probability that its context
 * has learnt; the context is what the last few decisions of the same kind were:
 *
 * <pre>
 * main 0                  literal: a symbol of the literal code
 * main 1, match 0, LZ 0   LZ match with an offset of its own: an offset symbol and extra bits
 * main 1, match 0, LZ 1   with one of three offsets used before: decision 0: the newest;
 *                         1, then 0: the next; 1, then 1: the oldest
 * main 1, match 1, ...    delta match, likewise; its own offset is preceded by a power symbol
 * </pre>
 *
 * <p>Every match ends with a length symbol and extra bits. A delta match of power p and raw offset
 * r continues a table of numbers: with the span s = 2^p and the offset o = r * s, each byte is
 * {@code at[-o] + at[-s] - at[-o-s]}.
 *
 * <p>The codes adapt: all symbols begin with a frequency of 1; each use adds 1; after a certain
 * number of uses the code is built anew and every frequency is halved. After decoding, the targets
 * of x86 instructions are made relative again, see {@link LzmsX86Filter}.
 *
 * <p>Source: libwim's and 7-Zip's descriptions of their decoders; Microsoft has published none.
 */
final class LzmsFormat {

  /** The largest chunk that libwim and this project know. */
  static final int LARGEST_CHUNK = 1 << 30;

  /** The bits of the units that both streams consist of. */
  static final int UNIT_BITS = 16;

  /** Decisions that a probability is learnt from. */
  static final int LEARNT_FROM = 64;

  /** What a context has seen before anything: 0 three times out of four. */
  static final long FIRST_DECISIONS = 0x0000000055555555L;

  static final int PROBABILITY_BITS = 6;

  /** The number of decisions that make the context, by kind. */
  static final int MAIN_CONTEXT = 4;

  static final int MATCH_CONTEXT = 5;
  static final int LZ_CONTEXT = 6;
  static final int DELTA_CONTEXT = 6;
  static final int REPEAT_CONTEXT = 6;

  static final int LITERAL_SYMBOLS = 256;
  static final int POWER_SYMBOLS = 8;

  /** Uses after which a code is built anew. */
  static final int LITERAL_REBUILD = 1024;

  static final int OFFSET_REBUILD = 1024;
  static final int LENGTH_REBUILD = 512;
  static final int POWER_REBUILD = 512;

  static final int LONGEST_CODEWORD = 15;

  /** Offsets that a symbol can reach back to. */
  static final int REPEATS = 3;

  /** For each count of extra bits, how many slots of offsets have it. */
  private static final int[] OFFSET_SLOTS_BY_EXTRA_BITS = {
    8, 0, 9, 7, 10, 15, 15, 20, 20, 30, 33, 40, 42, 45, 60, 73, 80, 85, 95, 105, 6, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 1
  };

  private static final int[] LENGTH_SLOTS_BY_EXTRA_BITS = {
    26, 4, 6, 4, 5, 2, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
  };

  /** The slots of LZ offsets and of raw delta offsets. */
  static final Slots OFFSETS = new Slots(OFFSET_SLOTS_BY_EXTRA_BITS);

  /** The slots of lengths. */
  static final Slots LENGTHS = new Slots(LENGTH_SLOTS_BY_EXTRA_BITS);

  private LzmsFormat() {}

  /** The count of offset symbols of a chunk: those that can occur in it. */
  static int offsetSymbols(int chunkLength) {
    return chunkLength < 2 ? 0 : OFFSETS.of(chunkLength - 1) + 1;
  }

  /** Numbers from 1 on, cut into slots: a symbol tells the slot, extra bits the place in it. */
  static final class Slots {

    /** Numbers are looked up by this many bits behind their highest. */
    private static final int BUCKET_BITS = 7;

    /** The first number of each slot. */
    final int[] first;

    /** The count of extra bits of each slot. */
    final byte[] extraBits;

    /** Both: the first number above the lowest 8 bits, and there the count of extra bits. */
    final long[] packed;

    /** The slots of small numbers, and those of the first number of each bucket of larger ones. */
    private final short[] hints;

    private Slots(int[] slotsByExtraBits) {
      int count = 0;
      for (int slots : slotsByExtraBits) {
        count += slots;
      }
      first = new int[count];
      extraBits = new byte[count];
      packed = new long[count];
      int next = 1;
      int slot = 0;
      for (int bits = 0; bits < slotsByExtraBits.length; bits++) {
        for (int i = 0; i < slotsByExtraBits[bits]; i++) {
          first[slot] = next;
          extraBits[slot] = (byte) bits;
          packed[slot] = (long) next << Byte.SIZE | bits;
          next += 1 << bits;
          slot++;
        }
      }
      hints = new short[(Integer.SIZE - BUCKET_BITS) << BUCKET_BITS];
      for (int bucket = 0; bucket < hints.length; bucket++) {
        int shift = Math.max(0, (bucket >> BUCKET_BITS) - 1);
        long least = (long) bucket - ((long) shift << BUCKET_BITS) << shift;
        hints[bucket] = (short) search(least);
      }
    }

    int count() {
      return first.length;
    }

    /** The slot that a number is in. */
    int of(int number) {
      int shift =
          Math.max(0, Integer.SIZE - 1 - BUCKET_BITS - Integer.numberOfLeadingZeros(number));
      int slot = hints[(shift << BUCKET_BITS) + (number >>> shift)];
      while (slot + 1 < first.length && first[slot + 1] <= number) {
        slot++;
      }
      return slot;
    }

    private int search(long number) {
      int low = 0;
      int high = first.length - 1;
      while (low < high) {
        int middle = low + high + 1 >>> 1;
        if (first[middle] <= number) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      return low;
    }
  }
}
