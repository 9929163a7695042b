package io.vhdboot.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.testing.Seed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XpressDecompressorTest {

  private final Decompressor decompressor = new XpressDecompressor();

  @ParameterizedTest
  @ValueSource(ints = {4096, 8192, 16384, 32768, 65536})
  void decodesWhatLibwimEncodes(int chunkSize) throws MalformedChunkException {
    List<byte[]> chunks = Samples.all(Seed.random("decodesWhatLibwimEncodes"), chunkSize);
    List<byte[]> encoded = Libwim.XPRESS.compress(chunkSize, chunks);
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
  void lengthOf65536BytesTakesA16BitNumber() throws MalformedChunkException {
    // 'a' has codeword 0; symbol 10Fh (offset 1, length 15 and more) has codeword 1.
    byte[] encoded = new byte[256 + 7];
    encoded['a' / 2] = 0x10;
    encoded[0x10F / 2] = 0x10;
    // Bits 0 1, then zeros; a second unit is fetched before the length, which is FFFFh - 3 here.
    encoded[257] = 0x40;
    encoded[260] = (byte) 0xFF;
    encoded[261] = (byte) 0xFC;
    encoded[262] = (byte) 0xFF;
    byte[] expected = "a".repeat(65536).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    assertThat(Decoding.of(decompressor, encoded, 65536)).isEqualTo(expected);
  }

  @Test
  void chunkShorterThanItsHeaderIsRefused() {
    assertThatThrownBy(() -> Decoding.of(decompressor, new byte[255], 10))
        .isInstanceOf(MalformedChunkException.class)
        .hasMessage("an XPRESS chunk begins with 256 bytes, but 255 are there");
  }

  @Test
  void emptyCodeIsRefusedWhenUsed() {
    assertThatThrownBy(() -> Decoding.of(decompressor, new byte[300], 10))
        .isInstanceOf(MalformedChunkException.class)
        .hasMessage("the XPRESS code has no codeword, but a symbol of it is used");
  }

  @Test
  void overfullCodeIsRefused() {
    byte[] encoded = new byte[300];
    encoded[0] = 0x11;
    encoded[1] = 0x01;
    assertThatThrownBy(() -> Decoding.of(decompressor, encoded, 10))
        .isInstanceOf(MalformedChunkException.class)
        .hasMessage("the XPRESS code has more codewords than there is room for");
  }

  @Test
  void incompleteCodeIsRefused() {
    byte[] encoded = new byte[300];
    encoded[0] = 0x21;
    assertThatThrownBy(() -> Decoding.of(decompressor, encoded, 10))
        .isInstanceOf(MalformedChunkException.class)
        .hasMessage("the XPRESS code has fewer codewords than there is room for");
  }

  @Test
  void rangesOutsideTheirArraysAreTheCallersMistake() {
    byte[] ten = new byte[10];
    assertThatThrownBy(() -> decompressor.decompress(ten, 5, 6, ten, 0, 10))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> decompressor.decompress(ten, 0, 10, ten, -1, 10))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
