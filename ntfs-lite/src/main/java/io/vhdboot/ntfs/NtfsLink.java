package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.Utf16;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where a symbolic link, a junction or a mount point leads. The reparse data of the first (MS-FSCC
 * 2.1.2.4); the other two (2.1.2.5) have no flags, and begin with the names at 8:
 *
 * <pre>
 * 0  2  offset of the substitute name from the begin of the names
 * 2  2  its length in bytes
 * 4  2  offset of the print name
 * 6  2  its length in bytes
 * 8  4  flags; 1: the target is relative to the link's directory, or begins at the volume's root
 * C     the names
 * </pre>
 *
 * The links of the Windows Subsystem for Linux hold a version number of 32 bits, 2, and the target
 * in UTF-8.
 *
 * @param tag one of the four tags below
 * @param target the target as Windows follows it, such as {@code \??\C:\Users} or {@code ..\lib}
 * @param printName the target as it is shown to people, which may be empty
 * @param isRelative whether the target is a path from the link's directory or the volume's root
 */
public record NtfsLink(int tag, String target, String printName, boolean isRelative) {

  /** A symbolic link. */
  public static final int TAG_SYMBOLIC_LINK = 0xA000000C;

  /** A junction, or a mount point of another volume. */
  public static final int TAG_MOUNT_POINT = 0xA0000003;

  /** A symbolic link that the Windows Subsystem for Linux made. */
  public static final int TAG_LINUX_LINK = 0xA000001D;

  private static final int FLAG_RELATIVE = 1;
  private static final int LINUX_VERSION = 2;
  private static final String NT_PREFIX = "\\??\\";

  /**
   * A symbolic link to a target.
   *
   * @param target the target, with backslashes: relative to the link's directory, from the volume's
   *     root (with a backslash at its begin), or with a drive letter
   */
  public static NtfsLink symbolic(String target) {
    boolean isAbsolute = target.length() > 1 && target.charAt(1) == ':';
    return new NtfsLink(
        TAG_SYMBOLIC_LINK, isAbsolute ? NT_PREFIX + target : target, target, !isAbsolute);
  }

  /**
   * A junction to a directory.
   *
   * @param target its path with a drive letter, such as {@code C:\Users}
   */
  public static NtfsLink junction(String target) {
    return new NtfsLink(TAG_MOUNT_POINT, NT_PREFIX + target, target, false);
  }

  /**
   * Reads where a file leads, if it is a link.
   *
   * @throws CorruptFormatException when the link is damaged
   */
  public static Optional<NtfsLink> of(NtfsFile file) throws IOException {
    Optional<byte[]> value = file.reparseData();
    if (value.isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = value.get();
    String source = file + ", $REPARSE_POINT";
    ReparsePoint point = ReparsePoint.get(bytes, 0, bytes.length, source);
    return switch (point.tag()) {
      case TAG_SYMBOLIC_LINK -> Optional.of(names(point, 0x0C, source));
      case TAG_MOUNT_POINT -> Optional.of(names(point, 0x08, source));
      case TAG_LINUX_LINK -> Optional.of(linux(point, source));
      default -> Optional.empty();
    };
  }

  private static NtfsLink names(ReparsePoint point, int begin, String source)
      throws CorruptFormatException {
    byte[] data = point.data();
    if (data.length < begin) {
      throw new CorruptFormatException(
          source, ReparsePoint.HEADER_SIZE, "a link of " + data.length + " bytes has no names");
    }
    boolean isRelative =
        point.tag() == TAG_SYMBOLIC_LINK && (LittleEndian.i32(data, 0x08) & FLAG_RELATIVE) != 0;
    return new NtfsLink(
        point.tag(), name(data, 0, begin, source), name(data, 4, begin, source), isRelative);
  }

  private static String name(byte[] data, int field, int begin, String source)
      throws CorruptFormatException {
    int offset = begin + LittleEndian.u16(data, field);
    int length = LittleEndian.u16(data, field + 2);
    if (offset + length > data.length) {
      throw new CorruptFormatException(
          source,
          ReparsePoint.HEADER_SIZE + field,
          "a name of "
              + length
              + " bytes at "
              + offset
              + " is not within the link's "
              + data.length
              + " bytes");
    }
    return Utf16.get(data, offset, length / 2);
  }

  private static NtfsLink linux(ReparsePoint point, String source) throws CorruptFormatException {
    byte[] data = point.data();
    if (data.length < 4 || LittleEndian.i32(data, 0) != LINUX_VERSION) {
      throw new CorruptFormatException(
          source, ReparsePoint.HEADER_SIZE, "a link of Linux has version " + LINUX_VERSION);
    }
    try {
      String target =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(data, 4, data.length - 4))
              .toString();
      return new NtfsLink(TAG_LINUX_LINK, target, target, !target.startsWith("/"));
    } catch (CharacterCodingException e) {
      throw new CorruptFormatException(
          source, ReparsePoint.HEADER_SIZE + 4, "the target of a link of Linux is not UTF-8", e);
    }
  }

  /** The reparse data of a symbolic link or junction, without the header of 8 bytes. */
  public byte[] toData() {
    if (tag == TAG_LINUX_LINK) {
      byte[] text = target.getBytes(StandardCharsets.UTF_8);
      byte[] data = new byte[4 + text.length];
      LittleEndian.put32(data, 0, LINUX_VERSION);
      System.arraycopy(text, 0, data, 4, text.length);
      return data;
    }
    int begin = tag == TAG_SYMBOLIC_LINK ? 0x0C : 0x08;
    // Windows ends the names of a junction with a NUL each, and those of a symbolic link not.
    int end = tag == TAG_SYMBOLIC_LINK ? 0 : 2;
    int printOffset = 2 * target.length() + end;
    byte[] data = new byte[begin + printOffset + 2 * printName.length() + end];
    LittleEndian.put16(data, 2, 2 * target.length());
    LittleEndian.put16(data, 4, printOffset);
    LittleEndian.put16(data, 6, 2 * printName.length());
    if (tag == TAG_SYMBOLIC_LINK) {
      LittleEndian.put32(data, 0x08, isRelative ? FLAG_RELATIVE : 0);
    }
    Utf16.put(data, begin, target);
    Utf16.put(data, begin + printOffset, printName);
    return data;
  }

  /**
   * The target for people: without the prefix that only the kernel of Windows knows, with the print
   * name where it says more.
   */
  public String displayTarget() {
    if (!printName.isEmpty()) {
      return printName;
    }
    return target.startsWith(NT_PREFIX) ? target.substring(NT_PREFIX.length()) : target;
  }

  /**
   * The drive letter at which the target begins, as a capital.
   *
   * @return nothing for a relative target, and for one on a server or a volume that has no letter
   */
  public Optional<Character> driveLetter() {
    String path = target.startsWith(NT_PREFIX) ? target.substring(NT_PREFIX.length()) : target;
    if (isRelative
        || path.length() < 2
        || path.charAt(1) != ':'
        || (path.charAt(0) | 0x20) < 'a'
        || (path.charAt(0) | 0x20) > 'z') {
      return Optional.empty();
    }
    return Optional.of((char) (path.charAt(0) & ~0x20));
  }

  /** The target behind its drive letter, or the whole of a relative one. */
  String pathOnDrive() {
    if (isRelative) {
      return target;
    }
    int colon = target.indexOf(':');
    return target.substring(colon + 1);
  }
}
