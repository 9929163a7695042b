package io.vhdboot.wim;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;

/**
 * A blob too large for one batch. Its pieces are decoded in any order but hashed one after the
 * other: by the thread that has just decoded the next one, which goes on with those behind it that
 * wait. No thread ever waits for another here.
 */
final class LargeBlob {

  private final StreamRun run;
  private final Blob blob;
  private final ChunkTable table;
  private final MessageDigest digest = Sha1.newDigest();
  private long planned;

  /** Pieces that are decoded and wait for their turn, by offset; guarded by this object. */
  private final Map<Long, Piece> decoded = new HashMap<>();

  private boolean hashing;
  private long hashed;

  LargeBlob(StreamRun run, Blob blob) throws CorruptFormatException {
    this.run = run;
    this.blob = blob;
    this.table = blob.isCompressed() ? run.chunkTable(blob) : null;
  }

  boolean hasNextPiece() {
    return planned < blob.size();
  }

  BlobBatch nextPiece() {
    int size = (int) Math.min(run.batchSize(), blob.size() - planned);
    Piece piece = new Piece(planned, size);
    planned += size;
    return piece;
  }

  private void hash(Piece piece) {
    synchronized (this) {
      decoded.put(piece.offset, piece);
      if (hashing) {
        return;
      }
      hashing = true;
    }
    while (true) {
      Piece next;
      synchronized (this) {
        next = decoded.remove(hashed);
        if (next == null) {
          hashing = false;
          return;
        }
      }
      try {
        Sha1.update(digest, next.content, 0, next.size);
        next.finish();
      } catch (RuntimeException | Error e) {
        // Not this thread's piece failed, but the one that the streaming thread waits for.
        next.fail(null, e);
      }
      synchronized (this) {
        hashed += next.size;
      }
    }
  }

  /** A piece of the blob: some of its chunks. */
  private final class Piece extends BlobBatch {

    private final long offset;
    private final int size;
    private byte[] content;

    Piece(long offset, int size) {
      super(run);
      this.offset = offset;
      this.size = size;
    }

    @Override
    void work(Worker worker) throws IOException {
      try {
        content = run.takeBuffer(size);
        if (table == null) {
          run.read(blob.offset() + offset, content, size);
        } else if (!decode(worker)) {
          return;
        }
      } catch (IOException e) {
        fail(blob, e);
        return;
      }
      hash(this);
    }

    private boolean decode(Worker worker) throws IOException {
      long first = offset / run.chunkSize();
      int count = (size - 1) / run.chunkSize() + 1;
      long[] positions = run.chunkPositions(table, first, count);
      int length = (int) (positions[count] - positions[0]);
      byte[] input = run.takeBuffer(length);
      run.read(positions[0], input, length);
      int at = 0;
      for (int i = 0; i < count; i++) {
        if (run.isStopped()) {
          return false;
        }
        int chunkSize = table.chunkSize(first + i);
        long begin = positions[i] + table.prefixSize();
        worker.decode(
            input,
            (int) (begin - positions[0]),
            (int) (positions[i + 1] - begin),
            content,
            at,
            chunkSize);
        at += chunkSize;
      }
      run.giveBackBuffer(input);
      return true;
    }

    /** All pieces up to this one are hashed. */
    void finish() {
      if (offset + size < blob.size()) {
        complete();
        return;
      }
      try {
        run.checkSha1(blob, Sha1.get(digest.digest(), 0));
        complete();
      } catch (CorruptFormatException e) {
        fail(blob, e);
      }
    }

    @Override
    void deliver(BlobConsumer consumer, ProgressListener listener) throws IOException {
      throwFailure();
      if (offset == 0) {
        consumer.begin(blob);
      }
      consumer.data(blob, offset, ByteBuffer.wrap(content, 0, size).slice());
      if (offset + size == blob.size()) {
        consumer.end(blob);
      }
      listener.advance(size);
      run.giveBackBuffer(content);
      content = null;
    }
  }
}
