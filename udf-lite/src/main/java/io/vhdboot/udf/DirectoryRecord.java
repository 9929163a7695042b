package io.vhdboot.udf;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;

/**
 * An entry of a directory of ISO 9660:
 *
 * <pre>
 * 00  1  length of the record, even; 0 where no other fits in the sector
 * 01  1  blocks of extended attributes before the content
 * 02  4  first block, and again with the high byte first
 * 0A  4  size in bytes, likewise
 * 12  7  when it was recorded: year from 1900, month, day, hour, minute, second, quarters of an
 *        hour from UTC
 * 19  1  flags: 1 hidden, 2 directory, 80h goes on in the next record
 * 1A  1  blocks of a piece of an interleaved file, 0 otherwise
 * 20  1  length of the name
 * 21     the name, a byte 0 where its length is even, then bytes for {@link SystemUse}
 * </pre>
 *
 * <p>The name of the directory itself is a byte 0, that of its parent a byte 1.
 *
 * <p>Source: ECMA-119, 9.1.
 *
 * @param bytes the record
 */
record DirectoryRecord(byte[] bytes) {

  private static final int FLAGS_OFFSET = 0x19;
  private static final int NAME_OFFSET = 0x21;
  private static final int HIDDEN = 1;
  private static final int IS_DIRECTORY = 2;
  private static final int GOES_ON = 0x80;

  /** Reads the record at an offset of a sector. */
  static DirectoryRecord get(byte[] sector, int offset, String source, long place)
      throws CorruptFormatException {
    int length = sector[offset] & 0xFF;
    if (length <= NAME_OFFSET
        || length > sector.length - offset
        || NAME_OFFSET + (sector[offset + 0x20] & 0xFF) > length) {
      throw new CorruptFormatException(
          source, place + offset, "a directory record of " + length + " bytes cannot be");
    }
    return new DirectoryRecord(Arrays.copyOfRange(sector, offset, offset + length));
  }

  int length() {
    return bytes.length;
  }

  /** The first block of the content, behind the extended attributes. */
  long block() {
    return LittleEndian.u32(bytes, 0x02) + (bytes[1] & 0xFF);
  }

  long size() {
    return LittleEndian.u32(bytes, 0x0A);
  }

  boolean isHidden() {
    return (bytes[FLAGS_OFFSET] & HIDDEN) != 0;
  }

  boolean isDirectory() {
    return (bytes[FLAGS_OFFSET] & IS_DIRECTORY) != 0;
  }

  /** Whether the file goes on in the next record. */
  boolean goesOn() {
    return (bytes[FLAGS_OFFSET] & GOES_ON) != 0;
  }

  boolean isInterleaved() {
    return bytes[0x1A] != 0;
  }

  /** Whether it stands for the directory itself or its parent. */
  boolean isDot() {
    return nameLength() == 1 && (bytes[NAME_OFFSET] == 0 || bytes[NAME_OFFSET] == 1);
  }

  byte[] name() {
    return Arrays.copyOfRange(bytes, NAME_OFFSET, NAME_OFFSET + nameLength());
  }

  private int nameLength() {
    return bytes[0x20] & 0xFF;
  }

  /** Where the bytes for system use begin. */
  int systemUseOffset() {
    return Math.min(bytes.length, NAME_OFFSET + nameLength() + (nameLength() + 1 & 1));
  }

  Optional<Instant> recorded() {
    return time(bytes, 0x12);
  }

  /** A time of 7 bytes. */
  static Optional<Instant> time(byte[] bytes, int offset) {
    try {
      return Optional.of(
          LocalDateTime.of(
                  1900 + (bytes[offset] & 0xFF),
                  bytes[offset + 1],
                  bytes[offset + 2],
                  bytes[offset + 3],
                  bytes[offset + 4],
                  bytes[offset + 5])
              .minusMinutes(15L * bytes[offset + 6])
              .toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
