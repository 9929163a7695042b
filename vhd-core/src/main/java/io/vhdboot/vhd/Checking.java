package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.Zeros;
import io.vhdboot.vhd.VhdFinding.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/** Looks for everything that can be wrong with a VHD file. Writes nothing. */
final class Checking {

  private static final int STEP = 64 << 10;

  private final BlockDevice file;
  private final List<VhdFinding> findings = new ArrayList<>();

  private Checking(BlockDevice file) {
    this.file = file;
  }

  static List<VhdFinding> check(BlockDevice file, ParentResolver parents) throws IOException {
    Checking checking = new Checking(file);
    checking.check(parents);
    return List.copyOf(checking.findings);
  }

  private void check(ParentResolver parents) throws IOException {
    FooterSearch search = FooterSearch.in(file);
    switch (search.state()) {
      case RESCUED ->
          found(Kind.FOOTER, file.size(), "the footer at the end is missing or damaged");
      case UNSEALED -> found(Kind.CHECKSUM, search.end(), "the footer's checksum is wrong");
      case SOUND -> {}
    }
    if (search.state() != FooterSearch.State.RESCUED && !search.isCopyEqual()) {
      found(Kind.FOOTER_COPY, 0, "the copy of the footer differs from the footer");
    }
    if (search.footer().savedState()) {
      found(Kind.SAVED_STATE, -1, "a virtual machine's saved state belongs to this disk");
    }
    if (search.footer().type() == VhdType.FIXED) {
      checkFixed(search);
      return;
    }
    SparseStructure structure = SparseStructure.read(file, search);
    if (!DynamicHeader.isChecksumRight(structure.headerBytes())) {
      found(Kind.CHECKSUM, search.footer().dataOffset(), "the header's checksum is wrong");
    }
    BitSet readable = checkPlaces(structure);
    if (structure.isDifferencing()) {
      checkParent(structure, parents);
    } else {
      checkBitmaps(structure, readable);
    }
    checkLeaks(structure);
  }

  private void found(Kind kind, long offset, String text) {
    findings.add(new VhdFinding(kind, offset, text));
  }

  private void checkFixed(FooterSearch search) {
    long size = search.footer().currentSize() & -BlockFormat.SECTOR_SIZE;
    if (size > search.end()) {
      found(
          Kind.CUT_SHORT,
          search.end(),
          "the disk has " + size + " bytes, but only " + search.end() + " are before the footer");
    } else if (search.end() - size >= BlockFormat.ALIGNMENT) {
      found(Kind.LEAK, size, (search.end() - size) + " bytes behind the disk are not used");
    }
  }

  /** Checks where blocks are, and tells those that can be read. */
  private BitSet checkPlaces(SparseStructure structure) {
    BitSet readable = new BitSet();
    List<Integer> blocks = new ArrayList<>();
    for (int block = 0; block < structure.table().count(); block++) {
      if (!structure.table().isPresent(block)) {
        continue;
      }
      long position = structure.table().positionOf(block);
      if (structure.isOverStructure(block)) {
        found(
            Kind.BLOCK_OVER_STRUCTURE,
            position,
            "block " + block + " lies over the file's own structures");
      } else if (structure.isWhollyOutside(file, block)) {
        found(
            Kind.BLOCK_OUTSIDE,
            position,
            "block " + block + " is behind the end of the file, " + file.size() + " bytes");
      } else {
        blocks.add(block);
        if (structure.isOutside(file, block)) {
          found(Kind.BLOCK_CUT_SHORT, position, "the file ends within block " + block);
        } else {
          readable.set(block);
        }
      }
    }
    blocks.sort(Comparator.comparingLong(structure.table()::positionOf));
    for (int i = 1; i < blocks.size(); i++) {
      long position = structure.table().positionOf(blocks.get(i));
      long before = structure.table().positionOf(blocks.get(i - 1));
      if (position < structure.format().endOfBlock(before)) {
        found(
            Kind.BLOCKS_OVERLAP,
            position,
            "blocks " + blocks.get(i - 1) + " and " + blocks.get(i) + " overlap");
      }
    }
    return readable;
  }

  private void checkBitmaps(SparseStructure structure, BitSet readable) throws IOException {
    SectorBitmaps bitmaps = new SectorBitmaps(file, structure);
    for (int block = readable.nextSetBit(0); block >= 0; block = readable.nextSetBit(block + 1)) {
      SectorBitmap bitmap = bitmaps.of(block);
      long data = structure.format().dataBehindBitmap(structure.table().positionOf(block));
      int sectors = structure.sectorsWithin(block);
      for (int sector = 0, end; sector < sectors; sector = end) {
        boolean set = bitmap.isSet(sector);
        end = Math.min(sectors, bitmap.endOfRun(sector, set));
        long from = data + (long) sector * BlockFormat.SECTOR_SIZE;
        if (!set && !isZero(from, data + (long) end * BlockFormat.SECTOR_SIZE)) {
          found(
              Kind.BITMAP,
              from,
              "block "
                  + block
                  + " holds data in sectors that its bitmap says were never written;"
                  + " some programs show it, some do not");
          break;
        }
      }
    }
  }

  private boolean isZero(long from, long to) throws IOException {
    ByteBuffer step = ByteBuffer.allocate((int) Math.min(STEP, to - from));
    for (long at = from; at < to; at += STEP) {
      int count = (int) Math.min(STEP, to - at);
      file.read(at, step.clear().limit(count));
      if (!Zeros.isZero(step.array(), 0, count)) {
        return false;
      }
    }
    return true;
  }

  private void checkParent(SparseStructure structure, ParentResolver parents) throws IOException {
    ParentReference reference = ParentReference.read(file, structure.header());
    try {
      ParentResolver.Found found = ParentSearch.find(file, reference, parents);
      try (BlockDevice parentFile = found.file();
          Vhd parent = Vhd.open(parentFile, true, found.parents())) {
        for (String finding : parent.findings()) {
          found(Kind.PARENT, -1, "its parent " + parentFile.name() + ": " + finding);
        }
      }
      VhdOpening.changed(reference, found).ifPresent(text -> found(Kind.PARENT, -1, text));
    } catch (MissingParentException | DiskFormatException e) {
      found(Kind.PARENT, -1, e.getMessage());
    }
  }

  private void checkLeaks(SparseStructure structure) {
    long leaked = 0;
    long first = -1;
    BlockFormat format = structure.format();
    List<long[]> gaps = new ArrayList<>(FileSpace.gaps(structure, file));
    gaps.add(new long[] {structure.end(file), file.size() - VhdFooter.SIZE});
    for (long[] gap : gaps) {
      // Less than a block with its alignment is of no use to anybody.
      if (format.endOfBlock(format.bitmapWithin(gap[0])) <= gap[1]) {
        first = first < 0 ? gap[0] : first;
        leaked += gap[1] - gap[0];
      }
    }
    if (leaked > 0) {
      found(Kind.LEAK, first, leaked + " bytes of the file are not used");
    }
  }
}
