package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.testing.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MappingPairsTest {

  private static final long CLUSTERS = 1L << 32;

  @ParameterizedTest
  @CsvSource({
    // As Windows writes them: signed, in as few bytes as hold them.
    "10, 127, 11 7f 0a 00",
    "10, 128, 12 80 00 0a 00",
    "127, 1, 11 01 7f 00",
    "128, 1, 21 01 80 00 00",
    "87125, 64, 31 40 55 54 01 00",
    "-1, 261375, 03 ff fc 03 00",
  })
  void packsInAsFewBytesAsSignedNumbersNeed(long lcn, long length, String hex) {
    assertThat(packed(List.of(new DataRun(lcn, length))))
        .isEqualTo(HexFormat.ofDelimiter(" ").parseHex(hex));
  }

  @Test
  void readsWhatItWrote() throws CorruptFormatException {
    SplittableRandom random = Seed.random("mapping pairs");
    for (int i = 0; i < 5000; i++) {
      List<DataRun> runs = runs(random);
      byte[] bytes = packed(runs);
      long clusters = runs.stream().mapToLong(DataRun::length).sum();
      assertThat(MappingPairs.get(bytes, 0, bytes.length, CLUSTERS, clusters, "p")).isEqualTo(runs);
      assertThatThrownBy(
              () -> MappingPairs.get(bytes, 0, bytes.length - 1, CLUSTERS, clusters, "p"))
          .isInstanceOf(CorruptFormatException.class);
      assertThatThrownBy(
              () -> MappingPairs.get(bytes, 0, bytes.length, CLUSTERS, clusters + 1, "p"))
          .isInstanceOf(CorruptFormatException.class);
    }
  }

  @Test
  void damagedPairsNeverLeaveTheVolume() {
    SplittableRandom random = Seed.random("damaged mapping pairs");
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      List<DataRun> runs = runs(random);
      byte[] bytes = packed(runs);
      long clusters = runs.stream().mapToLong(DataRun::length).sum();
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        for (DataRun run : MappingPairs.get(bytes, 0, bytes.length, CLUSTERS, clusters, "p")) {
          assertThat(run.length()).isPositive();
          assertThat(run.lcn() + (run.isHole() ? 1 : run.length())).isBetween(0L, CLUSTERS);
        }
      } catch (CorruptFormatException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }

  private static byte[] packed(List<DataRun> runs) {
    byte[] bytes = new byte[MappingPairs.size(runs)];
    assertThat(MappingPairs.put(runs, bytes, 0)).isEqualTo(bytes.length);
    return Arrays.copyOf(bytes, bytes.length);
  }

  private static List<DataRun> runs(SplittableRandom random) {
    List<DataRun> runs = new ArrayList<>();
    for (int count = random.nextInt(8); count > 0; count--) {
      long length = 1 + (random.nextLong() >>> 33 + random.nextInt(30));
      long lcn = random.nextInt(5) == 0 ? DataRun.HOLE : random.nextLong(CLUSTERS - length);
      runs.add(new DataRun(lcn, length));
    }
    return runs;
  }
}
