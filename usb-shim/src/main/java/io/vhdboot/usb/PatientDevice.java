package io.vhdboot.usb;

import io.vhdboot.disk.DeviceBoundsException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A disk whose transfers are repeated when they fail, at last in small pieces, so that what still
 * fails is told to the sector. Looks before each whether it shall go on.
 */
final class PatientDevice {

  /** Attempts at one thing before it is given up. */
  static final int ATTEMPTS = 4;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final int PIECE = 4096;

  private final RawDevice device;
  private final BooleanSupplier cancelled;
  private final Pause pause;

  /** When the transfer began that goes on, and where it is; 0 when none does. */
  private volatile long since;

  private volatile long place;

  /** Waits a little. */
  interface Pause {

    /** Does it. */
    void wait(Duration duration) throws IOException;

    /** By sleeping. */
    static void sleep(Duration duration) throws IOException {
      try {
        Thread.sleep(duration.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while waiting for a disk");
      }
    }
  }

  private interface Transfer {
    void run(long position, ByteBuffer bytes) throws IOException;
  }

  PatientDevice(RawDevice device, BooleanSupplier cancelled, Pause pause) {
    this.device = device;
    this.cancelled = cancelled;
    this.pause = pause;
  }

  RawDevice device() {
    return device;
  }

  /** Throws when it shall not go on. */
  void requireGoingOn(long position) throws WriteCancelledException {
    if (cancelled.getAsBoolean()) {
      throw new WriteCancelledException(device.name(), position);
    }
  }

  /** Writes the rest of a buffer, whose position stays. */
  void write(long position, ByteBuffer source) throws IOException {
    transfer("cannot be written", device::write, position, source);
  }

  /** Fills the rest of a buffer; its position stays. */
  void read(long position, ByteBuffer target) throws IOException {
    transfer("cannot be read", device::read, position, target);
  }

  /** Fills the rest of a buffer from the medium; its position stays. */
  void readMedium(long position, ByteBuffer target) throws IOException {
    transfer("cannot be read", device::readMedium, position, target);
  }

  /** Makes durable what was written; a failure is not for another attempt at the same. */
  void flush() throws IOException {
    since = System.nanoTime();
    try {
      device.flush();
    } finally {
      since = 0;
    }
  }

  /** What the disk does not answer, if it does not for so long. */
  Optional<String> waiting(Duration least) {
    long begun = since;
    long seconds = begun == 0 ? 0 : Duration.ofNanos(System.nanoTime() - begun).toSeconds();
    return seconds < Math.max(1, least.toSeconds())
        ? Optional.empty()
        : Optional.of(
            device.name() + " has not answered for " + seconds + " seconds, at offset " + place);
  }

  private void run(Transfer transfer, long position, ByteBuffer bytes) throws IOException {
    place = position;
    since = System.nanoTime();
    try {
      transfer.run(position, bytes);
    } finally {
      since = 0;
    }
  }

  private void transfer(String failure, Transfer transfer, long position, ByteBuffer bytes)
      throws IOException {
    for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
      requireGoingOn(position);
      try {
        run(transfer, position, bytes.duplicate());
        return;
      } catch (IOException e) {
        requireHope(e);
        rest(attempt);
      }
    }
    for (int at = 0; at < bytes.remaining(); at += PIECE) {
      requireGoingOn(position + at);
      int length = Math.min(PIECE, bytes.remaining() - at);
      try {
        run(transfer, position + at, bytes.slice(bytes.position() + at, length));
      } catch (IOException e) {
        requireHope(e);
        throw new DeviceFaultException(
            device.name(), position + at, failure + ": " + e.getMessage(), e);
      }
    }
  }

  /** Waits before another attempt, the longer the more there were. */
  void rest(int attempt) throws IOException {
    pause.wait(FIRST_PAUSE.multipliedBy(1L << attempt));
  }

  /** Throws what no further attempt can mend. */
  static void requireHope(IOException problem) throws IOException {
    String message = String.valueOf(problem.getMessage());
    if (problem instanceof DeviceChangedException
        || problem instanceof DeviceBoundsException
        || problem instanceof ClosedChannelException
        || problem instanceof InterruptedIOException
        || problem instanceof StreamBrokenException
        || message.contains("No space left on device")
        || message.contains("No such device")) {
      throw problem;
    }
  }
}
