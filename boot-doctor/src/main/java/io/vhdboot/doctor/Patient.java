package io.vhdboot.doctor;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.Partition;
import io.vhdboot.provisioning.bootfiles.BootAuthority;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What is looked at, and by what measure.
 *
 * @param path the path of the file, as {@link io.vhdboot.image.ImagePath} takes it
 * @param disk the disk in it, to be read
 * @param authority whose signature boot files that are put there bear
 * @param signatures judges the signatures of programs
 * @param identifiers gives ids to what cures make
 * @param time the time stamped on what cures make
 */
record Patient(
    String path,
    BlockDevice disk,
    BootAuthority authority,
    SignatureCheck signatures,
    Supplier<UUID> identifiers,
    Instant time) {

  /** The path of a partition. */
  String path(Partition partition) {
    return path + "@" + partition.number();
  }

  /** The path of a file on a partition. */
  String path(Partition partition, String file) {
    return path(partition) + "/" + file.replace('\\', '/').replaceFirst("^/+", "");
  }
}
