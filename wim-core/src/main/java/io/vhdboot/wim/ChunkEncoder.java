package io.vhdboot.wim;

import io.vhdboot.compression.Compressor;
import io.vhdboot.compression.LzxCompressor;
import io.vhdboot.compression.XpressCompressor;

/** Encodes the chunks of one file, one after the other. */
final class ChunkEncoder {

  /** Every XPRESS chunk begins with a code of 256 bytes. */
  private static final int XPRESS_OVERHEAD = 256;

  /** Every LZX block that is compressed begins with three codes of 10 bytes. */
  private static final int LZX_OVERHEAD = 30;

  private final Compressor compressor;
  private final int chunkSize;
  private final int overhead;

  private ChunkEncoder(Compressor compressor, int chunkSize, int overhead) {
    this.compressor = compressor;
    this.chunkSize = chunkSize;
    this.overhead = overhead;
  }

  /**
   * An encoder.
   *
   * @throws IllegalArgumentException when files cannot be written with this compression
   */
  static ChunkEncoder of(WimCompression compression, int chunkSize) {
    return switch (compression) {
      case XPRESS -> new ChunkEncoder(new XpressCompressor(), chunkSize, XPRESS_OVERHEAD);
      case LZX -> new ChunkEncoder(new LzxCompressor(chunkSize), chunkSize, LZX_OVERHEAD);
      case NONE, LZMS ->
          throw new IllegalArgumentException(
              "compression (" + compression + ") must be XPRESS or LZX");
    };
  }

  int chunkSize() {
    return chunkSize;
  }

  /**
   * Encodes a chunk, or copies it where it would not shrink.
   *
   * @return the bytes that it takes in {@code output}
   */
  int encode(byte[] input, int offset, int length, byte[] output) {
    int encoded =
        length <= overhead
            ? Compressor.DOES_NOT_FIT
            : compressor.compress(input, offset, length, output, 0, length - 1);
    if (encoded == Compressor.DOES_NOT_FIT) {
      System.arraycopy(input, offset, output, 0, length);
      return length;
    }
    return encoded;
  }
}
