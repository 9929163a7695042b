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
 * @param authority whose signatures the firmware trusts
 * @param signatures judges programs for EFI
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

  /** The same with another look at the disk. */
  Patient withDisk(BlockDevice other) {
    return new Patient(path, other, authority, signatures, identifiers, time);
  }

  /** The path of a partition. */
  String path(Partition partition) {
    return path + "@" + partition.number();
  }

  /** The path of a file on a partition. */
  String path(Partition partition, String file) {
    return path(partition) + "/" + file.replace('\\', '/').replaceFirst("^/+", "");
  }
}
