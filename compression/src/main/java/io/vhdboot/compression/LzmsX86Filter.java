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

  /** The bytes that an instruction of interest may begin with. */
  private static final boolean[] OPCODES = new boolean[256];

  static {
    for (int opcode : new int[] {0x48, 0x4C, 0xE8, 0xE9, 0xF0, 0xFF}) {
      OPCODES[opcode] = true;
    }
  }

  /** For the low 16 bits of every target, where it was seen last. */
  private final int[] lastSeen = new int[TARGET_WINDOW + 1];

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
    Arrays.fill(lastSeen, -TARGET_WINDOW - 1);
    int marked = -REACH - 1;
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
      if (position - marked <= (opcode == CALL ? CALL_REACH : REACH)) {
        after = absolute ? before + position : before - position;
        Words.LITTLE_32.set(bytes, place, after);
      }
      int target = position + (absolute ? before : after) & 0xFFFF;
      int last = position + head + TARGET_SIZE - 1;
      if (last - lastSeen[target] <= TARGET_WINDOW) {
        marked = last;
      }
      lastSeen[target] = last;
      at = place + TARGET_SIZE;
    }
  }

  private static int nextOpcode(byte[] bytes, int from, int end) {
    boolean[] opcodes = OPCODES;
    int at = from;
    // Most bytes are none: four are asked at a time.
    while (at < end - 3
        && !(opcodes[bytes[at] & 0xFF]
            | opcodes[bytes[at + 1] & 0xFF]
            | opcodes[bytes[at + 2] & 0xFF]
            | opcodes[bytes[at + 3] & 0xFF])) {
      at += 4;
    }
    while (at < end && !opcodes[bytes[at] & 0xFF]) {
      at++;
    }
    return at;
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
