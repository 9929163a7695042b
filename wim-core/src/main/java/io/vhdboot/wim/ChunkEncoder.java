package io.vhdboot.wim;

import io.vhdboot.compression.Compressor;
import io.vhdboot.compression.LzxCompressor;
import io.vhdboot.compression.XpressCompressor;

/** Encodes the chunks of one file, one after the other. */
final class ChunkEncoder {

  private final Compressor compressor;
  private final int chunkSize;

  private ChunkEncoder(Compressor compressor, int chunkSize) {
    this.compressor = compressor;
    this.chunkSize = chunkSize;
  }

  /**
   * An encoder.
   *
   * @throws IllegalArgumentException when files cannot be written with this compression
   */
  static ChunkEncoder of(WimCompression compression, int chunkSize) {
    return switch (compression) {
      case XPRESS -> new ChunkEncoder(new XpressCompressor(), chunkSize);
      case LZX -> new ChunkEncoder(new LzxCompressor(chunkSize), chunkSize);
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
    int encoded = compressor.compress(input, offset, length, output, 0, length - 1);
    if (encoded == Compressor.DOES_NOT_FIT) {
      System.arraycopy(input, offset, output, 0, length);
      return length;
    }
    return encoded;
  }
}
