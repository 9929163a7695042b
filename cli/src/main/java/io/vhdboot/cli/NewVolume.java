package io.vhdboot.cli;

import io.vhdboot.bootcode.BootCode;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import io.vhdboot.imaging.apply.ImageTransfer;
import io.vhdboot.imaging.apply.TransferReport;
import io.vhdboot.ntfs.NtfsFormatOptions;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A volume that is made of an image, in a partition or a file of its own. */
final class NewVolume {

  private static final Pattern PARTITION = Pattern.compile("(.+)@(\\d{1,3})");

  private final String target;
  private final String label;
  private final Long clusterSize;

  NewVolume(String target, String label, Long clusterSize) {
    this.target = target;
    this.label = label;
    this.clusterSize = clusterSize;
  }

  /** Makes it in a new file, which goes again when that fails. */
  TransferReport inNewFile(ImageTransfer transfer, long size) throws IOException {
    Path file = Path.of(target);
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(target);
    }
    boolean isDone = false;
    try (FileDevice device = FileDevice.create(file, size)) {
      TransferReport report = write(transfer, device, 0);
      isDone = true;
      return report;
    } finally {
      if (!isDone) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Makes it where the path leads. */
  TransferReport inPlace(ImageTransfer transfer) throws IOException {
    Matcher partition = PARTITION.matcher(target);
    boolean isPartition = partition.matches() && !Files.exists(Path.of(target));
    String whole = isPartition ? partition.group(1) + "@" : target;
    try (OpenImage image = ImagePath.of(whole).open(false)) {
      BlockDevice disk = image.disk();
      if (!isPartition) {
        return write(transfer, disk, 0);
      }
      int number = Integer.parseInt(partition.group(2));
      for (Partition found : PartitionTable.read(disk).partitions()) {
        if (found.number() == number) {
          return write(transfer, found.open(disk), found.offset() / disk.sectorSize());
        }
      }
      throw new NoSuchFileException(target, null, "the disk has no such partition");
    }
  }

  private TransferReport write(ImageTransfer transfer, BlockDevice device, long firstSector)
      throws IOException {
    int sector = device.sectorSize();
    NtfsFormatOptions.Builder options =
        NtfsFormatOptions.ofSize(device.size() / sector * sector)
            .bytesPerSector(sector)
            .label(label)
            .hiddenSectors(firstSector)
            .serial(new SecureRandom().nextLong())
            .time(FileTime100ns.of(Reproducible.sourceDate().orElseGet(Instant::now)))
            .bootCode(BootCode.ntfsBootRecord());
    if (clusterSize != null) {
      options.clusterSize((int) Math.min(clusterSize, Integer.MAX_VALUE));
    }
    return transfer.toNewVolume(device, options.build());
  }
}
