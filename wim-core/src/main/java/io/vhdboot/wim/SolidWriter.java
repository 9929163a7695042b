package io.vhdboot.wim;

import io.vhdboot.compression.Compressor;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Appends a {@link SolidResource} with many blobs to a file. Its chunks are encoded on the caller's
 * executor, several at a time where they are small beside the memory, and written in order.
 */
final class SolidWriter implements BlobSink {

  /** What part of the memory chunks on the way may take, with all that encoding them takes. */
  private static final int MEMORY_SHARE = 2;

  private final AppendedFile out;
  private final ChunkEncoder.Pool encoders;
  private final TaskQueue<Chunk> queue;
  private final int limit;
  private final long expected;
  private final SolidPlace place = new SolidPlace();
  private final List<Integer> storedSizes = new ArrayList<>();

  private long begin = -1;
  private long chunksStart;
  private long size;
  private byte[] filling = {};
  private int used;
  private long blobSize;
  private long blobOffset;

  /**
   * A writer.
   *
   * @param expected bytes of all blobs together, at most
   */
  SolidWriter(AppendedFile out, WriteOptions options, long expected) {
    this.out = out;
    this.encoders = new ChunkEncoder.Pool(options.solidCompression(), options.solidChunkSize());
    this.queue = new TaskQueue<>(options.executor());
    this.expected = expected;
    long room = Runtime.getRuntime().maxMemory() / MEMORY_SHARE;
    long chunk =
        Math.max(1, Math.min(expected, encoders.chunkSize())) * ChunkEncoder.MEMORY_PER_BYTE;
    this.limit = (int) Math.max(1, Math.min(options.parallelism() + 1, room / chunk));
  }

  /** A chunk that is encoded. */
  private final class Chunk extends OrderedTask {

    private final int length;
    private byte[] raw;
    private byte[] encoded;
    private int stored;

    Chunk(byte[] raw, int length) {
      this.raw = raw;
      this.length = length;
    }

    @Override
    void work() {
      ChunkEncoder encoder = encoders.take(length);
      // Most chunks shrink well; only one that does not is given room for all of it.
      encoded = new byte[length - length / 4];
      stored = encoder.encode(raw, length, encoded);
      if (stored == Compressor.DOES_NOT_FIT) {
        encoded = new byte[length];
        stored = encoder.encode(raw, length, encoded);
      }
      if (stored == Compressor.DOES_NOT_FIT) {
        encoded = raw;
        stored = length;
      }
      raw = null;
      encoders.giveBack(encoder);
    }
  }

  @Override
  public void begin(long size) throws IOException {
    if (begin < 0) {
      encoders.checkMemory(out.name(), expected);
      // Room for the list of as many chunks as there may be; what is too much stays before it.
      begin = out.position();
      long count = (expected + encoders.chunkSize() - 1) / encoders.chunkSize();
      if (count > SolidResource.MAX_CHUNKS) {
        throw new UnsupportedFormatException(
            out.name(), begin, "a solid resource of " + count + " chunks: take larger chunks");
      }
      out.reserve(SolidResource.HEADER_SIZE + count * SolidResource.ENTRY_SIZE);
      chunksStart = out.position();
    }
    blobSize = size;
    blobOffset = this.size;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length > expected - size) {
      throw new IOException("sources have more bytes than when they were looked at");
    }
    int at = offset;
    int end = offset + length;
    while (at < end) {
      if (used == filling.length) {
        beginChunk();
      }
      int count = Math.min(filling.length - used, end - at);
      System.arraycopy(bytes, at, filling, used, count);
      used += count;
      size += count;
      at += count;
    }
  }

  private void beginChunk() throws IOException {
    if (used > 0) {
      submit();
    }
    filling = new byte[(int) Math.min(encoders.chunkSize(), expected - size)];
  }

  private void submit() throws IOException {
    // First make room: so no more chunks are in memory than the limit says.
    while (queue.size() >= limit) {
      writeChunk(queue.take());
    }
    queue.submit(new Chunk(filling, used));
    filling = new byte[0];
    used = 0;
    while (queue.size() >= limit) {
      writeChunk(queue.take());
    }
  }

  private void writeChunk(Chunk chunk) throws IOException {
    out.append(chunk.encoded, 0, chunk.stored);
    storedSizes.add(chunk.stored);
  }

  @Override
  public WrittenBlob end(Sha1 sha1) throws IOException {
    if (size - blobOffset != blobSize) {
      throw new IOException("a source has another size than when it was looked at");
    }
    WrittenBlob blob = new WrittenBlob(sha1, blobSize);
    blob.placeIn(place, blobOffset);
    return blob;
  }

  @Override
  public void finish() throws IOException {
    if (begin < 0) {
      return;
    }
    if (used > 0) {
      submit();
    }
    while (!queue.isEmpty()) {
      writeChunk(queue.take());
    }
    byte[] head =
        new byte[SolidResource.HEADER_SIZE + storedSizes.size() * SolidResource.ENTRY_SIZE];
    LittleEndian.put64(head, 0, size);
    LittleEndian.put32(head, 8, encoders.chunkSize());
    LittleEndian.put32(head, 12, encoders.compression().ordinal());
    for (int i = 0; i < storedSizes.size(); i++) {
      LittleEndian.put32(
          head, SolidResource.HEADER_SIZE + i * SolidResource.ENTRY_SIZE, storedSizes.get(i));
    }
    long start = chunksStart - head.length;
    out.overwrite(start, head);
    place.settle(start, out.position() - start, size);
  }

  @Override
  public void stop() {
    queue.stop();
    filling = new byte[0];
  }
}
