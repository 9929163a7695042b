package io.vhdboot.wim;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.ProgressListener;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
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
  static byte[] of(FileChannel file, long end) throws IOException {
    int count = Math.toIntExact((end - WimHeader.SIZE + CHUNK_SIZE - 1) / CHUNK_SIZE);
    byte[] table = new byte[HEADER_SIZE + count * Sha1.SIZE];
    LittleEndian.put32(table, 0, table.length);
    LittleEndian.put32(table, 4, count);
    LittleEndian.put32(table, 8, CHUNK_SIZE);
    MessageDigest digest = Sha1.newDigest();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_SIZE);
    for (int i = 0; i < count; i++) {
      long position = WimHeader.SIZE + (long) i * CHUNK_SIZE;
      long chunkEnd = Math.min(position + CHUNK_SIZE, end);
      while (position < chunkEnd) {
        buffer.clear().limit((int) Math.min(BUFFER_SIZE, chunkEnd - position));
        int length = file.read(buffer, position);
        if (length < 0) {
          throw new EOFException("the file became shorter while it was written");
        }
        digest.update(buffer.flip());
        position += length;
      }
      Sha1.get(digest.digest(), 0).put(table, HEADER_SIZE + i * Sha1.SIZE);
    }
    return table;
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
