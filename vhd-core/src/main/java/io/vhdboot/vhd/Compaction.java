package io.vhdboot.vhd;

import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.disk.Zeros;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a dynamic or differencing VHD's file smaller: blocks that say nothing are taken out of the
 * table, then blocks from the end of the file go to free places before them. A place is free only
 * when the table that no longer names it is durable.
 */
final class Compaction {

  /** Blocks that move between two barriers. */
  private static final int BATCH = 64;

  private static final int STEP = 64 << 10;
  private static final int SECTOR = BlockFormat.SECTOR_SIZE;

  private final SparseEditor editor;
  private final ProgressListener progress;

  private Compaction(SparseEditor editor, ProgressListener progress) {
    this.editor = editor;
    this.progress = progress;
  }

  static VhdCompaction compact(
      ResizableBlockDevice file,
      ParentResolver parents,
      UnusedRanges unused,
      ProgressListener progress)
      throws IOException {
    long sizeBefore = file.size();
    int dropped = 0;
    int moved = 0;
    List<Integer> empty;
    try (Vhd vhd = Vhd.open(file, false, parents)) {
      if (vhd.type() == VhdType.FIXED) {
        return new VhdCompaction(0, 0, sizeBefore, sizeBefore);
      }
      progress.begin("Looking for empty blocks", vhd.size());
      empty = emptyBlocks(file, vhd, unused, progress);
    }
    SparseEditor editor = SparseEditor.open(file);
    if (!empty.isEmpty()) {
      editor.remove(empty);
      dropped = empty.size();
    }
    moved = new Compaction(editor, progress).closeGaps(true);
    return new VhdCompaction(dropped, moved, sizeBefore, file.size());
  }

  private static List<Integer> emptyBlocks(
      ResizableBlockDevice file, Vhd vhd, UnusedRanges unused, ProgressListener progress)
      throws IOException {
    SparseStructure structure = SparseStructure.read(file, FooterSearch.in(file));
    List<Integer> empty = new ArrayList<>();
    for (int block = 0; block < structure.table().count(); block++) {
      long start = structure.format().diskPositionOf(block);
      long length = structure.bytesWithin(block);
      if (structure.table().isPresent(block) && isEmpty(vhd, start, start + length, unused)) {
        empty.add(block);
      }
      progress.advance(length);
    }
    return empty;
  }

  /** Whether nobody sees a difference when a range is no longer stored. */
  private static boolean isEmpty(Vhd vhd, long start, long end, UnusedRanges unused)
      throws IOException {
    ByteBuffer own = ByteBuffer.allocate(STEP);
    ByteBuffer instead = ByteBuffer.allocate(STEP);
    for (long at = start; at < end; ) {
      long next = Math.min(unused.endOfUnused(at), end);
      if (next <= at) {
        next = Math.min(end, (at / STEP + 1) * STEP);
        int length = (int) (next - at);
        vhd.read(at, own.clear().limit(length));
        instead.clear().limit(length);
        readInstead(vhd, at, instead);
        if (!isSame(own.array(), instead.array(), at, length, unused)) {
          return false;
        }
      }
      at = next;
    }
    return true;
  }

  private static boolean isSame(
      byte[] own, byte[] instead, long position, int length, UnusedRanges unused)
      throws IOException {
    for (int at = 0; at < length; ) {
      int next = (int) Math.min(length, unused.endOfUnused(position + at) - position);
      if (next <= at) {
        next = Math.min(length, at + SECTOR);
        for (int i = at; i < next; i++) {
          if (own[i] != instead[i]) {
            return false;
          }
        }
      }
      at = next;
    }
    return true;
  }

  /** Reads what would be there if this file stored nothing. */
  private static void readInstead(Vhd vhd, long position, ByteBuffer target) throws IOException {
    int limit = target.limit();
    if (vhd.parent().isPresent()) {
      Vhd parent = vhd.parent().get();
      long there = Math.max(0, Math.min(target.remaining(), parent.size() - position));
      target.limit((int) there);
      if (there > 0) {
        parent.read(position, target);
      }
      target.limit(limit);
    }
    Zeros.fill(target);
  }

  /** Moves blocks from the end of a file into gaps as long as there are such. */
  static int closeGaps(SparseEditor editor) throws IOException {
    return new Compaction(editor, ProgressListener.NONE).closeGaps(false);
  }

  private int closeGaps(boolean realign) throws IOException {
    int moved = 0;
    progress.begin("Moving blocks", -1);
    while (true) {
      Map<Integer, Long> moves = nextMoves();
      if (moves.isEmpty() && realign) {
        moves = wayForAlignment();
      }
      if (moves.isEmpty()) {
        editor.trim();
        return moved;
      }
      editor.move(moves);
      moved += moves.size();
      progress.advance((long) moves.size() * editor.structure().format().blockSize());
      editor.trim();
    }
  }

  /**
   * Moves of blocks behind everything, from where they come back to 4 KiB boundaries. Blocks of
   * others lie so close that a gap between them may be too small by a few sectors.
   */
  private Map<Integer, Long> wayForAlignment() {
    SparseStructure structure = editor.structure();
    BlockFormat format = structure.format();
    List<Integer> misplaced = new ArrayList<>();
    List<Integer> present = structure.table().presentBlocks();
    present.sort(Comparator.comparingLong(structure.table()::positionOf));
    // A block is well placed when it begins as soon as all before it and alignment let it.
    long end = structure.endOfStructures(editor.file());
    for (int block : present) {
      long position = structure.table().positionOf(block);
      if (position == format.bitmapWithin(end)) {
        end = format.endOfBlock(position);
      } else {
        misplaced.add(block);
      }
    }
    Map<Integer, Long> moves = new LinkedHashMap<>();
    long unused =
        FileSpace.gaps(structure, editor.file()).stream().mapToLong(gap -> gap[1] - gap[0]).sum();
    long needed = (long) BlockFormat.ALIGNMENT * present.size() + format.endOfBlock(0);
    if (unused < needed) {
      return moves;
    }
    long fileEnd = structure.end(editor.file());
    for (int block : misplaced.subList(0, Math.min(BATCH, misplaced.size()))) {
      long to = format.bitmapBehind(fileEnd);
      moves.put(block, to);
      fileEnd = format.endOfBlock(to);
    }
    return moves;
  }

  private Map<Integer, Long> nextMoves() {
    SparseStructure structure = editor.structure();
    BlockFormat format = structure.format();
    List<Integer> lastFirst = structure.table().presentBlocks();
    lastFirst.sort(
        Comparator.comparingLong((Integer block) -> structure.table().positionOf(block))
            .reversed());
    Map<Integer, Long> moves = new LinkedHashMap<>();
    int next = 0;
    for (long[] gap : FileSpace.gaps(structure, editor.file())) {
      long to = format.bitmapWithin(gap[0]);
      while (format.endOfBlock(to) <= gap[1]) {
        if (next == lastFirst.size()
            || moves.size() == BATCH
            || structure.table().positionOf(lastFirst.get(next)) < gap[1]) {
          return moves;
        }
        moves.put(lastFirst.get(next++), to);
        to = format.bitmapWithin(format.endOfBlock(to));
      }
    }
    return moves;
  }
}
