package io.vhdboot.hive;

import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Data of more than {@value #SEGMENT_SIZE} bytes, from version 1.4 on. A cell of its own:
 *
 * <pre>
 * 0  2  "db"
 * 2  2  number of segments
 * 4  4  cell of the list of segments: so many cells, 4 bytes each
 * </pre>
 *
 * <p>Each segment holds {@value #SEGMENT_SIZE} bytes, the last one the rest; Windows gives all of
 * them a cell of the same size.
 */
final class BigData {

  /** Data bytes in a segment. */
  static final int SEGMENT_SIZE = 16344;

  /** Bytes that every segment's cell has beyond the most it holds. */
  private static final int SLACK = 4;

  private static final int SIGNATURE = 0x6264;
  private static final int HEADER_SIZE = 8;
  private static final int MAX_SEGMENTS = 0xFFFF;

  private BigData() {}

  static byte[] read(Cells cells, int cell, int size) throws IOException {
    List<Integer> segments = segments(cells, cell, size);
    byte[] data = new byte[size];
    for (int i = 0; i < segments.size(); i++) {
      int done = i * SEGMENT_SIZE;
      System.arraycopy(
          cells.array(),
          Cells.data(segments.get(i)),
          data,
          done,
          Math.min(SEGMENT_SIZE, size - done));
    }
    return data;
  }

  static int write(Cells cells, byte[] data) throws IOException {
    int count = (data.length + SEGMENT_SIZE - 1) / SEGMENT_SIZE;
    if (count > MAX_SEGMENTS) {
      throw new IllegalArgumentException(
          "data (" + data.length + " bytes) must fit in " + MAX_SEGMENTS + " segments");
    }
    int cell = cells.allocate(HEADER_SIZE);
    int list = cells.allocate(count * Integer.BYTES);
    for (int i = 0; i < count; i++) {
      int done = i * SEGMENT_SIZE;
      int length = Math.min(SEGMENT_SIZE, data.length - done);
      int segment = cells.allocate(SEGMENT_SIZE + SLACK);
      System.arraycopy(data, done, cells.array(), Cells.data(segment), length);
      LittleEndian.put32(cells.array(), Cells.data(list) + i * Integer.BYTES, segment);
    }
    byte[] bytes = cells.array();
    LittleEndian.put16(bytes, Cells.data(cell), SIGNATURE);
    LittleEndian.put16(bytes, Cells.data(cell) + 2, count);
    LittleEndian.put32(bytes, Cells.data(cell) + 4, list);
    return cell;
  }

  /** All cells that long data takes. */
  static List<Integer> cells(Cells cells, int cell, int size) throws IOException {
    List<Integer> all = new ArrayList<>(segments(cells, cell, size));
    all.add(LittleEndian.i32(cells.array(), Cells.data(cell) + 4));
    all.add(cell);
    return all;
  }

  private static List<Integer> segments(Cells cells, int cell, int size) throws IOException {
    byte[] bytes = cells.array();
    if (cells.capacity(cell) < HEADER_SIZE
        || LittleEndian.u16(bytes, Cells.data(cell)) != SIGNATURE) {
      throw cells.corrupt(
          cell,
          "a value's data ("
              + size
              + " bytes) ends behind its cell of "
              + cells.capacity(cell)
              + ", which begins no list of segments either");
    }
    int count = LittleEndian.u16(bytes, Cells.data(cell) + 2);
    if (size > (long) count * SEGMENT_SIZE) {
      throw cells.corrupt(
          cell, "a value's data (" + size + " bytes) does not fit in " + count + " segments");
    }
    int used = (size + SEGMENT_SIZE - 1) / SEGMENT_SIZE;
    int list =
        cells.check(
            LittleEndian.i32(bytes, Cells.data(cell) + 4), count * Integer.BYTES, "a segment list");
    List<Integer> segments = new ArrayList<>(used);
    for (int i = 0; i < used; i++) {
      segments.add(
          cells.check(
              LittleEndian.i32(bytes, Cells.data(list) + i * Integer.BYTES),
              Math.min(SEGMENT_SIZE, size - i * SEGMENT_SIZE),
              "a segment of data"));
    }
    return segments;
  }
}
