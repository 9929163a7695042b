package io.vhdboot.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Lznt1CompressorTest {

  /** So few that the file's runs fit into its record, where ntfsinfo shows them in their order. */
  private static final int UNITS = 60;

  private final Compressor compressor = new Lznt1Compressor();
  private final Decompressor decompressor = new Lznt1Decompressor();

  @ParameterizedTest
  @ValueSource(ints = {4096, 8192, 65536})
  void ourDecoderGivesBackWhatItEncodes(int unitSize) throws MalformedChunkException {
    List<byte[]> units = Samples.all(Seed.random("Lznt1CompressorTest " + unitSize), unitSize);
    for (byte[] unit : units) {
      int chunks = (unit.length + 4095) / 4096;
      byte[] encoded = Encoding.of(compressor, unit, unit.length + 2 * chunks);
      assertThat(encoded).isNotNull();
      assertThat(Decoding.of(decompressor, encoded, unit.length)).isEqualTo(unit);
      assertThat(Encoding.of(compressor, unit, encoded.length)).isEqualTo(encoded);
      assertThat(Encoding.of(compressor, unit, encoded.length - 1)).isNull();
    }
  }

  /**
   * A match's length and offset share 16 bits, by the position: every border of that, both sides.
   */
  @Test
  void matchesAtTheBordersOfTheirBitsAreRight() throws MalformedChunkException {
    SplittableRandom random = Seed.random("matchesAtTheBordersOfTheirBitsAreRight");
    for (int border = 16; border <= 2048; border *= 2) {
      for (int before = border - 2; before <= border + 2; before++) {
        int longest = 0xFFFF / border + 3;
        for (int length = Math.max(3, longest - 2); length <= longest + 2; length++) {
          byte[] unit = Samples.random(random, 4096, 256);
          for (int i = 0; i < Math.min(length, 4096 - before); i++) {
            unit[before + i] = unit[i % before];
          }
          byte[] encoded = Encoding.of(compressor, unit, 5000);
          assertThat(Decoding.of(decompressor, encoded, 4096)).isEqualTo(unit);
        }
      }
    }
  }

  @Test
  void zerosTakeSixBytesOfEachChunk() {
    assertThat(Encoding.of(compressor, new byte[65536])).hasSize(16 * 6);
  }

  @Test
  void bytesByLotAreStoredAsTheyAre() {
    byte[] unit = Samples.random(Seed.random("bytesByLotAreStoredAsTheyAre"), 65536, 256);
    byte[] encoded = Encoding.of(compressor, unit, 65536 + 32);
    assertThat(encoded).hasSize(65536 + 32).startsWith(0xFF, 0x3F, unit[0], unit[1]);
  }

  @Test
  void sameUnitGivesTheSameBytesWhateverCameBefore() {
    SplittableRandom random = Seed.random("sameUnitGivesTheSameBytesWhateverCameBefore");
    byte[] unit = Samples.mixed(random, 65536);
    byte[] first = Encoding.of(new Lznt1Compressor(), unit);
    Encoding.of(compressor, Samples.text(random, 60000));
    assertThat(Encoding.of(compressor, unit)).isEqualTo(first);
  }

  /** What it encodes stands in the place of ntfs-3g's own, and takes no more room. */
  @Test
  void ntfs3gReadsWhatItEncodes(@TempDir Path folder) throws IOException {
    SplittableRandom random = Seed.random("ntfs3gReadsWhatItEncodes");
    for (int i = 0; i < Seed.cases(4, 1); i++) {
      replaceInVolume(Files.createDirectory(folder.resolve("volume" + i)), random);
    }
  }

  private void replaceInVolume(Path folder, SplittableRandom random) throws IOException {
    int unitSize = CompressedVolume.UNIT_SIZE;
    byte[] content = new byte[UNITS * unitSize];
    for (int at = 0; at < content.length; at += unitSize) {
      byte[] unit = random.nextInt(6) == 0 ? new byte[unitSize] : Samples.any(random, unitSize);
      Arrays.fill(unit, unitSize - random.nextInt(unitSize), unitSize, (byte) 0);
      System.arraycopy(unit, 0, content, at, unitSize);
    }
    CompressedVolume volume = CompressedVolume.make(folder, content);
    int replaced = 0;
    for (int i = 0; i < volume.units().size(); i++) {
      int theirs = volume.units().get(i).length;
      if (theirs == 0 || theirs == unitSize) {
        continue;
      }
      byte[] unit = Arrays.copyOfRange(content, i * unitSize, (i + 1) * unitSize);
      byte[] encoded = Encoding.of(compressor, unit, theirs);
      assertThat(encoded).as("unit %d in %d bytes", i, theirs).isNotNull();
      volume.replace(i, encoded);
      replaced++;
    }
    assertThat(replaced).isGreaterThan(20);
    assertThat(Arrays.equals(volume.readByNtfs3g(), content)).isTrue();
  }

  @Test
  void emptyUnitTakesNothingAndRangesAreChecked() {
    byte[] bytes = new byte[100];
    assertThat(compressor.compress(bytes, 0, 0, bytes, 0, 0)).isZero();
    assertThatThrownBy(() -> compressor.compress(bytes, 1, 100, bytes, 0, 100))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> compressor.compress(bytes, 0, 100, bytes, 50, 51))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
