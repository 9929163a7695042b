package io.vhdboot.wim;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.disk.WindowsGuid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * The header of a WIM, 208 bytes:
 *
 * <pre>
 * 00   8  "MSWIM" and three zero bytes
 * 08   4  size of this header, 208
 * 0C   4  version: 10D00h, or 00E00h where solid resources or LZMS may occur
 * 10   4  flags
 * 14   4  chunk size of compressed resources, 0 where nothing is compressed
 * 18  16  GUID, the same in all parts of a split set
 * 28   2  number of this part, from 1
 * 2A   2  number of parts
 * 2C   4  number of images
 * 30  24  {@link ResourceHeader} of the blob table
 * 48  24  of the XML data
 * 60  24  of the boot image's metadata, or zeros
 * 78   4  index of the boot image from 1, 0 for none
 * 7C  24  of the integrity table, or zeros
 * 94  60  unused
 * </pre>
 *
 * @param isPipable whether it begins with "WLPWM" instead, as wimlib's pipable files do
 * @param version the version number
 * @param flags the flags
 * @param compression how compressed resources are encoded
 * @param chunkSize bytes per chunk of a compressed resource, 0 where nothing is compressed
 * @param guid the file's GUID
 * @param partNumber the number of this part, from 1
 * @param partCount the number of parts
 * @param imageCount the number of images
 * @param bootIndex the index of the boot image, 0 for none
 * @param blobTable where the blob table lies
 * @param xmlData where the XML data lie
 * @param bootMetadata where the boot image's metadata lie
 * @param integrityTable where the integrity table lies
 */
