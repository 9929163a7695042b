package io.vhdboot.wim;

import io.vhdboot.compression.Decompressor;
import io.vhdboot.compression.LzmsDecompressor;
import io.vhdboot.compression.LzxDecompressor;
import io.vhdboot.compression.MalformedChunkException;
import io.vhdboot.compression.XpressDecompressor;
import io.vhdboot.disk.CorruptFormatException;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Decodes chunks for one thread at a time. */
final class ChunkDecoder {

  private final Decompressor decompressor;

  private ChunkDecoder(Decompressor decompressor) {
    this.decompressor = decompressor;
  }

  /**
   * Decodes a chunk, or copies it where it is stored as it is.
   *
   * @throws IndexOutOfBoundsException when a range is not within its array
   */
  void decode(
      byte[] input, int inputOffset, int inputLength, byte[] output, int outputOffset, int length)
      throws MalformedChunkException {
    if (inputLength == length) {
      System.arraycopy(input, inputOffset, output, outputOffset, length);
    } else {
      decompressor.decompress(input, inputOffset, inputLength, output, outputOffset, length);
    }
  }

  /** Keeps the decoders of a file for use again; safe for use by several threads. */
  static final class Pool {

    private final String source;
    private final WimCompression compression;
    private final int chunkSize;
    private final boolean isPipable;
    private final ConcurrentLinkedQueue<ChunkDecoder> idle = new ConcurrentLinkedQueue<>();

    Pool(String source, WimCompression compression, int chunkSize, boolean isPipable) {
      this.source = source;
      this.compression = compression;
      this.chunkSize = chunkSize;
      this.isPipable = isPipable;
    }

    WimCompression compression() {
      return compression;
    }

    /** Bytes per chunk. */
    int chunkSize() {
      return chunkSize;
    }

    /** Whether chunks lie as in pipable files. */
    boolean isPipable() {
      return isPipable;
    }

    ChunkDecoder take() throws CorruptFormatException {
      ChunkDecoder decoder = idle.poll();
      return decoder != null ? decoder : new ChunkDecoder(create());
    }

    void giveBack(ChunkDecoder decoder) {
      idle.add(decoder);
    }

    private Decompressor create() throws CorruptFormatException {
      return switch (compression) {
        case XPRESS -> new XpressDecompressor();
        case LZX -> new LzxDecompressor(chunkSize);
        case LZMS -> new LzmsDecompressor();
        case NONE ->
            throw new CorruptFormatException(
                source, CorruptFormatException.NO_OFFSET, "a chunk that is not compressed shrank");
      };
    }
  }
}
