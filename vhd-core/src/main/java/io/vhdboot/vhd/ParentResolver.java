package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * Finds the files of parents, as seen from one child: in a folder of the host, or in a folder of a
 * volume within an image.
 */
@FunctionalInterface
public interface ParentResolver {

  /** Finds nothing. */
  ParentResolver NONE = path -> Optional.empty();

  /**
   * A file that was found.
   *
   * @param file the file, open for reading; whoever asked closes it
   * @param modified when it was last changed, where that is known
   * @param parents finds this file's own parents
   */
  record Found(BlockDevice file, Optional<Instant> modified, ParentResolver parents) {}

  /**
   * Opens what is at a path. Whether it is the right file, the caller sees by its unique id.
   *
   * @return nothing when no file is there
   */
  Optional<Found> find(ParentPath path) throws IOException;

  /**
   * Finds parents on the host from the place of a child there. Names are found in any case; where
   * an absolute path leads nowhere, as one of another machine does, the file of its last name in
   * the child's folder is found.
   */
  static ParentResolver beside(Path child) {
    return new HostParents(child);
  }
}
