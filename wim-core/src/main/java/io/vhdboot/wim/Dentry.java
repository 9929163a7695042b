package io.vhdboot.wim;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.Utf16;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An entry of a directory in an image's metadata, aligned to 8 bytes:
 *
 * <pre>
 * 00   8  length of this entry without its stream entries; 8 or less ends the directory
 * 08   4  attributes
 * 0C   4  index of the security descriptor, -1 for none
 * 10   8  offset of the first child, 0 for none
 * 18  16  unused
 * 28   8  creation time
 * 30   8  last access
 * 38   8  last write
 * 40  20  SHA-1 of the main stream
 * 54   4  unknown
 * 58   8  reparse point: tag 4, reserved 2, flags 2 (01h: target left as it was at capture);
 *         anything else: id of the hard-link group, 0 for none
 * 60   2  number of {@link StreamEntry stream entries} that follow
 * 62   2  length of the short name in bytes
 * 64   2  length of the name in bytes
 * 66      name, UTF-16, and a NUL when there is a name; then the short name likewise; padding to
 *         8; {@link TaggedItem tagged items} up to the length
 * </pre>
 */
final class Dentry {

  static final int FIXED_SIZE = 102;

  /** Bytes that end a directory, zeros. */
  static final int END_SIZE = 8;

  static final int NO_SECURITY = -1;

  private static final int NUL_SIZE = 2;
  private static final int REPARSE_NOT_FIXED = 0x1;
  private static final int MAX_NAME_BYTES = 0xFFFE;

  String name = "";
  String shortName = "";
  int attributes;
  int securityId = NO_SECURITY;
  long childOffset;
  long creationTime;
  long lastAccessTime;
  long lastWriteTime;
  Sha1 mainSha1 = Sha1.ZERO;
  int unknown;

  /** The eight bytes at 58h, whatever they mean. */
  long linkOrReparse;

  List<StreamEntry> streams = List.of();
  List<TaggedItem> items = List.of();

  /** Where the next entry of the directory begins. */
  int end;

  /** Whether an entry ends its directory. */
  static boolean isEnd(String source, byte[] metadata, long at) throws CorruptFormatException {
    if (at < 0 || (at & 7) != 0 || at > metadata.length - END_SIZE) {
      throw new CorruptFormatException(
          source, at, "no entry can begin here; the metadata have " + metadata.length + " bytes");
    }
    return Long.compareUnsigned(LittleEndian.i64(metadata, (int) at), END_SIZE) <= 0;
  }

  /** Reads the entry at an offset that {@link #isEnd} has been asked about. */
  static Dentry parse(String source, byte[] metadata, int at) throws CorruptFormatException {
    long length = LittleEndian.i64(metadata, at);
    if (length < FIXED_SIZE || length > metadata.length - at) {
      throw new CorruptFormatException(
          source,
          at,
          "an entry of "
              + Long.toUnsignedString(length)
              + " bytes; 102 to "
              + (metadata.length - at)
              + " can be");
    }
    Dentry dentry = new Dentry();
    dentry.attributes = LittleEndian.i32(metadata, at + 0x08);
    dentry.securityId = LittleEndian.i32(metadata, at + 0x0C);
    dentry.childOffset = LittleEndian.i64(metadata, at + 0x10);
    dentry.creationTime = LittleEndian.i64(metadata, at + 0x28);
    dentry.lastAccessTime = LittleEndian.i64(metadata, at + 0x30);
    dentry.lastWriteTime = LittleEndian.i64(metadata, at + 0x38);
    dentry.mainSha1 = Sha1.get(metadata, at + 0x40);
    dentry.unknown = LittleEndian.i32(metadata, at + 0x54);
    dentry.linkOrReparse = LittleEndian.i64(metadata, at + 0x58);
    int streamCount = LittleEndian.u16(metadata, at + 0x60);
    int shortLength = LittleEndian.u16(metadata, at + 0x62);
    int nameLength = LittleEndian.u16(metadata, at + 0x64);
    int names = bytesWithNul(nameLength) + bytesWithNul(shortLength);
    if (FIXED_SIZE + names > length || nameLength % 2 != 0 || shortLength % 2 != 0) {
      throw new CorruptFormatException(
          source,
          at,
          "names of "
              + nameLength
              + " and "
              + shortLength
              + " bytes cannot be in an entry of "
              + length);
    }
    dentry.name = name(metadata, at + FIXED_SIZE, nameLength);
    dentry.shortName = name(metadata, at + FIXED_SIZE + bytesWithNul(nameLength), shortLength);
    int items = (int) Padding.to8(at + FIXED_SIZE + names);
    dentry.items = TaggedItem.parse(metadata, items, at + (int) length);
    dentry.end = (int) Math.min(Padding.to8(at + length), metadata.length);
    if (streamCount != 0) {
      dentry.readStreams(source, metadata, streamCount);
    }
    return dentry;
  }

