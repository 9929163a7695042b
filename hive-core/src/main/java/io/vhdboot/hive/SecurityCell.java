package io.vhdboot.hive;

import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.util.Arrays;

/**
 * A security descriptor's cell, shared by all keys that have the same one:
 *
 * <pre>
 * 00  2  "sk"
 * 02  2  unused
 * 04  4  next security cell
 * 08  4  security cell before
 * 0C  4  number of keys that use it
 * 10  4  size of the descriptor
 * 14  n  self-relative security descriptor
 * </pre>
 *
 * <p>All security cells of a hive are linked in a ring; a single one is its own neighbour.
 */
record SecurityCell(Cells cells, int cell) {

  private static final int SIGNATURE = 0x6B73;
  private static final int HEADER_SIZE = 0x14;

  private static final int NEXT = 0x04;
  private static final int PREVIOUS = 0x08;
  private static final int REFERENCES = 0x0C;
  private static final int DESCRIPTOR_SIZE = 0x10;

  static SecurityCell at(Cells cells, int offset) throws IOException {
    int cell = cells.check(offset, HEADER_SIZE, "a security descriptor");
    SecurityCell security = new SecurityCell(cells, cell);
    int signature = LittleEndian.u16(cells.array(), Cells.data(cell));
    if (signature != SIGNATURE) {
      throw cells.corrupt(
          cell, String.format("a security cell begins with \"sk\", not %04xh", signature));
    }
    long size = Integer.toUnsignedLong(security.i32(DESCRIPTOR_SIZE));
    if (size > cells.capacity(cell) - HEADER_SIZE) {
      throw cells.corrupt(cell, "a security descriptor (" + size + " bytes) ends behind its cell");
    }
    return security;
  }

  /** Makes the first security cell of a hive, used by nobody yet. */
  static SecurityCell createFirst(Cells cells, byte[] descriptor) throws IOException {
    SecurityCell made = create(cells, descriptor);
    made.put32(NEXT, made.cell);
    made.put32(PREVIOUS, made.cell);
    return made;
  }

  /**
   * The cell of this ring that holds a descriptor; made, used by nobody yet, when there is none.
   */
  SecurityCell withDescriptor(byte[] descriptor) throws IOException {
    SecurityCell at = this;
    int left = cells.size() / HEADER_SIZE;
    do {
      if (Arrays.equals(at.descriptor(), descriptor)) {
        return at;
      }
      if (left-- == 0) {
        throw cells.corrupt(cell, "the ring of security cells does not close");
      }
      at = at(cells, at.i32(NEXT));
    } while (at.cell != cell);
    SecurityCell next = at(cells, i32(NEXT));
    SecurityCell made = create(cells, descriptor);
    made.put32(NEXT, next.cell);
    made.put32(PREVIOUS, cell);
    next.put32(PREVIOUS, made.cell);
    put32(NEXT, made.cell);
    return made;
  }

  byte[] descriptor() {
    int start = Cells.data(cell) + HEADER_SIZE;
    return Arrays.copyOfRange(cells.array(), start, start + i32(DESCRIPTOR_SIZE));
  }

  /** The next cell of the ring, as stored. */
  int next() {
    return i32(NEXT);
  }

  long references() {
    return Integer.toUnsignedLong(i32(REFERENCES));
  }

  void addReference() {
    put32(REFERENCES, i32(REFERENCES) + 1);
  }

  /** Throws when the cell could not be taken out of its ring. */
  void checkNeighbours() throws IOException {
    SecurityCell next = at(cells, i32(NEXT));
    SecurityCell previous = at(cells, i32(PREVIOUS));
    if (next.i32(PREVIOUS) != cell || previous.i32(NEXT) != cell) {
      throw cells.corrupt(cell, "a security cell's neighbours do not point back at it");
    }
  }

  /** Takes references away; the cell goes with the last one, unless it is alone in its ring. */
  void dropReferences(long count) throws IOException {
    long left = Math.max(0, references() - count);
    put32(REFERENCES, (int) left);
    if (left == 0 && i32(NEXT) != cell) {
      checkNeighbours();
      SecurityCell next = at(cells, i32(NEXT));
      SecurityCell previous = at(cells, i32(PREVIOUS));
      next.put32(PREVIOUS, previous.cell);
      previous.put32(NEXT, next.cell);
      cells.free(cell);
    }
  }

  private static SecurityCell create(Cells cells, byte[] descriptor) throws IOException {
    SecurityCell made = new SecurityCell(cells, cells.allocate(HEADER_SIZE + descriptor.length));
    LittleEndian.put16(cells.array(), Cells.data(made.cell), SIGNATURE);
    made.put32(DESCRIPTOR_SIZE, descriptor.length);
    System.arraycopy(
        descriptor, 0, cells.array(), Cells.data(made.cell) + HEADER_SIZE, descriptor.length);
    return made;
  }

  private int i32(int field) {
    return LittleEndian.i32(cells.array(), Cells.data(cell) + field);
  }

  private void put32(int field, int value) {
    LittleEndian.put32(cells.array(), Cells.data(cell) + field, value);
  }
}
