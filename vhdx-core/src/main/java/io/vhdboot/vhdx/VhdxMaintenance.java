package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.ProgressListener;
import java.io.IOException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What is done to a VHDX file as a whole, in place. Nobody else may use the file meanwhile, nor the
 * disk where an open one is passed. Whatever moment the program stops, the file opens again and its
 * disk holds what it held; calling the same once more goes on.
 *
 * <p>All of these throw {@link io.vhdboot.disk.DiskFormatException} when the file is damaged, and
 * {@link MissingParentException} when they need a parent that is not there.
 */
public final class VhdxMaintenance {

  private VhdxMaintenance() {}

  /**
   * Makes a disk larger or smaller. A larger one has zeros at its end.
   *
   * @param disk the disk, open for writing
   * @param newSize bytes, a multiple of the sector size up to {@link VhdxOptions#MAX_DISK_SIZE}
   * @param discardTail whether data behind a smaller size may be lost
   * @throws io.vhdboot.disk.NoSpaceException when there are such data and they may not; nothing is
   *     changed then
   */
  public static void resize(Vhdx disk, long newSize, boolean discardTail) throws IOException {
    checkWritable(disk);
    VhdxOptions.checkDiskSize(newSize, disk.sectorSize());
    new DiskResize(disk).to(newSize, discardTail);
  }

  /**
   * Makes the file of a dynamic or differencing disk smaller: blocks of zeros are not stored any
   * more, the others move to the front, and the file is cut. A fixed one stays as it is.
   *
   * @param disk the disk, open for writing
   * @param unused tells what of the disk nobody needs; may read as zeros afterwards
   * @param listener is told how many bytes of blocks are done
   */
  public static VhdxCompaction compact(Vhdx disk, UnusedRanges unused, ProgressListener listener)
      throws IOException {
    checkWritable(disk);
    return new Compaction(disk, unused).run(listener);
  }

  /**
   * Writes what a child holds into its parent, after which the child reads as before and nobody
   * needs it. Whatever moment the program stops, the child opens with its parent and reads as
   * before, and the merge can be begun anew.
   *
   * @param child the child's file, which stays open; other children of the parent lose it
   * @param access must be for writing; its resolver is asked for the parent to read and to write
   * @param listener is told how many bytes of the disk are done
   */
  public static void mergeIntoParent(
      BlockDevice child, VhdxAccess access, ProgressListener listener) throws IOException {
    checkWriting(access);
    Merge.run(child, access, listener);
  }

  /**
   * Gives a child another parent, or tells it where its parent is now. The child reads as before:
   * where another parent has something else, the child gets what the old one had, which must then
   * be found.
   *
   * @param child the child's file, which stays open
   * @param newParent the file of the parent, which stays open
   * @param locator where the child will find it
   * @param sameDisk whether the new parent is known to read as the old one, which then need not be
   *     there; it is known anyway where the ids are the same
   * @param access must be for writing
   * @param listener is told how many bytes of the disk are done
   */
  public static void rebase(
      BlockDevice child,
      BlockDevice newParent,
      ParentLocator locator,
      boolean sameDisk,
      VhdxAccess access,
      ProgressListener listener)
      throws IOException {
    checkWriting(access);
    Rebase.run(child, newParent, locator, sameDisk, access, listener);
  }

  /** Looks for everything that is wrong with a VHDX, whose parents are not looked at. */
  public static VhdxCheck check(BlockDevice file) throws IOException {
    return VhdxCheck.of(file);
  }

  /**
   * Repairs what {@link #check} finds and can be repaired, after replaying the log.
   *
   * @param ids gives new ids at every call
   * @return what was wrong before
   */
  public static VhdxCheck repair(BlockDevice file, Supplier<UUID> ids) throws IOException {
    return VhdxRepair.run(file, ids);
  }

  private static void checkWritable(Vhdx disk) {
    if (disk.isReadOnly()) {
      throw new ReadOnlyFileSystemException();
    }
  }

  private static void checkWriting(VhdxAccess access) {
    if (access.isReadOnly()) {
      throw new IllegalArgumentException("access (read-only) must be for writing");
    }
  }
}
