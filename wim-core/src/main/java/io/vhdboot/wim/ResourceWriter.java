package io.vhdboot.wim;

import io.vhdboot.compression.MalformedChunkException;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.Executor;

/**
 * Appends resources to a file, each blob in one of its own. Chunks are encoded in groups on the
 * caller's executor and written in order, so the file is the same however many threads there are.
 */
final class ResourceWriter implements BlobSink {

  /** Uncompressed bytes that are encoded at a time. */
  private static final int GROUP_SIZE = 1 << 17;

  private static final int COPY_SIZE = 1 << 20;

  /** What part of the memory chunks on the way may take, twice: as they are, and encoded. */
  private static final int MEMORY_SHARE = 8;

  private final AppendedFile out;
  private final ChunkEncoder.Pool encoders;
  private final TaskQueue<ChunkGroup> queue;
  private final int limit;
  private ChunkGroup filling;
  private Resource current;

  /**
   * A writer.
   *
   * @param encoders encode chunks, or null when nothing is compressed
   * @param parallelism how many threads the executor has for this
   */
  ResourceWriter(AppendedFile out, ChunkEncoder.Pool encoders, Executor executor, int parallelism) {
    this.out = out;
    this.encoders = encoders;
    this.queue = new TaskQueue<>(executor);
    long room = Runtime.getRuntime().maxMemory() / MEMORY_SHARE;
    this.limit = (int) Math.max(1, Math.min(4L * (parallelism + 1), room / groupSize()));
  }

  private int groupSize() {
    return encoders == null ? GROUP_SIZE : Math.max(GROUP_SIZE, encoders.chunkSize());
  }

  /** A resource whose chunks are on the way. */
  private static final class Resource {

    private final long size;
    private final int flags;
    private long taken;
    private WrittenBlob blob;

    private long start = -1;
    private byte[] table = {};
    private long chunksWritten;

    Resource(long size, int flags) {
      this.size = size;
      this.flags = flags;
    }
  }

  /** A chunk in a group. */
  private record Segment(Resource resource, int offset, int length) {}

  /** Chunks that are encoded at a time: one large one, or several that may be of many blobs. */
  private final class ChunkGroup extends OrderedTask {

    private static final int MAX_SEGMENTS = 64;

    private final byte[] raw;
    private final Segment[] segments = new Segment[MAX_SEGMENTS];
    private final int[] stored = new int[MAX_SEGMENTS];
    private int count;
    private int used;
    private byte[] encoded;

    /**
     * An empty group.
     *
     * @param length bytes of the first chunk that comes
     */
    ChunkGroup(int length) {
      this.raw = new byte[Math.max(GROUP_SIZE, length)];
    }

    /** Whether a chunk of so many bytes finds room. */
    boolean hasRoom(int length) {
      return count < MAX_SEGMENTS && length <= raw.length - used;
    }

    @Override
    void work() {
      encoded = new byte[used];
      int longest = 0;
      for (int i = 0; i < count; i++) {
        longest = Math.max(longest, segments[i].length);
      }
      ChunkEncoder encoder = encoders.take(longest);
      int at = 0;
      for (int i = 0; i < count; i++) {
        stored[i] = encoder.encode(raw, segments[i].offset, segments[i].length, encoded, at);
        at += stored[i];
      }
      encoders.giveBack(encoder);
    }
  }

  @Override
  public void begin(long size) throws IOException {
    begin(size, 0);
  }

