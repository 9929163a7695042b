package io.vhdboot.benchmarks;

import io.vhdboot.compression.Compressor;
import io.vhdboot.compression.Decompressor;
import io.vhdboot.compression.LzmsCompressor;
import io.vhdboot.compression.LzmsDecompressor;
import io.vhdboot.compression.LzxCompressor;
import io.vhdboot.compression.LzxDecompressor;
import io.vhdboot.compression.XpressCompressor;
import io.vhdboot.compression.XpressDecompressor;

/** A codec under measurement. */
public enum Codec {
  /** XPRESS with Huffman codes. */
  XPRESS(1),
  /** LZX as WIM files hold it. */
  LZX(2),
  /** LZMS. */
  LZMS(3);

  private final int number;

  Codec(int number) {
    this.number = number;
  }

  /** The codec of a number in a chunk file. */
  static Codec of(int number) {
    for (Codec codec : values()) {
      if (codec.number == number) {
        return codec;
      }
    }
    throw new IllegalArgumentException("number (" + number + ") must be 1 to 3");
  }

  /** A new decoder. */
  Decompressor decompressor(int chunkSize) {
    return switch (this) {
      case XPRESS -> new XpressDecompressor();
      case LZX -> new LzxDecompressor(chunkSize);
      case LZMS -> new LzmsDecompressor();
    };
  }

  /** A new encoder. */
  Compressor compressor(int chunkSize) {
    return switch (this) {
      case XPRESS -> new XpressCompressor();
      case LZX -> new LzxCompressor(chunkSize);
      case LZMS -> new LzmsCompressor(chunkSize);
    };
  }
}
