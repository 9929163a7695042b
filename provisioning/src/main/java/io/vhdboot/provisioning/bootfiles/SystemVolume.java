package io.vhdboot.provisioning.bootfiles;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A volume that machines start from, to put boot files onto. */
interface SystemVolume {

  /** Whether there is a file. */
  boolean contains(List<String> path) throws IOException;

  /** The content of a file; nothing where there is none. */
  Optional<BlockDevice> read(List<String> path) throws IOException;

  /** When a file was last changed, in units of 100 ns since 1601; nothing where there is none. */
  OptionalLong modified(List<String> path) throws IOException;

  /**
   * Puts a file, in the place of one that may be there; folders are made where they are missing. It
   * appears under its name when it is complete.
   *
   * @param content the content, of the file's size
   */
  void put(BootFile file, BlockDevice content) throws IOException;

  /** Deletes a file, if there is one. */
  void delete(List<String> path) throws IOException;

  /** Makes all that was put durable. */
  void flush() throws IOException;
}
