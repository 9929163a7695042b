package io.vhdboot.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.testing.Seed;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XpressCompressorTest {

  private final Compressor compressor = new XpressCompressor();
  private final Decompressor decompressor = new XpressDecompressor();

  @ParameterizedTest
  @ValueSource(ints = {4096, 32768, 65536})
  void weAndLibwimDecodeWhatItEncodes(int chunkSize) throws MalformedChunkException {
    List<byte[]> chunks = Samples.all(Seed.random("weAndLibwimDecodeWhatItEncodes"), chunkSize);
    long[] lengths = Encoding.roundTrip(compressor, decompressor, Libwim.XPRESS, chunkSize, chunks);
    assertThat((double) lengths[0]).isLessThan(1.05 * lengths[1]);
  }

  @Test
  void sameChunkGivesTheSameBytesWhateverCameBefore() {
    SplittableRandom random = Seed.random("sameChunkGivesTheSameBytesWhateverCameBefore");
    byte[] chunk = Samples.mixed(random, 32768);
    byte[] first = Encoding.of(new XpressCompressor(), chunk);
    Encoding.of(compressor, Samples.text(random, 60000));
    assertThat(Encoding.of(compressor, chunk)).isEqualTo(first);
  }

  @Test
  void chunkOf65536EqualBytesTakesFewBytes() throws MalformedChunkException {
    byte[] chunk = new byte[65536];
    Arrays.fill(chunk, (byte) 'a');
    byte[] encoded = Encoding.of(compressor, chunk);
    assertThat(encoded).hasSizeLessThan(270);
    assertThat(Decoding.of(decompressor, encoded, 65536)).isEqualTo(chunk);
  }

  @Test
  void emptyChunkAndTinyRoomDoNotFit() {
    byte[] bytes = new byte[1000];
    assertThat(compressor.compress(bytes, 0, 0, bytes, 0, 0)).isEqualTo(Compressor.DOES_NOT_FIT);
    assertThat(compressor.compress(bytes, 0, 1000, bytes, 0, 256))
        .isEqualTo(Compressor.DOES_NOT_FIT);
  }

  @Test
  void longerChunkIsTheCallersMistake() {
    byte[] bytes = new byte[65537];
    assertThatThrownBy(() -> compressor.compress(bytes, 0, 65537, new byte[65537], 0, 65537))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("inputLength (65537) must be at most 65536 in XPRESS");
    assertThatThrownBy(() -> compressor.compress(bytes, 5, 65535, bytes, 0, 100))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void damagedChunksAreRefusedOrDecodeToAnything() {
    SplittableRandom random = Seed.random("damagedChunksAreRefusedOrDecodeToAnything");
    int refused = 0;
    for (byte[] chunk : Samples.all(random, 8192)) {
      byte[] encoded = Encoding.of(compressor, chunk);
      if (encoded != null) {
        refused +=
            Decoding.ofDamaged(decompressor, encoded, chunk.length, random, Seed.cases(400, 40));
      }
    }
    assertThat(refused).isPositive();
  }
}
