package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.ResizableBlockDevice;
import java.io.IOException;
import java.util.List;

/**
 * What is done to a VHD file as a whole, in place. The file must not be open otherwise. Whatever
 * moment the program stops, the file opens again and its disk holds what it held; calling the same
 * once more goes on.
 *
 * <p>All of these throw {@link io.vhdboot.disk.DiskFormatException} when the file is damaged, and
 * {@link MissingParentException} when they need a parent that is not there.
 */
public final class VhdMaintenance {

  private VhdMaintenance() {}

  /**
   * Changes the size of the disk.
   *
   * @param diskSize the new size in bytes, a multiple of 512 up to {@link
   *     VhdOptions#MAX_DISK_SIZE}; new bytes read as zeros
   * @param discardTail whether data behind a smaller size may be lost
   * @param parents finds the files of parents
   * @throws IllegalArgumentException when there is data behind the new size that may not be lost
   */
  public static void resize(
      ResizableBlockDevice file, long diskSize, boolean discardTail, ParentResolver parents)
      throws IOException {
    Resizing.resize(file, diskSize, discardTail, parents);
  }

  /**
   * Makes the file of a dynamic or differencing VHD as small as it can be: drops blocks that are
   * all zeros, or the same as the parent, or not in use, and moves others to their places, data
   * always on 4 KiB boundaries. A fixed VHD stays as it is.
   *
   * @param unused what of the disk is not in use; its content may change
   * @param progress is told of bytes of the disk
   */
  public static VhdCompaction compact(
      ResizableBlockDevice file,
      ParentResolver parents,
      UnusedRanges unused,
      ProgressListener progress)
      throws IOException {
    return Compaction.compact(file, parents, unused, progress);
  }

  /**
   * Writes what a child stores into its parent and flushes it. The child reads as before; it is no
   * longer needed and may be deleted. Other children of the same parent are damaged by this.
   *
   * @param child the child's file, which is only read
   * @param parent its parent, open for writing and at least as large
   * @param progress is told of bytes of the disk
   * @throws IllegalArgumentException when it is not the parent, or smaller
   */
  public static void merge(BlockDevice child, Vhd parent, ProgressListener progress)
      throws IOException {
    Merging.merge(child, parent, progress);
  }

  /**
   * Gives a child another parent and keeps its disk as it is: what the new parent has otherwise and
   * the child does not store is copied into the child.
   *
   * @param oldParents finds the parents that it has now
   * @param newParent the disk of the new parent
   * @param reference what the child shall say of it
   * @param progress is told of bytes of the disk
   */
  public static void rebase(
      ResizableBlockDevice file,
      ParentResolver oldParents,
      BlockDevice newParent,
      ParentReference reference,
      ProgressListener progress)
      throws IOException {
    Rebasing.rebase(file, oldParents, newParent, reference, progress);
  }

  /**
   * Lets a child say that its parent is elsewhere. Nothing is compared: with a parent whose disk is
   * another, the child's disk is another from now on.
   *
   * @param reference what the child shall say of its parent
   */
  public static void relink(ResizableBlockDevice file, ParentReference reference)
      throws IOException {
    Rebasing.relink(file, reference);
  }

  /**
   * Looks for damage, without writing. Reads the structures and, in a dynamic VHD, sectors that
   * should be zero.
   *
   * @param parents finds the files of parents
   */
  public static List<VhdFinding> check(BlockDevice file, ParentResolver parents)
      throws IOException {
    return Checking.check(file, parents);
  }

  /**
   * Repairs what {@link #check} finds as far as its {@linkplain VhdFinding.Kind kind} says.
   *
   * @return what was found before
   */
  public static List<VhdFinding> repair(ResizableBlockDevice file, ParentResolver parents)
      throws IOException {
    return Repairing.repair(file, parents);
  }
}
