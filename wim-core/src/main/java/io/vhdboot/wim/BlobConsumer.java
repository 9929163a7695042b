package io.vhdboot.wim;

import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Receives the content of blobs from a {@link BlobStreamer}, one blob after the other. All calls
 * come from the thread that streams; an exception ends the streaming.
 */
public interface BlobConsumer {

  /** Does nothing with them: what is streamed is verified all the same. */
  BlobConsumer NONE =
      new BlobConsumer() {
        @Override
        public void begin(Blob blob) {}

        @Override
        public void data(Blob blob, long offset, ByteBuffer piece) {}

        @Override
        public void end(Blob blob) {}
      };

  /** A blob begins. */
  void begin(Blob blob) throws IOException;

  /**
   * The next piece of a blob. A blob of less than a MiB comes in one piece and is verified already;
   * a larger one comes in pieces, in order, and is verified before the last.
   *
   * @param offset where the piece lies in the blob
   * @param piece the bytes; whatever becomes of the buffer's position, the buffer is not to be
   *     changed, nor used once the call has returned
   */
  void data(Blob blob, long offset, ByteBuffer piece) throws IOException;

  /** All of the blob was given, and its SHA-1 is right. */
  void end(Blob blob) throws IOException;

  /**
   * A blob is damaged. Nothing more comes of it, though it may have begun; where this returns, the
   * blobs behind it come all the same. Unless this is overridden the streaming ends here.
   *
   * @param problem what is wrong, by the name that the streamer gives the blob
   */
  default void failed(Blob blob, CorruptFormatException problem) throws IOException {
    throw problem;
  }
}
