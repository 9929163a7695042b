package io.vhdboot.compression;

import java.util.Arrays;

/**
 * What LZMS does to x86 code: relative targets of calls, jumps and loads become absolute where the
 * code around them seems to be x86, and relative again after decoding.
 *
 * <p>Whether it seems so is told by the targets themselves: a target whose low 16 bits occurred
 * within the last 65535 bytes marks its place, and from there on targets are translated for a
 * while. Positions count from the chunk's start; its first byte and its last 16 are left alone.
 *
 * <p>Source: libwim's description, see {@link LzmsFormat}.
 */
final class LzmsX86Filter {

  private static final int TAIL = 16;
  private static final int SHORTEST = TAIL + 1;

  /** How far behind a marked place targets are translated, and calls by E8h. */
  private static final int REACH = 1023;

  private static final int CALL_REACH = REACH / 2;
  private static final int TARGET_WINDOW = 65535;
  private static final int TARGET_SIZE = 4;

  /** Length of an instruction up to its target, with no instruction at all for 0. */
  private static final int NONE = 0;

  private static final byte CALL = (byte) 0xE8;
  private static final byte JUMP = (byte) 0xE9;

  /** How many places are marked at a time. */
  private static final int BLOCK = 2048;

  /** The highest bit of each byte of a word. */
  private static final long HIGH_BITS = 0x8080808080808080L;

  private static final int LONG_HEAD = 3;

  /** For each first byte how many bytes of an instruction would stand before its target. */
  private static final byte[] HEADS = heads();

  /** The bytes of a block, and those one and two behind them. */
  private final byte[] first = new byte[BLOCK];

  private final byte[] second = new byte[BLOCK];
  private final byte[] third = new byte[BLOCK];

  /** Where in the block an instruction of interest may begin. */
  private final byte[] marks = new byte[BLOCK + Long.BYTES];

  /**
   * For the low 16 bits of every target, where it was seen last. Positions of later chunks are
   * larger than those of earlier ones, which are then too far away to matter.
   */
  private final int[] lastSeen = new int[TARGET_WINDOW + 1];

  /** The position of the next chunk's begin, in {@link #lastSeen}. */
  private int base = TARGET_WINDOW + 1;

  /** Makes targets relative, as they were before encoding. */
  void undo(byte[] bytes, int start, int length) {
    translate(bytes, start, length, false);
  }

  /** Makes targets absolute, for encoding. */
  void apply(byte[] bytes, int start, int length) {
    translate(bytes, start, length, true);
  }

  private void translate(byte[] bytes, int start, int length, boolean absolute) {
    if (length <= SHORTEST) {
      return;
    }
    if (base > Integer.MAX_VALUE - TARGET_WINDOW - 1 - length) {
      Arrays.fill(lastSeen, 0);
      base = TARGET_WINDOW + 1;
    }
    int base = this.base;
    this.base = base + length + TARGET_WINDOW + 1;
    int[] lastSeen = this.lastSeen;
    int marked = base - REACH - 1;
    int end = start + length - TAIL;
    int at = start + 1;
    for (int block = at; block < end; block += BLOCK) {
      int size = Math.min(BLOCK, end - block);
      mark(bytes, block);
      at = Math.max(at, block);
      for (int i = next(at - block, size); i < size; i = next(at - block, size)) {
        at = block + i;
        byte opcode = bytes[at];
        int head = instruction(bytes, at);
        if (head == NONE) {
          at++;
          continue;
        }
        if (opcode == JUMP) {
          at += head + TARGET_SIZE;
          continue;
        }
        int position = at - start;
        int place = at + head;
        int before = (int) Words.LITTLE_32.get(bytes, place);
        int after = before;
        if (base + position - marked <= (opcode == CALL ? CALL_REACH : REACH)) {
          after = absolute ? before + position : before - position;
          Words.LITTLE_32.set(bytes, place, after);
        }
        int target = position + (absolute ? before : after) & 0xFFFF;
        int last = base + position + head + TARGET_SIZE - 1;
        // Whether it is near cannot be foreseen, so that no branch depends on it.
        int far = TARGET_WINDOW - (last - lastSeen[target]) >> 31;
        marked = last + (marked - last & far);
        lastSeen[target] = last;
        at = place + TARGET_SIZE;
      }
    }
  }

  /** Finds the first marked place of a block from another on, or one that is not below the size. */
  private int next(int from, int size) {
    byte[] marks = this.marks;
    for (int at = from; at < size; at += Long.BYTES) {
      long marked = (long) Words.LITTLE_64.get(marks, at) & HIGH_BITS;
      if (marked != 0) {
        return at + (Long.numberOfTrailingZeros(marked) >> 3);
      }
    }
    return size;
  }

  /** Marks the places of a block where an instruction of interest may begin. */
  private void mark(byte[] bytes, int block) {
    // The compiler makes vectors only of arrays that are all indexed alike.
    copy(bytes, block, first);
    copy(bytes, block + 1, second);
    copy(bytes, block + 2, third);
    mark(first, second, third, marks);
  }

  private static void copy(byte[] bytes, int from, byte[] block) {
    System.arraycopy(bytes, from, block, 0, Math.min(BLOCK, bytes.length - from));
  }

  /** Sets the highest bit of a mark where a byte with the two behind it fits. */
  private static void mark(byte[] first, byte[] second, byte[] third, byte[] marks) {
    for (int i = 0; i < BLOCK; i++) {
      // 0 where 48h or 4Ch, then 8Dh or 8Bh, then a third byte that fits; or F0h, 83h, 05h. Some
      // others give 0 too.
      int relative = first[i] & 0x43 ^ 0x40 | second[i] & 0xF1 ^ 0x81 | third[i] & 0x07 ^ 0x05;
      int callOrJump = first[i] & 0xFE ^ 0xE8;
      int indirectCall = first[i] ^ 0xFF | second[i] ^ 0x15;
      marks[i] =
          (byte)
              (relative - 1 & ~relative
                  | callOrJump - 1 & ~callOrJump
                  | indirectCall - 1 & ~indirectCall);
    }
  }

  /** How many bytes of an instruction stand before its target. */
  private static int instruction(byte[] bytes, int at) {
    int head = HEADS[bytes[at] & 0xFF];
    if (head != LONG_HEAD) {
      return head;
    }
    int three = (int) Words.LITTLE_32.get(bytes, at) & 0xFFFFFF;
    // lea or mov with a 64-bit operand, relative to the instruction pointer, or lock add
    boolean fits =
        (three & 0x07FFFB) == 0x058D48 | (three & 0xF7FFFF) == 0x058B48 | three == 0x0583F0;
    return fits ? LONG_HEAD : NONE;
  }

  private static byte[] heads() {
    byte[] heads = new byte[256];
    heads[0x48] = LONG_HEAD;
    heads[0x4C] = LONG_HEAD;
    heads[0xF0] = LONG_HEAD;
    heads[0xE8] = 1;
    heads[0xE9] = 1;
    heads[0xFF] = 2;
    return heads;
  }
}
