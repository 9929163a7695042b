package io.vhdboot.compression;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.Seed;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class E8FilterTest {

  @Test
  void undoGivesBackWhatApplyTook() {
    SplittableRandom random = Seed.random("undoGivesBackWhatApplyTook");
    for (int i = 0; i < 3000; i++) {
      int length = random.nextInt(200);
      byte[] bytes = Samples.random(random, length + 16, 256);
      for (int at = 0; at < bytes.length; at++) {
        if (random.nextInt(6) == 0) {
          bytes[at] = (byte) 0xE8;
        } else if (random.nextInt(4) == 0) {
          bytes[at] = (byte) -random.nextInt(2);
        }
      }
      byte[] filtered = bytes.clone();
      E8Filter.apply(filtered, 5, length);
      E8Filter.undo(filtered, 5, length);
      assertThat(filtered).isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // The first byte is at position 0, the second call at 5.
    "e810000000e810000000, e810000000e80b000000",
    "e8ffffffffe8ffffffff, e8ffffffffe8ff1ab700",
    // Target -5 reaches the chunk's start, -6 lies before it.
    "0000000000e8fbffffff, 0000000000e8fb1ab700",
    "0000000000e8faffffff, 0000000000e8faffffff",
    // The last target within 12,000,000 bytes, and the first beyond.
    "0000000000e8ff1ab700, 0000000000e8fa1ab700",
    "0000000000e8001bb700, 0000000000e8001bb700",
    // A call within a call is none.
    "e8e8e8e8e80000000000, e8e8e8e8e80000000000",
  })
  void undoMakesTargetsRelative(String encoded, String decoded) {
    // Ten bytes behind are left alone, so calls among the first ten are not.
    String tail = "e800000000e8000000e8";
    byte[] bytes = HexFormat.of().parseHex(encoded + tail);
    E8Filter.undo(bytes, 0, bytes.length);
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(decoded + tail);
  }

  @Test
  void tenBytesAreLeftAlone() {
    byte[] bytes = HexFormat.of().parseHex("00e8000000000000000000");
    byte[] tooShort = HexFormat.of().parseHex("e8010000000000000000");
    byte[] expected = tooShort.clone();
    E8Filter.apply(tooShort, 0, 10);
    assertThat(tooShort).isEqualTo(expected);
    // Of eleven, only the first may be a call.
    expected = bytes.clone();
    E8Filter.apply(bytes, 0, 11);
    assertThat(bytes).isEqualTo(expected);
  }
}
