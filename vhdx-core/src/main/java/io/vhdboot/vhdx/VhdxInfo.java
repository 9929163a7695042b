package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a VHDX says of itself.
 *
 * @param type how the disk is stored
 * @param diskSize the disk's size in bytes
 * @param blockSize bytes per block
 * @param logicalSectorSize bytes per sector of the disk
 * @param physicalSectorSize what the disk tells of the sectors below it
 * @param diskId the disk's id; a child has that of its parent
 * @param dataWriteId the DataWriteGuid, which is new whenever what the disk reads as was changed
 * @param creator the program that made the file
 * @param blockCount the blocks that the disk has, present or not
 * @param presentBlockCount those that are present in the file, wholly or partially
 * @param fileSize the file's size in bytes
 * @param logDirty whether the log holds changes that are not in their place yet
 * @param parent where the parent is
 * @param findings what is wrong with the file, a sentence each, for people
 */
public record VhdxInfo(
    VhdxType type,
    long diskSize,
    int blockSize,
    int logicalSectorSize,
    int physicalSectorSize,
    UUID diskId,
    UUID dataWriteId,
    String creator,
    int blockCount,
    int presentBlockCount,
    long fileSize,
    boolean logDirty,
    Optional<ParentLocator> parent,
    List<String> findings) {

  static VhdxInfo of(VhdxStructures structures) {
    VhdxMetadata metadata = structures.metadata();
    BlockDevice file = structures.file();
    return new VhdxInfo(
        metadata.type(),
        metadata.diskSize(),
        metadata.blockSize(),
        metadata.logicalSectorSize(),
        metadata.physicalSectorSize(),
        metadata.diskId(),
        structures.headers().current().dataWriteId(),
        structures.identifier().creator(),
        metadata.format().blockCount(metadata.diskSize()),
        presentBlocks(structures),
        file.size(),
        structures.replay().isPresent(),
        metadata.parent(),
        List.copyOf(structures.findings()));
  }

  static int presentBlocks(VhdxStructures structures) {
    int[] count = new int[1];
    try {
      structures.forEachEntry(
          (index, block, entry) -> {
            if (block >= 0 && BatEntry.isStored(entry)) {
              count[0]++;
            }
          });
    } catch (IOException e) {
      throw new AssertionError("counting reads nothing", e);
    }
    return count[0];
  }
}
