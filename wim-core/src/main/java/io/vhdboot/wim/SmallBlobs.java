package io.vhdboot.wim;

import io.vhdboot.compression.MalformedChunkException;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Whole blobs that lie near each other: read at once, each decoded and verified. */
final class SmallBlobs extends BlobBatch {

  private final List<Blob> blobs;
  private byte[] input;
  private byte[] output;

  /** What is wrong with those that are damaged. */
  private Map<Blob, IOException> damage = Map.of();

  SmallBlobs(StreamRun run, List<Blob> blobs) {
    super(run);
    this.blobs = blobs;
  }

  @Override
  void work(Worker worker) throws IOException {
    long start = blobs.get(0).offset();
    long end = start;
    long decodedSize = 0;
    long rawSize = 0;
    for (Blob blob : blobs) {
      end = Math.max(end, blob.offset() + blob.storedSize());
      if (blob.isCompressed()) {
        decodedSize += blob.size();
      } else {
        rawSize += blob.size();
      }
    }
    input = streamRun().takeBuffer((int) (end - start));
    streamRun().read(start, input, (int) (end - start));
    if (decodedSize > 0) {
      output = streamRun().takeBuffer((int) decodedSize);
    }
    int at = 0;
    for (Blob blob : blobs) {
      if (streamRun().isStopped()) {
        return;
      }
      int stored = (int) (blob.offset() - start);
      int size = (int) blob.size();
      try {
        if (blob.isCompressed()) {
          decode(worker, blob, stored, at);
          streamRun().checkSha1(blob, worker.sha1(output, at, size));
        } else {
          streamRun().checkSha1(blob, worker.sha1(input, stored, size));
        }
      } catch (CorruptFormatException | MalformedChunkException e) {
        note(blob, e);
      }
      at += blob.isCompressed() ? size : 0;
    }
    if (rawSize == 0) {
      streamRun().giveBackBuffer(input);
      input = null;
    }
    complete();
  }

  private void note(Blob blob, IOException problem) {
    if (damage.isEmpty()) {
      damage = new IdentityHashMap<>();
    }
    damage.put(blob, problem);
  }

  private void decode(Worker worker, Blob blob, int stored, int target) throws IOException {
    ChunkTable table = streamRun().chunkTable(blob);
    int count = (int) table.count();
    long[] positions = table.parse(input, stored + (int) table.offset(), 0, 0, count);
    long base = blob.offset() - stored - table.prefixSize();
    int at = target;
    for (int i = 0; i < count; i++) {
      int begin = (int) (positions[i] - base);
      int length = (int) (positions[i + 1] - positions[i]) - table.prefixSize();
      int size = table.chunkSize(i);
      worker.decode(input, begin, length, output, at, size);
      at += size;
    }
  }

  @Override
  void deliver(BlobConsumer consumer, ProgressListener listener) throws IOException {
    long start = blobs.get(0).offset();
    int at = 0;
    throwFailure();
    for (Blob blob : blobs) {
      int size = (int) blob.size();
      ByteBuffer content;
      if (blob.isCompressed()) {
        content = ByteBuffer.wrap(output, at, size).slice();
        at += size;
      } else {
        content = ByteBuffer.wrap(input, (int) (blob.offset() - start), size).slice();
      }
      IOException problem = damage.get(blob);
      if (problem == null) {
        consumer.begin(blob);
        consumer.data(blob, 0, content);
        consumer.end(blob);
      } else {
        deliverDamage(consumer, blob, problem);
      }
      listener.advance(size);
    }
    streamRun().giveBackBuffer(input);
    streamRun().giveBackBuffer(output);
    input = null;
    output = null;
  }
}
