package io.vhdboot.udf;

import java.io.IOException;

/** Is shown every file of a disc. */
@FunctionalInterface
public interface DiscVisitor {

  /**
   * Sees a file.
   *
   * @param path its path from the root, with slashes, without one at the front
   * @param file the file
   */
  void visit(String path, DiscFile file) throws IOException;
}
