package io.vhdboot.vhd;

import io.vhdboot.disk.BigEndian;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;

/**
 * The footer, the last sector of every VHD (specification, "Hard Disk Footer Format"). A dynamic or
 * differencing one begins with a copy of it.
 *
 * <pre>
 * 00    8  "conectix"
 * 08    4  features: 2 always set, 1 temporary disk
 * 0C    4  version of the format, 1.0
 * 10    8  where the header is; all ones in a fixed VHD
 * 18    4  time of creation, in seconds since 2000-01-01 UTC
 * 1C    4  creator application
 * 20    4  creator version, major and minor
 * 24    4  creator host system: "Wi2k" Windows, "Mac "
 * 28    8  disk size at creation
 * 30    8  disk size now
 * 38    4  {@link VhdGeometry geometry}
 * 3C    4  {@link VhdType type}
 * 40    4  {@link VhdChecksum checksum}
 * 44   16  unique id, by which a child knows its parent
 * 54    1  1 when a virtual machine's saved state belongs to it
 * 55  427  0
 * </pre>
 *
 * <p>Versions before Virtual PC 2004 cut the last byte off.
 *
 * <p>The disk's size is the one at 30h, as Windows takes it. libvhdi (20210425) takes the one at
 * 28h, which is the same until the disk is resized. Programs that take the geometry instead
 * (Virtual PC, and QEMU for files by Virtual PC and by its own older versions) see a somewhat
 * smaller disk; for the creator "win " QEMU takes the exact size.
 *
 * @param temporary whether the disk is marked as temporary
 * @param dataOffset where the header is, in bytes
 * @param timestamp the time of creation
 * @param creatorApplication four characters
 * @param creatorVersion major version in the high, minor version in the low 16 bits
 * @param creatorHostOs four characters
 * @param originalSize the disk's size at creation, in bytes
 * @param currentSize the disk's size, in bytes
 * @param geometry the geometry
 * @param type the type
 * @param uniqueId the unique id, in the order of bytes in which it is stored; Windows stores its
 *     GUIDs otherwise and shows the first three groups with their bytes swapped
 * @param savedState whether a saved state belongs to the disk
 */
