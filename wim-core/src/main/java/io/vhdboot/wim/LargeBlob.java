package io.vhdboot.wim;

import io.vhdboot.compression.MalformedChunkException;
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

  /** What is wrong with the blob, found so far; used by the thread that hashes only. */
  private IOException damage;

  /** Whether the consumer knows that the blob is damaged; used by the streaming thread only. */
  private boolean isDamageTold;

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
        next.finish();
      } catch (RuntimeException | Error e) {
        // Not this thread's piece failed, but the one that the streaming thread waits for.
        next.fail(e);
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

    /** What is wrong with this piece or one before it. */
    private IOException problem;

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
      } catch (CorruptFormatException | MalformedChunkException e) {
        problem = e;
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

    /** All pieces before this one are hashed, as far as they are sound. */
    void finish() {
      if (damage == null && problem == null) {
        Sha1.update(digest, content, 0, size);
        if (offset + size == blob.size()) {
          try {
            run.checkSha1(blob, Sha1.get(digest.digest(), 0));
          } catch (CorruptFormatException e) {
            problem = e;
          }
        }
      }
      damage = damage == null ? problem : damage;
      problem = damage;
      complete();
    }

    @Override
    void deliver(BlobConsumer consumer, ProgressListener listener) throws IOException {
      throwFailure();
      if (problem == null) {
        deliver(consumer);
      } else if (!isDamageTold) {
        isDamageTold = true;
        deliverDamage(consumer, blob, problem);
      }
      listener.advance(size);
      run.giveBackBuffer(content);
      content = null;
    }

    private void deliver(BlobConsumer consumer) throws IOException {
      if (offset == 0) {
        consumer.begin(blob);
      }
      consumer.data(blob, offset, ByteBuffer.wrap(content, 0, size).slice());
      if (offset + size == blob.size()) {
        consumer.end(blob);
      }
    }
  }
}
