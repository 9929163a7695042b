package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Repairs a VHDX: replays the log or, where that cannot be, empties it; writes headers and region
 * tables anew; takes out of the table what cannot be. Of blocks that lie over one another each but
 * the first gets a copy, since nobody knows whose the data are.
 */
final class VhdxRepair {

  private VhdxRepair() {}

  static VhdxCheck run(BlockDevice file, Supplier<UUID> ids) throws IOException {
    VhdxCheck check = VhdxCheck.of(file);
    if (check.isClean() && !check.logDirty()) {
      return check;
    }
    for (VhdxCheck.Problem problem : check.problems()) {
      if (problem.remedy() == VhdxCheck.Remedy.NONE) {
        throw new CorruptFormatException(
            file.name(),
            DiskFormatException.NO_OFFSET,
            "cannot be repaired: " + problem.description());
      }
    }
    VhdxStructures structures = settleLog(file, ids);
    if (!check.isClean()) {
      repair(structures, ids);
    }
    return check;
  }

  /** Replays the log, or empties it when it cannot be; the headers are both right afterwards. */
  private static VhdxStructures settleLog(BlockDevice file, Supplier<UUID> ids) throws IOException {
    VhdxStructures structures;
    try {
      structures = VhdxStructures.read(file);
      if (structures.replay().isPresent()) {
        VhdxOpening.replay(structures, ids);
        return VhdxStructures.read(file);
      }
    } catch (DiskFormatException e) {
      structures = VhdxStructures.readWithoutLog(file);
    }
    UUID id = ids.get();
    structures.headers().update(h -> h.withFileWriteId(id).withLogId(VhdxHeader.NO_LOG));
    return VhdxStructures.read(file);
  }

  private static void repair(VhdxStructures structures, Supplier<UUID> ids) throws IOException {
    BlockDevice file = structures.file();
    FileMap map = structures.fixedParts();
    // First where everything ends that is right; what gets a copy goes behind it.
    VhdxCheck.forEachBadEntry(structures, map, (index, block, entry, fault) -> {});
    long end = Math.max(map.end(), BlockFormat.alignUp(file.size(), BlockFormat.MIB));
    SectorBitmaps bitmaps = new SectorBitmaps(file, structures);
    BlockAllocator allocator = new BlockAllocator(structures, bitmaps, ids, end);
    allocator.beginDataChange();
    // Without its sector bitmap a block that was right cannot be any more: hence more than once.
    for (boolean again = true; again; ) {
      again = repairEntries(structures, allocator);
    }
    List<LogPage> pages = new ArrayList<>();
    byte[] regions = structures.regions().toBytes();
    for (long copy : RegionTable.OFFSETS) {
      for (int at = 0; at < regions.length; at += LogEntry.SECTOR_SIZE) {
        byte[] page = Arrays.copyOfRange(regions, at, at + LogEntry.SECTOR_SIZE);
        if (!Arrays.equals(page, file.read(copy + at, page.length))) {
          pages.add(new LogPage(copy + at, page));
        }
      }
    }
    allocator.writeNow(pages);
    allocator.finish();
    file.flush();
  }

  /** Repairs the entries of the table; gives whether there were any that wanted it. */
  private static boolean repairEntries(VhdxStructures structures, BlockAllocator allocator)
      throws IOException {
    boolean[] any = new boolean[1];
    VhdxCheck.forEachBadEntry(
        structures,
        structures.fixedParts(),
        (index, block, entry, fault) -> {
          any[0] = true;
          long repaired =
              switch (fault.kind()) {
                case IMPOSSIBLE, STRAY_BITMAP -> BatEntry.NONE;
                case OVERLAP -> copied(structures, allocator, block, entry);
                case RESERVED_BITS -> BatEntry.withoutReserved(entry);
              };
          allocator.setEntry(index, repaired);
        });
    allocator.settle();
    return any[0];
  }

  /** The entry of a block whose data are copied to a place of its own. */
  private static long copied(
      VhdxStructures structures, BlockAllocator allocator, int block, long entry)
      throws IOException {
    long size = structures.storedSize(block, entry);
    long to = allocator.space().take(size);
    FileSpace.copy(structures.file(), BatEntry.position(entry), to, size);
    return BatEntry.moved(entry, to);
  }
}
