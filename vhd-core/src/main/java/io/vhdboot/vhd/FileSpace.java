package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What of a dynamic or differencing VHD's file is in use, and by what. */
final class FileSpace {

  private FileSpace() {}

  /** Where structures are: pairs of begin and end, in no order. */
  static List<long[]> structures(SparseStructure structure, BlockDevice file) {
    List<long[]> ranges = new ArrayList<>();
    ranges.add(new long[] {0, VhdFooter.SIZE});
    ranges.add(new long[] {structure.footer().dataOffset(), structure.headerEnd()});
    ranges.add(new long[] {structure.header().tableOffset(), structure.tableEnd()});
    for (ParentLocator locator : structure.header().locators()) {
      if (locator.isWithin(file)) {
        ranges.add(
            new long[] {
              locator.dataOffset(), Math.min(file.size(), locator.dataOffset() + locator.room())
            });
      }
    }
    return ranges;
  }

  /** Those paths to a parent whose room is in the file and no block's or other structure's. */
  static List<ParentLocator> freeOfBlocks(SparseStructure structure, BlockDevice file) {
    List<ParentLocator> free = new ArrayList<>();
    for (ParentLocator locator : structure.header().locators()) {
      long from = locator.dataOffset();
      long to = from + locator.room();
      long others =
          used(structure, file).stream().filter(used -> used[0] < to && used[1] > from).count();
      if (locator.isWithin(file) && others == 1) {
        free.add(locator);
      }
    }
    return free;
  }

  /** What is in use, structures and blocks, sorted: pairs of begin and end. */
  static List<long[]> used(SparseStructure structure, BlockDevice file) {
    List<long[]> ranges = structures(structure, file);
    for (int block = 0; block < structure.table().count(); block++) {
      long position = structure.table().positionOf(block);
      if (position != BlockAllocationTable.ABSENT) {
        ranges.add(new long[] {position, structure.format().endOfBlock(position)});
      }
    }
    ranges.sort(Comparator.comparingLong(range -> range[0]));
    return ranges;
  }

  /** What is between used ranges, sorted: pairs of begin and end. */
  static List<long[]> gaps(SparseStructure structure, BlockDevice file) {
    List<long[]> gaps = new ArrayList<>();
    long at = 0;
    for (long[] range : used(structure, file)) {
      if (range[0] > at) {
        gaps.add(new long[] {at, range[0]});
      }
      at = Math.max(at, range[1]);
    }
    return gaps;
  }
}
