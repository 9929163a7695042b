package io.vhdboot.vhd;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.ResizableBlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Changes the structures of a dynamic or differencing VHD, one step at a time, such that a stop
 * between or amid any two leaves a file that opens with the same content. Each step is durable when
 * its method returns.
 *
 * <p>What makes a step safe is always one of these: a sector that is written as a whole says either
 * the old or the new (a footer, the first sector of the header, a table entry); or nothing points
 * yet at what is written.
 */
final class SparseEditor {

  private static final int COPY_STEP = 1 << 20;

  private final ResizableBlockDevice file;
  private SparseStructure structure;

  private SparseEditor(ResizableBlockDevice file, SparseStructure structure) {
    this.file = file;
    this.structure = structure;
  }

  /**
   * Begins to edit a file. A missing footer or copy is put back.
   *
   * @throws CorruptFormatException when anything else is wrong with it
   */
  static SparseEditor open(ResizableBlockDevice file) throws IOException {
    FooterSearch search = FooterSearch.in(file);
    SparseStructure structure = SparseStructure.read(file, search);
    if (search.state() == FooterSearch.State.UNSEALED
        || !DynamicHeader.isChecksumRight(structure.headerBytes())) {
      throw new CorruptFormatException(
          file.name(),
          search.footer().dataOffset(),
          "the checksum of its footer or header is wrong; repair it before it is changed");
    }
    structure.checkBlocks(file, true);
    if (file.size() % BlockFormat.SECTOR_SIZE != 0) {
      // A footer of 511 bytes becomes a whole one.
      file.setSize(BlockFormat.alignUp(file.size(), BlockFormat.SECTOR_SIZE));
      file.flush();
    }
    if (search.state() != FooterSearch.State.SOUND || !search.isCopyEqual()) {
      BlockAdder.putFootersBack(file, structure);
      structure = SparseStructure.read(file, FooterSearch.in(file));
    }
    return new SparseEditor(file, structure);
  }

  /** Begins to edit a file with whatever is wrong in it. */
  static SparseEditor forRepair(ResizableBlockDevice file) throws IOException {
    return new SparseEditor(file, SparseStructure.read(file, FooterSearch.in(file)));
  }

  ResizableBlockDevice file() {
    return file;
  }

  SparseStructure structure() {
    return structure;
  }

  /** Reads the structures again, after they have changed. */
  void reload() throws IOException {
    structure = SparseStructure.read(file, FooterSearch.in(file));
  }

  /** Makes the file larger so that everything before an end has room, the footer behind it. */
  void growFile(long end) throws IOException {
    long size = end + VhdFooter.SIZE;
    if (size <= file.size()) {
      return;
    }
    file.setSize(size);
    file.write(end, ByteBuffer.wrap(structure.search().bytes()));
    file.flush();
  }

  /**
   * Moves blocks to free places. Afterwards their former places are free.
   *
   * @param moves where the bitmap of each block goes; no two places overlap each other or anything
   *     that is in use
   */
  void move(Map<Integer, Long> moves) throws IOException {
    BlockFormat format = structure.format();
    long end = file.size() - VhdFooter.SIZE;
    for (Map.Entry<Integer, Long> move : moves.entrySet()) {
      if (!BlockAllocationTable.canHold(move.getValue())) {
        throw new NoSpaceException(
            file.name() + ", whose blocks must begin", move.getValue(), 2L << 40);
      }
      end = Math.max(end, format.endOfBlock(move.getValue()));
    }
    growFile(end);
    for (Map.Entry<Integer, Long> move : moves.entrySet()) {
      copyBlock(structure.table().positionOf(move.getKey()), move.getValue());
    }
    file.flush();
    moves.forEach(structure.table()::set);
    writeEntries(moves.keySet());
  }

  /** Takes blocks out of the table. */
  void remove(Iterable<Integer> blocks) throws IOException {
    blocks.forEach(structure.table()::remove);
    writeEntries(blocks);
  }

  private void writeEntries(Iterable<Integer> blocks) throws IOException {
    for (int block : blocks) {
      structure.table().writeEntry(file, block);
    }
    file.flush();
  }

  private void copyBlock(long from, long to) throws IOException {
    BlockFormat format = structure.format();
    // Of the last block only the part within the disk need be in the file.
    long length = Math.min(format.endOfBlock(0), file.size() - from);
    ByteBuffer step = ByteBuffer.allocate((int) Math.min(COPY_STEP, length));
    for (long done = 0; done < length; done += step.capacity()) {
      step.clear().limit((int) Math.min(step.capacity(), length - done));
      file.read(from + done, step);
      file.write(to + done, step.flip());
    }
  }

  /**
   * Writes a table that nothing points to, or that differs from the present one in what is free.
   */
  void writeTable(BlockAllocationTable table) throws IOException {
    table.write(file);
    file.flush();
  }

  /** Lets the header say where the table is; all of that is in its first sector. */
  void switchTable(long offset, long entries) throws IOException {
    byte[] bytes = structure.header().withTable(offset, entries).toBytes(structure.headerBytes());
    file.write(structure.footer().dataOffset(), ByteBuffer.wrap(bytes, 0, BlockFormat.SECTOR_SIZE));
    file.flush();
    reload();
  }

  /** Writes the footer, then its copy. */
  void switchFooter(VhdFooter footer) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(footer.toBytes(structure.search().bytes()));
    file.write(file.size() - VhdFooter.SIZE, bytes);
    file.flush();
    file.write(0, bytes.rewind());
    file.flush();
    reload();
  }

  /** Puts the footer right behind the last structure or block and cuts off what is behind it. */
  void trim() throws IOException {
    long end = structure.end(file);
    if (end + VhdFooter.SIZE < file.size()) {
      file.write(end, ByteBuffer.wrap(structure.search().bytes()));
      file.flush();
      file.setSize(end + VhdFooter.SIZE);
      file.flush();
      reload();
    }
  }
}
