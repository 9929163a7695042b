package io.vhdboot.disk.nio;

import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The file systems of a provider that are open, by the names that their URIs have. Safe for several
 * threads.
 *
 * @param <F> the provider's file systems
 */
public final class OpenFileSystems<F extends FileSystem> {

  private final Map<String, F> byName = new HashMap<>();
  private final BiConsumer<F, String> named;

  /**
   * Begins with none.
   *
   * @param named is told the name of each file system, before others can find it
   */
  public OpenFileSystems(BiConsumer<F, String> named) {
    this.named = named;
  }

  /**
   * Refuses a name that one has, before what is costly.
   *
   * @throws FileSystemAlreadyExistsException when one has that name
   */
  public synchronized void requireFree(String name) {
    if (byName.containsKey(name)) {
      throw new FileSystemAlreadyExistsException(name);
    }
  }

  /**
   * Adds a file system under its name.
   *
   * @throws FileSystemAlreadyExistsException when another has that name
   */
  public synchronized void add(String name, F fileSystem) {
    requireFree(name);
    named.accept(fileSystem, name);
    byName.put(name, fileSystem);
  }

  /** Adds a file system under a name like this that no other has. */
  public synchronized void addAs(String name, F fileSystem) {
    String free = name;
    for (int i = 2; byName.containsKey(free); i++) {
      free = name + "~" + i;
    }
    add(free, fileSystem);
  }

  /**
   * The file system of a name.
   *
   * @throws FileSystemNotFoundException when none is open
   */
  public synchronized F get(String name) {
    F found = byName.get(name);
    if (found == null) {
      throw new FileSystemNotFoundException(name);
    }
    return found;
  }

  /** Removes a file system, if it is the one of that name. */
  public synchronized void remove(String name, F fileSystem) {
    byName.remove(name, fileSystem);
  }
}
