package io.vhdboot.doctor;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.Partition;
import io.vhdboot.fat.FatFile;
import io.vhdboot.fat.FatVolume;
import io.vhdboot.image.OpenDisk;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsVolume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A volume of either kind, as far as boot files are looked for on it. */
record SystemVolume(Optional<NtfsVolume> ntfs, Optional<FatVolume> fat) {

  static SystemVolume of(OpenDisk disk, Partition partition) {
    Optional<NtfsVolume> ntfs = disk.volume(partition);
    return new SystemVolume(ntfs, ntfs.isPresent() ? Optional.empty() : disk.fatVolume(partition));
  }

  boolean isPresent() {
    return ntfs.isPresent() || fat.isPresent();
  }

  /** A file's content; nothing where there is none. */
  Optional<BlockDevice> file(String path) throws IOException {
    if (ntfs.isPresent()) {
      Optional<NtfsFile> file = ntfs.get().find(path).filter(found -> !found.isDirectory());
      return file.isPresent() ? Optional.of(file.get().stream("").device()) : Optional.empty();
    }
    Optional<FatFile> file =
        fat.isPresent()
            ? fat.get().find(path).filter(found -> !found.isDirectory())
            : Optional.empty();
    return file.isPresent() ? Optional.of(file.get().device()) : Optional.empty();
  }

  /** Whether there is a file or folder. */
  boolean holds(String path) throws IOException {
    return ntfs.isPresent() && ntfs.get().find(path).isPresent()
        || fat.isPresent() && fat.get().find(path).isPresent();
  }

  /** The logs that lie beside a hive. */
  List<BlockDevice> logs(String hive) throws IOException {
    List<BlockDevice> logs = new ArrayList<>();
    for (String extension : List.of(".LOG", ".LOG1", ".LOG2")) {
      file(hive + extension).filter(log -> log.size() > 0).ifPresent(logs::add);
    }
    return logs;
  }
}
