package io.vhdboot.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.testing.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Lznt1DecompressorTest {

  private final Decompressor decompressor = new Lznt1Decompressor();

  @Test
  void decodesTheExampleOfTheSpecification() throws MalformedChunkException {
    byte[] encoded =
        bytes(
            "38b0 88 462320 0020 472041 0010 a2 47 01a0 452044 0008 45 0150 79 00c0 4520 0524"
                + "1388 05b4 024a 44 ef 0358 028c 0916 0148 45 00be 009e 0004 01 1890 00");
    String text =
        "F# F# G A A G F# E D D E F# F# E E F# F# G A A G F# E D D E F# E D D E E F# D E F# G F# D"
            + " E F# G F# E D E A F# F# G A A G F# E D D E F# E D D\0";
    assertThat(new String(Decoding.of(decompressor, encoded, 142), StandardCharsets.US_ASCII))
        .isEqualTo(text + "\0".repeat(142 - text.length()));
  }

  @Test
  void decodesWhatAPlainEncoderMakes() throws MalformedChunkException {
    SplittableRandom random = Seed.random("decodesWhatAPlainEncoderMakes");
    for (byte[] unit : Samples.all(random, 65536)) {
      assertThat(Decoding.of(decompressor, encode(unit), unit.length)).isEqualTo(unit);
    }
  }

  @Test
  void unitThatEndsEarlyIsZeroBehind() throws MalformedChunkException {
    byte[] unit = Samples.text(Seed.random("unitThatEndsEarlyIsZeroBehind"), 5000);
    byte[] expected = Arrays.copyOf(unit, 65536);
    assertThat(Decoding.of(decompressor, encode(unit), 65536)).isEqualTo(expected);
    byte[] padded = Arrays.copyOf(encode(unit), 8192);
    assertThat(Decoding.of(decompressor, padded, 65536)).isEqualTo(expected);
    assertThat(Decoding.of(decompressor, new byte[4096], 65536)).isEqualTo(new byte[65536]);
    assertThat(Decoding.of(decompressor, new byte[0], 10)).isEqualTo(new byte[10]);
  }

  @Test
  void chunkThatIsShortIsFilledWithZeros() throws MalformedChunkException {
    // Two chunks of one literal each.
    byte[] expected = new byte[8192];
    expected[0] = 'a';
    expected[4096] = 'b';
    assertThat(Decoding.of(decompressor, bytes("01b00061 01b00062"), 8192)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "01900061, an LZNT1 chunk cannot begin with 9001h",
    "02b00061, an LZNT1 chunk reaches behind its unit",
    "02b0026100, an LZNT1 chunk ends within a match",
    "03b002610110, an LZNT1 match reaches before its chunk",
    "03b00261ff0f, an LZNT1 chunk decodes to more than there is room for",
    "053061626364, an LZNT1 chunk reaches behind its unit",
    "0430616263646566, an LZNT1 chunk decodes to more than there is room for",
  })
  void damageIsRefused(String encoded, String problem) {
    assertThatThrownBy(() -> Decoding.of(decompressor, bytes(encoded), 4))
        .isInstanceOf(MalformedChunkException.class)
        .hasMessage(problem);
  }

  @Test
  void damagedUnitsAreRefusedOrDecodeToAnything() {
    SplittableRandom random = Seed.random("damagedUnitsAreRefusedOrDecodeToAnything");
    int refused = 0;
    for (byte[] unit : Samples.all(random, 8192)) {
      refused +=
          Decoding.ofDamaged(decompressor, encode(unit), unit.length, random, Seed.cases(200, 20));
    }
    assertThat(refused).isPositive();
  }

  @Test
  void decodesWhatNtfs3gStores(@TempDir Path folder) throws IOException {
    byte[] content = Samples.mixed(Seed.random("decodesWhatNtfs3gStores"), 500_000);
    CompressedVolume volume = CompressedVolume.make(folder, content);
    byte[] decoded = new byte[volume.units().size() * CompressedVolume.UNIT_SIZE];
    int at = 0;
    for (byte[] unit : volume.units()) {
      if (unit.length == CompressedVolume.UNIT_SIZE) {
        System.arraycopy(unit, 0, decoded, at, unit.length);
      } else {
        decompressor.decompress(unit, 0, unit.length, decoded, at, CompressedVolume.UNIT_SIZE);
      }
      at += CompressedVolume.UNIT_SIZE;
    }
    assertThat(volume.units()).anyMatch(unit -> unit.length < CompressedVolume.UNIT_SIZE);
    assertThat(Arrays.equals(Arrays.copyOf(decoded, content.length), content)).isTrue();
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  /** The simplest encoder there is: the nearest longest match, or a raw chunk. */
  private static byte[] encode(byte[] unit) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int start = 0; start < unit.length; start += 4096) {
      int end = Math.min(unit.length, start + 4096);
      byte[] chunk = encodeChunk(unit, start, end);
      boolean shrinks = chunk.length < end - start;
      byte[] stored = shrinks ? chunk : Arrays.copyOfRange(unit, start, end);
      int header = stored.length - 1 | (shrinks ? 0xB000 : 0x3000);
      out.write(header);
      out.write(header >> 8);
      out.writeBytes(stored);
    }
    return out.toByteArray();
  }

  private static byte[] encodeChunk(byte[] unit, int start, int end) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int at = start;
    while (at < end) {
      ByteArrayOutputStream items = new ByteArrayOutputStream();
      int flags = 0;
      for (int item = 0; item < 8 && at < end; item++) {
        int offsetBits = Math.max(4, 32 - Integer.numberOfLeadingZeros(at - start - 1));
        int longest = Math.min(end - at, (1 << 16 - offsetBits) + 2);
        int best = 0;
        int bestOffset = 0;
        for (int offset = 1; offset <= Math.min(at - start, 300) && best < longest; offset++) {
          int length = 0;
          while (length < longest && unit[at + length] == unit[at + length - offset]) {
            length++;
          }
          if (length > best) {
            best = length;
            bestOffset = offset;
          }
        }
        if (best >= 3) {
          int match = bestOffset - 1 << 16 - offsetBits | best - 3;
          items.write(match);
          items.write(match >> 8);
          flags |= 1 << item;
          at += best;
        } else {
          items.write(unit[at++]);
        }
      }
      out.write(flags);
      out.writeBytes(items.toByteArray());
    }
    return out.toByteArray();
  }
}
