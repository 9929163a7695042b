package io.vhdboot.wim;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;

/**
 * The table at the front of a compressed resource, which says where its chunks lie; in pipable
 * files it stands at the end:
 *
 * <pre>
 * N - 1 entries  offset of chunk 1, 2, ... N - 1, counted from the end of this table;
 *                4 bytes each, 8 where the resource has 4 GiB or more uncompressed
 * chunks         each of the chunk size uncompressed, the last may be shorter; one that takes
 *                as many bytes as it has uncompressed is stored as it is
 * </pre>
 *
 * <p>Chunk 0 is at 0; the last chunk ends where the resource does, or its table begins. In pipable
 * files the length of each chunk (4) stands before it, which the offsets do not count.
 */
final class ChunkTable implements ChunkList {

  private static final int PREFIX_SIZE = 4;

  private final String source;
  private final ResourceHeader resource;
  private final int chunkSize;
  private final long count;
  private final int entrySize;
  private final int prefixSize;

  private ChunkTable(String source, ResourceHeader resource, int chunkSize, boolean isPipable) {
    this.source = source;
    this.resource = resource;
    this.chunkSize = chunkSize;
    this.count = (resource.size() - 1) / chunkSize + 1;
    this.entrySize = resource.size() >>> 32 == 0 ? 4 : 8;
    this.prefixSize = isPipable ? PREFIX_SIZE : 0;
  }

  /**
   * The table of a resource that is compressed and not empty.
   *
   * @param isPipable whether the file is a pipable one
   * @throws CorruptFormatException when the resource has no room for it
   */
  static ChunkTable of(String source, ResourceHeader resource, int chunkSize, boolean isPipable)
      throws CorruptFormatException {
    ChunkTable table = new ChunkTable(source, resource, chunkSize, isPipable);
    // A chunk takes one byte at least, and no more than it has uncompressed.
    if (table.count > resource.storedSize() / table.entrySize + 1
        || table.size() + table.count * (1L + table.prefixSize) > resource.storedSize()
        || resource.storedSize() - table.size() - table.count * table.prefixSize
            > resource.size()) {
      throw new CorruptFormatException(
          source,
          resource.offset(),
          "a compressed resource of "
              + table.count
              + " chunks, "
              + resource.size()
              + " bytes uncompressed, cannot take "
              + resource.storedSize()
              + " bytes");
    }
    return table;
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  public int chunkSize() {
    return chunkSize;
  }

  /** Bytes that the table itself takes. */
  long size() {
    return (count - 1) * entrySize;
  }

  /** Where the table lies, counted from the resource's begin. */
  long offset() {
    return prefixSize == 0 ? 0 : resource.storedSize() - size();
  }

  @Override
  public int prefixSize() {
    return prefixSize;
  }

  @Override
  public int chunkSize(long chunk) {
    return chunk < count - 1 ? chunkSize : (int) (resource.size() - (count - 1) * chunkSize);
  }

  @Override
  public long[] read(BlockDevice device, long first, int chunks) throws IOException {
    // Chunk 0 has no entry, nor has the end of the last one.
    long firstEntry = Math.max(first - 1, 0);
    long endEntry = Math.min(first + chunks, count - 1);
    int length = (int) Math.max(endEntry - firstEntry, 0) * entrySize;
    byte[] entries = device.read(resource.offset() + offset() + firstEntry * entrySize, length);
    return parse(entries, 0, firstEntry, first, chunks);
  }

  /**
   * Takes where some chunks lie from the table's bytes.
   *
   * @param bytes holds the table's entries
   * @param at where the entry {@code firstEntry} lies in {@code bytes}
   * @return what {@link #read} gives
   */
  long[] parse(byte[] bytes, int at, long firstEntry, long first, int chunks)
      throws CorruptFormatException {
    long base = resource.offset() + (prefixSize == 0 ? size() : 0);
    long[] positions = new long[chunks + 1];
    for (int i = 0; i <= chunks; i++) {
      long chunk = first + i;
      long relative;
      if (chunk == 0) {
        relative = 0;
      } else if (chunk == count) {
        relative = resource.storedSize() - size();
      } else {
        int entry = at + (int) (chunk - 1 - firstEntry) * entrySize;
        relative = entrySize == 4 ? LittleEndian.u32(bytes, entry) : LittleEndian.i64(bytes, entry);
        relative += chunk * prefixSize;
      }
      positions[i] = base + relative;
      if (i > 0) {
        check(first + i - 1, positions[i - 1], positions[i]);
      }
    }
    return positions;
  }

  private void check(long chunk, long begin, long end) throws CorruptFormatException {
    long stored = end - begin - prefixSize;
    if (begin < resource.offset() || stored < 1 || stored > chunkSize(chunk)) {
      throw new CorruptFormatException(
          source,
          resource.offset(),
          "chunk "
              + chunk
              + " of "
              + count
              + " takes "
              + stored
              + " bytes; 1 to "
              + chunkSize(chunk)
              + " can be");
    }
  }
}
