package io.vhdboot.vhd;

import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.vhd.VhdFinding.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Repairs what {@link Checking} finds, in an order in which each step may rely on the former ones:
 * first nothing is read or written where it must not be, then footers and checksums are right, then
 * blocks are apart from each other, then bitmaps tell what is there, then room is reclaimed.
 */
final class Repairing {

  private final ResizableBlockDevice file;

  private Repairing(ResizableBlockDevice file) {
    this.file = file;
  }

  static List<VhdFinding> repair(ResizableBlockDevice file, ParentResolver parents)
      throws IOException {
    List<VhdFinding> findings = Checking.check(file, parents);
    if (findings.stream().anyMatch(finding -> finding.kind().isRepairable())) {
      Repairing repairing = new Repairing(file);
      if (FooterSearch.in(file).footer().type() == VhdType.FIXED) {
        repairing.repairFixed();
      } else {
        repairing.repairSparse();
      }
    }
    return findings;
  }

  private void repairFixed() throws IOException {
    FooterSearch search = FooterSearch.in(file);
    long size = search.footer().currentSize() & -BlockFormat.SECTOR_SIZE;
    if (size > search.end()) {
      return;
    }
    ByteBuffer footer = ByteBuffer.wrap(search.footer().toBytes(search.bytes()));
    if (file.size() < size + VhdFooter.SIZE) {
      file.setSize(size + VhdFooter.SIZE);
    }
    // First the one that is believed now, then the one that stays.
    file.write(file.size() - VhdFooter.SIZE, footer);
    file.flush();
    file.write(size, footer.rewind());
    file.flush();
    file.setSize(size + VhdFooter.SIZE);
    file.flush();
  }

  private void repairSparse() throws IOException {
    SparseEditor editor = SparseEditor.forRepair(file);
    removeLostBlocks(editor);
    seal(editor);
    BlockAdder.putFootersBack(file, editor.structure());
    editor.reload();
    editor.growFile(editor.structure().end(file));
    separateBlocks(editor);
    if (!editor.structure().isDifferencing()) {
      fillBitmaps();
    }
    editor.reload();
    Compaction.closeGaps(editor);
  }

  private void removeLostBlocks(SparseEditor editor) throws IOException {
    SparseStructure structure = editor.structure();
    List<Integer> lost = new ArrayList<>();
    for (int block = 0; block < structure.table().count(); block++) {
      if (structure.table().isPresent(block)
          && (structure.isOverStructure(block) || structure.isWhollyOutside(file, block))) {
        lost.add(block);
      }
    }
    if (!lost.isEmpty()) {
      editor.remove(lost);
      editor.reload();
    }
  }

  private void seal(SparseEditor editor) throws IOException {
    SparseStructure structure = editor.structure();
    if (!DynamicHeader.isChecksumRight(structure.headerBytes())) {
      byte[] header = structure.header().toBytes(structure.headerBytes());
      file.write(structure.footer().dataOffset(), ByteBuffer.wrap(header));
      file.flush();
    }
    if (structure.search().state() == FooterSearch.State.UNSEALED) {
      byte[] footer = structure.footer().toBytes(structure.search().bytes());
      int length = (int) Math.min(VhdFooter.SIZE, file.size() - structure.search().end());
      file.write(structure.search().end(), ByteBuffer.wrap(footer, 0, length));
      file.flush();
      file.write(0, ByteBuffer.wrap(footer));
      file.flush();
    }
    editor.reload();
  }

  /** Gives each block that lies over one before it a copy of its own behind everything. */
  private void separateBlocks(SparseEditor editor) throws IOException {
    SparseStructure structure = editor.structure();
    BlockFormat format = structure.format();
    List<Integer> blocks = structure.table().presentBlocks();
    blocks.sort(Comparator.comparingLong(structure.table()::positionOf));
    Map<Integer, Long> moves = new LinkedHashMap<>();
    long fileEnd = structure.end(file);
    long keptEnd = 0;
    for (int block : blocks) {
      long position = structure.table().positionOf(block);
      if (position < keptEnd) {
        long to = format.bitmapBehind(fileEnd);
        moves.put(block, to);
        fileEnd = format.endOfBlock(to);
      } else {
        keptEnd = format.endOfBlock(position);
      }
    }
    if (!moves.isEmpty()) {
      editor.move(moves);
      editor.reload();
    }
  }

  /** What the disk shows is kept: sectors without a bit are zeros. */
  private void fillBitmaps() throws IOException {
    List<VhdFinding> wrong =
        Checking.check(file, ParentResolver.NONE).stream()
            .filter(finding -> finding.kind() == Kind.BITMAP)
            .toList();
    if (wrong.isEmpty()) {
      return;
    }
    SparseStructure structure = SparseStructure.read(file, FooterSearch.in(file));
    try (Vhd vhd = Vhd.open(file, false)) {
      for (int block = 0; block < structure.table().count(); block++) {
        long position = structure.table().positionOf(block);
        long end = structure.format().endOfBlock(position);
        boolean isWrong =
            position != BlockAllocationTable.ABSENT
                && wrong.stream().anyMatch(at -> at.offset() >= position && at.offset() < end);
        if (isWrong) {
          zeroUnwritten(vhd, structure.format().diskPositionOf(block));
        }
      }
    }
  }

  /** Zeroes one sector that reads as zeros, upon which its block gets all its bits. */
  private static void zeroUnwritten(Vhd vhd, long block) throws IOException {
    long at = block;
    while (vhd.map(at).kind() == MappedExtent.Kind.DATA) {
      at = vhd.map(at).end();
    }
    vhd.zero(at, BlockFormat.SECTOR_SIZE);
  }
}
