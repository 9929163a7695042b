package io.vhdboot.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.testing.Seed;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LzxCompressorTest {

  private final Compressor compressor = new LzxCompressor(32768);
  private final Decompressor decompressor = new LzxDecompressor(32768);

  @ParameterizedTest
  @ValueSource(ints = {32768, 65536, 2097152})
  void weAndLibwimDecodeWhatItEncodes(int windowSize) throws MalformedChunkException {
    SplittableRandom random = Seed.random("weAndLibwimDecodeWhatItEncodes");
    List<byte[]> chunks = Samples.all(random, Math.min(windowSize, 1 << 16));
    if (windowSize > 1 << 16) {
      chunks.add(Samples.mixed(random, windowSize));
    }
    long[] lengths =
        Encoding.roundTrip(
            new LzxCompressor(windowSize),
            new LzxDecompressor(windowSize),
            Libwim.LZX,
            windowSize,
            chunks);
    assertThat((double) lengths[0]).isLessThan(1.05 * lengths[1]);
  }

  @Test
  void sameChunkGivesTheSameBytesWhateverCameBefore() {
    SplittableRandom random = Seed.random("sameChunkGivesTheSameBytesWhateverCameBefore");
    byte[] chunk = Samples.mixed(random, 32768);
    byte[] first = Encoding.of(new LzxCompressor(32768), chunk);
    Encoding.of(compressor, Samples.text(random, 30000));
    assertThat(Encoding.of(compressor, chunk)).isEqualTo(first);
  }

  @Test
  void chunkOfEqualBytesTakesFewBytes() throws MalformedChunkException {
    byte[] encoded = Encoding.of(compressor, new byte[32768]);
    assertThat(encoded).hasSizeLessThan(120);
    assertThat(Decoding.of(decompressor, encoded, 32768)).isEqualTo(new byte[32768]);
  }

  @Test
  void chunkThatChangesIsDividedIntoBlocks() throws MalformedChunkException {
    SplittableRandom random = Seed.random("chunkThatChangesIsDividedIntoBlocks");
    byte[] chunk = new byte[32768];
    System.arraycopy(Samples.text(random, 16384), 0, chunk, 0, 16384);
    System.arraycopy(Samples.random(random, 16384, 64), 0, chunk, 16384, 16384);
    int together = Encoding.of(compressor, chunk).length;
    int apart =
        Encoding.of(compressor, Samples.text(random, 16384)).length
            + Encoding.of(compressor, Samples.random(random, 16384, 64)).length;
    assertThat((double) together).isLessThan(1.02 * apart);
  }

  @Test
  void emptyChunkAndNoRoomDoNotFit() {
    byte[] bytes = new byte[1000];
    assertThat(compressor.compress(bytes, 0, 0, bytes, 0, 0)).isEqualTo(Compressor.DOES_NOT_FIT);
    assertThat(compressor.compress(bytes, 0, 1000, bytes, 0, 0)).isEqualTo(Compressor.DOES_NOT_FIT);
  }

  @Test
  void longerChunkIsTheCallersMistake() {
    byte[] bytes = new byte[32769];
    assertThatThrownBy(() -> compressor.compress(bytes, 0, 32769, new byte[32769], 0, 32769))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("inputLength (32769) must be at most the window's 32768");
    assertThatThrownBy(() -> compressor.compress(bytes, 2, 32768, bytes, 0, 100))
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
