package io.vhdboot.usb;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A disk of a macOS that {@code authopen(1)} opens for us, after the system itself has asked the
 * user: {@code authopen -w FILE} writes its input to the disk from the beginning on, and {@code
 * authopen FILE} prints what is there. So it is written in order only, and again from its
 * beginning; what was written is durable when the next thing begins, or when it is closed.
 */
final class AuthopenDevice implements RawDevice {

  private static final int PIECE = 1 << 18;
  private static final long SECONDS_TO_END = 600;
  private static final long SECONDS_TO_COMPLAIN = 5;

  private final DiskDevice disk;
  private final List<String> program;
  private final String path;
  private final boolean readOnly;
  private Running writing;
  private Running reading;
  private final byte[] piece = new byte[PIECE];

  /** The program at work. */
  private static final class Running {

    private final Process process;
    private final CompletableFuture<String> complaints;
    private long position;

    private Running(List<String> command) throws IOException {
      process = new ProcessBuilder(command).start();
      complaints = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
    }

    private static String text(InputStream in) {
      try (in) {
        return new String(in.readNBytes(PIECE), StandardCharsets.UTF_8).strip();
      } catch (IOException e) {
        return "";
      }
    }

    private IOException failure(String path, IOException cause) {
      // Why, it says at its end; to destroy it first would close what it says it through.
      String said = complaints.completeOnTimeout("", SECONDS_TO_COMPLAIN, TimeUnit.SECONDS).join();
      process.destroy();
      return new StreamBrokenException(
          path + ": authopen failed at offset " + position + ": " + said, cause);
    }
  }

  /**
   * A disk.
   *
   * @param program authopen itself
   * @param path the raw device
   */
  AuthopenDevice(DiskDevice disk, List<String> program, String path, boolean readOnly) {
    this.disk = disk;
    this.program = program;
    this.path = path;
    this.readOnly = readOnly;
  }

  @Override
  public DiskDevice disk() {
    return disk;
  }

  @Override
  public boolean isSequential() {
    return true;
  }

  @Override
  public String name() {
    return disk.path();
  }

  @Override
  public long size() {
    return disk.size();
  }

  @Override
  public int sectorSize() {
    return disk.sectorSize();
  }

  @Override
  public boolean isReadOnly() {
    return readOnly;
  }

  private Running begin(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of(arguments));
    return new Running(command);
  }

  @Override
  public void write(long position, ByteBuffer source) throws IOException {
    if (readOnly) {
      throw new ReadOnlyFileSystemException();
    }
    checkRange(position, source.remaining());
    endReading();
    if (position == 0) {
      endWriting();
      writing = begin("-w", path);
    }
    if (writing == null || writing.position != position) {
      throw new StreamBrokenException(path + " can only be written in order", null);
    }
    try {
      OutputStream out = writing.process.getOutputStream();
      while (source.hasRemaining()) {
        int count = Math.min(PIECE, source.remaining());
        source.get(piece, 0, count);
        out.write(piece, 0, count);
        writing.position += count;
      }
    } catch (IOException e) {
      Running broken = writing;
      writing = null;
      throw broken.failure(path, e);
    }
  }

  private void endWriting() throws IOException {
    if (writing == null) {
      return;
    }
    Running ended = writing;
    writing = null;
    try {
      ended.process.getOutputStream().close();
      if (!ended.process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)
          || ended.process.exitValue() != 0) {
        throw new IOException("it did not end well");
      }
    } catch (IOException e) {
      throw ended.failure(path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ended.failure(path, new IOException("interrupted", e));
    }
  }

  private void endReading() {
    if (reading != null) {
      reading.process.destroy();
      reading = null;
    }
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    readMedium(position, target);
  }

  @Override
  public void readMedium(long position, ByteBuffer target) throws IOException {
    checkRange(position, target.remaining());
    endWriting();
    if (reading == null || reading.position > position) {
      endReading();
      reading = begin(path);
      reading.process.getOutputStream().close();
    }
    try {
      while (reading.position < position) {
        next((int) Math.min(PIECE, position - reading.position));
      }
      while (target.hasRemaining()) {
        int count = next(Math.min(PIECE, target.remaining()));
        target.put(piece, 0, count);
      }
    } catch (IOException e) {
      Running broken = reading;
      reading = null;
      throw broken.failure(path, e);
    }
  }

  private int next(int most) throws IOException {
    int count = reading.process.getInputStream().read(piece, 0, most);
    if (count < 0) {
      throw new EOFException("it ended too soon");
    }
    reading.position += count;
    return count;
  }

  /** Nothing can be told to authopen but to end, which the next thing does. */
  @Override
  public void flush() {}

  @Override
  public void close() throws IOException {
    endReading();
    endWriting();
  }

  @Override
  public String toString() {
    return path;
  }
}
