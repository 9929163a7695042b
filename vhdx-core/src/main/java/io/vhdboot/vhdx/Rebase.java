package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;

/**
 * Gives a child another parent, or the same at another place. What the child took from the old
 * parent and the new one has otherwise is copied into the child first, which changes nothing that
 * can be read; then one entry of the log names the new parent.
 */
final class Rebase {

  private static final int CHUNK = 64 << 10;

  private Rebase() {}

  static void run(
      BlockDevice childFile,
      BlockDevice newParentFile,
      ParentLocator locator,
      boolean sameDisk,
      VhdxAccess access,
      ProgressListener listener)
      throws IOException {
    VhdxStructures structures = VhdxStructures.read(childFile);
    if (!structures.isDifferencing()) {
      throw new IllegalArgumentException(
          "child (" + childFile.name() + ") must be a differencing VHDX");
    }
    VhdxAccess toRead = VhdxAccess.readOnly().withParents(access.parents());
    try (Vhdx newParent = Vhdx.open(newParentFile, toRead)) {
      UUID id = newParent.info().dataWriteId();
      if (!locator.fits(id)) {
        throw new IllegalArgumentException(
            "locator (" + locator + ") must name the new parent's DataWriteGuid {" + id + "}");
      }
      if (newParent.sectorSize() != structures.metadata().logicalSectorSize()) {
        throw new IllegalArgumentException(
            "newParent (" + newParent.name() + ") must have the child's sector size");
      }
      boolean same = sameDisk || structures.metadata().parent().orElseThrow().fits(id);
      try (Vhdx child =
          same ? VhdxOpening.openAlone(childFile, access.ids()) : Vhdx.open(childFile, access)) {
        if (!same) {
          copyDifferences(child, newParent, listener);
        }
        child.changeMetadata(child.structures().metadata().withParent(locator));
      }
    }
  }

  private static void copyDifferences(Vhdx child, Vhdx newParent, ProgressListener listener)
      throws IOException {
    child.allocator().beginUnseenChange();
    listener.begin("copying what the parents differ in", child.size());
    byte[] wanted = new byte[CHUNK];
    byte[] found = new byte[CHUNK];
    for (long at = 0; at < child.size(); ) {
      long end = Math.min(child.size(), (at / CHUNK + 1) * CHUNK);
      long zeroEnd = Math.min(zeroEnd(child, at), zeroEnd(newParent, at));
      if (zeroEnd > at) {
        end = Math.min(child.size(), zeroEnd);
      } else if (!child.isOwn(at)) {
        int count = (int) (end - at);
        child.read(at, ByteBuffer.wrap(wanted, 0, count));
        readOrZero(newParent, at, found, count);
        if (!Arrays.equals(wanted, 0, count, found, 0, count)) {
          child.write(at, ByteBuffer.wrap(wanted, 0, count));
        }
      }
      listener.advance(end - at);
      at = end;
    }
    child.flush();
  }

  /** Where a range ends that is known to read as zeros; the position itself when there is none. */
  private static long zeroEnd(Vhdx disk, long at) throws IOException {
    if (at >= disk.size()) {
      return Long.MAX_VALUE;
    }
    MappedExtent extent = disk.map(at);
    return extent.kind() == MappedExtent.Kind.ZERO ? extent.end() : at;
  }

  private static void readOrZero(Vhdx disk, long at, byte[] bytes, int count) throws IOException {
    int there = (int) Math.max(0, Math.min(count, disk.size() - at));
    disk.read(Math.min(at, disk.size()), ByteBuffer.wrap(bytes, 0, there));
    Arrays.fill(bytes, there, count, (byte) 0);
  }
}
