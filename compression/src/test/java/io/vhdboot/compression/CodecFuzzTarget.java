package io.vhdboot.compression;

import java.util.Arrays;

/**
 * Decodes any bytes with one of the decoders: that succeeds or is refused by the typed exception,
 * and nothing outside the range is touched. Then the same bytes are encoded, and must come back.
 *
 * <p>The first byte chooses the codec, the next two are the decoded length, the rest is the chunk.
 */
public final class CodecFuzzTarget {

  private static final int WINDOW = 1 << 15;
  private static final int HEADER = 3;

  private static final Decompressor[] DECOMPRESSORS = {
    new XpressDecompressor(),
    new LzxDecompressor(WINDOW),
    new LzmsDecompressor(),
    new Lznt1Decompressor(),
    new LzxDecompressor(LzxFormat.LARGEST_WINDOW)
  };

  private static final Compressor[] COMPRESSORS = {
    new XpressCompressor(),
    new LzxCompressor(WINDOW),
    new LzmsCompressor(WINDOW),
    new Lznt1Compressor(),
    new LzxCompressor(LzxFormat.LARGEST_WINDOW)
  };

  /** The codecs that there are. */
  static final int CODECS = DECOMPRESSORS.length;

  private CodecFuzzTarget() {}

  /** The encoder of a codec. */
  static Compressor compressor(int codec) {
    return COMPRESSORS[codec];
  }

  /** The entry that fuzzers call. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length < HEADER) {
      return;
    }
    int codec = (data[0] & 0xFF) % CODECS;
    int length = data[1] & 0xFF | (data[2] & 0x7F) << 8;
    byte[] chunk = Arrays.copyOfRange(data, HEADER, data.length);
    decode(codec, chunk, length);
    if (chunk.length > 0 && chunk.length <= WINDOW) {
      encode(codec, chunk);
    }
  }

  /** Decodes a chunk and gives whether it was accepted. */
  static boolean decode(int codec, byte[] chunk, int length) {
    try {
      Decoding.of(DECOMPRESSORS[codec], chunk, length);
      return true;
    } catch (MalformedChunkException e) {
      if (e.getMessage() == null || e.getMessage().length() < 10) {
        throw new AssertionError("a message that says nothing", e);
      }
      return false;
    }
  }

  private static void encode(int codec, byte[] chunk) {
    byte[] encoded = new byte[chunk.length];
    int length =
        COMPRESSORS[codec].compress(chunk, 0, chunk.length, encoded, 0, encoded.length - 1);
    if (length == Compressor.DOES_NOT_FIT) {
      return;
    }
    try {
      byte[] decoded =
          Decoding.of(DECOMPRESSORS[codec], Arrays.copyOf(encoded, length), chunk.length);
      if (!Arrays.equals(decoded, chunk)) {
        throw new AssertionError("what was encoded decodes to something else");
      }
    } catch (MalformedChunkException e) {
      throw new AssertionError("what was encoded is refused", e);
    }
  }
}
