package io.vhdboot.authenticode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DerBoundsTest {

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  @ParameterizedTest
  @CsvSource({
    "0500, 2",
    "3000, 2",
    "300302012AFFFF, 5",
    "3080020101300000000000, 9",
    "308102050000, 5",
    "1F810100, 4",
    "30820004A0020500, 8"
  })
  void objectsAreMeasured(String hex, int length) throws CorruptFormatException {
    assertThat(DerBounds.length(bytes(hex), "x")).isEqualTo(length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "30", "0402AA", "3003020501", "30800500", "0480", "3085", "1F81", "30020280"})
  void objectsThatLeaveTheirPlaceAreRefused(String hex) {
    assertThatThrownBy(() -> DerBounds.length(bytes(hex), "x"))
        .isInstanceOf(CorruptFormatException.class);
  }

  @Test
  void objectsNestedAThousandDeepAreRefused() {
    byte[] open = new byte[2000];
    for (int i = 0; i < open.length; i += 2) {
      open[i] = 0x30;
      open[i + 1] = (byte) 0x80;
    }
    assertThatThrownBy(() -> DerBounds.length(open, "x"))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("more than 64 deep");
    byte[] closed = new byte[0];
    for (int i = 0; i < 60; i++) {
      byte[] outer = new byte[closed.length + 2];
      outer[0] = 0x30;
      outer[1] = (byte) closed.length;
      System.arraycopy(closed, 0, outer, 2, closed.length);
      closed = outer;
    }
    byte[] sixty = Arrays.copyOf(closed, closed.length + 5);
    assertThat(length(sixty)).isEqualTo(120);
  }

  private static int length(byte[] bytes) {
    try {
      return DerBounds.length(bytes, "x");
    } catch (CorruptFormatException e) {
      throw new AssertionError(e);
    }
  }
}
