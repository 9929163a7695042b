package io.vhdboot.image;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.ResizableBlockDevice;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that appears under its name only when it is complete. Closed without {@link #commit()} it
 * is deleted.
 *
 * <p>Nothing is made durable before {@link #commit()}: barriers would only cost time, as a file
 * that is not complete is of no use.
 */
final class CompleteFile implements Closeable {

  private final Path target;
  private final Path partial;
  private final boolean overwrite;
  private final FileDevice device;
  private boolean committed;

  private CompleteFile(Path target, Path partial, boolean overwrite, FileDevice device) {
    this.target = target;
    this.partial = partial;
    this.overwrite = overwrite;
    this.device = device;
  }

  /**
   * Begins an empty file.
   *
   * @throws FileAlreadyExistsException when there is one of that name that may not be replaced
   */
  static CompleteFile create(Path target, boolean overwrite) throws IOException {
    if (!overwrite && Files.exists(target)) {
      throw new FileAlreadyExistsException(target.toString(), null, "exists already");
    }
    Path absolute = target.toAbsolutePath();
    Path partial =
        absolute.resolveSibling(
            "." + absolute.getFileName() + ".vhdboot-" + ProcessHandle.current().pid());
    return new CompleteFile(absolute, partial, overwrite, FileDevice.create(partial, 0));
  }

  /** What is written; its barriers do nothing. */
  ResizableBlockDevice device() {
    return new Unsettled(device, target.toString());
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
        Files.deleteIfExists(partial);
      }
    }
  }

  /** The file without its barriers, called by its final name. */
  private record Unsettled(FileDevice file, String name) implements ResizableBlockDevice {

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
  }
}
