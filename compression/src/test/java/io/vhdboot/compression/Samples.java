package io.vhdboot.compression;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Chunks of every kind that an encoder meets, for round trips. */
final class Samples {

  private static final String[] WORDS = {
    "the",
    "volume",
    "boot",
    "of",
    "sector",
    "is",
    "a",
    "manager",
    "disk",
    "virtual",
    "and",
    "file",
    "\r\n",
    "0x",
    "HKEY_LOCAL_MACHINE\\",
    "Windows",
    "System32",
    "driver",
    "=",
    "{",
    "}",
    "1",
    "2009"
  };

  private Samples() {}

  /** Chunks up to the given size: every small length, the borders, every period, every kind. */
  static List<byte[]> all(SplittableRandom random, int largest) {
    List<byte[]> chunks = new ArrayList<>();
    for (int length = 1; length <= 40; length++) {
      chunks.add(random(random, length, 256));
      chunks.add(random(random, length, 2));
      chunks.add(periodic(random, length, 1));
    }
    for (int length : new int[] {255, 256, 257, 4096, largest - 1, largest}) {
      for (int period : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 100, 255, 256, 1000}) {
        chunks.add(periodic(random, length, period));
      }
      chunks.add(random(random, length, 256));
      chunks.add(random(random, length, 3));
      chunks.add(text(random, length));
      chunks.add(code(random, length));
      chunks.add(skewed(random, length));
      chunks.add(mixed(random, length));
    }
    for (int i = 0; i < 20; i++) {
      chunks.add(any(random, random.nextInt(1, largest + 1)));
    }
    return chunks;
  }

  /** A chunk of a kind drawn by lot. */
  static byte[] any(SplittableRandom random, int length) {
    return switch (random.nextInt(7)) {
      case 0 -> random(random, length, 1 << random.nextInt(1, 9));
      case 1 -> periodic(random, length, random.nextInt(1, 300));
      case 2 -> text(random, length);
      case 3 -> code(random, length);
      case 4 -> skewed(random, length);
      default -> mixed(random, length);
    };
  }

  /** Independent bytes of a small or large alphabet. */
  static byte[] random(SplittableRandom random, int length, int alphabet) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) random.nextInt(alphabet);
    }
    return bytes;
  }

  /** A random piece that repeats. */
  static byte[] periodic(SplittableRandom random, int length, int period) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = i < period ? (byte) random.nextInt(256) : bytes[i - period];
    }
    return bytes;
  }

  /** Words. */
  static byte[] text(SplittableRandom random, int length) {
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(WORDS[random.nextInt(WORDS.length)]).append(random.nextInt(5) == 0 ? "\n" : " ");
    }
    return text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
  }

  /** Something like x86 code: near calls to few functions among other bytes. */
  static byte[] code(SplittableRandom random, int length) {
    ByteBuffer code = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (code.remaining() >= 16) {
      switch (random.nextInt(4)) {
        case 0 -> {
          code.put((byte) 0xE8);
          code.putInt(random.nextInt(8) * 4096 - code.position());
        }
        case 1 -> code.put((byte) 0x8B).put((byte) 0x45).put((byte) (4 * random.nextInt(8)));
        case 2 -> code.put((byte) 0xE8).put((byte) random.nextInt(256));
        default -> code.put((byte) random.nextInt(256));
      }
    }
    while (code.hasRemaining()) {
      code.put((byte) 0xE8);
    }
    return code.array();
  }

  /** Bytes each half as frequent as the one before, so that codewords grow long. */
  static byte[] skewed(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (Long.numberOfTrailingZeros(random.nextLong()) * 37 + random.nextInt(2));
    }
    return bytes;
  }

  /** Pieces of all kinds, copies from near and far, and runs. */
  static byte[] mixed(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    int at = 0;
    while (at < length) {
      int size = Math.min(length - at, 1 << random.nextInt(12));
      if (at > 0 && random.nextBoolean()) {
        int distance = random.nextInt(1, Math.min(at, 1 << random.nextInt(1, 22)) + 1);
        for (int i = at; i < at + size; i++) {
          bytes[i] = bytes[i - distance];
        }
      } else if (random.nextInt(3) == 0) {
        System.arraycopy(text(random, size), 0, bytes, at, size);
      } else if (random.nextInt(3) == 0) {
        System.arraycopy(code(random, size), 0, bytes, at, size);
      } else {
        System.arraycopy(random(random, size, 1 << random.nextInt(9)), 0, bytes, at, size);
      }
      at += size;
    }
    return bytes;
  }

  /** Tables of numbers that grow evenly, for which delta matches are made. */
  static byte[] numbers(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    int at = 0;
    while (at < length) {
      int size = 1 << random.nextInt(4);
      int step = random.nextInt(1, 1 << 20);
      int value = random.nextInt();
      for (int i = random.nextInt(20, 400); i > 0; i--) {
        for (int b = 0; b < size && at < length; b++) {
          bytes[at++] = (byte) (b < 4 ? value >> 8 * b : 0);
        }
        value += step;
      }
    }
    return bytes;
  }
}
