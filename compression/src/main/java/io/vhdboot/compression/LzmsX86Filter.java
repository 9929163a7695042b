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

  /** Each byte of a word. */
  private static final long ALL = 0x0101010101010101L;

  private static final int LONG_HEAD = 3;

  /** For each first byte how many bytes of an instruction would stand before its target. */
  private static final byte[] HEADS = heads();

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
    for (int at = next(bytes, start + 1, end); at < end; at = next(bytes, at, end)) {
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

  /**
   * Finds the first place from another on where an instruction of interest may begin, or one that
   * is not below the end. Looks at eight places at a time, and at ten bytes behind the end.
   */
  private static int next(byte[] bytes, int from, int end) {
    for (int at = from; at < end; at += Long.BYTES) {
      long first = (long) Words.LITTLE_64.get(bytes, at);
      long second = (long) Words.LITTLE_64.get(bytes, at + 1);
      long third = (long) Words.LITTLE_64.get(bytes, at + 2);
      // A byte is 0 where 48h or 4Ch, then 8Dh or 8Bh, then a third byte that fits; or F0h, 83h,
      // 05h. Some others give 0 too.
      long relative =
          first & 0x43 * ALL ^ 0x40 * ALL
              | second & 0xF1 * ALL ^ 0x81 * ALL
              | third & 0x07 * ALL ^ 0x05 * ALL;
      long callOrJump = first & 0xFE * ALL ^ 0xE8 * ALL;
      long indirectCall = ~first | second ^ 0x15 * ALL;
      // The highest bit of each byte that is 0, and maybe of some behind the first.
      long marked =
          (relative - ALL & ~relative
                  | callOrJump - ALL & ~callOrJump
                  | indirectCall - ALL & ~indirectCall)
              & 0x80 * ALL;
      if (marked != 0) {
        return at + (Long.numberOfTrailingZeros(marked) >> 3);
      }
    }
    return end;
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
