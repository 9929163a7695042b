package io.vhdboot.ntfs.nio;

import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsLinks;

/**
 * What a path leads to: a file, or a named stream of it.
 *
 * @param place where the file is
 * @param stream the stream's name as the path has it, empty for the file itself
 */
record Node(NtfsLinks.Place place, String stream) {

  /** The file. */
  NtfsFile file() {
    return place.file();
  }

  /** The name of the file in its directory; empty for the root. */
  String name() {
    return isRoot() ? "" : place.names().get(place.names().size() - 1);
  }

  /** Whether it is a named stream. */
  boolean isNamedStream() {
    return !stream.isEmpty();
  }

  /** Whether it is the root directory. */
  boolean isRoot() {
    return place.names().isEmpty();
  }

  /** Whether another is the same file, or the same stream of it. */
  boolean isSame(Node other, NtfsFileSystem fileSystem) {
    return file().reference() == other.file().reference()
        && fileSystem.capitals(stream).equals(fileSystem.capitals(other.stream));
  }
}
