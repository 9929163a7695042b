package io.vhdboot.wim;

import io.vhdboot.compression.MalformedChunkException;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The wanted blobs of a solid resource. Each chunk that holds something of them is decoded once;
 * several chunks may be decoded at the same time. What lies wholly in a chunk is hashed there; a
 * blob that goes on in the next one is hashed as it is handed out.
 */
final class SolidStream {

  private final StreamRun run;
  private final SolidResource resource;
  private final Blob[] blobs;
  private final int end;

  /** The next blob that no batch has yet, or that the next chunk goes on with. */
  private int next;

  private long nextChunk;

  // The blob that began in a chunk and goes on in the next; used by the streaming thread only.
  private MessageDigest digest;
  private byte[] assembled;

  /** The blob that is known to be damaged and may go on; used by the streaming thread only. */
  private Blob damaged;

  /**
   * Prepares to stream.
   *
   * @param blobs holds the blobs of the resource, sorted and each once
   * @param from the first of them
   * @param end behind the last
   */
  SolidStream(StreamRun run, Blob[] blobs, int from, int end) {
    this.run = run;
    this.resource = blobs[from].solid();
    this.blobs = blobs;
    this.next = from;
    this.end = end;
    this.nextChunk = blobs[from].offset() / resource.chunkSize();
  }

  /** Bytes of a chunk once decoded. */
  int chunkSize() {
    return (int) Math.min(resource.chunkSize(), resource.size());
  }

  boolean hasNextChunk() {
    return next < end;
  }

  /** The next chunk that something is wanted of. */
  BlobBatch nextChunk() {
    long chunk = Math.max(nextChunk, blobs[next].offset() / resource.chunkSize());
    long chunkEnd = chunk * resource.chunkSize() + resource.chunkSize(chunk);
    int first = next;
    while (next < end && end(blobs[next]) <= chunkEnd) {
      next++;
    }
    int last = next < end && blobs[next].offset() < chunkEnd ? next + 1 : next;
    nextChunk = chunk + 1;
    return new Chunk(chunk, first, last);
  }

  private static long end(Blob blob) {
    return blob.offset() + blob.size();
  }

  /** A chunk of the resource. */
  private final class Chunk extends BlobBatch {

    private final long chunk;
    private final long start;
    private final int size;
    private final int first;
    private final int last;
    private byte[] content;

    /** What is wrong with the whole chunk. */
    private IOException problem;

    /** What is wrong with single blobs. */
    private Map<Blob, IOException> damage = Map.of();

    Chunk(long chunk, int first, int last) {
      super(run);
      this.chunk = chunk;
      this.start = chunk * resource.chunkSize();
      this.size = resource.chunkSize(chunk);
      this.first = first;
      this.last = last;
    }

    @Override
    void work(Worker worker) throws IOException {
      try {
        decode();
        for (int i = first; i < last; i++) {
          if (run.isStopped()) {
            return;
          }
          if (isWhole(blobs[i])) {
            check(worker, blobs[i]);
          }
        }
      } catch (CorruptFormatException | MalformedChunkException e) {
        problem = e;
      }
      complete();
    }

    private void check(Worker worker, Blob blob) {
      try {
        run.checkSha1(blob, worker.sha1(content, (int) (blob.offset() - start), (int) blob.size()));
      } catch (CorruptFormatException e) {
        if (damage.isEmpty()) {
          damage = new IdentityHashMap<>();
        }
        damage.put(blob, e);
      }
    }

    private void decode() throws IOException {
      content = run.takeSolidBuffer(size);
      long position = resource.position(chunk);
      int stored = (int) (resource.position(chunk + 1) - position);
      if (stored == size) {
        run.read(position, content, size);
        return;
      }
      byte[] encoded = new byte[stored];
      run.read(position, encoded, stored);
      ChunkDecoder decoder = resource.decoders().take();
      try {
        decoder.decode(encoded, 0, stored, content, 0, size);
      } finally {
        resource.decoders().giveBack(decoder);
      }
    }

    private boolean isWhole(Blob blob) {
      return blob.offset() >= start && end(blob) <= start + size;
    }

    @Override
    void deliver(BlobConsumer consumer, ProgressListener listener) throws IOException {
      throwFailure();
      for (int i = first; i < last; i++) {
        Blob blob = blobs[i];
        int from = (int) Math.max(blob.offset() - start, 0);
        int to = (int) Math.min(end(blob) - start, size);
        IOException wrong = problem == null ? damage.get(blob) : problem;
        if (blob == damaged) {
          // Its damage was told at an earlier chunk.
        } else if (wrong != null) {
          damaged = blob;
          assembled = null;
          deliverDamage(consumer, blob, wrong);
        } else if (isWhole(blob)) {
          consumer.begin(blob);
          consumer.data(blob, 0, ByteBuffer.wrap(content, from, to - from).slice());
          consumer.end(blob);
        } else {
          deliverPart(consumer, blob, from, to);
        }
        listener.advance(to - from);
      }
      run.giveBackSolidBuffer(content);
      content = null;
    }

    private void deliverPart(BlobConsumer consumer, Blob blob, int from, int to)
        throws IOException {
      long offset = start + from - blob.offset();
      boolean isLast = end(blob) <= start + size;
      boolean isSmall = blob.size() < BlobStreamer.BATCH_SIZE;
      if (offset == 0) {
        digest = Sha1.newDigest();
        if (isSmall) {
          assembled = new byte[(int) blob.size()];
        } else {
          consumer.begin(blob);
        }
      }
      Sha1.update(digest, content, from, to - from);
      if (isLast) {
        try {
          run.checkSha1(blob, Sha1.get(digest.digest(), 0));
        } catch (CorruptFormatException e) {
          damaged = blob;
          assembled = null;
          deliverDamage(consumer, blob, e);
          return;
        }
      }
      if (!isSmall) {
        consumer.data(blob, offset, ByteBuffer.wrap(content, from, to - from).slice());
      } else {
        System.arraycopy(content, from, assembled, (int) offset, to - from);
        if (isLast) {
          consumer.begin(blob);
          consumer.data(blob, 0, ByteBuffer.wrap(assembled));
        }
      }
      if (isLast) {
        consumer.end(blob);
        assembled = null;
      }
    }
  }
}
