package io.vhdboot.udf;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The catalogue of what firmware can start from a disc, entries of 32 bytes:
 *
 * <pre>
 * validation  00  1  1
 *             01  1  platform: 0 BIOS, EFh UEFI
 *             1E  2  55h, AAh; the sum of all 16-bit words is 0
 * entry       00  1  88h can be started, 0 cannot
 *             01  1  emulation in the low 4 bits: 0 none, 1 to 3 floppy, 4 hard disk
 *             02  2  segment to load at, 0 for 7C0h
 *             06  2  sectors of 512 bytes to load
 *             08  4  first sector of the disc
 * section     00  1  90h, in the last one 91h
 *             01  1  platform
 *             02  2  entries that follow
 * </pre>
 *
 * <p>Source: "El Torito" Bootable CD-ROM Format Specification 1.0.
 *
 * @param entries what can be started, the default one first
 */
public record ElTorito(List<Entry> entries) {

  /** The platform of a BIOS. */
  public static final int BIOS = 0;

  /** The platform of UEFI. */
  public static final int UEFI = 0xEF;

  private static final int ENTRY_SIZE = 32;
  private static final int MAX_SIZE = 64 << 10;
  private static final int SECTION = 0x90;
  private static final int LAST_SECTION = 0x91;
  private static final int BOOTABLE = 0x88;
  private static final int CATALOGUE_OFFSET = 0x47;
  private static final String IDENTIFIER = "EL TORITO SPECIFICATION";
  private static final int LOADED_SECTOR_SIZE = 512;

  /**
   * Something that can be started.
   *
   * @param platform {@link #BIOS}, {@link #UEFI} or another
   * @param isBootable whether firmware is to start it
   * @param emulation 0 for none, 1 to 3 for a floppy, 4 for a hard disk
   * @param loadedSize bytes that firmware loads; of an image for UEFI mostly less than it has
   * @param position where on the disc it begins, in bytes
   */
  public record Entry(
      int platform, boolean isBootable, int emulation, int loadedSize, long position) {}

  /** Copies the list. */
  public ElTorito {
    entries = List.copyOf(entries);
  }

  static Optional<ElTorito> read(BlockDevice device) throws IOException {
    byte[] record =
        IsoDescriptors.isPresent(device)
            ? IsoDescriptors.find(device, IsoDescriptors.BOOT_RECORD)
            : null;
    if (record == null
        || !new String(record, 7, IDENTIFIER.length(), StandardCharsets.ISO_8859_1)
            .equals(IDENTIFIER)) {
      return Optional.empty();
    }
    long position = LittleEndian.u32(record, CATALOGUE_OFFSET) * IsoDescriptors.SECTOR_SIZE;
    if (position > device.size() - 2 * ENTRY_SIZE) {
      throw new CorruptFormatException(
          device.name(), position, "the boot catalogue is not on the disc: cut short?");
    }
    int length = (int) Math.min(MAX_SIZE, device.size() - position);
    return Optional.of(parse(device.name(), position, device.read(position, length)));
  }

  private static ElTorito parse(String source, long position, byte[] bytes)
      throws CorruptFormatException {
    int sum = 0;
    for (int i = 0; i < ENTRY_SIZE; i += 2) {
      sum += LittleEndian.u16(bytes, i);
    }
    if (bytes[0] != 1 || LittleEndian.u16(bytes, 0x1E) != 0xAA55 || (sum & 0xFFFF) != 0) {
      throw new CorruptFormatException(
          source, position, "the boot catalogue does not begin with a validation entry");
    }
    List<Entry> entries = new ArrayList<>();
    entries.add(entry(bytes, ENTRY_SIZE, bytes[1] & 0xFF));
    int at = 2 * ENTRY_SIZE;
    boolean isLast = false;
    while (!isLast && at + ENTRY_SIZE <= bytes.length) {
      int kind = bytes[at] & 0xFF;
      if (kind != SECTION && kind != LAST_SECTION) {
        break;
      }
      isLast = kind == LAST_SECTION;
      int platform = bytes[at + 1] & 0xFF;
      int count = LittleEndian.u16(bytes, at + 2);
      at += ENTRY_SIZE;
      for (int i = 0; i < count && at + ENTRY_SIZE <= bytes.length; i++) {
        entries.add(entry(bytes, at, platform));
        at += ENTRY_SIZE;
      }
    }
    return new ElTorito(entries);
  }

  private static Entry entry(byte[] bytes, int at, int platform) {
    return new Entry(
        platform,
        (bytes[at] & 0xFF) == BOOTABLE,
        bytes[at + 1] & 0xF,
        LittleEndian.u16(bytes, at + 6) * LOADED_SECTOR_SIZE,
        LittleEndian.u32(bytes, at + 8) * IsoDescriptors.SECTOR_SIZE);
  }
}
