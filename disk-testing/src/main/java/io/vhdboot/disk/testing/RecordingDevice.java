package io.vhdboot.disk.testing;

import io.vhdboot.disk.ResizableBlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A device in memory that remembers every write, change of size and flush, so that a test can
 * rebuild what a stop at any moment would have left. At most 1 GiB; not safe for several threads.
 */
public final class RecordingDevice implements ResizableBlockDevice {

  private static final int SECTOR = 512;

  /** Something that was done to the device. */
  public sealed interface Event {}

  /** Bytes were written. */
  public record Write(long position, byte[] bytes) implements Event {}

  /** The size was changed. */
  public record Resize(long size) implements Event {}

  /** Everything before is durable. */
  public record Flush() implements Event {}

  private final List<Event> events = new ArrayList<>();
  private byte[] bytes;
  private int size;

  /** A device that holds a copy of the content. */
  public RecordingDevice(byte[] content) {
    this.bytes = content.clone();
    this.size = content.length;
  }

  /** What was done so far, in order. */
  public List<Event> events() {
    return events;
  }

  /** A copy of what the device holds. */
  public byte[] content() {
    return Arrays.copyOf(bytes, size);
  }

  @Override
  public String name() {
    return "recorded";
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void setSize(long newSize) {
    record(new Resize(newSize));
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    checkRange(position, target.remaining());
    target.put(bytes, (int) position, target.remaining());
  }

  @Override
  public void write(long position, ByteBuffer source) throws IOException {
    checkRange(position, source.remaining());
    byte[] copy = new byte[source.remaining()];
    source.get(copy);
    record(new Write(position, copy));
  }

  @Override
  public void flush() {
    events.add(new Flush());
  }

  @Override
  public void close() {}

  private void record(Event event) {
    events.add(event);
    apply(event, null);
  }

  /**
   * Repeats an event on this device without remembering it, as far as it got.
   *
   * @param torn decides sector by sector what of a write got there; null for all of it
   */
  public void apply(Event event, SplittableRandom torn) {
    if (event instanceof Resize resize) {
      int newSize = (int) resize.size;
      if (newSize > bytes.length) {
        bytes = Arrays.copyOf(bytes, newSize + newSize / 2);
      }
      if (newSize < size) {
        Arrays.fill(bytes, newSize, size, (byte) 0);
      }
      size = newSize;
    } else if (event instanceof Write write) {
      int at = 0;
      while (at < write.bytes.length) {
        int inSector = SECTOR - (int) ((write.position + at) % SECTOR);
        int count = Math.min(inSector, write.bytes.length - at);
        long position = write.position + at;
        // What was written behind an end that the file did not keep is gone.
        if ((torn == null || torn.nextBoolean()) && position + count <= size) {
          System.arraycopy(write.bytes, at, bytes, (int) position, count);
        }
        at += count;
      }
    }
  }
}
