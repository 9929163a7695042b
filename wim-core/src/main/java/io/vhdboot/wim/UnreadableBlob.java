package io.vhdboot.wim;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.ProgressListener;
import java.io.IOException;

/** A blob of which nothing can be read, since where it is said to lie cannot be. */
final class UnreadableBlob extends BlobBatch {

  private final Blob blob;
  private final CorruptFormatException problem;

  UnreadableBlob(StreamRun run, Blob blob, CorruptFormatException problem) {
    super(run);
    this.blob = blob;
    this.problem = problem;
  }

  @Override
  void work(Worker worker) {
    complete();
  }

  @Override
  void deliver(BlobConsumer consumer, ProgressListener listener) throws IOException {
    throwFailure();
    deliverDamage(consumer, blob, problem);
  }
}
