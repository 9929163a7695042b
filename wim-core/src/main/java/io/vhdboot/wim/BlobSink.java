package io.vhdboot.wim;

import java.io.IOException;

/** Takes blobs one after the other and stores them. For use by one thread. */
interface BlobSink {

  /** Begins a blob of so many bytes, one at least. */
  void begin(long size) throws IOException;

  /** Takes the next bytes of it; the array may be changed afterwards. */
  void write(byte[] bytes, int offset, int length) throws IOException;

  /**
   * Ends it. Where it lies may be settled later, by {@link #finish} at the latest.
   *
   * @param sha1 the hash of its bytes
   */
  WrittenBlob end(Sha1 sha1) throws IOException;

  /** Writes all that is still on the way. */
  void finish() throws IOException;

  /** Drops what is still on the way. */
  void stop();
}
