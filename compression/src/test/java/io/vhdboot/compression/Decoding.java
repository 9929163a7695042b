package io.vhdboot.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Decodes into the middle of an array whose other bytes must stay as they are. */
final class Decoding {

  private static final byte GUARD = (byte) 0xA5;

  private Decoding() {}

  /** The decoded chunk. */
  static byte[] of(Decompressor decompressor, byte[] encoded, int length)
      throws MalformedChunkException {
    // Places that are no multiple of a word, and other data next to the encoded chunk.
    int inputOffset = 1 + (encoded.length & 7);
    int outputOffset = 17 + (length & 15);
    byte[] input = new byte[inputOffset + encoded.length + 19];
    Arrays.fill(input, GUARD);
    System.arraycopy(encoded, 0, input, inputOffset, encoded.length);
    byte[] output = new byte[outputOffset + length + 37];
    Arrays.fill(output, GUARD);
    try {
      decompressor.decompress(input, inputOffset, encoded.length, output, outputOffset, length);
    } finally {
      checkGuard(output, 0, outputOffset);
      checkGuard(output, outputOffset + length, output.length);
    }
    return Arrays.copyOfRange(output, outputOffset, outputOffset + length);
  }

  private static void checkGuard(byte[] output, int from, int to) {
    for (int i = from; i < to; i++) {
      if (output[i] != GUARD) {
        fail("byte " + i + " outside of the output's range was overwritten");
      }
    }
  }

  /**
   * Decodes damaged copies of a chunk: cut short, with a few bits or bytes changed, of another
   * length, or nothing but random bytes. Anything but success and the typed exception fails.
   *
   * @return how many of the copies were refused
   */
  static int ofDamaged(
      Decompressor decompressor, byte[] encoded, int length, SplittableRandom random, int cases) {
    int refused = 0;
    for (int i = 0; i < cases; i++) {
      byte[] damaged = encoded.clone();
      int damagedLength = length;
      switch (random.nextInt(5)) {
        case 0 -> damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
        case 1 -> {
          for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
          }
        }
        case 2 -> {
          int from = random.nextInt(damaged.length);
          for (int at = from; at < Math.min(damaged.length, from + 32); at++) {
            damaged[at] = (byte) random.nextInt(256);
          }
        }
        case 3 -> damagedLength = random.nextInt(2 * length + 2);
        default -> random.nextBytes(damaged);
      }
      try {
        of(decompressor, damaged, damagedLength);
      } catch (MalformedChunkException e) {
        assertThat(e).hasMessageMatching("[^.\n]{10,}");
        refused++;
      }
    }
    return refused;
  }
}
