package io.vhdboot.imaging.apply;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.Utf16;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where a symbolic link or junction leads, from its reparse data as a WIM holds it:
 *
 * <pre>
 * symbolic link (A000000Ch), junction (A0000003h)
 *   00 2  offset of the substitute name, in what follows the header
 *   02 2  its length
 *   04 2  offset of the name that is shown
 *   06 2  its length
 *   08 4  1: the target is relative (symbolic link only)
 *         both names, UTF-16
 * link of Linux (A000001Dh)
 *   00 4  version, 2
 *         the target, UTF-8
 * </pre>
 *
 * <p>Source: MS-FSCC 2.1.2.4 and 2.1.2.5; for Linux's, the Windows Subsystem for Linux.
 *
 * @param text the target as it is stored: names separated by backslashes, or Linux's path
 * @param isRelative whether it begins in the link's own directory
 * @param isLinux whether it is a path of Linux
 */
record LinkTarget(String text, boolean isRelative, boolean isLinux) {

  static final int SYMBOLIC_LINK = 0xA000000C;
  static final int JUNCTION = 0xA0000003;
  static final int LINUX_LINK = 0xA000001D;

  private static final int JUNCTION_HEADER = 8;
  private static final int LINK_HEADER = 12;
  private static final int LINUX_HEADER = 4;
  private static final int RELATIVE = 1;

  /** Where names of the kernel begin that are paths of Windows. */
  private static final String KERNEL_PREFIX = "\\??\\";

  /** Whether a tag is that of a link. */
  static boolean isLink(int tag) {
    return tag == SYMBOLIC_LINK || tag == JUNCTION || tag == LINUX_LINK;
  }

  /** Reads the data of a link; nothing when they are damaged. */
  static Optional<LinkTarget> of(int tag, byte[] data) {
    if (tag == LINUX_LINK) {
      return data.length <= LINUX_HEADER
          ? Optional.empty()
          : Optional.of(
              new LinkTarget(
                  new String(
                      data, LINUX_HEADER, data.length - LINUX_HEADER, StandardCharsets.UTF_8),
                  data[LINUX_HEADER] != '/',
                  true));
    }
    int header = tag == SYMBOLIC_LINK ? LINK_HEADER : JUNCTION_HEADER;
    if (data.length < header) {
      return Optional.empty();
    }
    int begin = header + LittleEndian.u16(data, 0);
    int length = LittleEndian.u16(data, 2);
    if (length == 0 || (length & 1) != 0 || begin + length > data.length) {
      return Optional.empty();
    }
    boolean isRelative = tag == SYMBOLIC_LINK && (LittleEndian.u32(data, 8) & RELATIVE) != 0;
    return Optional.of(new LinkTarget(Utf16.get(data, begin, length / 2), isRelative, false));
  }

  /** The target without the drive, from the root of its volume; nothing where it is elsewhere. */
  Optional<String> fromRoot() {
    String path = text.startsWith(KERNEL_PREFIX) ? text.substring(KERNEL_PREFIX.length()) : text;
    boolean hasDrive =
        path.length() >= 2 && path.charAt(1) == ':' && Character.isLetter(path.charAt(0));
    if (hasDrive) {
      path = path.substring(2);
    } else if (text.startsWith(KERNEL_PREFIX) || path.startsWith("\\\\")) {
      // A volume by its GUID, or another machine.
      return Optional.empty();
    }
    return path.startsWith("\\") ? Optional.of(path) : Optional.of("\\" + path);
  }

  /**
   * The target as a path of a Unix host.
   *
   * @param root the path of the folder that stands for the root of the image, empty for the host's
   *     own root
   * @return nothing where it leads out of the volume
   */
  Optional<String> onUnix(String root) {
    if (isLinux) {
      return Optional.of(text);
    }
    if (isRelative && !text.startsWith("\\")) {
      return Optional.of(text.replace('\\', '/'));
    }
    return fromRoot().map(path -> root + path.replace('\\', '/'));
  }

  /**
   * The data of a link whose target is put below another root: what applying with fix-ups means.
   *
   * @param data the data as they are
   * @param root the path of the new root on its volume, such as {@code \folder}
   * @return the data with the new target; the same where it leads out of the volume, is relative,
   *     or the link would become too long
   */
  static byte[] below(String root, int tag, byte[] data) {
    LinkTarget target = of(tag, data).orElse(null);
    if (target == null || target.isLinux || target.isRelative || target.fromRoot().isEmpty()) {
      return data;
    }
    String path = target.fromRoot().get();
    String drive = target.text.substring(0, target.text.length() - path.length());
    if (!target.text.endsWith(path)) {
      return data;
    }
    String substitute = drive + root + path;
    String shown =
        substitute.startsWith(KERNEL_PREFIX)
            ? substitute.substring(KERNEL_PREFIX.length())
            : substitute;
    int header = tag == SYMBOLIC_LINK ? LINK_HEADER : JUNCTION_HEADER;
    // Each name is followed by a NUL, as Windows writes junctions.
    int size = header + 2 * (substitute.length() + 1 + shown.length() + 1);
    if (size > MAX_SIZE) {
      return data;
    }
    byte[] made = new byte[size];
    LittleEndian.put16(made, 0, 0);
    LittleEndian.put16(made, 2, 2 * substitute.length());
    LittleEndian.put16(made, 4, 2 * (substitute.length() + 1));
    LittleEndian.put16(made, 6, 2 * shown.length());
    Utf16.put(made, header, substitute);
    Utf16.put(made, header + 2 * (substitute.length() + 1), shown);
    return made;
  }

  /** What NTFS takes, with the header that a WIM leaves out. */
  private static final int MAX_SIZE = (16 << 10) - 8;
}