  private void readStreams(String source, byte[] metadata, int count)
      throws CorruptFormatException {
    if (count > (metadata.length - end) / StreamEntry.FIXED_SIZE) {
      throw new CorruptFormatException(
          source, end, "metadata have no room for the " + count + " stream entries of a file");
    }
    List<StreamEntry> entries = new ArrayList<>(count);
    int[] next = {end};
    for (int i = 0; i < count; i++) {
      entries.add(StreamEntry.parse(source, metadata, next[0], next));
    }
    end = next[0];
    streams = entries;
  }

  /** Puts this entry with its streams; {@link #size()} bytes, of which unused ones are zero. */
  void put(byte[] bytes, int at) {
    int length = lengthWithoutStreams();
    LittleEndian.put64(bytes, at, length);
    LittleEndian.put32(bytes, at + 0x08, attributes);
    LittleEndian.put32(bytes, at + 0x0C, securityId);
    LittleEndian.put64(bytes, at + 0x10, childOffset);
    LittleEndian.put64(bytes, at + 0x28, creationTime);
    LittleEndian.put64(bytes, at + 0x30, lastAccessTime);
    LittleEndian.put64(bytes, at + 0x38, lastWriteTime);
    mainSha1.put(bytes, at + 0x40);
    LittleEndian.put32(bytes, at + 0x54, unknown);
    LittleEndian.put64(bytes, at + 0x58, linkOrReparse);
    LittleEndian.put16(bytes, at + 0x60, streams.size());
    LittleEndian.put16(bytes, at + 0x62, 2 * shortName.length());
    LittleEndian.put16(bytes, at + 0x64, 2 * name.length());
    int behind = at + FIXED_SIZE;
    Utf16.put(bytes, behind, name);
    behind += bytesWithNul(2 * name.length());
    Utf16.put(bytes, behind, shortName);
    behind = (int) Padding.to8(behind + bytesWithNul(2 * shortName.length()));
    for (TaggedItem item : items) {
      item.put(bytes, behind);
      behind += item.size();
    }
    for (StreamEntry stream : streams) {
      stream.put(bytes, behind);
      behind += stream.size();
    }
  }

  /** Bytes that this entry takes with its streams. */
  int size() {
    int size = lengthWithoutStreams();
    for (StreamEntry stream : streams) {
      size += stream.size();
    }
    return size;
  }

  private int lengthWithoutStreams() {
    int size =
        (int)
            Padding.to8(
                FIXED_SIZE
                    + bytesWithNul(2 * name.length())
                    + bytesWithNul(2 * shortName.length()));
    for (TaggedItem item : items) {
      size += item.size();
    }
    return size;
  }

  /** The tag in a reparse point's eight bytes at 58h. */
  static int reparseTag(long linkOrReparse) {
    return (int) linkOrReparse;
  }

  /** The reserved bits in a reparse point's eight bytes at 58h. */
  static int reparseReserved(long linkOrReparse) {
    return (int) (linkOrReparse >>> 32) & 0xFFFF;
  }

  /** Whether a reparse point's eight bytes at 58h say that its target was left as it was. */
  static boolean isReparseNotFixed(long linkOrReparse) {
    return (linkOrReparse >>> 48 & REPARSE_NOT_FIXED) != 0;
  }

  void setReparse(int tag, int reserved, boolean notFixed) {
    linkOrReparse =
        Integer.toUnsignedLong(tag)
            | (long) reserved << 32
            | (notFixed ? (long) REPARSE_NOT_FIXED << 48 : 0);
  }

  private static int bytesWithNul(int nameLength) {
    return nameLength == 0 ? 0 : nameLength + NUL_SIZE;
  }

  /** Whether an entry has room for a name. */
  static boolean canHold(String name) {
    return 2L * name.length() <= MAX_NAME_BYTES;
  }

  /** Reads a name as the 16-bit units that it is, whether they are text or not. */
  static String name(byte[] bytes, int at, int length) {
    if (length == 0) {
      return "";
    }
    boolean latin = true;
    for (int i = at + 1; i < at + length; i += 2) {
      latin &= bytes[i] == 0;
    }
    if (latin) {
      byte[] narrow = new byte[length / 2];
      for (int i = 0; i < narrow.length; i++) {
        narrow[i] = bytes[at + 2 * i];
      }
      return new String(narrow, StandardCharsets.ISO_8859_1);
    }
    return Utf16.get(bytes, at, length / 2);
  }
}
