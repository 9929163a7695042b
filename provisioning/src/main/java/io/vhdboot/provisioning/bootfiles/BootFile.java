package io.vhdboot.provisioning.bootfiles;

import java.util.List;
import java.util.Optional;

/**
 * A file that belongs onto a system partition.
 *
 * @param path its path from the root, a name per element
 * @param attributes its FILE_ATTRIBUTE flags
 * @param source the file that it is a copy of; nothing for one with content of its own
 * @param ownContent the content of one that is no copy; not to be changed
 */
public record BootFile(
    List<String> path, int attributes, Optional<BootSource> source, byte[] ownContent) {

  /** What Windows marks new files with. */
  static final int ARCHIVE = 0x20;

  /** Hidden and system, as bcdboot marks the store. */
  static final int HIDDEN_SYSTEM_ARCHIVE = 0x26;

  /** The boot manager's log, which it rewrites in place: all zeros in the beginning. */
  private static final int BOOT_STATUS_SIZE = 65_536;

  /** Takes a copy of the path. */
  public BootFile {
    path = List.copyOf(path);
  }

  /** A copy of a file. */
  static BootFile copy(BootSource source, List<String> path, int attributes) {
    return new BootFile(path, attributes, Optional.of(source), new byte[0]);
  }

  /** A file with content of its own. */
  public static BootFile of(List<String> path, int attributes, byte[] content) {
    return new BootFile(path, attributes, Optional.empty(), content);
  }

  /** The boot manager's log in a folder. */
  static BootFile status(List<String> folder) {
    return of(
        BootFolders.child(folder, "BOOTSTAT.DAT"),
        HIDDEN_SYSTEM_ARCHIVE,
        new byte[BOOT_STATUS_SIZE]);
  }

  /** Its size in bytes. */
  public long size() {
    return source.map(BootSource::size).orElse((long) ownContent.length);
  }

  @Override
  public String toString() {
    return "\\" + String.join("\\", path);
  }
}
