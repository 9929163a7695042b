package io.vhdboot.fat;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Makes empty volumes. Clusters are aligned, to 1 MiB on FAT32, since flash memory likes that; two
 * copies of the table, on FAT32 also of the boot sector.
 */
public final class FatFormat {

  static final int ROOT_CLUSTER = 2;
  static final int INFO_SECTOR = 1;
  static final int BACKUP_SECTOR = 6;

  /** Bytes that are not clusters, at most, on a volume that is hardly large enough for its type. */
  static final long MOST_OVERHEAD = 2L << 20;

  private static final int TABLES = 2;
  private static final int FAT32_RESERVED = 32;
  private static final int ROOT_ENTRIES = 512;
  private static final int HARD_DISK = 0xF8;
  private static final int SECTORS_PER_TRACK = 63;
  private static final int HEADS = 255;
  private static final int FIRST_HARD_DISK = 0x80;
  private static final long FAT32_ALIGNMENT = 1L << 20;
  private static final int LEAST_ALIGNMENT = 4096;
  private static final String NO_NAME = "NO NAME    ";

  private final FatFormatOptions options;
  private final FatBootSector boot;

  private FatFormat(FatFormatOptions options) {
    this.options = options;
    this.boot = layOut(options);
  }

  /**
   * Makes what is on a device an empty volume.
   *
   * @param device as large as the options say at least
   * @throws IllegalArgumentException when no volume can be as the options demand: with too many or
   *     too few clusters for its type
   */
  public static void format(BlockDevice device, FatFormatOptions options) throws IOException {
    FatFormat format = new FatFormat(options);
    device.checkRange(0, options.volumeSize());
    format.write(device);
  }

  /**
   * The clusters that a volume would have.
   *
   * @throws IllegalArgumentException when no volume can be as the options demand
   */
  public static long clusterCount(FatFormatOptions options) {
    return layOut(options).clusterCount();
  }

  private static FatBootSector layOut(FatFormatOptions options) {
    FatBootSector.Layout layout = new FatBootSector.Layout();
    boolean isFat32 = options.type() == FatType.FAT32;
    layout.type = options.type();
    layout.bytesPerSector = options.bytesPerSector();
    layout.sectorsPerCluster = options.clusterSize() / options.bytesPerSector();
    layout.sectors = options.volumeSize() / options.bytesPerSector();
    layout.reservedSectors = isFat32 ? FAT32_RESERVED : 1;
    layout.tableCount = TABLES;
    layout.rootEntries = isFat32 ? 0 : ROOT_ENTRIES;
    layout.media = HARD_DISK;
    layout.sectorsPerTrack = SECTORS_PER_TRACK;
    layout.heads = HEADS;
    layout.driveNumber = FIRST_HARD_DISK;
    layout.hiddenSectors = options.hiddenSectors();
    layout.serial = options.serial();
    layout.label = label(options);
    Optional<FloppyGeometry> floppy =
        isFat32 ? Optional.empty() : FloppyGeometry.ofSize(options.volumeSize());
    floppy.ifPresent(geometry -> geometry.applyTo(layout));
    layout.code = options.bootCode();
    layout.sectorsPerTable = sectorsPerTable(layout);
    if (floppy.isEmpty()) {
      align(layout, isFat32, options.clusterSize());
    }
    FatBootSector sector = layout.toSector();
    if (layout.code.length == 0) {
      layout.code = NoBootCode.at(sector.codeOffset());
      sector = layout.toSector();
    }
    checkClusters(options, sector.clusterCount());
    return sector;
  }

  private static long rootSectors(FatBootSector.Layout layout) {
    return (layout.rootEntries * FatBootSector.ENTRY_SIZE + layout.bytesPerSector - 1)
        / layout.bytesPerSector;
  }

  private static long sectorsPerTable(FatBootSector.Layout layout) {
    long room = layout.sectors - layout.reservedSectors - rootSectors(layout);
    long sectors = tableSectors(layout, room);
    // The tables themselves take room: those of fewer clusters may do.
    while (sectors > 1 && tableSectors(layout, room - TABLES * (sectors - 1)) <= sectors - 1) {
      sectors--;
    }
    return sectors;
  }

  private static long tableSectors(FatBootSector.Layout layout, long room) {
    long clusters = Math.max(room, 0) / layout.sectorsPerCluster;
    return (layout.type.tableSize(clusters + 2) + layout.bytesPerSector - 1)
        / layout.bytesPerSector;
  }

  private static void align(FatBootSector.Layout layout, boolean isFat32, int clusterSize) {
    long alignment = isFat32 ? FAT32_ALIGNMENT : Math.max(clusterSize, LEAST_ALIGNMENT);
    long sectors = alignment / layout.bytesPerSector;
    long data = layout.reservedSectors + TABLES * layout.sectorsPerTable + rootSectors(layout);
    layout.reservedSectors += (int) ((sectors - data % sectors) % sectors);
  }

  private static void checkClusters(FatFormatOptions options, long clusters) {
    FatType type = options.type();
    if (clusters < type.minClusters() || clusters > type.maxClusters()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d bytes in clusters of %d are %d clusters, but %s has %d to %d",
              options.volumeSize(),
              options.clusterSize(),
              Math.max(clusters, 0),
              type,
              type.minClusters(),
              type.maxClusters()));
    }
  }

  static byte[] label(FatFormatOptions options) {
    return options.label().isEmpty()
        ? NO_NAME.getBytes(StandardCharsets.US_ASCII)
        : padded(options.label());
  }

  /** A label as volumes store it: 11 bytes, with blanks behind. */
  static byte[] padded(String label) {
    byte[] bytes = new byte[FatFormatOptions.MAX_LABEL_LENGTH];
    Arrays.fill(bytes, (byte) ' ');
    for (int i = 0; i < label.length(); i++) {
      bytes[i] = (byte) label.charAt(i);
    }
    return bytes;
  }

  private void write(BlockDevice device) throws IOException {
    boolean isFat32 = options.type() == FatType.FAT32;
    // No old boot sector may stand before tables that are half new.
    device.zero(0, boot.dataPosition() + (isFat32 ? boot.clusterSize() : 0));
    AllocationTable table = AllocationTable.open(device, boot);
    table.reset(boot.media());
    if (isFat32) {
      table.set(ROOT_CLUSTER, boot.type().endOfChain());
    }
    table.flush();
    if (!options.label().isEmpty()) {
      long root = isFat32 ? boot.dataPosition() : boot.rootPosition();
      ShortEntry label = ShortEntry.label(padded(options.label()), options.time());
      device.write(root, ByteBuffer.wrap(label.bytes()));
    }
    if (isFat32) {
      byte[] info = new FatInfoSector(boot.clusterCount() - 1, ROOT_CLUSTER).toBytes();
      write(device, INFO_SECTOR, info);
      write(device, BACKUP_SECTOR + INFO_SECTOR, info);
      write(device, BACKUP_SECTOR, boot.bytes());
    }
    device.flush();
    write(device, 0, boot.bytes());
    device.flush();
  }

  private void write(BlockDevice device, int sector, byte[] bytes) throws IOException {
    device.write((long) sector * boot.bytesPerSector(), ByteBuffer.wrap(bytes));
  }
}
