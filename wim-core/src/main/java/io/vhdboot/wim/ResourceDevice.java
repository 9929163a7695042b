package io.vhdboot.wim;

import io.vhdboot.compression.MalformedChunkException;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.ReadOnlyFileSystemException;

/**
 * The decoded bytes of a resource as a device that cannot be written. Only the chunks that are
 * wanted are decoded, and the last one is kept. Nothing is verified: the SHA-1 is over the whole.
 */
final class ResourceDevice implements BlockDevice {

  /** Places of chunks that are read at once: 8 KiB of the table, 32 MiB of content as a rule. */
  private static final int WINDOW = 1024;

  /** What part of the memory a chunk may take. */
  private static final int MEMORY_SHARE = 4;

  private final BlockDevice file;
  private final ResourceHeader resource;
  private final String name;
  private final ChunkDecoder.Pool decoders;
  private final ChunkList chunks;

  private long windowStart;
  private long[] window = new long[1];
  private byte[] encoded = new byte[0];
  private long keptChunk = -1;
  private byte[] kept = new byte[0];

  private ResourceDevice(
      BlockDevice file,
      ResourceHeader resource,
      String name,
      ChunkDecoder.Pool decoders,
      ChunkList chunks) {
    this.file = file;
    this.resource = resource;
    this.name = name;
    this.decoders = decoders;
    this.chunks = chunks;
  }

  /**
   * Opens a resource.
   *
   * @param file the WIM
   * @param resource where it lies; not empty
   * @param what what messages call it
   * @param decoders decode its chunks
   */
  static ResourceDevice open(
      BlockDevice file, ResourceHeader resource, String what, ChunkDecoder.Pool decoders)
      throws IOException {
    checkReadable(file, resource, what, decoders.compression());
    ChunkList chunks = null;
    if (resource.isCompressed()) {
      chunks = ChunkTable.of(file.name(), resource, decoders.chunkSize(), decoders.isPipable());
      checkMemory(file, resource, what, chunks);
    }
    return new ResourceDevice(file, resource, file.name() + ": " + what, decoders, chunks);
  }

  /** Opens all that a solid resource holds. */
  static ResourceDevice open(BlockDevice file, SolidResource solid) throws IOException {
    ResourceHeader resource =
        new ResourceHeader(solid.size(), ResourceHeader.COMPRESSED, solid.offset(), solid.size());
    String what = "a solid resource";
    checkMemory(file, resource, what, solid);
    return new ResourceDevice(file, resource, file.name() + ": " + what, solid.decoders(), solid);
  }

  /** Throws when a chunk of a resource is too long for the memory there is. */
  static void checkMemory(BlockDevice file, ResourceHeader resource, String what, ChunkList chunks)
      throws UnsupportedFormatException {
    long chunk = chunks.chunkSize(0);
    long limit = Runtime.getRuntime().maxMemory() / MEMORY_SHARE;
    if (chunk > Math.max(limit, BlobStreamer.BATCH_SIZE)) {
      throw new UnsupportedFormatException(
          file.name(),
          resource.offset(),
          what + " has chunks of " + chunk + " bytes; there is memory for " + limit);
    }
  }

  /** Throws unless a resource is of a kind that can be read and lies within the file. */
  static void checkReadable(
      BlockDevice file, ResourceHeader resource, String what, WimCompression compression)
      throws IOException {
    checkWithin(file, resource, what);
    if (resource.isCompressed()) {
      if (compression == WimCompression.NONE) {
        throw new CorruptFormatException(
            file.name(),
            resource.offset(),
            what + " is compressed, but the header says that nothing is");
      }
    } else if (resource.storedSize() != resource.size()) {
      throw new CorruptFormatException(
          file.name(),
          resource.offset(),
          what
              + " is not compressed and has "
              + resource.size()
              + " bytes, but takes "
              + resource.storedSize());
    }
  }

  /** Throws unless a resource lies within the file. */
  static void checkWithin(BlockDevice file, ResourceHeader resource, String what)
      throws CorruptFormatException {
    if (resource.offset() < 0
        || resource.storedSize() > file.size()
        || resource.offset() > file.size() - resource.storedSize()) {
      throw new CorruptFormatException(
          file.name(),
          resource.offset(),
          what
              + " takes "
              + resource.storedSize()
              + " bytes here, but the file has "
              + file.size()
              + ": cut short?");
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() {
    return resource.size();
  }

  @Override
  public boolean isReadOnly() {
    return true;
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    checkRange(position, target.remaining());
    if (chunks == null) {
      file.read(resource.offset() + position, target);
    } else {
      readChunks(position, target);
    }
  }

  private synchronized void readChunks(long position, ByteBuffer target) throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      long chunk = at / decoders.chunkSize();
      int within = (int) (at % decoders.chunkSize());
      int length = chunks.chunkSize(chunk);
      int count = Math.min(target.remaining(), length - within);
      if (chunk != keptChunk && count == length && target.hasArray()) {
        decode(chunk, target.array(), target.arrayOffset() + target.position());
        target.position(target.position() + count);
      } else {
        keep(chunk);
        target.put(kept, within, count);
      }
      at += count;
    }
  }

  private void keep(long chunk) throws IOException {
    if (chunk == keptChunk) {
      return;
    }
    if (kept.length == 0) {
      kept = new byte[(int) Math.min(decoders.chunkSize(), resource.size())];
    }
    keptChunk = -1;
    decode(chunk, kept, 0);
    keptChunk = chunk;
  }

  private void decode(long chunk, byte[] output, int offset) throws IOException {
    long first = windowStart;
    if (chunk < first || chunk >= first + window.length - 1) {
      first = chunk;
      window = chunks.read(file, first, (int) Math.min(WINDOW, chunks.count() - first));
      windowStart = first;
    }
    long begin = window[(int) (chunk - first)] + chunks.prefixSize();
    int length = (int) (window[(int) (chunk - first) + 1] - begin);
    if (encoded.length < length) {
      encoded = new byte[Math.max(length, Math.min(2 * length, decoders.chunkSize()))];
    }
    file.read(begin, ByteBuffer.wrap(encoded, 0, length));
    ChunkDecoder decoder = decoders.take();
    try {
      decoder.decode(encoded, 0, length, output, offset, chunks.chunkSize(chunk));
    } catch (MalformedChunkException e) {
      throw new CorruptFormatException(
          name, begin, "chunk " + chunk + " cannot be decoded: " + e.getMessage(), e);
    } finally {
      decoders.giveBack(decoder);
    }
  }

  @Override
  public void write(long position, ByteBuffer source) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void flush() {}

  /** Leaves the file open. */
  @Override
  public void close() {}

  @Override
  public String toString() {
    return name;
  }
}
