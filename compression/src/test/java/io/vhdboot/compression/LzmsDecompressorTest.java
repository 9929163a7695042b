package io.vhdboot.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.testing.Seed;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LzmsDecompressorTest {

  private final Decompressor decompressor = new LzmsDecompressor();

  @ParameterizedTest
  @ValueSource(ints = {32768, 131072, 1048576, 8388608})
  void decodesWhatLibwimEncodes(int chunkSize) throws MalformedChunkException {
    int largest = Math.min(chunkSize, 1 << 17);
    List<byte[]> chunks = Samples.all(Seed.random("decodesWhatLibwimEncodes"), largest);
    if (chunkSize > largest) {
      chunks.add(Samples.mixed(Seed.random("wholeChunk"), chunkSize));
    }
    chunks.add(Samples.numbers(Seed.random("numbers"), largest));
    List<byte[]> encoded = Libwim.LZMS.compress(chunkSize, chunks);
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
  void damagedChunksAreDecodedToAnythingOrRefused() {
    SplittableRandom random = Seed.random("damagedChunks");
    List<byte[]> chunks =
        List.of(
            Samples.mixed(random, 60000),
            Samples.code(random, 20000),
            Samples.numbers(random, 30000));
    List<byte[]> encoded = Libwim.LZMS.compress(65536, chunks);
    int refused = 0;
    for (int i = 0; i < chunks.size(); i++) {
      refused +=
          Decoding.ofDamaged(
              decompressor, encoded.get(i), chunks.get(i).length, random, Seed.cases(20_000, 60));
    }
    assertThat(refused).isPositive();
  }

  @Test
  void lengthsThatCannotBeAreRefused() {
    for (int length : new int[] {0, 1, 2, 3, 5, 101}) {
      assertThatThrownBy(() -> Decoding.of(decompressor, new byte[length], 100))
          .isInstanceOf(MalformedChunkException.class)
          .hasMessage("an LZMS chunk takes an even number of bytes from 4 on, not " + length);
    }
  }

  @Test
  void slotsAreThoseOfTheFormat() {
    assertThat(LzmsFormat.OFFSETS.count()).isEqualTo(799);
    assertThat(LzmsFormat.LENGTHS.count()).isEqualTo(54);
    assertThat(LzmsFormat.OFFSETS.first[798] + (1L << LzmsFormat.OFFSETS.extraBits[798]) - 1)
        .isEqualTo(1_180_427_428L);
    assertThat(LzmsFormat.LENGTHS.first[53] + (1L << LzmsFormat.LENGTHS.extraBits[53]) - 1)
        .isEqualTo(1_073_809_578L);
    assertThat(LzmsFormat.offsetSymbols(1)).isZero();
    for (int slot = 0; slot < LzmsFormat.OFFSETS.count(); slot++) {
      assertThat(LzmsFormat.OFFSETS.of(LzmsFormat.OFFSETS.first[slot])).isEqualTo(slot);
    }
  }

  @Test
  void filterUndoesWhatItApplied() {
    SplittableRandom random = Seed.random("filterUndoesWhatItApplied");
    LzmsX86Filter filter = new LzmsX86Filter();
    for (int length = 0; length < 3000; length += 1 + length / 8) {
      byte[] code = Samples.code(random, length);
      byte[] filtered = code.clone();
      filter.apply(filtered, 0, length);
      filter.undo(filtered, 0, length);
      assertThat(filtered).isEqualTo(code);
    }
  }
}