  private void begin(long size, int flags) throws IOException {
    current = new Resource(size, flags);
    if (encoders == null) {
      current.start = out.position();
    } else {
      encoders.checkMemory(out.name(), size);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    current.taken += length;
    if (current.taken > current.size) {
      throw changed();
    }
    if (encoders == null) {
      out.append(bytes, offset, length);
      return;
    }
    int at = offset;
    int end = offset + length;
    while (at < end) {
      Segment open = openSegment(current.taken - (end - at));
      int within = filling.used - open.offset;
      int count = Math.min(open.length - within, end - at);
      System.arraycopy(bytes, at, filling.raw, filling.used, count);
      filling.used += count;
      at += count;
    }
  }

  /** The chunk that takes the byte at a position of the current resource. */
  private Segment openSegment(long position) throws IOException {
    int chunkSize = encoders.chunkSize();
    if (position % chunkSize != 0) {
      return filling.segments[filling.count - 1];
    }
    int length = (int) Math.min(chunkSize, current.size - position);
    if (filling != null && !filling.hasRoom(length)) {
      submit();
    }
    if (filling == null) {
      filling = new ChunkGroup(length);
    }
    Segment segment = new Segment(current, filling.used, length);
    filling.segments[filling.count++] = segment;
    return segment;
  }

  private void submit() throws IOException {
    queue.submit(filling);
    filling = null;
    while (queue.size() >= limit) {
      writeGroup(queue.take());
    }
  }

  @Override
  public WrittenBlob end(Sha1 sha1) throws IOException {
    Resource resource = current;
    current = null;
    if (resource.taken != resource.size) {
      throw changed();
    }
    resource.blob = new WrittenBlob(sha1, resource.size);
    if (encoders == null) {
      resource.blob.placeAt(
          new ResourceHeader(resource.size, resource.flags, resource.start, resource.size));
    } else if (resource.start >= 0 && resource.chunksWritten == count(resource)) {
      close(resource);
    }
    return resource.blob;
  }

  private static IOException changed() {
    return new IOException("a source has other bytes or another size than when it was looked at");
  }

  private void writeGroup(ChunkGroup group) throws IOException {
    int at = 0;
    for (int i = 0; i < group.count; i++) {
      writeChunk(group.segments[i].resource, group.encoded, at, group.stored[i]);
      at += group.stored[i];
    }
  }

  private long count(Resource resource) {
    return (resource.size - 1) / encoders.chunkSize() + 1;
  }

  private static int entrySize(Resource resource) {
    return resource.size >>> 32 == 0 ? 4 : 8;
  }

  private long tableSize(Resource resource) {
    return (count(resource) - 1) * entrySize(resource);
  }

  private void writeChunk(Resource resource, byte[] bytes, int offset, int length)
      throws IOException {
    if (resource.start < 0) {
      resource.start = out.position();
      out.reserve(tableSize(resource));
    } else {
      putEntry(resource, out.position() - resource.start - tableSize(resource));
    }
    out.append(bytes, offset, length);
    resource.chunksWritten++;
    // The last chunk may come through before the blob's end is told.
    if (resource.blob != null && resource.chunksWritten == count(resource)) {
      close(resource);
    }
  }

  private void putEntry(Resource resource, long relative) {
    int size = entrySize(resource);
    int at = Math.toIntExact((resource.chunksWritten - 1) * size);
    if (at + size > resource.table.length) {
      // Grows as chunks come: what a source says of its size may not be true.
      resource.table =
          Arrays.copyOf(
              resource.table,
              (int) Math.min(tableSize(resource), Math.max(256, 2L * resource.table.length)));
    }
    if (size == 4) {
      LittleEndian.put32(resource.table, at, relative);
    } else {
      LittleEndian.put64(resource.table, at, relative);
    }
  }

  private void close(Resource resource) throws IOException {
    long stored = out.position() - resource.start;
    int flags = resource.flags;
    if (stored < resource.size) {
      flags |= ResourceHeader.COMPRESSED;
      out.overwrite(resource.start, resource.table);
    } else if (stored > resource.size || count(resource) > 1) {
      storeUncompressed(resource);
      stored = resource.size;
    }
    resource.blob.placeAt(new ResourceHeader(stored, flags, resource.start, resource.size));
    resource.table = null;
  }

  /**
   * Turns chunks with their table, which take no less than the blob, into the blob itself. Each
   * chunk moves towards the front, by no more than the table's size: none is lost on the way.
   */
  private void storeUncompressed(Resource resource) throws IOException {
    long end = out.position();
    BlockDevice device = out.flushedDevice();
    int chunkSize = encoders.chunkSize();
    ChunkDecoder.Pool decoders =
        new ChunkDecoder.Pool(device.name(), encoders.compression(), chunkSize, false);
    ChunkDecoder decoder = decoders.take();
    byte[] encoded = new byte[(int) Math.min(chunkSize, resource.size)];
    byte[] chunk = new byte[encoded.length];
    long base = resource.start + tableSize(resource);
    long from = base;
    long count = count(resource);
    for (long i = 0; i < count; i++) {
      long next = i == count - 1 ? end : base + entry(resource, i);
      int length = (int) Math.min(chunkSize, resource.size - i * chunkSize);
      int stored = (int) (next - from);
      out.read(from, encoded, stored);
      try {
        decoder.decode(encoded, 0, stored, chunk, 0, length);
      } catch (MalformedChunkException e) {
        throw new CorruptFormatException(
            device.name(), from, "a chunk cannot be read back: " + e.getMessage(), e);
      }
      device.write(resource.start + i * chunkSize, ByteBuffer.wrap(chunk, 0, length));
      from = next;
    }
    out.moveBackTo(resource.start + resource.size);
  }

  private static long entry(Resource resource, long index) {
    int size = entrySize(resource);
    int at = (int) index * size;
    return size == 4 ? LittleEndian.u32(resource.table, at) : LittleEndian.i64(resource.table, at);
  }

  /** Appends metadata, compressed where the file is; they are named once. */
  WrittenBlob addMetadata(byte[] bytes) throws IOException {
    finish();
    begin(bytes.length, ResourceHeader.METADATA);
    write(bytes, 0, bytes.length);
    WrittenBlob metadata = end(Sha1.of(bytes));
    finish();
    metadata.addReferences(1);
    return metadata;
  }

  /** Appends a structure as it is. */
  ResourceHeader addPlain(byte[] bytes, int flags) throws IOException {
    finish();
    ResourceHeader header = new ResourceHeader(bytes.length, flags, out.position(), bytes.length);
    out.append(bytes);
    return header;
  }

  /**
   * Appends a resource of another file as it is stored there.
   *
   * @param resource where it lies in that file
   * @return where it lies now
   */
  ResourceHeader copy(BlockDevice file, ResourceHeader resource) throws IOException {
    ResourceDevice.checkWithin(file, resource, "a resource");
    finish();
    final long start = out.position();
    byte[] block = new byte[(int) Math.min(COPY_SIZE, resource.storedSize())];
    long done = 0;
    while (done < resource.storedSize()) {
      int count = (int) Math.min(block.length, resource.storedSize() - done);
      file.read(resource.offset() + done, ByteBuffer.wrap(block, 0, count));
      out.append(block, 0, count);
      done += count;
    }
    return new ResourceHeader(resource.storedSize(), resource.flags(), start, resource.size());
  }

  @Override
  public void finish() throws IOException {
    if (filling != null) {
      queue.submit(filling);
      filling = null;
    }
    while (!queue.isEmpty()) {
      writeGroup(queue.take());
    }
  }

  @Override
  public void stop() {
    queue.stop();
    filling = null;
  }
}
