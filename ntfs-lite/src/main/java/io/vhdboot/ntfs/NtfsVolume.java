package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.disk.Utf16;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An existing NTFS volume, for reading: of NTFS 3.0 and 3.1, with clusters from 512 bytes to 2 MiB.
 *
 * <p>Opening reads a few records only, whatever the number of files. A volume that was not
 * dismounted is opened as it stands on disk; {@link #isDirty} and {@link #logState} tell. The
 * device remains the caller's, who closes it when volume, files and streams are no longer used.
 * Safe for use by several threads.
 *
 * <p>Damage shows as {@link CorruptFormatException} where it is met, and does not hide what is
 * sound elsewhere.
 */
public final class NtfsVolume {

  private static final long VOLUME = 3;
  private static final long LOG_FILE = 2;
  private static final long BITMAP = 6;
  private static final long UPCASE = 10;
  private static final int MAX_LABEL_SIZE = 256;
  private static final int BITMAP_STEP = 64 << 10;

  private final NtfsBootSector boot;
  private final boolean backupBootSectorUsed;
  private final ClusterSpace clusters;
  private final MasterFileTable table;
  private final SecurityDescriptors securityDescriptors;
  private volatile VolumeInformation information;
  private volatile String label;
  private FileNameCollation collation;

  private NtfsVolume(BlockDevice device, NtfsBootSector boot, boolean backupBootSectorUsed)
      throws IOException {
    this.boot = boot;
    this.backupBootSectorUsed = backupBootSectorUsed;
    this.clusters = new ClusterSpace(device, boot.clusterSize(), boot.clusterCount());
    this.table = MasterFileTable.open(clusters, boot);
    this.securityDescriptors = new SecurityDescriptors(table);
    readInformation();
  }

  /** Reads what $Volume says, anew after an edit. */
  void readInformation() throws IOException {
    AttributeSet volume = AttributeSet.read(table, VOLUME);
    byte[] bytes =
        volume
            .find(AttributeType.VOLUME_INFORMATION)
            .orElseThrow(() -> missing(volume, AttributeType.VOLUME_INFORMATION))
            .value(MAX_LABEL_SIZE);
    this.information = VolumeInformation.get(bytes, 0, bytes.length, volume.source());
    if (information.major() != 3) {
      throw new UnsupportedFormatException(
          name(),
          UnsupportedFormatException.NO_OFFSET,
          "NTFS " + version() + " is not supported, 3.0 and 3.1 are");
    }
    Optional<NtfsAttribute> name = volume.find(AttributeType.VOLUME_NAME);
    byte[] units = name.isPresent() ? name.get().value(MAX_LABEL_SIZE) : new byte[0];
    this.label = Utf16.get(units, 0, units.length / 2);
  }

  /** Whether a device begins as an NTFS volume does; its boot sector may still be damaged. */
  public static boolean isPresent(BlockDevice device) throws IOException {
    return device.size() >= NtfsBootSector.SIZE
        && NtfsBootSector.isPresent(device.read(0, NtfsBootSector.SIZE));
  }

  /**
   * Opens the volume that a device holds. Where its boot sector is damaged, the copy behind the
   * volume's end serves.
   *
   * @throws CorruptFormatException when the device holds no NTFS volume or none can be found
   * @throws UnsupportedFormatException when the volume is of a version or has sizes that are not
   *     supported
   */
  public static NtfsVolume open(BlockDevice device) throws IOException {
    try {
      byte[] sector = device.read(0, NtfsBootSector.SIZE);
      return new NtfsVolume(device, NtfsBootSector.get(sector, device.name()), false);
    } catch (DiskFormatException e) {
      for (long position : backupPositions(device.size())) {
        try {
          byte[] sector = device.read(position, NtfsBootSector.SIZE);
          NtfsBootSector backup = NtfsBootSector.get(sector, device.name());
          long middle = backup.totalSectors() / 2 * backup.bytesPerSector();
          if (position == backup.backupPosition() || position == middle) {
            return new NtfsVolume(device, backup, true);
          }
        } catch (DiskFormatException alsoBad) {
          // No copy here; what is wrong with the first is what matters.
          continue;
        }
      }
      throw e;
    }
  }

  /** Where a copy may be: in the last sector, of either size, or in the middle, by NT 4. */
  private static List<Long> backupPositions(long size) {
    long sectors = size / NtfsBootSector.SIZE;
    List<Long> positions = new ArrayList<>();
    for (long position :
        new long[] {
          (sectors - 1) * NtfsBootSector.SIZE,
          (sectors / 8 - 1) * 8 * NtfsBootSector.SIZE,
          sectors / 2 * NtfsBootSector.SIZE,
          (sectors - 1) / 2 * NtfsBootSector.SIZE
        }) {
      if (position > 0 && !positions.contains(position)) {
        positions.add(position);
      }
    }
    return positions;
  }

  /** What messages call the volume: its device's name. */
  public String name() {
    return clusters.name();
  }

  /** The device that holds the volume. */
  public BlockDevice device() {
    return clusters.device();
  }

  /** The label, empty for none. */
  public String label() {
    return label;
  }

  /** The serial number; {@code vol} shows its low 32 bits. */
  public long serial() {
    return boot.serial();
  }

  /** The version of NTFS, such as {@code 3.1}. */
  public String version() {
    return information.major() + "." + information.minor();
  }

  /** The flags of $VOLUME_INFORMATION. */
  public int flags() {
    return information.flags();
  }

  /** Whether the volume asks to be checked: it was not dismounted, or damage was met. */
  public boolean isDirty() {
    return information.isDirty();
  }

  /** What the log says about how the volume was left. */
  public LogState logState() throws IOException {
    try {
      AttributeSet file = AttributeSet.read(table, LOG_FILE);
      return LogRestartPage.judge(unnamedData(file).content(), file.source());
    } catch (DiskFormatException e) {
      return LogState.UNREADABLE;
    }
  }

  /** Whether the boot sector was damaged and its copy served to open the volume. */
  public boolean isBackupBootSectorUsed() {
    return backupBootSectorUsed;
  }

  /** Bytes per sector. */
  public int sectorSize() {
    return boot.bytesPerSector();
  }

  /** Bytes per cluster. */
  public int clusterSize() {
    return boot.clusterSize();
  }

  /** The number of clusters. */
  public long clusterCount() {
    return clusters.clusterCount();
  }

  /** The sector of its disk at which the volume believes it begins; boot managers rely on it. */
  public long hiddenSectors() {
    return boot.hiddenSectors();
  }

  /** Bytes per MFT record. */
  public int recordSize() {
    return table.recordSize();
  }

  /** The number of MFT records, free ones included. */
  public long recordCount() {
    return table.recordCount();
  }

  /** Counts the clusters that are free. Reads $Bitmap, a bit for each cluster. */
  public long countFreeClusters() throws IOException {
    StreamContent bitmap = unnamedData(AttributeSet.read(table, BITMAP)).content();
    long bytes = Math.min(bitmap.size(), (clusterCount() + 7) / 8);
    byte[] step = new byte[BITMAP_STEP];
    long used = 0;
    for (long at = 0; at < bytes; at += BITMAP_STEP) {
      int length = (int) Math.min(BITMAP_STEP, bytes - at);
      bitmap.read(at, ByteBuffer.wrap(step, 0, length));
      for (int i = 0; i < length; i++) {
        used += Integer.bitCount(step[i] & 0xFF);
      }
      if (at + length == bytes && clusterCount() % 8 != 0) {
        // Bits behind the last cluster are set and mean nothing.
        used -= Integer.bitCount((step[length - 1] & 0xFF) >>> (int) (clusterCount() % 8));
      }
    }
    return clusterCount() - used;
  }

  /** Finds runs of free clusters. Reads of $Bitmap what is asked for only. */
  public FreeSpace freeSpace() throws IOException {
    StreamContent bitmap = unnamedData(AttributeSet.read(table, BITMAP)).content();
    return new FreeSpace(bitmap, clusterCount(), clusterSize());
  }

  /** The root directory. */
  public NtfsFile root() throws IOException {
    return file(MasterFileTable.ROOT);
  }

  /**
   * Opens a file or directory by its path from the root. Names are found without regard to case, by
   * the volume's own table of capitals; where several differ only in case, the exact one is
   * preferred. Links are not followed.
   *
   * @param path names with slashes or backslashes between them; empty for the root
   * @throws NoSuchFileException when there is no such file
   * @throws NotDirectoryException when a name on the way is not that of a directory
   */
  public NtfsFile file(String path) throws IOException {
    NtfsFile file = root();
    for (String name : path.split("/")) {
      if (name.isEmpty()) {
        continue;
      }
      // A POSIX name may hold a backslash.
      if (name.indexOf('\\') < 0 || file.isDirectory() && file.find(name).isPresent()) {
        file = child(file, name, path);
        continue;
      }
      for (String part : name.split("\\\\")) {
        file = part.isEmpty() ? file : child(file, part, path);
      }
    }
    return file;
  }

  private NtfsFile child(NtfsFile directory, String name, String path) throws IOException {
    if (!directory.isDirectory()) {
      throw new NotDirectoryException(name() + ": " + path);
    }
    Optional<NtfsDirectoryEntry> entry = directory.find(name);
    if (entry.isEmpty()) {
      throw new NoSuchFileException(name() + ": " + path);
    }
    return file(entry.get());
  }

  /** Opens a file or directory as {@link #file(String)} does, or gives nothing when it is not. */
  public Optional<NtfsFile> find(String path) throws IOException {
    try {
      return Optional.of(file(path));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    }
  }

  /**
   * Opens the file that a directory lists.
   *
   * @throws CorruptFormatException when the entry leads to a record that is no longer that file
   */
  public NtfsFile file(NtfsDirectoryEntry entry) throws IOException {
    AttributeSet attributes = AttributeSet.read(table, entry.recordNumber());
    FileRecord base = attributes.base();
    if (!base.isInUse()
        || base.isExtension()
        || base.sequence() != FileReference.sequence(entry.reference())) {
      throw new CorruptFormatException(
          attributes.source(),
          0x10,
          "the directory entry "
              + entry.name()
              + " wants sequence number "
              + FileReference.sequence(entry.reference())
              + ", but the record is that of another file or free");
    }
    return new NtfsFile(this, attributes);
  }

  /**
   * Opens a file by the number of its MFT record.
   *
   * @throws NoSuchFileException when the record is free, or holds a part of another file only
   */
  public NtfsFile file(long recordNumber) throws IOException {
    return find(recordNumber)
        .orElseThrow(() -> new NoSuchFileException(name() + ": MFT record " + recordNumber));
  }

  /** Opens a file as {@link #file(long)} does, or gives nothing when there is none. */
  public Optional<NtfsFile> find(long recordNumber) throws IOException {
    Optional<AttributeSet> attributes = AttributeSet.find(table, recordNumber);
    return attributes.isPresent()
        ? Optional.of(new NtfsFile(this, attributes.get()))
        : Optional.empty();
  }

  /** A name in the volume's own capitals, by which it tells names apart. */
  public String toUpperCase(String name) throws IOException {
    return collation().toUpperCase(name);
  }

  ClusterSpace clusters() {
    return clusters;
  }

  MasterFileTable table() {
    return table;
  }

  NtfsBootSector bootSector() {
    return boot;
  }

  SecurityDescriptors securityDescriptors() {
    return securityDescriptors;
  }

  /** The order of names, by the volume's own table of capitals. */
  synchronized FileNameCollation collation() throws IOException {
    if (collation == null) {
      AttributeSet file = AttributeSet.read(table, UPCASE);
      collation =
          new FileNameCollation(
              UpCaseTable.get(unnamedData(file).value(UpCaseTable.SIZE), file.source()));
    }
    return collation;
  }

  private static NtfsAttribute unnamedData(AttributeSet file) throws CorruptFormatException {
    return file.find(AttributeType.DATA).orElseThrow(() -> missing(file, AttributeType.DATA));
  }

  static CorruptFormatException missing(AttributeSet file, int type) {
    return new CorruptFormatException(
        file.source(),
        CorruptFormatException.NO_OFFSET,
        "the file has no " + AttributeType.toString(type));
  }

  @Override
  public String toString() {
    return "NTFS " + version() + " on " + name();
  }
}
