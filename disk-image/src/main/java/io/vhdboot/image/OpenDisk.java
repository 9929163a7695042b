package io.vhdboot.image;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.fat.FatVolume;
import io.vhdboot.ntfs.NtfsVolume;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A disk whose partition table is read and whose volumes are opened when they are asked for. Not
 * for use by several threads.
 */
public final class OpenDisk {

  private final BlockDevice device;
  private final PartitionTable table;
  private final Map<Integer, Optional<NtfsVolume>> volumes = new HashMap<>();

  private OpenDisk(BlockDevice device, PartitionTable table) {
    this.device = device;
    this.table = table;
  }

  /**
   * Reads the table of a disk, which must stay open.
   *
   * @throws io.vhdboot.disk.CorruptFormatException when it is damaged
   */
  public static OpenDisk of(BlockDevice device) throws IOException {
    return new OpenDisk(device, PartitionTable.read(device));
  }

  /** The disk. */
  public BlockDevice device() {
    return device;
  }

  /** Its partition table. */
  public PartitionTable table() {
    return table;
  }

  /** Its partitions. */
  public List<Partition> partitions() {
    return table.partitions();
  }

  /** The NTFS volume in a partition; nothing where there is none that opens. */
  public Optional<NtfsVolume> volume(Partition partition) {
    return volumes.computeIfAbsent(
        partition.number(),
        number -> {
          try {
            return Optional.of(NtfsVolume.open(partition.open(device)));
          } catch (IOException e) {
            // The inspection of the partition itself says why.
            return Optional.empty();
          }
        });
  }

  /** The FAT volume in a partition; nothing where there is none that opens. */
  public Optional<FatVolume> fatVolume(Partition partition) {
    try {
      return Optional.of(FatVolume.open(partition.open(device)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The partition that a boot configuration names, if it is one of this disk. */
  public Optional<Partition> find(BcdDevice.PartitionAddress address) {
    if (address instanceof BcdDevice.MbrPartition mbr) {
      if (table.mbrSignature().isEmpty()
          || table.mbrSignature().getAsInt() != mbr.diskSignature()) {
        return Optional.empty();
      }
      return partitions().stream()
          .filter(partition -> partition.offset() == mbr.offset())
          .findFirst();
    }
    BcdDevice.GptPartition gpt = (BcdDevice.GptPartition) address;
    if (!table.gptDiskGuid().equals(Optional.of(gpt.disk()))) {
      return Optional.empty();
    }
    return partitions().stream()
        .filter(partition -> partition.guid().equals(Optional.of(gpt.partition())))
        .findFirst();
  }
}
