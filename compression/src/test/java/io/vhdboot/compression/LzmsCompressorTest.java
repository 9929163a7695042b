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

class LzmsCompressorTest {

  private static final int CHUNK_SIZE = 1 << 16;

  private final Compressor compressor = new LzmsCompressor(CHUNK_SIZE);
  private final Decompressor decompressor = new LzmsDecompressor();

  @ParameterizedTest
  @ValueSource(ints = {32768, 131072, 4194304})
  void weAndLibwimDecodeWhatItEncodes(int chunkSize) throws MalformedChunkException {
    SplittableRandom random = Seed.random("weAndLibwimDecodeWhatItEncodes");
    int largest = Math.min(chunkSize, 1 << 16);
    List<byte[]> chunks = Samples.all(random, largest);
    chunks.add(Samples.numbers(random, largest));
    if (chunkSize > largest) {
      chunks.add(Samples.mixed(random, chunkSize));
    }
    long[] lengths =
        Encoding.roundTrip(
            new LzmsCompressor(chunkSize), decompressor, Libwim.LZMS, chunkSize, chunks);
    assertThat((double) lengths[0]).isLessThan(1.1 * lengths[1]);
  }

  @Test
  void largeChunkFindsWhatStandsFarBefore() throws MalformedChunkException {
    SplittableRandom random = Seed.random("largeChunkFindsWhatStandsFarBefore");
    int length = Seed.cases(1 << 26, 17 << 20);
    byte[] chunk = new byte[length];
    // Far apart, with zeros between them that are soon dealt with, stand the same random bytes.
    byte[] piece = Samples.random(random, 100_000, 256);
    System.arraycopy(piece, 0, chunk, 1000, piece.length);
    System.arraycopy(piece, 0, chunk, length - piece.length - 999, piece.length);
    byte[] encoded = Encoding.of(new LzmsCompressor(length), chunk);
    assertThat(encoded).hasSizeLessThan(piece.length + piece.length / 100);
    assertThat(Arrays.equals(Decoding.of(decompressor, encoded, length), chunk)).isTrue();
    assertThat(Libwim.LZMS.decompress(length, List.of(encoded), List.of(chunk)).get(0))
        .isEqualTo(chunk);
  }

  @Test
  void sameChunkGivesTheSameBytesWhateverCameBefore() {
    SplittableRandom random = Seed.random("sameChunkGivesTheSameBytesWhateverCameBefore");
    byte[] chunk = Samples.mixed(random, CHUNK_SIZE);
    byte[] first = Encoding.of(new LzmsCompressor(CHUNK_SIZE), chunk);
    Encoding.of(compressor, Samples.text(random, 30000));
    assertThat(Encoding.of(compressor, chunk)).isEqualTo(first);
  }

  @Test
  void chunkOfEqualBytesTakesFewBytes() {
    assertThat(Encoding.of(compressor, new byte[CHUNK_SIZE])).hasSizeLessThan(20);
  }

  @Test
  void bytesThatGrowEvenlyTakeFewBytes() {
    byte[] chunk = new byte[1024];
    for (int i = 0; i < chunk.length; i++) {
      // Four columns of a table; nothing repeats before its end.
      chunk[i] = (byte) (17 + (i >> 2) * (2 * (i & 3) + 3));
    }
    assertThat(Encoding.of(compressor, chunk)).hasSizeLessThan(50);
  }

  @Test
  void emptyChunkAndNoRoomDoNotFit() {
    byte[] bytes = new byte[1000];
    assertThat(compressor.compress(bytes, 0, 0, bytes, 0, 0)).isEqualTo(Compressor.DOES_NOT_FIT);
    for (int limit = 0; limit < 6; limit++) {
      assertThat(compressor.compress(bytes, 0, 1000, new byte[6], 0, limit))
          .isEqualTo(Compressor.DOES_NOT_FIT);
    }
  }

  @Test
  void longerChunkIsTheCallersMistake() {
    byte[] bytes = new byte[CHUNK_SIZE + 1];
    assertThatThrownBy(
            () -> compressor.compress(bytes, 0, bytes.length, bytes.clone(), 0, bytes.length))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("inputLength (65537) must be at most the largest chunk's 65536");
    assertThatThrownBy(() -> compressor.compress(bytes, 2, CHUNK_SIZE, bytes, 0, 100))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new LzmsCompressor(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("largestChunk (0) must be from 1 to 1073741824");
  }

  @Test
  void damagedChunksAreRefusedOrDecodeToAnything() {
    SplittableRandom random = Seed.random("damagedChunksAreRefusedOrDecodeToAnything");
    int refused = 0;
    for (byte[] chunk : Samples.all(random, 8192)) {
      byte[] encoded = Encoding.of(compressor, chunk);
      if (encoded != null) {
        refused +=
            Decoding.ofDamaged(decompressor, encoded, chunk.length, random, Seed.cases(200, 10));
      }
    }
    assertThat(refused).isPositive();
  }
}
