package io.vhdboot.image;

import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionTable;
import java.util.Optional;

/**
 * A disk that a path leads through.
 *
 * @param file the path of the file that is the disk: on the host for the outermost one, within the
 *     volume around it for others
 * @param isVirtualDisk whether the file is a VHD or VHDX rather than the bare disk
 * @param table its partition table; nothing where it is a volume without one
 * @param partition the partition that the path goes into
 */
public record ImageLayer(
    String file,
    boolean isVirtualDisk,
    Optional<PartitionTable> table,
    Optional<Partition> partition) {}
