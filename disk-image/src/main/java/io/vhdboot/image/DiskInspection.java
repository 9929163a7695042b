package io.vhdboot.image;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.WindowsGuid;
import io.vhdboot.fat.FatFile;
import io.vhdboot.fat.FatVolume;
import io.vhdboot.ntfs.NtfsStream;
import io.vhdboot.ntfs.NtfsVolume;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Inspects a disk: its partitions, what each holds, and where its boot entries lead. */
final class DiskInspection {

  /** Where boot managers look for their configuration. */
  private static final List<String> STORES = List.of("\\Boot\\BCD", "\\EFI\\Microsoft\\Boot\\BCD");

  private DiskInspection() {}

  static Inspection inspect(String name, BlockDevice device, int depth) throws IOException {
    OpenDisk disk = OpenDisk.of(device);
    Inspection.Builder found =
        Inspection.of(
                "disk",
                String.format(
                    "%s: disk of %s, %s",
                    name, Quantity.ofBytes(device.size()), disk.table().kind()))
            .property("size", device.size())
            .property("table", disk.table().kind().toString());
    disk.table()
        .mbrSignature()
        .ifPresent(signature -> found.property("signature", String.format("%08x", signature)));
    disk.table()
        .gptDiskGuid()
        .ifPresent(guid -> found.property("guid", WindowsGuid.toString(guid)));
    for (Partition partition : disk.partitions()) {
      found.content(inspect(disk, partition, depth));
    }
    return found.build();
  }

  private static Inspection inspect(OpenDisk disk, Partition partition, int depth) {
    Inspection.Builder found =
        Inspection.of(
                "partition",
                String.format(
                    "partition %d: %s at %s, type %s%s",
                    partition.number(),
                    Quantity.ofBytes(partition.length()),
                    Quantity.ofBytes(partition.offset()),
                    partition.typeName(),
                    partition.active() ? ", active" : ""))
            .property("number", partition.number())
            .property("offset", partition.offset())
            .property("length", partition.length())
            .property("active", partition.active());
    partition.guid().ifPresent(guid -> found.property("guid", WindowsGuid.toString(guid)));
    try {
      Optional<NtfsVolume> volume = disk.volume(partition);
      found.content(
          volume.isPresent()
              ? VolumeInspection.inspect("volume", volume.get(), depth)
              : DiskInspector.inspect(partition.open(disk.device()), "content", depth + 1));
      BootPath path = new BootPath(disk, partition);
      if (volume.isEmpty() && FatVolume.isPresent(partition.open(disk.device()))) {
        FatVolume fat = FatVolume.open(partition.open(disk.device()));
        for (String store : STORES) {
          Optional<FatFile> file = fat.find(store);
          if (file.isPresent()) {
            found.content(
                StoreInspection.inspect(store, file.get().size(), file.get().device(), path));
          }
        }
      }
      if (volume.isPresent()) {
        for (String store : STORES) {
          if (volume.get().find(store).isPresent()) {
            NtfsStream file = volume.get().file(store).stream("");
            found.content(StoreInspection.inspect(store, file.size(), file.device(), path));
          }
        }
      }
    } catch (DiskFormatException e) {
      found.content(
          Inspection.of("unknown", "content: not recognised")
              .property("reason", e.getMessage())
              .build());
    } catch (IOException e) {
      found.content(Inspection.problem("content", e));
    }
    return found.build();
  }
}
