package io.vhdboot.wim;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.util.Arrays;

/**
 * A resource that holds many blobs one after another, compressed together, as in an .esd:
 *
 * <pre>
 * 00  8  size of all its blobs together
 * 08  4  chunk size, a power of two; 64 MiB as a rule
 * 0C  4  compression: 0 none, 1 XPRESS, 2 LZX, 3 LZMS, whatever the file's header says
 * 10     N entries of 4 bytes, the stored size of each chunk
 *        the chunks; one that takes as many bytes as it has uncompressed is stored as it is
 * </pre>
 *
 * <p>The list of chunks is read when the resource is opened; of damaged files it takes no more
 * memory than {@link #MAX_CHUNKS} entries.
 */
final class SolidResource implements ChunkList {

  /** More chunks than this, which is 64 TiB of content as .esd files are made, are refused. */
  static final int MAX_CHUNKS = 1 << 20;

  static final int HEADER_SIZE = 16;
  static final int ENTRY_SIZE = 4;
  private static final WimCompression[] COMPRESSIONS = WimCompression.values();

  private final ResourceHeader header;
  private final long size;
  private final int chunkSize;
  private final ChunkDecoder.Pool decoders;
  private final long[] positions;

  private SolidResource(
      ResourceHeader header,
      long size,
      int chunkSize,
      ChunkDecoder.Pool decoders,
      long[] positions) {
    this.header = header;
    this.size = size;
    this.chunkSize = chunkSize;
    this.decoders = decoders;
    this.positions = positions;
  }

  /**
   * Reads the header and the list of chunks.
   *
   * @param header where the resource lies
   * @throws CorruptFormatException when they contradict each other or the file's size
   */
  static SolidResource read(BlockDevice file, ResourceHeader header) throws IOException {
    ResourceDevice.checkWithin(file, header, "a solid resource");
    if (header.storedSize() < HEADER_SIZE) {
      throw corrupt(file, header, "takes " + header.storedSize() + " bytes, less than its header");
    }
    byte[] bytes = file.read(header.offset(), HEADER_SIZE);
    long size = LittleEndian.i64(bytes, 0);
    long chunkSize = LittleEndian.u32(bytes, 8);
    long number = LittleEndian.u32(bytes, 12);
    if (number >= COMPRESSIONS.length) {
      throw new UnsupportedFormatException(
          file.name(), header.offset() + 12, "a solid resource with compression " + number);
    }
    WimCompression compression = COMPRESSIONS[(int) number];
    if (compression == WimCompression.NONE
        ? chunkSize == 0 || chunkSize > WimCompression.LZMS.largestChunk()
        : !compression.takesChunksOf(chunkSize)) {
      throw corrupt(file, header, "is " + compression + " in chunks of " + chunkSize + " bytes");
    }
    if (size <= 0) {
      throw corrupt(file, header, "says it holds " + Long.toUnsignedString(size) + " bytes");
    }
    long count = (size - 1) / chunkSize + 1;
    // A chunk takes one byte at least.
    if (count > (header.storedSize() - HEADER_SIZE) / (ENTRY_SIZE + 1)) {
      throw corrupt(
          file, header, "cannot hold " + count + " chunks in " + header.storedSize() + " bytes");
    }
    if (count > MAX_CHUNKS) {
      throw new UnsupportedFormatException(
          file.name(),
          header.offset(),
          "a solid resource of " + count + " chunks; " + MAX_CHUNKS + " can be read");
    }
    return new SolidResource(
        header,
        size,
        (int) chunkSize,
        new ChunkDecoder.Pool(file.name(), compression, (int) chunkSize, false),
        positions(file, header, size, (int) chunkSize, (int) count));
  }

  private static long[] positions(
      BlockDevice file, ResourceHeader header, long size, int chunkSize, int count)
      throws IOException {
    byte[] entries = file.read(header.offset() + HEADER_SIZE, count * ENTRY_SIZE);
    long[] positions = new long[count + 1];
    positions[0] = header.offset() + HEADER_SIZE + entries.length;
    for (int i = 0; i < count; i++) {
      long stored = LittleEndian.u32(entries, i * ENTRY_SIZE);
      long decoded = Math.min(chunkSize, size - (long) i * chunkSize);
      if (stored == 0 || stored > decoded) {
        throw corrupt(
            file, header, "has a chunk of " + decoded + " bytes that takes " + stored + " bytes");
      }
      positions[i + 1] = positions[i] + stored;
    }
    if (positions[count] > header.offset() + header.storedSize()) {
      throw corrupt(
          file,
          header,
          "takes "
              + header.storedSize()
              + " bytes, but its chunks "
              + (positions[count] - header.offset()));
    }
    return positions;
  }

  private static CorruptFormatException corrupt(
      BlockDevice file, ResourceHeader header, String problem) {
    return new CorruptFormatException(file.name(), header.offset(), "a solid resource " + problem);
  }

  /** Where it begins in the file. */
  long offset() {
    return header.offset();
  }

  /** How many bytes it takes in the file. */
  long storedSize() {
    return header.storedSize();
  }

  /** Bytes of all its blobs together. */
  long size() {
    return size;
  }

  /** Decode its chunks. */
  ChunkDecoder.Pool decoders() {
    return decoders;
  }

  @Override
  public long count() {
    return positions.length - 1;
  }

  @Override
  public int chunkSize() {
    return chunkSize;
  }

  @Override
  public int chunkSize(long chunk) {
    return (int) Math.min(chunkSize, size - chunk * chunkSize);
  }

  /** Where a chunk begins in the file; that of the count is where the last one ends. */
  long position(long chunk) {
    return positions[(int) chunk];
  }

  @Override
  public long[] read(BlockDevice device, long first, int chunks) {
    return Arrays.copyOfRange(positions, (int) first, (int) first + chunks + 1);
  }
}
