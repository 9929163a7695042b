package io.vhdboot.udf.nio;

import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.util.HashMap;
import java.util.Map;

/** The file systems that are open, by the names that their URIs have. Safe for several threads. */
final class OpenDiscs {

  private static final Map<String, DiscFileSystem> BY_NAME = new HashMap<>();

  private OpenDiscs() {}

  /**
   * Adds a file system under its name.
   *
   * @throws FileSystemAlreadyExistsException when another has that name
   */
  static synchronized void add(String name, DiscFileSystem fileSystem) {
    if (BY_NAME.containsKey(name)) {
      throw new FileSystemAlreadyExistsException(name);
    }
    fileSystem.setName(name);
    BY_NAME.put(name, fileSystem);
  }

  /** Adds a file system under a name like this that no other has. */
  static synchronized DiscFileSystem addAs(String name, DiscFileSystem fileSystem) {
    String free = name;
    for (int i = 2; BY_NAME.containsKey(free); i++) {
      free = name + "~" + i;
    }
    add(free, fileSystem);
    return fileSystem;
  }

  /**
   * The file system of a name.
   *
   * @throws FileSystemNotFoundException when none is open
   */
  static synchronized DiscFileSystem get(String name) {
    DiscFileSystem found = BY_NAME.get(name);
    if (found == null) {
      throw new FileSystemNotFoundException(name);
    }
    return found;
  }

  static synchronized boolean isOpen(String name) {
    return BY_NAME.containsKey(name);
  }

  static synchronized void remove(String name, DiscFileSystem fileSystem) {
    BY_NAME.remove(name, fileSystem);
  }
}
