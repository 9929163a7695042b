package io.vhdboot.servicing;

import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.hive.Hive;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A hive of a Windows as a file with its transaction logs beside it.
 *
 * <p>It is saved so that after a stop at any moment the old content or the new one is there: on the
 * host a new file takes the old one's name. Elsewhere, which means inside an image, the change goes
 * through a transaction log, so that the file stays the one it was, with its protection, and an
 * image grows by little.
 */
final class StoredHive {

  private static final List<String> LOGS = List.of(".LOG1", ".LOG", ".LOG2");

  private final Path file;

  private StoredHive(Path file) {
    this.file = file;
  }

  static Optional<StoredHive> find(WindowsFolder windows, WindowsHive hive) throws IOException {
    return windows.findFile(hive.path()).map(StoredHive::new);
  }

  /**
   * A hive that lies elsewhere, such as a boot store.
   *
   * @throws NoSuchFileException when there is no such file
   */
  static StoredHive at(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return new StoredHive(file);
  }

  /** The hive's file. */
  Path file() {
    return file;
  }

  /** Something that is read of a hive. */
  interface Reading {
    void of(Hive hive) throws IOException;
  }

  /** Reads no more of the hive than is looked at; it must not be used afterwards. */
  void look(Reading reading) throws IOException {
    List<Closeable> opened = new ArrayList<>();
    try {
      PathDevice device = PathDevice.openReadOnly(file);
      opened.add(device);
      reading.of(Hive.open(device, openLogs(opened)));
    } finally {
      close(opened);
    }
  }

  /**
   * Reads all of the hive into memory, to be edited.
   *
   * @param time the time stamped on what is edited
   * @param asItIs whether changes that missing logs would hold are given up
   */
  Hive read(Instant time, boolean asItIs) throws IOException {
    List<Closeable> opened = new ArrayList<>();
    try {
      PathDevice device = PathDevice.openReadOnly(file);
      opened.add(device);
      Hive hive = Hive.read(device, openLogs(opened));
      if (asItIs) {
        hive.discardMissingChanges();
      }
      hive.setEditTime(time);
      return hive;
    } finally {
      close(opened);
    }
  }

  /** Saves the hive, whole or not at all, and empties its logs. */
  void save(Hive hive) throws IOException {
    if (file.getFileSystem() == FileSystems.getDefault()) {
      hive.write(file);
      for (Path log : logs()) {
        // What they hold is older than the hive now; Windows keeps them empty.
        if (Files.size(log) > 0) {
          Files.write(log, new byte[0]);
        }
      }
      return;
    }
    List<Path> logs = logs();
    Path made = file.resolveSibling(file.getFileName() + LOGS.get(0));
    boolean isMade = logs.isEmpty();
    List<Closeable> opened = new ArrayList<>();
    try {
      PathDevice device = PathDevice.open(file);
      opened.add(device);
      List<ResizableBlockDevice> devices = new ArrayList<>();
      for (Path log : isMade ? List.of(made) : logs) {
        PathDevice one = PathDevice.open(log);
        opened.add(one);
        devices.add(one);
      }
      hive.writeInPlace(device, devices);
    } finally {
      close(opened);
    }
    if (isMade) {
      Files.delete(made);
    }
  }

  private List<Path> logs() throws IOException {
    Path folder = file.getParent();
    List<Path> found = new ArrayList<>();
    for (String extension : LOGS) {
      // As the hive is named, or in the other letter case.
      for (String name : List.of(file.getFileName() + extension, lower(extension))) {
        Path log = folder.resolve(name);
        if (Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS) && !contains(found, log)) {
          found.add(log);
        }
      }
    }
    return found;
  }

  private String lower(String extension) {
    return file.getFileName() + extension.toLowerCase(Locale.ROOT);
  }

  private static boolean contains(List<Path> paths, Path path) throws IOException {
    for (Path each : paths) {
      if (Files.isSameFile(each, path)) {
        return true;
      }
    }
    return false;
  }

  private List<PathDevice> openLogs(List<Closeable> opened) throws IOException {
    List<PathDevice> devices = new ArrayList<>();
    for (Path log : logs()) {
      if (Files.size(log) > 0) {
        PathDevice device = PathDevice.openReadOnly(log);
        opened.add(device);
        devices.add(device);
      }
    }
    return devices;
  }

  private static void close(List<Closeable> opened) throws IOException {
    for (Closeable each : opened) {
      each.close();
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
