package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.WindowsGuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Writes what a child holds into its parent. The child gets to know the parent's next DataWriteGuid
 * before the parent gets it, so that the two fit together at every moment, and the child reads as
 * before whatever part of it is in the parent already.
 */
final class Merge {

  private static final int CHUNK = 1 << 20;

  private final Vhdx child;
  private final Vhdx parent;

  private Merge(Vhdx child, Vhdx parent) {
    this.child = child;
    this.parent = parent;
  }

  static void run(BlockDevice childFile, VhdxAccess access, ProgressListener listener)
      throws IOException {
    try (Vhdx child = Vhdx.open(childFile, access)) {
      VhdxStructures structures = child.structures();
      if (!structures.isDifferencing()) {
        throw new IllegalArgumentException(
            "child (" + childFile.name() + ") must be a differencing VHDX");
      }
      UUID next = access.ids().get();
      UUID now = child.parent().orElseThrow().info().dataWriteId();
      ParentLocator locator =
          structures
              .metadata()
              .parent()
              .orElseThrow()
              .with(ParentLocator.LINKAGE, WindowsGuid.toString(now))
              .with(ParentLocator.LINKAGE_2, WindowsGuid.toString(next));
      child.changeMetadata(structures.metadata().withParent(locator));
      BlockDevice parentFile = VhdxOpening.findParent(structures, access.parents(), false);
      try (parentFile;
          Vhdx parent = Vhdx.open(parentFile, access)) {
        parent.allocator().beginDataChange(next);
        new Merge(child, parent).copy(listener);
      }
    }
  }

  private void copy(ProgressListener listener) throws IOException {
    if (child.size() > parent.size()) {
      VhdxMaintenance.resize(parent, child.size(), false);
    }
    listener.begin("merging", child.size());
    for (long at = 0; at < child.size(); ) {
      MappedExtent extent = child.mapOwn(at);
      if (extent.kind() == MappedExtent.Kind.DATA) {
        copy(extent);
      } else if (extent.kind() == MappedExtent.Kind.ZERO) {
        parent.zero(at, extent.length());
      }
      listener.advance(extent.length());
      at = extent.end();
    }
    if (child.size() < parent.size()) {
      VhdxMaintenance.resize(parent, child.size(), true);
    }
    VhdxMetadata own = child.structures().metadata();
    MetadataRegion items =
        parent.structures().metadataRegion().withUserItemsOf(child.structures().metadataRegion());
    parent.changeMetadata(
        parent.structures().metadata().withDisk(own.diskId(), own.physicalSectorSize()), items);
  }

  private void copy(MappedExtent extent) throws IOException {
    byte[] chunk = new byte[(int) Math.min(CHUNK, extent.length())];
    for (long at = extent.position(); at < extent.end(); at += chunk.length) {
      int count = (int) Math.min(chunk.length, extent.end() - at);
      child.read(at, ByteBuffer.wrap(chunk, 0, count));
      parent.write(at, ByteBuffer.wrap(chunk, 0, count));
    }
  }
}
