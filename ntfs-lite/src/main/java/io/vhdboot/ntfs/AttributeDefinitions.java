package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * $AttrDef, the same 2560 bytes on every volume since Windows 2000: 15 rows, then a row of zeros.
 *
 * <pre>
 * 00 128  name, UTF-16, padded with zeros
 * 80   4  type
 * 84   4  display rule, 0
 * 88   4  collation, 0
 * 8C   4  flags: 02h indexable, 40h must be resident, 80h may be non-resident
 * 90   8  least size
 * 98   8  greatest size, -1 for any
 * </pre>
 */
final class AttributeDefinitions {

  /** Bytes of the whole table. */
  static final int SIZE = 2560;

  private static final int ROW_SIZE = 160;
  private static final int INDEXABLE = 0x02;
  private static final int RESIDENT = 0x40;
  private static final int NON_RESIDENT = 0x80;
  private static final long ANY = -1;

  private record Row(int type, String name, int flags, long least, long greatest) {}

  private static final List<Row> ROWS =
      List.of(
          new Row(AttributeType.STANDARD_INFORMATION, "$STANDARD_INFORMATION", RESIDENT, 48, 72),
          new Row(AttributeType.ATTRIBUTE_LIST, "$ATTRIBUTE_LIST", NON_RESIDENT, 0, ANY),
          new Row(AttributeType.FILE_NAME, "$FILE_NAME", RESIDENT | INDEXABLE, 0x44, 0x242),
          new Row(AttributeType.OBJECT_ID, "$OBJECT_ID", RESIDENT, 0, 0x100),
          new Row(AttributeType.SECURITY_DESCRIPTOR, "$SECURITY_DESCRIPTOR", NON_RESIDENT, 0, ANY),
          new Row(AttributeType.VOLUME_NAME, "$VOLUME_NAME", RESIDENT, 2, 0x100),
          new Row(AttributeType.VOLUME_INFORMATION, "$VOLUME_INFORMATION", RESIDENT, 12, 12),
          new Row(AttributeType.DATA, "$DATA", 0, 0, ANY),
          new Row(AttributeType.INDEX_ROOT, "$INDEX_ROOT", RESIDENT, 0, ANY),
          new Row(AttributeType.INDEX_ALLOCATION, "$INDEX_ALLOCATION", NON_RESIDENT, 0, ANY),
          new Row(AttributeType.BITMAP, "$BITMAP", NON_RESIDENT, 0, ANY),
          new Row(AttributeType.REPARSE_POINT, "$REPARSE_POINT", NON_RESIDENT, 0, 0x4000),
          new Row(AttributeType.EA_INFORMATION, "$EA_INFORMATION", RESIDENT, 8, 8),
          new Row(AttributeType.EA, "$EA", 0, 0, 0x10000),
          new Row(
              AttributeType.LOGGED_UTILITY_STREAM,
              "$LOGGED_UTILITY_STREAM",
              NON_RESIDENT,
              0,
              0x10000));

  private AttributeDefinitions() {}

  /** The name of a type, or its number where the table has none. */
  static String name(int type) {
    return ROWS.stream()
        .filter(row -> row.type == type)
        .map(Row::name)
        .findFirst()
        .orElse(String.format("attribute %xh", type));
  }

  /** What is wrong with a volume's table, or null; rows beyond those known here are its own. */
  static String problem(byte[] bytes) {
    Set<Integer> types = new HashSet<>();
    int last = 0;
    for (int offset = 0; offset + ROW_SIZE <= bytes.length; offset += ROW_SIZE) {
      int type = LittleEndian.i32(bytes, offset + 0x80);
      if (type == 0) {
        break;
      }
      if (Integer.compareUnsigned(type, last) < 0) {
        return String.format("type %xh stands behind %xh", type, last);
      }
      last = type;
      types.add(type);
    }
    for (Row row : ROWS) {
      if (!types.contains(row.type)) {
        return row.name + " is missing";
      }
    }
    return null;
  }

  /** The table's bytes. */
  static byte[] toBytes() {
    byte[] bytes = new byte[SIZE];
    int offset = 0;
    for (Row row : ROWS) {
      byte[] name = row.name.getBytes(StandardCharsets.UTF_16LE);
      System.arraycopy(name, 0, bytes, offset, name.length);
      LittleEndian.put32(bytes, offset + 0x80, row.type);
      LittleEndian.put32(bytes, offset + 0x8C, row.flags);
      LittleEndian.put64(bytes, offset + 0x90, row.least);
      LittleEndian.put64(bytes, offset + 0x98, row.greatest);
      offset += ROW_SIZE;
    }
    return bytes;
  }
}
