package io.vhdboot.provisioning;

import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.disk.Zeros;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import io.vhdboot.image.VirtualDisk;
import io.vhdboot.image.VirtualDiskFormat;
import io.vhdboot.image.VirtualDiskInfo;
import io.vhdboot.image.VirtualDiskKind;
import io.vhdboot.provisioning.PlanProblem.Severity;
import io.vhdboot.provisioning.bootfiles.BootSetup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * A VHD or VHDX that is there, to be copied as it is.
 *
 * @param file its file
 * @param partition the number of the partition with the Windows in it
 * @param architecture the number of the architecture of that Windows
 * @param firmware the firmware that it has loaders for
 * @param expandedSize bytes of the file when Windows has expanded it
 */
record CopiedDisk(
    FileDevice file, int partition, int architecture, Set<BootFirmware> firmware, long expandedSize)
    implements AddedDisk {

  private static final String FOLDER = "Windows";
  private static final int BUFFER = 1 << 20;

  /** What the tables of a dynamic disk take at most, of 2 TiB. */
  private static final long TABLES = 8L << 20;

  /**
   * Looks into a file.
   *
   * @throws UnsupportedFormatException when it is no VHD that a Windows can be started from
   */
  static CopiedDisk of(Path path) throws IOException {
    VirtualDisk disk = VirtualDisk.at(path);
    VirtualDiskInfo info = disk.info();
    if (info.format() == VirtualDiskFormat.RAW || info.kind() == VirtualDiskKind.DIFFERENCING) {
      throw refused(path, "is no fixed or dynamic VHD or VHDX");
    }
    int partition = 0;
    try (BlockDevice content = disk.open(true)) {
      for (Partition candidate : PartitionTable.read(content).partitions()) {
        if (partition == 0 && contains(path, candidate.number(), "System32/config/SYSTEM")) {
          partition = candidate.number();
        }
      }
    }
    if (partition == 0) {
      throw refused(path, "holds no partition with a Windows folder");
    }
    String windows = path + "@" + partition + "/" + FOLDER;
    FileDevice file = FileDevice.openReadOnly(path);
    return new CopiedDisk(
        file,
        partition,
        BootSetup.architecture(ImagePath.of(windows)),
        StickAddition.firmware(
            contains(path, partition, "System32/winload.exe"),
            contains(path, partition, "System32/winload.efi")),
        info.kind() == VirtualDiskKind.FIXED
            ? file.size()
            : Math.max(file.size(), info.diskSize() + info.diskSize() / 512 + TABLES));
  }

  private static UnsupportedFormatException refused(Path path, String why) {
    return new UnsupportedFormatException(path.toString(), DiskFormatException.NO_OFFSET, why);
  }

  private static boolean contains(Path path, int partition, String file) throws IOException {
    try (OpenImage image = ImagePath.of(path + "@" + partition + "/" + FOLDER).open(true)) {
      return !image.isFat() && image.volume().find(FOLDER + "/" + file).isPresent();
    } catch (DiskFormatException e) {
      // A partition that holds no volume that we know holds no Windows either.
      return false;
    }
  }

  @Override
  public List<PlanProblem> problems() {
    return firmware.isEmpty()
        ? List.of(
            new PlanProblem(
                Severity.UNSUITABLE_IMAGE,
                "the Windows in " + file + " has no loader (winload.exe or winload.efi)",
                "choose another one"))
        : List.of();
  }

  @Override
  public long fileSize() {
    return file.size();
  }

  @Override
  public String extension() {
    String name = String.valueOf(file.path().getFileName());
    int dot = name.lastIndexOf('.');
    return dot < 0 ? ".vhd" : name.substring(dot).toLowerCase(Locale.ROOT);
  }

  @Override
  public String baseName(int number) {
    String name = String.valueOf(file.path().getFileName());
    int dot = name.lastIndexOf('.');
    String base = dot < 0 ? name : name.substring(0, dot);
    return number == 2 ? base : base + number;
  }

  @Override
  public String title() {
    return baseName(2);
  }

  @Override
  public String folder() {
    return FOLDER;
  }

  @Override
  public void write(BlockDevice target, Executor executor, int threads, ProgressListener progress)
      throws IOException {
    progress.begin("Copying", file.size());
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    for (long at = 0; at < file.size(); at += buffer.limit()) {
      buffer.clear().limit((int) Math.min(BUFFER, file.size() - at));
      file.read(at, buffer);
      if (!Zeros.isZero(buffer, 0, buffer.limit())) {
        target.write(at, buffer.flip());
      }
      progress.advance(buffer.limit());
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
