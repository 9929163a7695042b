package io.vhdboot.fat;

import io.vhdboot.disk.LittleEndian;
import java.util.Arrays;
import java.util.Locale;

/**
 * An entry of a directory, with a file's short name and all that is known of the file:
 *
 * <pre>
 * 00 11  name: 8 characters and 3 of the extension, with blanks behind; the first byte is E5h in
 *        an entry that is free, 0 in one behind which all are, and 05h stands for E5h
 * 0B  1  attributes
 * 0C  1  8: the name is in small letters, 10h: the extension is
 * 0D  1  hundredths of a second of the creation, 0 to 199
 * 0E  4  time and date of creation
 * 12  2  date of the last access
 * 14  2  high half of the first cluster; 0 before FAT32
 * 16  4  time and date of the last change
 * 1A  2  low half of the first cluster
 * 1C  4  size in bytes; 0 of a directory
 * </pre>
 *
 * <p>Source: Microsoft's FAT specification, "Directory structure"; byte 0C as Windows NT and Linux
 * use it.
 *
 * @param bytes the entry
 */
record ShortEntry(byte[] bytes) {

  static final int SIZE = 32;
  static final int NAME_LENGTH = 11;
  static final int FREE = 0xE5;
  static final int END = 0;
  private static final int BASE_LENGTH = 8;
  private static final int ATTRIBUTES = 0x0B;
  private static final int KANJI_E5 = 0x05;
  private static final int SMALL_BASE = 0x08;
  private static final int SMALL_EXTENSION = 0x10;

  static ShortEntry get(byte[] bytes, int offset) {
    return new ShortEntry(Arrays.copyOfRange(bytes, offset, offset + SIZE));
  }

  /** The entry with the volume's label. */
  static ShortEntry label(byte[] label, FatTime time) {
    byte[] bytes = new byte[SIZE];
    System.arraycopy(label, 0, bytes, 0, NAME_LENGTH);
    bytes[ATTRIBUTES] = FatAttributes.VOLUME_LABEL;
    ShortEntry entry = new ShortEntry(bytes);
    return entry.withModified(time);
  }

  /** A new entry: no cluster, no size. */
  static ShortEntry of(byte[] name, int caseFlags, int attributes, FatTime time) {
    byte[] bytes = new byte[SIZE];
    System.arraycopy(name, 0, bytes, 0, NAME_LENGTH);
    bytes[ATTRIBUTES] = (byte) attributes;
    bytes[0x0C] = (byte) caseFlags;
    return new ShortEntry(bytes).withCreated(time).withModified(time).withAccessed(time);
  }

  /** The 11 bytes of a short name in capitals. */
  static byte[] nameBytes(String name) {
    byte[] bytes = new byte[NAME_LENGTH];
    Arrays.fill(bytes, (byte) ' ');
    if (name.equals(".") || name.equals("..")) {
      Arrays.fill(bytes, 0, name.length(), (byte) '.');
      return bytes;
    }
    int dot = name.lastIndexOf('.');
    int base = dot < 0 ? name.length() : dot;
    for (int i = 0; i < base; i++) {
      bytes[i] = (byte) name.charAt(i);
    }
    for (int i = base + 1; i < name.length(); i++) {
      bytes[BASE_LENGTH + i - base - 1] = (byte) name.charAt(i);
    }
    return bytes;
  }

  /**
   * The flags by which a short name is shown as a name of small letters; -1 where it cannot be,
   * since a part has letters of both kinds.
   */
  static int caseFlags(String name) {
    int dot = name.lastIndexOf('.');
    String base = dot < 0 ? name : name.substring(0, dot);
    String extension = dot < 0 ? "" : name.substring(dot + 1);
    int flags = 0;
    for (String part : new String[] {base, extension}) {
      boolean isSmall = part.equals(part.toLowerCase(Locale.ROOT));
      if (!isSmall && !part.equals(part.toUpperCase(Locale.ROOT))) {
        return -1;
      }
      boolean hasLetters = !part.equals(part.toUpperCase(Locale.ROOT));
      flags |= hasLetters ? part == base ? SMALL_BASE : SMALL_EXTENSION : 0;
    }
    return flags;
  }

  boolean isEnd() {
    return bytes[0] == END;
  }

  boolean isFree() {
    return (bytes[0] & 0xFF) == FREE || isEnd();
  }

  boolean isLongName() {
    return (bytes[ATTRIBUTES] & FatAttributes.LONG_NAME_MASK) == FatAttributes.LONG_NAME;
  }

  boolean isLabel() {
    return !isLongName() && (bytes[ATTRIBUTES] & FatAttributes.VOLUME_LABEL) != 0;
  }

