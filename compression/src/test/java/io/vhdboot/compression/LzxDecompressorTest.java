package io.vhdboot.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.testing.Seed;
import java.util.Arrays;
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
    assertThatThrownBy(() -> Decoding.of(new LzxDecompressor(32768), new byte[65537], 100))
        .isInstanceOf(MalformedChunkException.class)
        .hasMessage("an LZX chunk cannot take 65537 bytes for 100");
  }

  @Test
  void uncompressedBlockGivesItsBytesAndTheOffsetsForTheNext() throws MalformedChunkException {
    for (int literals = 1; literals <= 33; literals++) {
      byte[] raw = Samples.random(Seed.random("uncompressedBlock"), 50 + literals, 256);
      // Literals, the raw bytes, and a match of the second offset named there: 2.
      byte[] expected = new byte[literals + raw.length + 4];
      Arrays.fill(expected, 0, literals, (byte) 'a');
      System.arraycopy(raw, 0, expected, literals, raw.length);
      for (int i = expected.length - 4; i < expected.length; i++) {
        expected[i] = expected[i - 2];
      }
      byte[] encoded = withUncompressedBlock(literals, raw);
      assertThat(Decoding.of(new LzxDecompressor(32768), encoded, expected.length))
          .isEqualTo(expected);
      assertThat(Libwim.LZX.decompress(32768, List.of(encoded), List.of(expected)))
          .containsExactly(expected);
    }
  }

  /** Three blocks, the second one uncompressed. */
  private static byte[] withUncompressedBlock(int literals, byte[] raw) {
    int padding = 1;
    while (!isAligned(literals, raw, padding)) {
      padding++;
    }
    byte[] output = new byte[1000];
    LzxBitWriter bits = new LzxBitWriter(output, 0, output.length);
    LzxBlockWriter blocks = new LzxBlockWriter(32768);
    begin(bits, blocks, literals, raw, padding);
    for (int offset : new int[] {7, 2, 5}) {
      bits.bits(offset, 16);
      bits.bits(0, 16);
    }
    for (int i = 0; i < raw.length; i += 2) {
      bits.bits(raw[i] & 0xFF | (i + 1 < raw.length ? (raw[i + 1] & 0xFF) << 8 : 0), 16);
    }
    write(blocks, new int[] {4 << LzxCodes.DATA_BITS | 1}, 4);
    return Arrays.copyOf(output, bits.end());
  }

  private static boolean isAligned(int literals, byte[] raw, int padding) {
    LzxBitWriter exact = new LzxBitWriter(new byte[1000], 0, 1000);
    begin(exact, new LzxBlockWriter(32768), literals, raw, padding);
    LzxBitWriter more = new LzxBitWriter(new byte[1000], 0, 1000);
    begin(more, new LzxBlockWriter(32768), literals, raw, padding + 1);
    return more.end() > exact.end();
  }

  private static void begin(
      LzxBitWriter bits, LzxBlockWriter blocks, int literals, byte[] raw, int padding) {
    blocks.begin(bits);
    int[] items = new int[literals];
    Arrays.fill(items, 1 << LzxCodes.DATA_BITS | 'a');
    write(blocks, items, literals);
    bits.bits(LzxFormat.UNCOMPRESSED, LzxFormat.KIND_BITS);
    bits.bits(0, 1);
    bits.bits(raw.length, 16);
    bits.bits(0, padding);
  }

  private static void write(LzxBlockWriter blocks, int[] items, int size) {
    LzxCodes codes = new LzxCodes(32768);
    codes.count(items, 0, items.length);
    codes.build();
    blocks.write(codes, items, items.length, size);
  }

  @Test
  void blockHeadersThatCannotBeAreRefused() {
    assertRefused(new Header().put(0, 3).put(1, 1), "there is no LZX block of kind 0");
    assertRefused(new Header().put(7, 3).put(1, 1), "there is no LZX block of kind 7");
    assertRefused(
        new Header().put(1, 3).put(0, 1).put(0, 16),
        "an LZX block of 0 bytes where 32768 are missing");
    assertRefused(
        new Header().put(1, 3).put(0, 1).put(32769, 16),
        "an LZX block of 32769 bytes where 32768 are missing");
    assertRefused(
        new Header().put(3, 3).put(1, 1), "the chunk ends within an uncompressed LZX block");
  }

  @Test
  void codeLengthsThatCannotBeAreRefused() {
    assertRefused(
        new Header().block().put(1, 4),
        "an LZX precode has fewer codewords than there is room for");
    assertRefused(
        new Header().block().precode(18, 19).put(1, 1).put(1, 1).put(0, 1),
        "an LZX code length is repeated by symbol 18");
    assertRefused(
        new Header().block().precode(17, 18).zeros(51, 51, 51, 51, 51, 51),
        "a run of LZX code lengths leaves its group");
    assertRefused(
        new Header()
            .block()
            .precode(17, 18)
            .zeros(51, 51, 51, 51, 32, 20)
            .precode(17, 18)
            .zeros(51, 51, 51, 51, 36)
            .precode(17, 18)
            .zeros(51, 51, 51, 51, 45),
        "the LZX main code has no codeword, but a symbol of it is used");
  }

  @Test
  void chunkThatEndsEarlyIsRefused() {
    byte[] chunk = Samples.random(Seed.random("chunkThatEndsEarlyIsRefused"), 32768, 100);
    byte[] encoded = Encoding.of(new LzxCompressor(32768), chunk);
    for (int length : new int[] {0, 1, 2, 100, encoded.length / 2, encoded.length - 100}) {
      byte[] start = Arrays.copyOf(encoded, length);
      assertThatThrownBy(() -> Decoding.of(new LzxDecompressor(32768), start, 32768))
          .isInstanceOf(MalformedChunkException.class);
    }
  }

  private static void assertRefused(Header header, String problem) {
    byte[] encoded = header.toBytes();
    assertThatThrownBy(() -> Decoding.of(new LzxDecompressor(32768), encoded, 32768))
        .isInstanceOf(MalformedChunkException.class)
        .hasMessage(problem);
  }

  /** The head of a chunk, bit by bit. */
  private static final class Header {

    private final byte[] output = new byte[1000];
    private final LzxBitWriter bits = new LzxBitWriter(output, 0, output.length);

    Header put(int value, int number) {
      bits.bits(value, number);
      return this;
    }

    /** A verbatim block of 32768 bytes. */
    Header block() {
      return put(LzxFormat.VERBATIM, 3).put(1, 1);
    }

    /** A precode of a bit: 0 for the one symbol, 1 for the other. */
    Header precode(int zero, int one) {
      for (int symbol = 0; symbol < LzxFormat.PRECODE_SYMBOLS; symbol++) {
        put(symbol == zero || symbol == one ? 1 : 0, 4);
      }
      return this;
    }

    /** Runs of 20 to 51 zeros, under a precode whose 1 is symbol 18. */
    Header zeros(int... runs) {
      for (int run : runs) {
        put(1, 1).put(run - 20, 5);
      }
      return this;
    }

    byte[] toBytes() {
      return Arrays.copyOf(output, bits.end());
    }
  }
}
