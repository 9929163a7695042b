package io.vhdboot.provisioning.bootfiles;

import io.vhdboot.wim.WimInode;
import java.util.List;
import java.util.Optional;

/**
 * A file that belongs onto a system partition.
 *
 * @param path its path from the root, a name per element
 * @param attributes its FILE_ATTRIBUTE flags
 * @param source the file of the image that it is a copy of; nothing for one that starts as zeros
 * @param zeros how many zero bytes it has where it has no source
 */
public record BootFile(List<String> path, int attributes, Optional<WimInode> source, int zeros) {

  /** Takes a copy. */
  public BootFile {
    path = List.copyOf(path);
  }

  /** Its size in bytes. */
  public long size() {
    return source
        .map(inode -> inode.data().map(data -> data.size()).orElse(0L))
        .orElse((long) zeros);
  }

  @Override
  public String toString() {
    return "\\" + String.join("\\", path);
  }
}