  /** Whether it stands for the directory itself or its parent. */
  boolean isDot() {
    return bytes[0] == '.';
  }

  boolean isDirectory() {
    return (bytes[ATTRIBUTES] & FatAttributes.DIRECTORY) != 0;
  }

  int attributes() {
    return bytes[ATTRIBUTES] & (FatAttributes.SETTABLE | FatAttributes.DIRECTORY);
  }

  /** The number that the pieces of the long name repeat. */
  int checksum() {
    return checksum(bytes);
  }

  static int checksum(byte[] name) {
    int sum = 0;
    for (int i = 0; i < NAME_LENGTH; i++) {
      sum = ((sum & 1) << 7) + (sum >> 1) + (name[i] & 0xFF) & 0xFF;
    }
    return sum;
  }

  /** The label, of an entry that has one. */
  String label() {
    return OemCodePage.decode(bytes, 0, NAME_LENGTH).stripTrailing();
  }

  /** The short name in capitals. */
  String shortName() {
    return name(0);
  }

  /** The short name as it is shown where there is no long one. */
  String displayName() {
    return name(bytes[0x0C]);
  }

  private String name(int flags) {
    byte[] name = Arrays.copyOf(bytes, NAME_LENGTH);
    if (name[0] == KANJI_E5) {
      name[0] = (byte) FREE;
    }
    String base = part(name, 0, BASE_LENGTH, (flags & SMALL_BASE) != 0);
    String extension = part(name, BASE_LENGTH, 3, (flags & SMALL_EXTENSION) != 0);
    return extension.isEmpty() ? base : base + "." + extension;
  }

  /** Characters that would mean something in a path cannot be in a name. */
  private static String part(byte[] name, int offset, int length, boolean isSmall) {
    String part =
        OemCodePage.decode(name, offset, length)
            .stripTrailing()
            .replaceAll("[\\x00-\\x1F/\\\\]", "_");
    return isSmall ? part.toLowerCase(Locale.ROOT) : part;
  }

  long firstCluster(FatType type) {
    long low = LittleEndian.u16(bytes, 0x1A);
    return type == FatType.FAT32 ? low | (long) LittleEndian.u16(bytes, 0x14) << 16 : low;
  }

  long size() {
    return LittleEndian.u32(bytes, 0x1C);
  }

  FatTime created() {
    return new FatTime(
        LittleEndian.u16(bytes, 0x10), LittleEndian.u16(bytes, 0x0E), LittleEndian.u8(bytes, 0x0D));
  }

  FatTime accessed() {
    return new FatTime(LittleEndian.u16(bytes, 0x12), 0, 0);
  }

  FatTime modified() {
    return new FatTime(LittleEndian.u16(bytes, 0x18), LittleEndian.u16(bytes, 0x16), 0);
  }

  ShortEntry withAttributes(int attributes) {
    byte[] copy = bytes.clone();
    copy[ATTRIBUTES] =
        (byte) (copy[ATTRIBUTES] & ~FatAttributes.SETTABLE | attributes & FatAttributes.SETTABLE);
    return new ShortEntry(copy);
  }

  ShortEntry withContent(long firstCluster, long size) {
    byte[] copy = bytes.clone();
    LittleEndian.put16(copy, 0x14, (int) (firstCluster >> 16));
    LittleEndian.put16(copy, 0x1A, (int) firstCluster);
    LittleEndian.put32(copy, 0x1C, size);
    return new ShortEntry(copy);
  }

  ShortEntry withCreated(FatTime time) {
    byte[] copy = bytes.clone();
    copy[0x0D] = (byte) time.hundredths();
    LittleEndian.put16(copy, 0x0E, time.time());
    LittleEndian.put16(copy, 0x10, time.date());
    return new ShortEntry(copy);
  }

  ShortEntry withModified(FatTime time) {
    byte[] copy = bytes.clone();
    LittleEndian.put16(copy, 0x16, time.time());
    LittleEndian.put16(copy, 0x18, time.date());
    return new ShortEntry(copy);
  }

  ShortEntry withAccessed(FatTime time) {
    byte[] copy = bytes.clone();
    LittleEndian.put16(copy, 0x12, time.date());
    return new ShortEntry(copy);
  }

  /** The same file under another short name. */
  ShortEntry withName(byte[] name, int caseFlags) {
    byte[] copy = bytes.clone();
    System.arraycopy(name, 0, copy, 0, NAME_LENGTH);
    copy[0x0C] = (byte) caseFlags;
    return new ShortEntry(copy);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ShortEntry entry && Arrays.equals(bytes, entry.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
