package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.ResizableBlockDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** Opens and creates VHDXs: judges the structures, finds the parents, replays the log. */
final class VhdxOpening {

  /** Reading goes from child to parent by calls, so there is a limit; Windows' is far lower. */
  private static final int MAX_DEPTH = 256;

  private VhdxOpening() {}

  static Vhdx open(BlockDevice file, VhdxAccess access, boolean closesFile) throws IOException {
    boolean readOnly = access.isReadOnly() || file.isReadOnly();
    VhdxStructures structures = VhdxStructures.read(file);
    FileMap map = structures.checkBlocks(readOnly);
    Vhdx parent = openParents(structures, access.parents());
    try {
      if (readOnly) {
        return reading(structures, parent, closesFile);
      }
      LogRing.of(file, structures.headers());
      if (structures.replay().isPresent()) {
        replay(structures, access.ids());
        structures = VhdxStructures.read(file);
        map = structures.checkBlocks(false);
      }
      return writing(structures, parent, access.ids(), map.end(), closesFile);
    } catch (IOException | RuntimeException e) {
      if (parent != null) {
        parent.close();
      }
      throw e;
    }
  }

  /** Opens a differencing disk without its parent, to change what the file says of it. */
  static Vhdx openAlone(BlockDevice file, Supplier<UUID> ids) throws IOException {
    VhdxStructures structures = VhdxStructures.read(file);
    structures.checkBlocks(false);
    LogRing.of(file, structures.headers());
    if (structures.replay().isPresent()) {
      replay(structures, ids);
      structures = VhdxStructures.read(file);
    }
    return writing(structures, null, ids, structures.checkBlocks(false).end(), false);
  }

  private static Vhdx reading(VhdxStructures structures, Vhdx parent, boolean closesFile) {
    SectorBitmaps bitmaps = new SectorBitmaps(structures.view(), structures);
    return new Vhdx(structures, parent, null, bitmaps, closesFile);
  }

  private static Vhdx writing(
      VhdxStructures structures, Vhdx parent, Supplier<UUID> ids, long end, boolean closesFile)
      throws IOException {
    SectorBitmaps bitmaps = new SectorBitmaps(structures.view(), structures);
    BlockAllocator allocator = new BlockAllocator(structures, bitmaps, ids, end);
    return new Vhdx(structures, parent, allocator, bitmaps, closesFile);
  }

  /** Does to the file what its log says; a stop amid it leaves the log as it is. */
  static void replay(VhdxStructures structures, Supplier<UUID> ids) throws IOException {
    BlockDevice file = structures.file();
    LogReplay log = structures.replay().orElseThrow();
    log.reserve(file);
    UUID fileId = ids.get();
    // The headers before anything else; they still name the log.
    structures.headers().update(header -> header.withFileWriteId(fileId));
    log.apply(file);
    file.flush();
    structures.headers().update(header -> header.withLogId(VhdxHeader.NO_LOG));
  }

  /** Opens the parents of a disk, the nearest first; null when it has none. */
  private static Vhdx openParents(VhdxStructures disk, ParentResolver resolver) throws IOException {
    List<VhdxStructures> chain = new ArrayList<>();
    List<BlockDevice> opened = new ArrayList<>();
    Set<Object> seen = new HashSet<>();
    seen.add(identity(disk.file()));
    try {
      VhdxStructures child = disk;
      while (child.isDifferencing()) {
        BlockDevice file = findParent(child, resolver, true);
        opened.add(file);
        if (!seen.add(identity(file)) || opened.size() > MAX_DEPTH) {
          throw new CorruptFormatException(
              child.file().name(),
              DiskFormatException.NO_OFFSET,
              "its parent " + file.name() + " is among its own children, or too far up");
        }
        child = parentOf(child, file);
        chain.add(child);
      }
    } catch (IOException | RuntimeException e) {
      for (BlockDevice file : opened) {
        file.close();
      }
      throw e;
    }
    Vhdx parent = null;
    for (int i = chain.size() - 1; i >= 0; i--) {
      parent = reading(chain.get(i), parent, true);
    }
    return parent;
  }

  private static Object identity(BlockDevice file) throws IOException {
    return file instanceof FileDevice host ? host.path().toRealPath() : file;
  }

