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

  /** A bit for each byte of a word: the lowest, and the highest. */
  private static final long EACH = 0x0101010101010101L;

  private static final long HIGH_BITS = EACH << 7;

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
    while (true) {
      at = nextOpcode(bytes, at, end);
      if (at >= end) {
        return;
      }
      byte opcode = bytes[at];
      if (opcode == JUMP) {
        at += 1 + TARGET_SIZE;
        continue;
      }
      int head = instruction(bytes, at);
      if (head == NONE) {
        at++;
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
      if (last - lastSeen[target] <= TARGET_WINDOW) {
        marked = last;
      }
      lastSeen[target] = last;
      at = place + TARGET_SIZE;
    }
  }

  /**
   * Finds the next byte that with the two behind it may begin an instruction of interest, by words:
   * eight positions are asked at a time, since most begin none.
   *
   * @return its position, or one at the end or behind it
   */
  private static int nextOpcode(byte[] bytes, int from, int end) {
    for (int at = from; at < end; at += Long.BYTES) {
      long first = (long) Words.LITTLE_64.get(bytes, at);
      long second = (long) Words.LITTLE_64.get(bytes, at + 1);
      long third = (long) Words.LITTLE_64.get(bytes, at + 2);
      // 0 in the bytes where 48h or 4Ch, then 8Dh or 8Bh (or 89h, 8Fh), then a third byte that
      // fits.
      long relative =
          first & 0xFB * EACH ^ 0x48 * EACH
              | second & 0xF9 * EACH ^ 0x89 * EACH
              | third & 0x07 * EACH ^ 0x05 * EACH;
      long callOrJump = first & 0xFE * EACH ^ 0xE8 * EACH;
      long lockedAdd = first ^ 0xF0 * EACH | second ^ 0x83 * EACH;
      long indirectCall = first ^ 0xFF * EACH | second ^ 0x15 * EACH;
      // The lowest of these marks is right, and no other is used.
      long zeros =
          (relative - EACH & ~relative
                  | callOrJump - EACH & ~callOrJump
                  | lockedAdd - EACH & ~lockedAdd
                  | indirectCall - EACH & ~indirectCall)
              & HIGH_BITS;
      if (zeros != 0) {
        return at + (Long.numberOfTrailingZeros(zeros) >> 3);
      }
    }
    return end;
  }

  /** How many bytes of an instruction stand before its target. */
  private static int instruction(byte[] bytes, int at) {
    int second = bytes[at + 1] & 0xFF;
    int third = bytes[at + 2] & 0xFF;
    return switch (bytes[at] & 0xFF) {
      // mov and lea with a 64-bit operand, relative to the instruction pointer
      case 0x48 ->
          (third & 7) == 5 && (second == 0x8D || second == 0x8B && (third & 0xF0) == 0) ? 3 : NONE;
      case 0x4C -> (third & 7) == 5 && second == 0x8D ? 3 : NONE;
      case 0xE8 -> 1;
      case 0xF0 -> second == 0x83 && third == 0x05 ? 3 : NONE;
      case 0xFF -> second == 0x15 ? 2 : NONE;
      default -> NONE;
    };
  }
}
