package io.vhdboot.ntfs.security;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.util.ArrayList;
import java.util.List;

/**
 * An access control list (MS-DTYP 2.4.5):
 *
 * <pre>
 * 0  1  revision: 2, or 4 with object types
 * 1  1  0
 * 2  2  size
 * 4  2  number of entries
 * 6  2  0
 * 8     {@link AccessControlEntry entries}
 * </pre>
 *
 * @param revision the revision
 * @param entries the entries
 */
public record AccessControlList(int revision, List<AccessControlEntry> entries) {

  public static final int REVISION = 2;
  public static final int REVISION_WITH_OBJECTS = 4;
  public static final int HEADER_SIZE = 8;
  public static final int MAX_SIZE = 0xFFFC;

  /**
   * Reads the list that begins at an offset.
   *
   * @throws CorruptFormatException when it or an entry does not lie within its bounds
   */
  public static AccessControlList get(byte[] bytes, int offset, int limit, String source)
      throws CorruptFormatException {
    int room = limit - offset;
    int size = room < HEADER_SIZE ? 0 : LittleEndian.u16(bytes, offset + 2);
    if (size < HEADER_SIZE || size > room) {
      throw new CorruptFormatException(
          source, offset, "an access control list of " + size + " bytes where there are " + room);
    }
    int count = LittleEndian.u16(bytes, offset + 4);
    List<AccessControlEntry> entries = new ArrayList<>();
    int at = offset + HEADER_SIZE;
    int end = offset + size;
    for (int i = 0; i < count; i++) {
      int length = end - at < 4 ? 0 : LittleEndian.u16(bytes, at + 2);
      if (length < AccessControlEntry.HEADER_SIZE || length > end - at) {
        throw new CorruptFormatException(
            source,
            at,
            "access control entry " + i + " of " + length + " bytes where " + (end - at) + " are");
      }
      entries.add(AccessControlEntry.get(bytes, at, at + length, source));
      at += length;
    }
    return new AccessControlList(LittleEndian.u8(bytes, offset), entries);
  }

  /** Whether a list lies, with all its entries, between an offset and a limit. */
  static boolean isPresent(byte[] bytes, long offset, int limit) {
    if (offset < 0 || offset + HEADER_SIZE > limit) {
      return false;
    }
    int start = (int) offset;
    int size = LittleEndian.u16(bytes, start + 2);
    int end = start + size;
    if (size < HEADER_SIZE || size % 4 != 0 || end > limit) {
      return false;
    }
    int entry = start + HEADER_SIZE;
    for (int count = LittleEndian.u16(bytes, start + 4); count > 0; count--) {
      int length = entry + 4 > end ? 0 : LittleEndian.u16(bytes, entry + 2);
      if (length < AccessControlEntry.HEADER_SIZE || length % 4 != 0 || entry + length > end) {
        return false;
      }
      entry += length;
    }
    return true;
  }

  /** Bytes that it takes. */
  public int size() {
    int size = HEADER_SIZE;
    for (AccessControlEntry entry : entries) {
      size += entry.size();
    }
    return size;
  }

  public void put(byte[] bytes, int offset) {
    LittleEndian.put8(bytes, offset, revision);
    LittleEndian.put16(bytes, offset + 2, size());
    LittleEndian.put16(bytes, offset + 4, entries.size());
    int at = offset + HEADER_SIZE;
    for (AccessControlEntry entry : entries) {
      at = entry.put(bytes, at);
    }
  }
}
