package io.vhdboot.vhd;

import io.vhdboot.disk.BigEndian;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * The header of a dynamic or differencing VHD (specification, "Dynamic Disk Header Format"), two
 * sectors where the footer's data offset points:
 *
 * <pre>
 * 000    8  "cxsparse"
 * 008    8  all ones
 * 010    8  where the {@link BlockAllocationTable} is
 * 018    4  version of the header, 1.0
 * 01C    4  entries in the table
 * 020    4  bytes per block
 * 024    4  {@link VhdChecksum checksum}
 * 028   16  unique id of the parent, 0 in a dynamic VHD
 * 038    4  the parent's time of last change, in seconds since 2000-01-01 UTC
 * 03C    4  0
 * 040  512  the parent's name in UTF-16BE
 * 240  192  eight {@link ParentLocator parent locators}
 * 300  256  0
 * </pre>
 *
 * @param tableOffset where the table is, in bytes
 * @param maxTableEntries entries in the table
 * @param blockSize bytes per block
 * @param parentId the unique id of the parent
 * @param parentTimestamp the parent's time of last change
 * @param parentName the parent's name
 * @param locators those parent locators that are present
 */
record DynamicHeader(
    long tableOffset,
    long maxTableEntries,
    int blockSize,
    UUID parentId,
    long parentTimestamp,
    String parentName,
    List<ParentLocator> locators) {

  static final int SIZE = 1024;

  /** Where we put the header, behind the copy of the footer; Windows does the same. */
  static final long OFFSET = VhdFooter.SIZE;

  private static final byte[] COOKIE = "cxsparse".getBytes(StandardCharsets.US_ASCII);
  private static final UUID NO_PARENT = new UUID(0, 0);
  private static final int NEXT_OFFSET = 0x08;
  private static final int TABLE_OFFSET = 0x10;
  private static final int VERSION_OFFSET = 0x18;
  private static final int ENTRIES_OFFSET = 0x1C;
  private static final int BLOCK_SIZE_OFFSET = 0x20;
  private static final int CHECKSUM_OFFSET = 0x24;
  private static final int PARENT_ID_OFFSET = 0x28;
  private static final int PARENT_TIMESTAMP_OFFSET = 0x38;
  private static final int PARENT_NAME_OFFSET = 0x40;
  private static final int PARENT_NAME_SIZE = 512;
  private static final int LOCATORS_OFFSET = 0x240;
  private static final int LOCATOR_COUNT = 8;
  private static final int LOCATORS_END = LOCATORS_OFFSET + LOCATOR_COUNT * ParentLocator.SIZE;
  private static final int VERSION = 0x0001_0000;

  /** The header of a new dynamic VHD, its table right behind it. */
  static DynamicHeader of(VhdOptions options) {
    return new DynamicHeader(
        OFFSET + SIZE, options.blockCount(), options.blockSize(), NO_PARENT, 0, "", List.of());
  }

  /** Whether there is a parent, as in a differencing VHD. */
  boolean hasParent() {
    return !parentId.equals(NO_PARENT) || !parentName.isEmpty() || !locators.isEmpty();
  }

  /** The same with another table. */
  DynamicHeader withTable(long offset, long entries) {
    return new DynamicHeader(
        offset, entries, blockSize, parentId, parentTimestamp, parentName, locators);
  }

  /** The same with another parent. */
  DynamicHeader withParent(ParentReference parent, List<ParentLocator> newLocators) {
    return new DynamicHeader(
        tableOffset,
        maxTableEntries,
        blockSize,
        parent.uniqueId(),
        parent.modified().map(VhdFooter::seconds).orElse(0L),
        parent.name(),
        List.copyOf(newLocators));
  }

  /** The bytes where a footer says the header is. */
  static byte[] read(BlockDevice file, VhdFooter footer) throws IOException {
    long offset = footer.dataOffset();
    if (offset < 0 || offset > file.size() - SIZE) {
      throw new CorruptFormatException(
          file.name(),
          offset,
          "the footer says the header is here, but the file has " + file.size() + " bytes");
    }
    byte[] bytes = file.read(offset, SIZE);
    if (!Arrays.equals(bytes, 0, COOKIE.length, COOKIE, 0, COOKIE.length)) {
      throw new CorruptFormatException(
          file.name(), offset, "the header of a VHD begins with \"cxsparse\"");
    }
    return bytes;
  }

  static boolean isChecksumRight(byte[] bytes) {
    return VhdChecksum.isRight(bytes, CHECKSUM_OFFSET);
  }

  /** Reads a header without judging its checksum. */
  static DynamicHeader get(byte[] bytes, BlockDevice source, long position) throws IOException {
    long version = BigEndian.u32(bytes, VERSION_OFFSET);
    if (version >>> 16 != VERSION >>> 16) {
      throw new UnsupportedFormatException(
          source.name(),
          position + VERSION_OFFSET,
          String.format("a header of version %d.%d, not 1.0", version >>> 16, version & 0xFFFF));
    }
    long blockSize = BigEndian.u32(bytes, BLOCK_SIZE_OFFSET);
    if (!VhdOptions.isBlockSize(blockSize)) {
      throw new UnsupportedFormatException(
          source.name(),
          position + BLOCK_SIZE_OFFSET,
          "blocks of "
              + blockSize
              + " bytes; powers of two from "
              + VhdOptions.MIN_BLOCK_SIZE
              + " to "
              + VhdOptions.MAX_BLOCK_SIZE
              + " are supported");
    }
    List<ParentLocator> locators = new ArrayList<>();
    for (int i = 0; i < LOCATOR_COUNT; i++) {
      int offset = LOCATORS_OFFSET + i * ParentLocator.SIZE;
      if (ParentLocator.isPresent(bytes, offset)) {
        locators.add(ParentLocator.get(bytes, offset));
      }
    }
    return new DynamicHeader(
        BigEndian.i64(bytes, TABLE_OFFSET),
        BigEndian.u32(bytes, ENTRIES_OFFSET),
        (int) blockSize,
        new UUID(
            BigEndian.i64(bytes, PARENT_ID_OFFSET), BigEndian.i64(bytes, PARENT_ID_OFFSET + 8)),
        BigEndian.u32(bytes, PARENT_TIMESTAMP_OFFSET),
        name(bytes),
        List.copyOf(locators));
  }

  private static String name(byte[] bytes) {
    String padded =
        new String(bytes, PARENT_NAME_OFFSET, PARENT_NAME_SIZE, StandardCharsets.UTF_16BE);
    int end = padded.indexOf('\0');
    return end < 0 ? padded : padded.substring(0, end);
  }

  /** The header's bytes, with their checksum. */
  byte[] toBytes() {
    return toBytes(new byte[SIZE]);
  }

  /** The same, with whatever a former header holds in places that have no meaning for us. */
  byte[] toBytes(byte[] former) {
    byte[] bytes = former.clone();
    System.arraycopy(COOKIE, 0, bytes, 0, COOKIE.length);
    Arrays.fill(bytes, PARENT_NAME_OFFSET, LOCATORS_END, (byte) 0);
    BigEndian.put64(bytes, NEXT_OFFSET, -1L);
    BigEndian.put64(bytes, TABLE_OFFSET, tableOffset);
    BigEndian.put32(bytes, VERSION_OFFSET, VERSION);
    BigEndian.put32(bytes, ENTRIES_OFFSET, maxTableEntries);
    BigEndian.put32(bytes, BLOCK_SIZE_OFFSET, blockSize);
    BigEndian.put64(bytes, PARENT_ID_OFFSET, parentId.getMostSignificantBits());
    BigEndian.put64(bytes, PARENT_ID_OFFSET + 8, parentId.getLeastSignificantBits());
    BigEndian.put32(bytes, PARENT_TIMESTAMP_OFFSET, parentTimestamp);
    byte[] name = parentName.getBytes(StandardCharsets.UTF_16BE);
    System.arraycopy(name, 0, bytes, PARENT_NAME_OFFSET, Math.min(name.length, PARENT_NAME_SIZE));
    for (int i = 0; i < locators.size(); i++) {
      locators.get(i).put(bytes, LOCATORS_OFFSET + i * ParentLocator.SIZE);
    }
    VhdChecksum.seal(bytes, CHECKSUM_OFFSET);
    return bytes;
  }
}
