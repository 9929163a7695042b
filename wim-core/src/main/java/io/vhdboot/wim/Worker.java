package io.vhdboot.wim;

import io.vhdboot.compression.MalformedChunkException;
import io.vhdboot.disk.CorruptFormatException;
import java.security.MessageDigest;

/** What one thread at a time needs to decode and hash. */
final class Worker {

  private final ChunkDecoder.Pool pool;
  private final MessageDigest digest = Sha1.newDigest();
  private ChunkDecoder decoder;

  Worker(ChunkDecoder.Pool pool) {
    this.pool = pool;
  }

  Sha1 sha1(byte[] bytes, int offset, int length) {
    Sha1.update(digest, bytes, offset, length);
    return Sha1.get(digest.digest(), 0);
  }

  void decode(
      byte[] input, int inputOffset, int inputLength, byte[] output, int outputOffset, int length)
      throws MalformedChunkException, CorruptFormatException {
    if (decoder == null) {
      decoder = pool.take();
    }
    decoder.decode(input, inputOffset, inputLength, output, outputOffset, length);
  }

  void close() {
    if (decoder != null) {
      pool.giveBack(decoder);
      decoder = null;
    }
  }
}
