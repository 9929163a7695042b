package io.vhdboot.fat;

import java.io.IOException;

/** Is told of the files of a volume. */
@FunctionalInterface
public interface FatVisitor {

  /**
   * Is told of a file or directory.
   *
   * @param path its names from the root, separated by slashes
   */
  void visit(String path, FatFile file) throws IOException;
}