public record VhdFooter(
    boolean temporary,
    long dataOffset,
    Instant timestamp,
    String creatorApplication,
    int creatorVersion,
    String creatorHostOs,
    long originalSize,
    long currentSize,
    VhdGeometry geometry,
    VhdType type,
    UUID uniqueId,
    boolean savedState) {

  /** Bytes that a footer takes. */
  public static final int SIZE = 512;

  /** Bytes that a footer takes in files of versions before Virtual PC 2004. */
  static final int SHORT_SIZE = 511;

  /** The data offset of a VHD that has no header. */
  static final long NO_DATA = -1L;

  private static final byte[] COOKIE = "conectix".getBytes(StandardCharsets.US_ASCII);
  private static final int FEATURES_OFFSET = 0x08;
  private static final int VERSION_OFFSET = 0x0C;
  private static final int DATA_OFFSET = 0x10;
  private static final int TIMESTAMP_OFFSET = 0x18;
  private static final int APPLICATION_OFFSET = 0x1C;
  private static final int APPLICATION_VERSION_OFFSET = 0x20;
  private static final int HOST_OS_OFFSET = 0x24;
  private static final int ORIGINAL_SIZE_OFFSET = 0x28;
  private static final int CURRENT_SIZE_OFFSET = 0x30;
  private static final int GEOMETRY_OFFSET = 0x38;
  private static final int TYPE_OFFSET = 0x3C;
  private static final int CHECKSUM_OFFSET = 0x40;
  private static final int UNIQUE_ID_OFFSET = 0x44;
  private static final int SAVED_STATE_OFFSET = 0x54;

  private static final int FEATURE_TEMPORARY = 1;
  private static final int FEATURE_RESERVED = 2;
  private static final int VERSION = 0x0001_0000;
  private static final int FOUR = 4;

  /** What Windows calls itself, and the release of Windows that our files are like. */
  private static final String APPLICATION_WINDOWS = "win ";

  private static final int WINDOWS_6_3 = 0x0006_0003;
  private static final String HOST_OS_WINDOWS = "Wi2k";

  private static final long EPOCH_2000 = 946_684_800L;

  /** The earliest time that a footer can hold. */
  static final Instant MIN_TIMESTAMP = Instant.ofEpochSecond(EPOCH_2000);

  /** The latest time that a footer can hold. */
  static final Instant MAX_TIMESTAMP = Instant.ofEpochSecond(EPOCH_2000 + 0xFFFF_FFFFL);

  /** The footer of a new VHD. */
  static VhdFooter of(VhdOptions options, VhdType type) {
    return new VhdFooter(
        false,
        type == VhdType.FIXED ? NO_DATA : SIZE,
        Instant.ofEpochSecond(options.timestamp().getEpochSecond()),
        APPLICATION_WINDOWS,
        WINDOWS_6_3,
        HOST_OS_WINDOWS,
        options.diskSize(),
        options.diskSize(),
        VhdGeometry.ofDiskSize(options.diskSize()),
        type,
        options.uniqueId(),
        false);
  }

  /** The same with another size of the disk, and the geometry that follows from it. */
  VhdFooter withDiskSize(long size) {
    return new VhdFooter(
        temporary,
        dataOffset,
        timestamp,
        creatorApplication,
        creatorVersion,
        creatorHostOs,
        originalSize,
        size,
        VhdGeometry.ofDiskSize(size),
        type,
        uniqueId,
        savedState);
  }

  /** The same with the header elsewhere. */
  VhdFooter withDataOffset(long offset) {
    return new VhdFooter(
        temporary,
        offset,
        timestamp,
        creatorApplication,
        creatorVersion,
        creatorHostOs,
        originalSize,
        currentSize,
        geometry,
        type,
        uniqueId,
        savedState);
  }

  /** The instant of a count of seconds since 2000. */
  static Instant instant(long seconds) {
    return Instant.ofEpochSecond(EPOCH_2000 + seconds);
  }

  /** The seconds since 2000 of an instant, the nearest that 32 bits can say. */
  static long seconds(Instant instant) {
    return Math.min(Math.max(instant.getEpochSecond() - EPOCH_2000, 0), 0xFFFF_FFFFL);
  }

  /** Whether bytes begin as every footer does. */
  static boolean hasCookie(byte[] bytes) {
    return Arrays.equals(bytes, 0, COOKIE.length, COOKIE, 0, COOKIE.length);
  }

  static boolean isChecksumRight(byte[] bytes) {
    return VhdChecksum.isRight(bytes, CHECKSUM_OFFSET);
  }

  /**
   * Reads a footer without judging its checksum.
   *
   * @throws UnsupportedFormatException for a version or type that the specification does not have
   * @throws CorruptFormatException for a disk size that cannot be
   */
  static VhdFooter get(byte[] bytes, BlockDevice source, long position) throws IOException {
    long version = BigEndian.u32(bytes, VERSION_OFFSET);
    if (version >>> 16 != VERSION >>> 16) {
      throw new UnsupportedFormatException(
          source.name(),
          position + VERSION_OFFSET,
          String.format("a VHD of version %d.%d, not 1.0", version >>> 16, version & 0xFFFF));
    }
    long typeCode = BigEndian.u32(bytes, TYPE_OFFSET);
    VhdType type =
        VhdType.ofCode(typeCode)
            .orElseThrow(
                () ->
                    new UnsupportedFormatException(
                        source.name(),
                        position + TYPE_OFFSET,
                        "a VHD of type "
                            + typeCode
                            + ", not fixed (2), dynamic (3) or differencing (4)"));
    long currentSize = BigEndian.i64(bytes, CURRENT_SIZE_OFFSET);
    if (currentSize < VhdOptions.SECTOR_SIZE || currentSize > VhdOptions.MAX_DISK_SIZE) {
      throw new CorruptFormatException(
          source.name(),
          position + CURRENT_SIZE_OFFSET,
          "a VHD's disk has 512 to "
              + VhdOptions.MAX_DISK_SIZE
              + " bytes, not "
              + Long.toUnsignedString(currentSize));
    }
    return new VhdFooter(
        (BigEndian.i32(bytes, FEATURES_OFFSET) & FEATURE_TEMPORARY) != 0,
        BigEndian.i64(bytes, DATA_OFFSET),
        instant(BigEndian.u32(bytes, TIMESTAMP_OFFSET)),
        new String(bytes, APPLICATION_OFFSET, FOUR, StandardCharsets.ISO_8859_1),
        BigEndian.i32(bytes, APPLICATION_VERSION_OFFSET),
        new String(bytes, HOST_OS_OFFSET, FOUR, StandardCharsets.ISO_8859_1),
        BigEndian.i64(bytes, ORIGINAL_SIZE_OFFSET),
        currentSize,
        VhdGeometry.get(bytes, GEOMETRY_OFFSET),
        type,
        new UUID(
            BigEndian.i64(bytes, UNIQUE_ID_OFFSET), BigEndian.i64(bytes, UNIQUE_ID_OFFSET + 8)),
        bytes[SAVED_STATE_OFFSET] != 0);
  }

  /** The footer's 512 bytes, with their checksum. */
  byte[] toBytes() {
    return toBytes(new byte[SIZE]);
  }

  /** The same, with whatever a former footer holds in places that have no meaning for us. */
  byte[] toBytes(byte[] former) {
    byte[] bytes = former.clone();
    System.arraycopy(COOKIE, 0, bytes, 0, COOKIE.length);
    int others = BigEndian.i32(former, FEATURES_OFFSET) & ~FEATURE_TEMPORARY;
    BigEndian.put32(
        bytes, FEATURES_OFFSET, others | FEATURE_RESERVED | (temporary ? FEATURE_TEMPORARY : 0));
    BigEndian.put32(bytes, VERSION_OFFSET, VERSION);
    BigEndian.put64(bytes, DATA_OFFSET, dataOffset);
    BigEndian.put32(bytes, TIMESTAMP_OFFSET, timestamp.getEpochSecond() - EPOCH_2000);
    putFour(bytes, APPLICATION_OFFSET, creatorApplication);
    BigEndian.put32(bytes, APPLICATION_VERSION_OFFSET, creatorVersion);
    putFour(bytes, HOST_OS_OFFSET, creatorHostOs);
    BigEndian.put64(bytes, ORIGINAL_SIZE_OFFSET, originalSize);
    BigEndian.put64(bytes, CURRENT_SIZE_OFFSET, currentSize);
    geometry.put(bytes, GEOMETRY_OFFSET);
    BigEndian.put32(bytes, TYPE_OFFSET, type.code());
    BigEndian.put64(bytes, UNIQUE_ID_OFFSET, uniqueId.getMostSignificantBits());
    BigEndian.put64(bytes, UNIQUE_ID_OFFSET + 8, uniqueId.getLeastSignificantBits());
    BigEndian.put8(bytes, SAVED_STATE_OFFSET, savedState ? 1 : 0);
    VhdChecksum.seal(bytes, CHECKSUM_OFFSET);
    return bytes;
  }

  private static void putFour(byte[] bytes, int offset, String text) {
    System.arraycopy(text.getBytes(StandardCharsets.ISO_8859_1), 0, bytes, offset, FOUR);
  }
}
