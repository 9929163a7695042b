package io.vhdboot.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
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
public final class OutputFile implements Closeable {

  private final Path target;
  private final Path partial;
  private final boolean overwrite;
  private final FileDevice file;
  private final Thread cleaner;
  private boolean complete;
  private volatile boolean committed;

  private OutputFile(Path target, Path partial, boolean overwrite, FileDevice file) {
    this.target = target;
    this.partial = partial;
    this.overwrite = overwrite;
    this.file = file;
    this.cleaner = new Thread(this::deletePartial, "vhdboot-output-cleaner");
  }

  /**
   * Begins a file of zeros.
   *
   * @param target the file to make
   * @param size its size in bytes to begin with
   * @param overwrite whether a file of that name is replaced
   * @throws FileAlreadyExistsException when there is one that may not be replaced
   */
  public static OutputFile create(Path target, long size, boolean overwrite) throws IOException {
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
  public static void checkFree(Path target, boolean overwrite) throws IOException {
    if (Files.isDirectory(target)) {
      throw new FileSystemException(target.toString(), null, "is a folder; name a file in it");
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      throw new FileSystemException(
          target.toString(), null, "is a device, which a file cannot take the place of");
    }
    Path folder = target.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder.toString());
    }
    if (!overwrite && Files.exists(target)) {
      throw new FileAlreadyExistsException(target.toString(), null, "exists already");
    }
  }

  /**
   * What is written, called by its final name. Its barriers do nothing: they would only cost time,
   * as a file that is not complete is of no use. Closing it does nothing either.
   */
  public ResizableBlockDevice device() {
    return new Content(target.toString(), file);
  }

  /**
   * Makes durable what was written so far. Not needed for anything but time: a large file need not
   * all wait for {@link #commit()}. May run while another thread writes.
   */
  public void store() throws IOException {
    file.flush();
  }

  /** Makes the file durable and closes it; it has its name from {@link #commit()} only. */
  public void complete() throws IOException {
    if (!complete) {
      file.flush();
      file.close();
      complete = true;
    }
  }

  /** Makes the file durable and gives it its name. */
  public void commit() throws IOException {
    complete();
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
      file.close();
    } finally {
      deletePartial();
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

  /** The file without its barriers. */
  private record Content(String name, FileDevice file) implements ResizableBlockDevice {

    @Override
    public long size() {
      return file.size();
    }

    @Override
    public void setSize(long size) throws IOException {
      file.setSize(size);
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
      file.read(position, target);
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
      file.write(position, source);
    }

    @Override
    public void zero(long position, long length) throws IOException {
      file.zero(position, length);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public String toString() {
      return name;
    }
  }
}
