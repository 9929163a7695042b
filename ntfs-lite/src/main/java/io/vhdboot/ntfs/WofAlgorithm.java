package io.vhdboot.ntfs;

import io.vhdboot.compression.Compressor;
import io.vhdboot.compression.Decompressor;
import io.vhdboot.compression.LzxCompressor;
import io.vhdboot.compression.LzxDecompressor;
import io.vhdboot.compression.XpressCompressor;
import io.vhdboot.compression.XpressDecompressor;

/**
 * How the Windows overlay filter compresses a file. Windows 10 and later read such files; {@code
 * compact /exe:NAME} makes them.
 */
public enum WofAlgorithm {
  /** XPRESS in chunks of 4 KiB: the fastest, and what Windows takes for its own files. */
  XPRESS4K(0, 4 << 10),

  /** LZX in chunks of 32 KiB: the smallest. */
  LZX(1, 32 << 10),

  /** XPRESS in chunks of 8 KiB. */
  XPRESS8K(2, 8 << 10),

  /** XPRESS in chunks of 16 KiB. */
  XPRESS16K(3, 16 << 10);

  private final int code;
  private final int chunkSize;

  WofAlgorithm(int code, int chunkSize) {
    this.code = code;
    this.chunkSize = chunkSize;
  }

  /** The algorithm of a code in a reparse point, or null. */
  static WofAlgorithm of(int code) {
    for (WofAlgorithm algorithm : values()) {
      if (algorithm.code == code) {
        return algorithm;
      }
    }
    return null;
  }

  /** What a reparse point calls it. */
  int code() {
    return code;
  }

  /** Bytes of content that are compressed together. */
  public int chunkSize() {
    return chunkSize;
  }

  Compressor newCompressor() {
    return this == LZX ? new LzxCompressor(chunkSize) : new XpressCompressor();
  }

  Decompressor newDecompressor() {
    return this == LZX ? new LzxDecompressor(chunkSize) : new XpressDecompressor();
  }
}
