package io.vhdboot.bootcode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The assembled boot code. Every call gives a fresh copy, and the same bytes.
 *
 * <p>A disk boots when its first sector holds {@link #mbr()} before the partition table, exactly
 * one partition is active, and that partition's {@code $Boot} holds {@link #ntfsBootRecord()}
 * around its own parameters.
 */
public final class BootCode {

  /** Bytes of a master boot record that are code. */
  public static final int MBR_SIZE = 440;

  /** Bytes of an NTFS boot record, which are all of {@code $Boot}. */
  public static final int NTFS_BOOT_RECORD_SIZE = 8192;

  /** Where a volume's own parameters begin in its boot record. */
  public static final int NTFS_PARAMETERS_OFFSET = 0x03;

  /** Where a volume's own parameters end in its boot record. */
  public static final int NTFS_PARAMETERS_END = 0x54;

  private BootCode() {}

  /** The 440 bytes of code that begin a master boot record. */
  public static byte[] mbr() {
    return resource("mbr.bin", MBR_SIZE);
  }

  /**
   * The 8192 bytes of an NTFS boot record. The bytes from {@value #NTFS_PARAMETERS_OFFSET} up to
   * {@value #NTFS_PARAMETERS_END} are zero, and the formatter's to fill.
   */
  public static byte[] ntfsBootRecord() {
    return resource("ntfs-vbr.bin", NTFS_BOOT_RECORD_SIZE);
  }

  private static byte[] resource(String name, int size) {
    try (InputStream in = BootCode.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + name + " is missing from the module");
      }
      byte[] bytes = in.readAllBytes();
      if (bytes.length != size) {
        throw new IllegalStateException(
            "the resource " + name + " has " + bytes.length + " bytes, not " + size);
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