record WimHeader(
    boolean isPipable,
    int version,
    int flags,
    WimCompression compression,
    int chunkSize,
    UUID guid,
    int partNumber,
    int partCount,
    int imageCount,
    int bootIndex,
    ResourceHeader blobTable,
    ResourceHeader xmlData,
    ResourceHeader bootMetadata,
    ResourceHeader integrityTable) {

  static final int SIZE = 208;

  static final int VERSION = 0x10D00;
  static final int VERSION_SOLID = 0xE00;

  static final int FLAG_COMPRESSED = 0x2;
  static final int FLAG_READ_ONLY = 0x4;
  static final int FLAG_SPANNED = 0x8;
  static final int FLAG_WRITE_IN_PROGRESS = 0x40;
  static final int FLAG_REPARSE_FIXED = 0x80;
  static final int FLAG_XPRESS = 0x20000;
  static final int FLAG_LZX = 0x40000;
  static final int FLAG_LZMS = 0x80000;
  static final int FLAG_XPRESS_SMALL_CHUNKS = 0x200000;

  /** More images than this no file has; each needs an entry in the blob table besides. */
  static final int MAX_IMAGES = 65535;

  private static final byte[] MAGIC = "MSWIM\0\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PIPABLE_MAGIC = "WLPWM\0\0\0".getBytes(StandardCharsets.US_ASCII);
  static final int FLAGS_OFFSET = 0x10;
  private static final int BLOB_TABLE_OFFSET = 0x30;
  private static final int XML_OFFSET = 0x48;
  private static final int BOOT_METADATA_OFFSET = 0x60;
  private static final int INTEGRITY_OFFSET = 0x7C;

  /** Whether a device begins as a WIM does, be it of a kind that can be read or not. */
  static boolean isPresent(BlockDevice device) throws IOException {
    if (device.size() < SIZE) {
      return false;
    }
    byte[] magic = device.read(0, MAGIC.length);
    return Arrays.equals(magic, MAGIC) || Arrays.equals(magic, PIPABLE_MAGIC);
  }

  static WimHeader read(BlockDevice device) throws IOException {
    String source = device.name();
    if (device.size() < SIZE) {
      throw new CorruptFormatException(
          source, 0, "a WIM has a header of 208 bytes, here are " + device.size());
    }
    byte[] bytes = device.read(0, SIZE);
    boolean isPipable = isPipable(source, bytes);
    if (isPipable && !ResourceHeader.get(bytes, BLOB_TABLE_OFFSET).isPresent()) {
      // Where everything lies is told by another header, behind it all.
      bytes = device.read(device.size() - SIZE, SIZE);
      if (!Arrays.equals(Arrays.copyOf(bytes, MAGIC.length), PIPABLE_MAGIC)) {
        throw new CorruptFormatException(
            source, device.size() - SIZE, "a pipable WIM without a header at its end: cut short?");
      }
    }
    long headerSize = LittleEndian.u32(bytes, 0x08);
    int version = LittleEndian.i32(bytes, 0x0C);
    if (version != VERSION && version != VERSION_SOLID) {
      throw new UnsupportedFormatException(
          source, 0x0C, String.format("WIM version %x; 10d00 and e00 are known", version));
    }
    if (headerSize != SIZE) {
      throw new CorruptFormatException(source, 0x08, "the header's size is 208, not " + headerSize);
    }
    int flags = LittleEndian.i32(bytes, 0x10);
    WimCompression compression = compression(source, flags);
    int partNumber = LittleEndian.u16(bytes, 0x28);
    int partCount = LittleEndian.u16(bytes, 0x2A);
    if (partNumber < 1 || partNumber > partCount) {
      throw new CorruptFormatException(
          source, 0x28, "part " + partNumber + " of " + partCount + " cannot be");
    }
    long imageCount = LittleEndian.u32(bytes, 0x2C);
    if (imageCount > MAX_IMAGES) {
      throw new CorruptFormatException(
          source, 0x2C, imageCount + " images are too many; " + MAX_IMAGES + " can be");
    }
    return new WimHeader(
        isPipable,
        version,
        flags,
        compression,
        chunkSize(source, compression, LittleEndian.u32(bytes, 0x14)),
        WindowsGuid.get(bytes, 0x18),
        partNumber,
        partCount,
        (int) imageCount,
        LittleEndian.i32(bytes, 0x78),
        ResourceHeader.get(bytes, BLOB_TABLE_OFFSET),
        ResourceHeader.get(bytes, XML_OFFSET),
        ResourceHeader.get(bytes, BOOT_METADATA_OFFSET),
        ResourceHeader.get(bytes, INTEGRITY_OFFSET));
  }

  /** Whether the file is a pipable one, whose blobs are laid out to be written without seeking. */
  private static boolean isPipable(String source, byte[] bytes) throws CorruptFormatException {
    byte[] magic = Arrays.copyOf(bytes, MAGIC.length);
    if (!Arrays.equals(magic, MAGIC) && !Arrays.equals(magic, PIPABLE_MAGIC)) {
      throw new CorruptFormatException(source, 0, "not a WIM: it does not begin with MSWIM");
    }
    return Arrays.equals(magic, PIPABLE_MAGIC);
  }

  private static WimCompression compression(String source, int flags) throws IOException {
    if ((flags & FLAG_COMPRESSED) == 0) {
      return WimCompression.NONE;
    }
    // Files for WIMBoot carry a bit of their own beside the one for XPRESS.
    int types = flags & (FLAG_XPRESS | FLAG_LZX | FLAG_LZMS);
    return switch (types) {
      case FLAG_XPRESS -> WimCompression.XPRESS;
      case FLAG_LZX -> WimCompression.LZX;
      case FLAG_LZMS -> WimCompression.LZMS;
      case 0 -> {
        if ((flags & FLAG_XPRESS_SMALL_CHUNKS) != 0) {
          yield WimCompression.XPRESS;
        }
        throw new UnsupportedFormatException(
            source, 0x10, String.format("compression of flags %08x", flags));
      }
      default ->
          throw new CorruptFormatException(
              source, 0x10, String.format("flags %08x name more than one compression", flags));
    };
  }

  private static int chunkSize(String source, WimCompression compression, long stored)
      throws IOException {
    if (compression == WimCompression.NONE) {
      return 0;
    }
    long size = stored == 0 ? WimCompression.DEFAULT_CHUNK_SIZE : stored;
    if (!compression.takesChunksOf(size)) {
      throw new CorruptFormatException(
          source, 0x14, compression + " has no chunks of " + size + " bytes");
    }
    return (int) size;
  }

  byte[] toBytes() {
    byte[] bytes = Arrays.copyOf(isPipable ? PIPABLE_MAGIC : MAGIC, SIZE);
    LittleEndian.put32(bytes, 0x08, SIZE);
    LittleEndian.put32(bytes, 0x0C, version);
    LittleEndian.put32(bytes, 0x10, flags);
    LittleEndian.put32(bytes, 0x14, chunkSize);
    WindowsGuid.put(bytes, 0x18, guid);
    LittleEndian.put16(bytes, 0x28, partNumber);
    LittleEndian.put16(bytes, 0x2A, partCount);
    LittleEndian.put32(bytes, 0x2C, imageCount);
    blobTable.put(bytes, BLOB_TABLE_OFFSET);
    xmlData.put(bytes, XML_OFFSET);
    bootMetadata.put(bytes, BOOT_METADATA_OFFSET);
    LittleEndian.put32(bytes, 0x78, bootIndex);
    integrityTable.put(bytes, INTEGRITY_OFFSET);
    return bytes;
  }

  /** The flags that say how a file is compressed. */
  static int compressionFlags(WimCompression compression) {
    return switch (compression) {
      case NONE -> 0;
      case XPRESS -> FLAG_COMPRESSED | FLAG_XPRESS;
      case LZX -> FLAG_COMPRESSED | FLAG_LZX;
      case LZMS -> FLAG_COMPRESSED | FLAG_LZMS;
    };
  }

  /**
   * The same with places that count from the begin of a set in which this part lies behind others.
   */
  WimHeader shifted(long by) {
    return new WimHeader(
        isPipable,
        version,
        flags,
        compression,
        chunkSize,
        guid,
        partNumber,
        partCount,
        imageCount,
        bootIndex,
        blobTable.shifted(by),
        xmlData.shifted(by),
        bootMetadata.shifted(by),
        integrityTable.shifted(by));
  }

  /** Whether the file says that it is not to be changed. */
  boolean isReadOnly() {
    return (flags & FLAG_READ_ONLY) != 0;
  }

  boolean isWriteInProgress() {
    return (flags & FLAG_WRITE_IN_PROGRESS) != 0;
  }

  boolean isReparseFixed() {
    return (flags & FLAG_REPARSE_FIXED) != 0;
  }
}
