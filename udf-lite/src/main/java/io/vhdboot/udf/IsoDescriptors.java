package io.vhdboot.udf;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The volume descriptors of ISO 9660, one a sector of 2048 bytes from sector 16 on:
 *
 * <pre>
 * 00   1  kind: 0 boot record, 1 primary, 2 supplementary, 255 end
 * 01   5  "CD001"
 * 28  32  label
 * 58  32  escape sequences: "%/@", "%/C" or "%/E" in one of Joliet
 * 80   2  bytes per block
 * 9C  34  {@link DirectoryRecord} of the root directory
 * </pre>
 *
 * <p>Source: ECMA-119, 8.4 and 8.5; the Joliet specification.
 */
final class IsoDescriptors {

  static final int SECTOR_SIZE = 2048;
  static final int BOOT_RECORD = 0;

  private static final int PRIMARY = 1;
  private static final int SUPPLEMENTARY = 2;
  private static final int END = 255;
  private static final int FIRST_SECTOR = 16;
  private static final int MAX_DESCRIPTORS = 64;
  private static final byte[] MAGIC = "CD001".getBytes(StandardCharsets.US_ASCII);
  private static final int LABEL_OFFSET = 0x28;
  private static final int LABEL_SIZE = 32;
  private static final int ESCAPES_OFFSET = 0x58;
  private static final int ROOT_OFFSET = 0x9C;

  /** A descriptor and the byte of the disc where it begins. */
  private record Descriptor(long position, byte[] bytes) {

    boolean is(int kind) {
      return (bytes[0] & 0xFF) == kind;
    }

    DirectoryRecord root(BlockDevice device) throws CorruptFormatException {
      return DirectoryRecord.get(bytes, ROOT_OFFSET, device.name(), position);
    }
  }

  private final BlockDevice device;
  private final Descriptor primary;
  private final Descriptor joliet;
  private final int systemUseSkip;

  private IsoDescriptors(
      BlockDevice device, Descriptor primary, Descriptor joliet, int systemUseSkip) {
    this.device = device;
    this.primary = primary;
    this.joliet = joliet;
    this.systemUseSkip = systemUseSkip;
  }

  static boolean isPresent(BlockDevice device) throws IOException {
    long position = (long) FIRST_SECTOR * SECTOR_SIZE;
    return device.size() >= position + SECTOR_SIZE
        && Arrays.equals(device.read(position + 1, MAGIC.length), MAGIC)
        && find(device, PRIMARY) != null;
  }

  /** The first descriptor of a kind, or null. */
  static byte[] find(BlockDevice device, int kind) throws IOException {
    for (Descriptor descriptor : all(device)) {
      if (descriptor.is(kind)) {
        return descriptor.bytes;
      }
    }
    return null;
  }

  private static List<Descriptor> all(BlockDevice device) throws IOException {
    List<Descriptor> descriptors = new ArrayList<>();
    for (int i = 0; i < MAX_DESCRIPTORS; i++) {
      long position = (long) (FIRST_SECTOR + i) * SECTOR_SIZE;
      if (position > device.size() - SECTOR_SIZE) {
        break;
      }
      byte[] bytes = device.read(position, SECTOR_SIZE);
      if (!Arrays.equals(bytes, 1, 1 + MAGIC.length, MAGIC, 0, MAGIC.length)
          || (bytes[0] & 0xFF) == END) {
        break;
      }
      descriptors.add(new Descriptor(position, bytes));
    }
    return descriptors;
  }

  /** Reads the descriptors of a disc that has them. */
  static IsoDescriptors read(BlockDevice device) throws IOException {
    Descriptor primary = null;
    Descriptor joliet = null;
    for (Descriptor descriptor : all(device)) {
      if (primary == null && descriptor.is(PRIMARY)) {
        primary = descriptor;
      } else if (joliet == null && descriptor.is(SUPPLEMENTARY) && isJoliet(descriptor.bytes)) {
        joliet = descriptor;
      }
    }
    return new IsoDescriptors(device, primary, joliet, systemUseSkip(device, primary));
  }

  private static boolean isJoliet(byte[] descriptor) {
    int last = descriptor[ESCAPES_OFFSET + 2];
    return descriptor[ESCAPES_OFFSET] == '%'
        && descriptor[ESCAPES_OFFSET + 1] == '/'
        && (last == '@' || last == 'C' || last == 'E');
  }

  /** How many bytes of system use to leave out, or -1 where the root tells of no Rock Ridge. */
  private static int systemUseSkip(BlockDevice device, Descriptor primary) throws IOException {
    try {
      DirectoryRecord root = primary.root(device);
      if (root.size() < SECTOR_SIZE) {
        return -1;
      }
      byte[] sector = device.read(IsoFile.position(device, root), SECTOR_SIZE);
      return SystemUse.skip(DirectoryRecord.get(sector, 0, device.name(), 0));
    } catch (CorruptFormatException e) {
      // Who lists the directory is told.
      return -1;
    }
  }

  /** The formats of the disc but UDF, the richest first. */
  List<DiscFormat> formats() {
    List<DiscFormat> formats = new ArrayList<>();
    if (systemUseSkip >= 0) {
      formats.add(DiscFormat.ROCK_RIDGE);
    }
    if (joliet != null) {
      formats.add(DiscFormat.JOLIET);
    }
    formats.add(DiscFormat.ISO_9660);
    return formats;
  }

  /** Opens the volume of one of the formats. */
  IsoVolume volume(DiscFormat format) throws IOException {
    Descriptor from = format == DiscFormat.JOLIET ? joliet : primary;
    byte[] descriptor = from.bytes;
    int blockSize = LittleEndian.u16(descriptor, 0x80);
    if (blockSize != SECTOR_SIZE) {
      throw new UnsupportedFormatException(
          device.name(),
          from.position + 0x80,
          "an ISO 9660 with blocks of " + blockSize + " bytes");
    }
    String label =
        format == DiscFormat.JOLIET
            ? new String(descriptor, LABEL_OFFSET, LABEL_SIZE, StandardCharsets.UTF_16BE)
            : new String(descriptor, LABEL_OFFSET, LABEL_SIZE, StandardCharsets.ISO_8859_1);
    IsoFile.Reading reading = new IsoFile.Reading(device, format, systemUseSkip);
    DirectoryRecord root = from.root(device);
    if (!root.isDirectory()) {
      throw new CorruptFormatException(
          device.name(), from.position + ROOT_OFFSET, "the root is no directory");
    }
    return new IsoVolume(label.strip(), IsoFile.root(reading, root));
  }
}
