package io.vhdboot.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DiskCopyTest {

  private static final long SIZE = 160L << 20;

  private final ExecutorService executor = Executors.newFixedThreadPool(2);

  @AfterEach
  void stop() {
    executor.shutdown();
  }

  @Test
  void whatIsWrittenIsStoredWhileMoreIs() throws IOException {
    AtomicInteger stored = new AtomicInteger();
    Ones target = new Ones();
    DiskCopy.copy(new Ones(), target, executor, 2, stored::incrementAndGet, ProgressListener.NONE);
    assertThat(target.written).isEqualTo(SIZE);
    assertThat(stored.get()).isBetween(1, 2);
  }

  @Test
  void failureToStoreIsNotLost() {
    DiskCopy.Storing failing =
        () -> {
          throw new IOException("the disk is broken");
        };
    assertThatThrownBy(
            () ->
                DiskCopy.copy(new Ones(), new Ones(), executor, 2, failing, ProgressListener.NONE))
        .isInstanceOf(IOException.class)
        .hasMessage("the disk is broken");
  }

  @Test
  void failureToReadStopsTheCopy() {
    Ones source =
        new Ones() {
          @Override
          public void read(long position, ByteBuffer target) throws IOException {
            if (position >= 5 << 20) {
              throw new IOException("bad sector at " + position);
            }
            super.read(position, target);
          }
        };
    Ones target = new Ones();
    assertThatThrownBy(
            () -> DiskCopy.copy(source, target, executor, 2, () -> {}, ProgressListener.NONE))
        .isInstanceOf(IOException.class)
        .hasMessage("bad sector at 5242880");
    assertThat(target.written).isEqualTo(5 << 20);
  }

  /** A disk of ones that forgets what is written to it. */
  private static class Ones implements BlockDevice {

    private long written;

    @Override
    public String name() {
      return "ones";
    }

    @Override
    public long size() {
      return SIZE;
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
      while (target.hasRemaining()) {
        target.put((byte) 1);
      }
    }

    @Override
    public void write(long position, ByteBuffer source) {
      written += source.remaining();
      source.position(source.limit());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
