package io.vhdboot.ntfs;

import java.io.IOException;

/** Is shown the files below a directory, by {@link NtfsFile#walk}. */
@FunctionalInterface
public interface NtfsVisitor {

  /**
   * Visits a file or directory; a directory before what is in it.
   *
   * @param path its path from where the walk began, with slashes between names
   * @param entry what its directory says of it
   * @return whether to go into it, if it is a directory
   */
  boolean visit(String path, NtfsDirectoryEntry entry) throws IOException;

  /**
   * A directory could not be read to its end. Ends the walk by throwing the exception; an
   * implementation that returns instead lets the walk go on with what follows the directory.
   *
   * @param path the directory's path
   * @param problem what is wrong
   */
  default void failed(String path, IOException problem) throws IOException {
    throw problem;
  }
}
