package io.vhdboot.provisioning;

import io.vhdboot.disk.FileDevice;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that appears under its name only when it is complete.
 *
 * <p>It is written beside its final place under another name and renamed by {@link #commit()}. What
 * is closed without that, or left by a program that is told to stop, is deleted.
 */
final class OutputFile implements Closeable {

  private final Path target;
  private final Path partial;
  private final boolean overwrite;
  private final FileDevice device;
  private final Thread cleaner;
  private boolean committed;

  private OutputFile(Path target, Path partial, boolean overwrite, FileDevice device) {
    this.target = target;
    this.partial = partial;
    this.overwrite = overwrite;
    this.device = device;
    this.cleaner = new Thread(this::deletePartial, "vhdboot-output-cleaner");
  }

  /**
   * Begins a file of zeros.
   *
   * @throws FileAlreadyExistsException when there is a file of that name and {@code overwrite} is
   *     not set
   */
  static OutputFile create(Path target, long size, boolean overwrite) throws IOException {
    checkFree(target, overwrite);
    Path absolute = target.toAbsolutePath();
    Path partial =
        absolute.resolveSibling(
            "." + absolute.getFileName() + ".vhdboot-" + ProcessHandle.current().pid());
    OutputFile output =
        new OutputFile(absolute, partial, overwrite, FileDevice.create(partial, size));
    Runtime.getRuntime().addShutdownHook(output.cleaner);
    return output;
  }

  /** Throws when a file of that name cannot be made, or would replace what may not be replaced. */
  static void checkFree(Path target, boolean overwrite) throws IOException {
    if (Files.isDirectory(target)) {
      throw new FileSystemException(target.toString(), null, "is a folder; name a file in it");
    }
    Path folder = target.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder.toString());
    }
    if (!overwrite && Files.exists(target)) {
      throw new FileAlreadyExistsException(target.toString(), null, "exists already");
    }
  }

  /** What is written. */
  FileDevice device() {
    return device;
  }

  /** Makes the file durable and gives it its name. */
  void commit() throws IOException {
    device.flush();
    device.close();
    if (overwrite) {
      try {
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
      }
    } else {
      // Never replaces: a file that appeared meanwhile stays.
      Files.move(partial, target);
    }
    committed = true;
  }

  @Override
  public void close() throws IOException {
    try {
      device.close();
    } finally {
      if (!committed) {
        deletePartial();
      }
      try {
        Runtime.getRuntime().removeShutdownHook(cleaner);
      } catch (IllegalStateException e) {
        // The program is stopping; the cleaner runs in any case.
      }
    }
  }

  private void deletePartial() {
    if (!committed) {
      try {
        Files.deleteIfExists(partial);
      } catch (IOException e) {
        System.getLogger(OutputFile.class.getName())
            .log(System.Logger.Level.WARNING, "could not delete {0}: {1}", partial, e);
      }
    }
  }
}
