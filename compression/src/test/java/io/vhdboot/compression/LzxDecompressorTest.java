package io.vhdboot.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.testing.Seed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LzxDecompressorTest {

  @ParameterizedTest
  @ValueSource(ints = {32768, 65536, 131072, 262144, 524288, 2097152})
  void decodesWhatLibwimEncodes(int windowSize) throws MalformedChunkException {
    Decompressor decompressor = new LzxDecompressor(windowSize);
    int largest = Math.min(windowSize, 1 << 17);
    List<byte[]> chunks = Samples.all(Seed.random("decodesWhatLibwimEncodes"), largest);
    if (windowSize > largest) {
      chunks.add(Samples.mixed(Seed.random("wholeWindow"), windowSize));
    }
    List<byte[]> encoded = Libwim.LZX.compress(windowSize, chunks);
    int compared = 0;
    for (int i = 0; i < chunks.size(); i++) {
      if (encoded.get(i) != null) {
        assertThat(Decoding.of(decompressor, encoded.get(i), chunks.get(i).length))
            .isEqualTo(chunks.get(i));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(60);
  }

  @Test
  void windowOfOddSizeIsTheCallersMistake() {
    for (int windowSize : new int[] {0, 16384, 32769, 4 << 20}) {
      assertThatThrownBy(() -> new LzxDecompressor(windowSize))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "windowSize (" + windowSize + ") must be a power of two from 32768 to 2097152");
    }
  }

  @Test
  void chunkLongerThanTheWindowIsRefused() {
    assertThatThrownBy(() -> Decoding.of(new LzxDecompressor(32768), new byte[100], 32769))
        .isInstanceOf(MalformedChunkException.class)
        .hasMessage("an LZX chunk has at most 32768 bytes, not 32769");
  }
}
