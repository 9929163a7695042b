package io.vhdboot.compression;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MatchCopyTest {

  @Test
  void overlappingMatchRepeatsItsSource() {
    SplittableRandom random = new SplittableRandom(1);
    for (int distance = 1; distance <= 40; distance++) {
      for (int length = 1; length <= 300; length++) {
        byte[] before = Samples.random(random, 64 + length + MatchCopy.SLACK + 8, 256);
        byte[] expected = before.clone();
        for (int i = 64; i < 64 + length; i++) {
          expected[i] = expected[i - distance];
        }
        byte[] exact = before.clone();
        MatchCopy.exact(exact, 64, distance, length);
        assertThat(Arrays.equals(exact, expected)).isTrue();
        byte[] wide = before.clone();
        MatchCopy.wide(wide, 64, distance, length);
        assertThat(Arrays.mismatch(wide, expected))
            .isIn(-1, firstFrom(wide, expected, 64 + length));
        int end = 64 + length + MatchCopy.SLACK;
        assertThat(Arrays.equals(wide, end, wide.length, before, end, before.length)).isTrue();
      }
    }
  }

  /** The first difference at or behind a position; only there may be one. */
  private static int firstFrom(byte[] a, byte[] b, int from) {
    int mismatch = Arrays.mismatch(a, from, a.length, b, from, b.length);
    return mismatch < 0 ? -1 : from + mismatch;
  }
}