  /** Opens the file of a parent at the first of its paths where there is one. */
  static BlockDevice findParent(VhdxStructures child, ParentResolver resolver, boolean readOnly)
      throws IOException {
    List<String> paths = child.metadata().parent().orElseThrow().paths();
    for (String path : paths) {
      Optional<BlockDevice> file = resolver.open(child.file(), path, readOnly);
      if (file.isPresent()) {
        return file.get();
      }
    }
    throw new MissingParentException(child.file().name(), paths);
  }

  /** Reads the structures of a parent's file and checks that it is the child's. */
  static VhdxStructures parentOf(VhdxStructures child, BlockDevice file) throws IOException {
    VhdxStructures parent = VhdxStructures.read(file);
    UUID id = parent.headers().current().dataWriteId();
    ParentLocator locator = child.metadata().parent().orElseThrow();
    if (!locator.fits(id)) {
      throw new CorruptFormatException(
          child.file().name(),
          DiskFormatException.NO_OFFSET,
          "its parent "
              + file.name()
              + " was changed after this child was made, or is another disk: its data have the id {"
              + id
              + "}, not "
              + locator.entries().get(ParentLocator.LINKAGE));
    }
    if (parent.metadata().logicalSectorSize() != child.metadata().logicalSectorSize()) {
      throw new CorruptFormatException(
          child.file().name(),
          DiskFormatException.NO_OFFSET,
          "its parent "
              + file.name()
              + " has sectors of "
              + parent.metadata().logicalSectorSize()
              + " bytes, not "
              + child.metadata().logicalSectorSize());
    }
    parent.checkBlocks(true);
    return parent;
  }

  static Vhdx create(
      ResizableBlockDevice file, VhdxLayout layout, Supplier<UUID> ids, boolean closesFile)
      throws IOException {
    file.setSize(0);
    file.setSize(layout.fileSize());
    layout.create(file).close();
    file.flush();
    return open(file, VhdxAccess.writing(ids), closesFile);
  }

  /** Creates a child on what is, or will be, a file of the host. */
  static Vhdx createChild(
      ResizableBlockDevice file, Path path, Path parent, Supplier<UUID> ids, boolean closesFile)
      throws IOException {
    ParentResolver host = ParentResolver.hostFiles();
    try (FileDevice base = FileDevice.openReadOnly(parent)) {
      UUID id = VhdxStructures.read(base).headers().current().dataWriteId();
      VhdxAccess access =
          VhdxAccess.writing(ids)
              .withParents(
                  // Whatever the device is until it has its name, this is its parent.
                  (child, where, readOnly) ->
                      child == file
                          ? Optional.of(FileDevice.openReadOnly(parent))
                          : host.open(child, where, readOnly));
      return createChild(
          file,
          base,
          ParentLocator.onHost(path, parent, id),
          VhdxOptions.DEFAULT_CHILD_BLOCK_SIZE,
          access,
          closesFile);
    }
  }

  static Vhdx createChild(
      ResizableBlockDevice file,
      BlockDevice parent,
      ParentLocator locator,
      int blockSize,
      VhdxAccess access,
      boolean closesFile)
      throws IOException {
    if (access.isReadOnly()) {
      throw new IllegalArgumentException("access (read-only) must be for writing");
    }
    VhdxStructures base = VhdxStructures.read(parent);
    if (!locator.fits(base.headers().current().dataWriteId())) {
      throw new IllegalArgumentException(
          "locator ("
              + locator
              + ") must name the parent's DataWriteGuid {"
              + base.headers().current().dataWriteId()
              + "}");
    }
    VhdxMetadata metadata = base.metadata();
    VhdxOptions options =
        new VhdxOptions(
            metadata.diskSize(),
            blockSize,
            metadata.logicalSectorSize(),
            metadata.physicalSectorSize(),
            metadata.diskId(),
            access.ids().get(),
            access.ids().get());
    MetadataRegion own = new MetadataRegion(List.of()).withUserItemsOf(base.metadataRegion());
    NewStructures structures =
        NewStructures.of(
            options, VhdxMetadata.of(options, VhdxType.DIFFERENCING, locator).toRegion(own));
    file.setSize(0);
    file.setSize(structures.end());
    structures.writeRegions(file);
    structures.writeHeaders(file);
    file.flush();
    return open(file, access, closesFile);
  }
}
