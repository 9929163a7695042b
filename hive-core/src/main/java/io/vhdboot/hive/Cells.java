package io.vhdboot.hive;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The bins of a hive and the cells that fill them. A cell is a signed 32-bit size, which counts
 * itself and is a multiple of 8, and its data; the size of a cell in use is negative. Cells are
 * known by their offset from the first bin, and {@link #NONE} stands for no cell.
 *
 * <p>Reading looks only at the cell that is asked for, and bins on a device are fetched as they are
 * looked at. The first change walks over all bins once to learn which cells are free; new cells
 * take the smallest free one that fits, and free neighbours are joined.
 */
final class Cells {

  /** What stands in place of an offset where there is no cell. */
  static final int NONE = -1;

  /** Bytes of a cell's size field. */
  static final int SIZE_FIELD = 4;

  private static final int ALIGNMENT = 8;

  /** Bytes that are fetched from a device at once. */
  private static final int CHUNK = 4 * HiveBin.PAGE_SIZE;

  /** The kernel's own bound: the top bit of a cell's index tells volatile cells. */
  static final int MAX_SIZE = 0x7FFF_0000;

  private final String source;
  private byte[] bytes;
  private int size;

  /** Where the bins are fetched from, while some are missing. */
  private BlockDevice device;

  /** The chunks that are here, while some are missing. */
  private BitSet fetched;

  private TreeMap<Integer, Integer> freeByOffset;
  private TreeSet<Long> freeBySize;

  /**
   * Takes bins.
   *
   * @param source the hive's name, for messages
   * @param bytes the bins, not copied
   */
  Cells(String source, byte[] bytes) {
    this.source = source;
    this.bytes = bytes;
    this.size = bytes.length;
  }

  /**
   * Takes the bins of a hive on a device, which are fetched as they are looked at.
   *
   * @param device the hive, which must stay open and as it is
   * @param size bytes of bins
   */
  Cells(BlockDevice device, int size) {
    this.source = device.name();
    this.bytes = new byte[size];
    this.size = size;
    this.device = device;
    this.fetched = new BitSet((size + CHUNK - 1) / CHUNK);
  }

  /**
   * The bins, of which only checked cells need be here. Growth replaces the array: ask again after
   * every allocation.
   */
  byte[] array() {
    return bytes;
  }

  int size() {
    return size;
  }

  String source() {
    return source;
  }

  /** Fetches a range that lies within the bins. */
  void fetch(int offset, int length) throws IOException {
    if (device == null) {
      return;
    }
    int end = (offset + length - 1) / CHUNK + 1;
    int from = fetched.nextClearBit(offset / CHUNK);
    while (from < end) {
      int to = fetched.nextSetBit(from);
      to = to < 0 ? end : Math.min(to, end);
      int start = from * CHUNK;
      ByteBuffer target = ByteBuffer.wrap(bytes, start, Math.min(to * CHUNK, size) - start);
      device.read(BaseBlock.SIZE + (long) start, target);
      fetched.set(from, to);
      from = fetched.nextClearBit(to);
    }
  }

  /** Fetches all that is missing; the device is not needed any more then. */
  void fetchAll() throws IOException {
    fetch(0, size);
    device = null;
    fetched = null;
  }

  /** An exception about an offset in the bins. */
  CorruptFormatException corrupt(long offset, String problem) {
    return new CorruptFormatException(source, BaseBlock.SIZE + offset, problem);
  }

  /**
   * Throws unless an offset leads to a cell in use with so much data, and gives the offset as a
   * number that can index the bins.
   *
   * @param offset what a structure holds, 32 bits
   * @param needed bytes of data wanted
   * @param what what the cell should hold, for the message
   */
  int check(int offset, int needed, String what) throws IOException {
    if (offset < HiveBin.HEADER_SIZE || offset > size - ALIGNMENT || offset % 4 != 0) {
      throw corrupt(
          Integer.toUnsignedLong(offset),
          "the cell of " + what + " lies outside the hive's " + size + " bytes of bins");
    }
    fetch(offset, SIZE_FIELD);
    int cell = LittleEndian.i32(bytes, offset);
    if (cell >= 0) {
      throw corrupt(offset, "the cell of " + what + " is not in use (size " + cell + ")");
    }
    if (cell == Integer.MIN_VALUE || -cell > size - offset || -cell < SIZE_FIELD + needed) {
      throw corrupt(
          offset,
          String.format(
              "the cell of %s has %d bytes where %d or more and at most %d can be",
              what, -(long) cell, (long) SIZE_FIELD + needed, size - offset));
    }
    fetch(offset, -cell);
    return offset;
  }

  /** Where a checked cell's data begins in the array. */
  static int data(int cell) {
    return cell + SIZE_FIELD;
  }

  /** Bytes of data a checked cell has room for. */
  int capacity(int cell) {
    return -LittleEndian.i32(bytes, cell) - SIZE_FIELD;
  }

  /**
   * Takes a cell of zeros.
   *
   * @throws NoSpaceException when the hive would grow over 2 GiB
   */
  int allocate(int dataSize) throws IOException {
    findFreeCells();
    long wanted = roundUp((long) dataSize + SIZE_FIELD, ALIGNMENT);
    Long found = freeBySize.ceiling(wanted << 32);
    if (found == null) {
      grow(wanted + HiveBin.HEADER_SIZE);
      found = freeBySize.ceiling(wanted << 32);
    }
    int offset = (int) (long) found;
    int free = (int) (found >>> 32);
    int taken = (int) wanted;
    dropFree(offset, free);
    if (free > taken) {
      LittleEndian.put32(bytes, offset + taken, free - taken);
      addFree(offset + taken, free - taken);
    }
    Arrays.fill(bytes, offset, offset + taken, (byte) 0);
    LittleEndian.put32(bytes, offset, -taken);
    return offset;
  }

  /** Gives a cell back. */
  void free(int offset) throws IOException {
    findFreeCells();
    int cell = check(offset, 0, "something deleted");
    int length = -LittleEndian.i32(bytes, cell);
    Map.Entry<Integer, Integer> before = freeByOffset.lowerEntry(cell);
    if (before != null && before.getKey() + before.getValue() == cell) {
      dropFree(before.getKey(), before.getValue());
      cell = before.getKey();
      length += before.getValue();
    }
    Integer after = freeByOffset.get(cell + length);
    if (after != null) {
      dropFree(cell + length, after);
      length += after;
    }
    LittleEndian.put32(bytes, cell, length);
    addFree(cell, length);
  }

  /**
   * Learns which cells are free, unless that is known; after this the bins are known to be sound.
   */
  void findFreeCells() throws IOException {
    if (freeByOffset != null) {
      return;
    }
    fetchAll();
    TreeMap<Integer, Integer> found = new TreeMap<>();
    forEachCell(
        (offset, cell) -> {
          if (cell > 0) {
            Map.Entry<Integer, Integer> last = found.lastEntry();
            if (last != null && last.getKey() + last.getValue() == offset) {
              found.put(last.getKey(), last.getValue() + cell);
            } else {
              found.put(offset, cell);
            }
          }
        });
    freeByOffset = new TreeMap<>();
    freeBySize = new TreeSet<>();
    found.forEach(
        (offset, length) -> {
          LittleEndian.put32(bytes, offset, length);
          addFree(offset, length);
        });
  }

  /** Is told of a cell and its size as stored, which is negative when the cell is in use. */
  @FunctionalInterface
  interface CellVisitor {
    void visit(int offset, int size);
  }

  /** Walks over all cells; throws where they do not fill their bin. */
  void forEachCell(CellVisitor visitor) throws IOException {
    fetchAll();
    int bin = 0;
    while (bin < size) {
      int end = bin + HiveBin.checkedSize(this, bin);
      int at = bin + HiveBin.HEADER_SIZE;
      while (at < end) {
        int cell = LittleEndian.i32(bytes, at);
        long length = Math.abs((long) cell);
        if (length < ALIGNMENT || length % ALIGNMENT != 0 || length > end - at) {
          throw corrupt(
              at,
              "a cell's size is a multiple of 8 within its bin, not "
                  + cell
                  + ": this hive can be read, but not edited");
        }
        visitor.visit(at, cell);
        at += (int) length;
      }
      bin = end;
    }
  }

  /** Bytes in free cells. */
  long freeBytes() throws IOException {
    findFreeCells();
    return freeByOffset.values().stream().mapToLong(Integer::longValue).sum();
  }

  private void grow(long wanted) throws NoSpaceException {
    long bin = roundUp(wanted, HiveBin.PAGE_SIZE);
    if (size + bin > MAX_SIZE) {
      throw new NoSpaceException(source, size + bin, MAX_SIZE);
    }
    int offset = size;
    int newSize = (int) (size + bin);
    if (newSize > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_SIZE, newSize + (long) newSize / 2));
    }
    size = newSize;
    HiveBin.put(bytes, offset, (int) bin);
    int cell = offset + HiveBin.HEADER_SIZE;
    LittleEndian.put32(bytes, cell, (int) bin - HiveBin.HEADER_SIZE);
    addFree(cell, (int) bin - HiveBin.HEADER_SIZE);
  }

  private void addFree(int offset, int length) {
    freeByOffset.put(offset, length);
    freeBySize.add((long) length << 32 | offset);
  }

  private void dropFree(int offset, int length) {
    freeByOffset.remove(offset);
    freeBySize.remove((long) length << 32 | offset);
  }

  private static long roundUp(long value, int unit) {
    return (value + unit - 1) / unit * unit;
  }
}
