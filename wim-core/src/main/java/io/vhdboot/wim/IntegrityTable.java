package io.vhdboot.wim;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * The integrity table, over everything from behind the header to the end of the blob table:
 *
 * <pre>
 * 00  4     total size of this table
 * 04  4     number of chunks
 * 08  4     bytes per chunk, 10 MiB as a rule
 * 0C  20*n  SHA-1 of each chunk
 * </pre>
 */
final class IntegrityTable {

  private static final int HEADER_SIZE = 12;
  private static final int BUFFER_SIZE = 1 << 18;

  private static final int CHUNK_SIZE = 10 << 20;

  private IntegrityTable() {}

  /**
   * Makes the table of a file that is being written.
   *
   * @param end where the blob table ends
   */
  static byte[] of(BlockDevice file, long end) throws IOException {
    return of(file, end, new byte[0], WimHeader.SIZE);
  }

  /**
   * Makes the table of a file that was appended to: chunks that did not change are not read.
   *
   * @param end where the blob table ends
   * @param before the table before
   * @param unchanged up to where the file is what that table covers
   */
  static byte[] of(BlockDevice file, long end, byte[] before, long unchanged) throws IOException {
    int count = Math.toIntExact((end - WimHeader.SIZE + CHUNK_SIZE - 1) / CHUNK_SIZE);
    byte[] table = new byte[HEADER_SIZE + count * Sha1.SIZE];
    LittleEndian.put32(table, 0, table.length);
    LittleEndian.put32(table, 4, count);
    LittleEndian.put32(table, 8, CHUNK_SIZE);
    int kept = keptChunks(before, unchanged, count);
    System.arraycopy(before, HEADER_SIZE * Math.min(kept, 1), table, HEADER_SIZE, kept * Sha1.SIZE);
    MessageDigest digest = Sha1.newDigest();
    byte[] block = new byte[BUFFER_SIZE];
    for (int i = kept; i < count; i++) {
      long position = WimHeader.SIZE + (long) i * CHUNK_SIZE;
      long chunkEnd = Math.min(position + CHUNK_SIZE, end);
      while (position < chunkEnd) {
        int length = (int) Math.min(BUFFER_SIZE, chunkEnd - position);
        file.read(position, ByteBuffer.wrap(block, 0, length));
        Sha1.update(digest, block, 0, length);
        position += length;
      }
      Sha1.get(digest.digest(), 0).put(table, HEADER_SIZE + i * Sha1.SIZE);
    }
    return table;
  }

  /** How many chunks of a table still hold. */
  private static int keptChunks(byte[] before, long unchanged, int count) {
    if (before.length < HEADER_SIZE || LittleEndian.u32(before, 8) != CHUNK_SIZE) {
      return 0;
    }
    long covered = Math.max(0, unchanged - WimHeader.SIZE) / CHUNK_SIZE;
    long listed = (before.length - HEADER_SIZE) / Sha1.SIZE;
    return (int) Math.min(count, Math.min(covered, listed));
  }

  /**
   * Compares a file with its table.
   *
   * @param start where the file, or this part of a split one, begins
   * @param at where the table lies
   * @param table the decoded table
   * @param end where the blob table ends
   * @param tasks hash its chunks
   * @throws CorruptFormatException for the first chunk that is not as the table says
   */
  static void check(
      BlockDevice file,
      long start,
      long at,
      byte[] table,
      long end,
      NumberedTasks tasks,
      ProgressListener listener)
      throws IOException {
    String source = file.name();
    if (table.length < HEADER_SIZE) {
      throw new CorruptFormatException(
          source, at, "an integrity table has 12 bytes at least, not " + table.length);
    }
    long size = LittleEndian.u32(table, 0);
    long count = LittleEndian.u32(table, 4);
    long chunkSize = LittleEndian.u32(table, 8);
    long covered = end - start - WimHeader.SIZE;
    if (covered < 0
        || end > file.size()
        || chunkSize == 0
        || size != HEADER_SIZE + count * Sha1.SIZE
        || size > table.length
        || count != (covered + chunkSize - 1) / chunkSize) {
      throw new CorruptFormatException(
          source,
          at,
          "an integrity table of "
              + count
              + " chunks of "
              + chunkSize
              + " bytes does not cover the "
              + covered
              + " bytes before it");
    }
    listener.begin("integrity", covered);
    tasks.run(
        (int) count,
        i -> {
          long begin = start + WimHeader.SIZE + i * chunkSize;
          Sha1 found = sha1(file, begin, Math.min(begin + chunkSize, end), listener);
          Sha1 expected = Sha1.get(table, HEADER_SIZE + i * Sha1.SIZE);
          if (!found.equals(expected)) {
            throw new CorruptFormatException(
                source,
                begin,
                "chunk "
                    + i
                    + " of the integrity table has the SHA-1 "
                    + found
                    + ", not "
                    + expected
                    + ": damaged");
          }
        });
  }

  private static Sha1 sha1(BlockDevice file, long begin, long end, ProgressListener listener)
      throws IOException {
    MessageDigest digest = Sha1.newDigest();
    byte[] buffer = new byte[(int) Math.min(BUFFER_SIZE, end - begin)];
    long position = begin;
    while (position < end) {
      int length = (int) Math.min(buffer.length, end - position);
      file.read(position, ByteBuffer.wrap(buffer, 0, length));
      Sha1.update(digest, buffer, 0, length);
      position += length;
      synchronized (listener) {
        listener.advance(length);
      }
    }
    return Sha1.get(digest.digest(), 0);
  }
}
