package io.vhdboot.usb;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What is mounted on a Linux, as {@code /proc/PID/mountinfo} tells (proc(5)): identifier, parent,
 * major:minor, root, mount point, options, optional fields up to a hyphen, type of file system,
 * source, options of the file system. Blanks in names stand as octal numbers.
 */
final class MountTable {

  private static final int LEAST_FIELDS = 10;

  private MountTable() {}

  /**
   * Something that is mounted.
   *
   * @param device major:minor of what is mounted, or of nothing that is a disk
   * @param mountPoint where
   * @param type the type of file system
   * @param source what was mounted, as the file system calls it
   * @param options the options of the file system
   */
  record Mount(String device, String mountPoint, String type, String source, List<String> options) {

    /** Whether a path is at or below the mount point. */
    boolean contains(String path) {
      return mountPoint.equals("/") || path.equals(mountPoint) || path.startsWith(mountPoint + "/");
    }
  }

  static List<Mount> parse(String mountinfo) {
    List<Mount> mounts = new ArrayList<>();
    for (String line : mountinfo.split("\n")) {
      List<String> fields = List.of(line.split(" "));
      int hyphen =
          fields.size() < LEAST_FIELDS ? -1 : fields.subList(6, fields.size()).indexOf("-");
      if (hyphen < 0 || fields.size() < hyphen + 6 + 4) {
        continue;
      }
      int type = hyphen + 7;
      mounts.add(
          new Mount(
              fields.get(2),
              unescape(fields.get(4)),
              fields.get(type),
              unescape(fields.get(type + 1)),
              List.of(unescape(fields.get(type + 2)).split(","))));
    }
    return mounts;
  }

  /** The mounts through which a path is reached: of those with the longest mount point, all. */
  static List<Mount> containing(List<Mount> mounts, String path) {
    int longest = -1;
    List<Mount> found = new ArrayList<>();
    for (Mount mount : mounts) {
      int length = mount.mountPoint().length();
      if (mount.contains(path) && length >= longest) {
        if (length > longest) {
          found.clear();
        }
        longest = length;
        found.add(mount);
      }
    }
    return found;
  }

  /** Turns {@code \040} and the like into what they stand for. */
  static String unescape(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] plain = new byte[bytes.length];
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\\' && i + 3 < bytes.length && isOctal(bytes, i + 1)) {
        plain[length++] =
            (byte) ((bytes[i + 1] - '0') << 6 | (bytes[i + 2] - '0') << 3 | (bytes[i + 3] - '0'));
        i += 3;
      } else {
        plain[length++] = bytes[i];
      }
    }
    return new String(plain, 0, length, StandardCharsets.UTF_8);
  }

  private static boolean isOctal(byte[] bytes, int from) {
    for (int i = from; i < from + 3; i++) {
      if (bytes[i] < '0' || bytes[i] > '7') {
        return false;
      }
    }
    return true;
  }
}
