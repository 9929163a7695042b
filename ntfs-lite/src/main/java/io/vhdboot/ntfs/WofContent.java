package io.vhdboot.ntfs;

import io.vhdboot.compression.Decompressor;
import io.vhdboot.compression.MalformedChunkException;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes that the Windows overlay filter compressed ({@code compact /exe}, CompactOS). The unnamed
 * stream is one hole of the file's size; the reparse point says how the named stream {@link
 * #STREAM} holds the bytes:
 *
 * <pre>
 * 0  4  WOF version: 1
 * 4  4  provider: 1 a WIM file elsewhere, 2 this file
 * 8  4  provider's version: 1
 * C  4  algorithm: 0 XPRESS in chunks of 4 KiB, 1 LZX of 32 KiB, 2 XPRESS of 8, 3 XPRESS of 16 KiB
 * </pre>
 *
 * The stream begins with the end of each chunk but the last, counted from the table's end: 4 bytes
 * each, or 8 in files from 4 GiB on. A chunk that is as long as its content is stored plain.
 */
final class WofContent implements StreamContent {

  /** The reparse tag of such files. */
  static final int TAG = 0x80000017;

  /** The named stream that holds the chunks. */
  static final String STREAM = "WofCompressedData";

  private static final int DATA_SIZE = 16;
  private static final int VERSION = 1;
  private static final int PROVIDER_WIM = 1;
  private static final int PROVIDER_FILE = 2;
  private static final int TABLE_PAGE = 1024;

  private final StreamContent stored;
  private final long size;
  private final int chunkSize;
  private final long chunkCount;
  private final int entrySize;
  private final long tableSize;
  private final Decompressor decompressor;
  private final String source;
  private final byte[] chunk;
  private long decodedChunk = -1;
  private byte[] tablePage = new byte[0];
  private long tablePageIndex = -1;

  private WofContent(
      StreamContent stored, long size, int chunkSize, Decompressor decompressor, String source)
      throws CorruptFormatException {
    this.stored = stored;
    this.size = size;
    this.chunkSize = chunkSize;
    this.decompressor = decompressor;
    this.source = source;
    this.chunk = new byte[chunkSize];
    this.chunkCount = chunkCount(size, chunkSize);
    this.entrySize = entrySize(size);
    this.tableSize = tableSize(size, chunkSize);
    if (tableSize > stored.size()) {
      throw new CorruptFormatException(
          source,
          CorruptFormatException.NO_OFFSET,
          "the table of " + chunkCount + " chunks does not fit in " + stored.size() + " bytes");
    }
  }

  /**
   * Finds out how a file's bytes are stored.
   *
   * @param reparse the data of the file's reparse point
   * @param stored the content of {@link #STREAM}, or null when the file has none
   * @param size the file's size
   * @throws UnsupportedFormatException when the bytes lie in a WIM file, or are of a newer version
   */
  static WofContent of(byte[] reparse, StreamContent stored, long size, String source)
      throws IOException {
    if (reparse.length < DATA_SIZE) {
      throw new CorruptFormatException(
          source,
          CorruptFormatException.NO_OFFSET,
          "overlay data of " + reparse.length + " bytes, " + DATA_SIZE + " are needed");
    }
    int version = LittleEndian.i32(reparse, 0);
    int provider = LittleEndian.i32(reparse, 4);
    int code = LittleEndian.i32(reparse, 12);
    if (provider == PROVIDER_WIM) {
      throw new UnsupportedFormatException(
          source,
          UnsupportedFormatException.NO_OFFSET,
          "the file's bytes lie in a WIM file that backs it (WIMBoot), which is not read");
    }
    if (version != VERSION || provider != PROVIDER_FILE || LittleEndian.i32(reparse, 8) != 1) {
      throw new UnsupportedFormatException(
          source,
          UnsupportedFormatException.NO_OFFSET,
          "overlay version " + version + ", provider " + provider + " is not supported");
    }
    if (stored == null) {
      throw new CorruptFormatException(
          source, CorruptFormatException.NO_OFFSET, "the stream " + STREAM + " is missing");
    }
    WofAlgorithm algorithm = WofAlgorithm.of(code);
    if (algorithm == null) {
      throw new UnsupportedFormatException(
          source,
          UnsupportedFormatException.NO_OFFSET,
          "overlay compression " + code + " is not supported, 0 to 3 are");
    }
    return new WofContent(stored, size, algorithm.chunkSize(), algorithm.newDecompressor(), source);
  }

  /** The data of the reparse point of a file that is compressed in this way. */
  static byte[] reparseData(WofAlgorithm algorithm) {
    byte[] data = new byte[DATA_SIZE];
    LittleEndian.put32(data, 0, VERSION);
    LittleEndian.put32(data, 4, PROVIDER_FILE);
    LittleEndian.put32(data, 8, 1);
    LittleEndian.put32(data, 12, algorithm.code());
    return data;
  }

  /** Bytes of an entry in the table of a file of this size. */
  static int entrySize(long size) {
    return size > 0xFFFF_FFFFL ? 8 : 4;
  }

  /** Bytes of the table. */
  static long tableSize(long size, int chunkSize) {
    return Math.max(chunkCount(size, chunkSize) - 1, 0) * entrySize(size);
  }

  private static long chunkCount(long size, int chunkSize) {
    return size / chunkSize + (size % chunkSize == 0 ? 0 : 1);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public synchronized void read(long position, ByteBuffer target) throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      long index = at / chunkSize;
      int offset = (int) (at % chunkSize);
      int length = (int) Math.min(chunkSize, size - index * chunkSize);
      int count = Math.min(target.remaining(), length - offset);
      decode(index, length);
      target.put(chunk, offset, count);
      at += count;
    }
  }

  private void decode(long index, int length) throws IOException {
    if (index == decodedChunk) {
      return;
    }
    decodedChunk = -1;
    long available = stored.size() - tableSize;
    long begin = index == 0 ? 0 : end(index - 1);
    long end = index == chunkCount - 1 ? available : end(index);
    if (begin < 0 || end <= begin || end > available || end - begin > length) {
      throw new CorruptFormatException(
          source,
          CorruptFormatException.NO_OFFSET,
          "chunk " + index + " cannot lie from " + begin + " to " + end + " of " + available);
    }
    int storedLength = (int) (end - begin);
    if (storedLength == length) {
      stored.read(tableSize + begin, ByteBuffer.wrap(chunk, 0, length));
    } else {
      byte[] encoded = new byte[storedLength];
      stored.read(tableSize + begin, ByteBuffer.wrap(encoded));
      try {
        decompressor.decompress(encoded, 0, storedLength, chunk, 0, length);
      } catch (MalformedChunkException e) {
        throw new CorruptFormatException(
            source,
            CorruptFormatException.NO_OFFSET,
            "chunk " + index + " is damaged: " + e.getMessage(),
            e);
      }
    }
    decodedChunk = index;
  }

  /** The end of a chunk that is not the last, from the table. */
  private long end(long index) throws IOException {
    long page = index / TABLE_PAGE;
    if (page != tablePageIndex) {
      long position = page * TABLE_PAGE * entrySize;
      byte[] bytes = new byte[(int) Math.min((long) TABLE_PAGE * entrySize, tableSize - position)];
      stored.read(position, ByteBuffer.wrap(bytes));
      tablePage = bytes;
      tablePageIndex = page;
    }
    int offset = (int) (index % TABLE_PAGE) * entrySize;
    return entrySize == 4
        ? LittleEndian.u32(tablePage, offset)
        : LittleEndian.i64(tablePage, offset);
  }
}
