package io.vhdboot.compression;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.Seed;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lets {@link CodecFuzzTarget} have chunks that are nearly right. */
class CodecFuzzTest {

  private static final int LARGEST = 6000;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void damagedChunksGiveTypedExceptionsOnly(int codec) {
    SplittableRandom random = Seed.random("damagedChunksGiveTypedExceptionsOnly " + codec);
    int accepted = 0;
    int refused = 0;
    byte[] encoded = new byte[2 * LARGEST];
    for (int i = 0; i < Seed.cases(25_000, 500); i++) {
      byte[] chunk = Samples.any(random, 1 + random.nextInt(LARGEST));
      int length =
          CodecFuzzTarget.compressor(codec)
              .compress(chunk, 0, chunk.length, encoded, 0, encoded.length);
      assertThat(length).isPositive();
      byte[] damaged = Arrays.copyOf(encoded, length);
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        damaged[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
      }
      if (random.nextInt(8) == 0) {
        damaged = Arrays.copyOf(damaged, random.nextInt(length));
      }
      int decodedLength = random.nextInt(8) == 0 ? random.nextInt(LARGEST) : chunk.length;
      if (CodecFuzzTarget.decode(codec, damaged, decodedLength)) {
        accepted++;
      } else {
        refused++;
      }
    }
    assertThat(refused).isPositive();
    assertThat(accepted).isPositive();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void whateverIsEncodedComesBack(int codec) {
    SplittableRandom random = Seed.random("whateverIsEncodedComesBack " + codec);
    for (int i = 0; i < Seed.cases(20_000, 200); i++) {
      byte[] chunk = Samples.any(random, 1 + random.nextInt(LARGEST));
      byte[] data = new byte[3 + chunk.length];
      data[0] = (byte) codec;
      System.arraycopy(chunk, 0, data, 3, chunk.length);
      CodecFuzzTarget.fuzzerTestOneInput(data);
    }
  }
}
