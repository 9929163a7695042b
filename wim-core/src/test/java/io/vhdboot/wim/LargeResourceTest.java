package io.vhdboot.wim;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blobs of 4 GiB and more, whose chunk tables have entries of 8 bytes. */
@Tag("full")
class LargeResourceTest {

  private static final long SIZE = (1L << 32) + 100_000;

  @TempDir Path folder;

  /** Bytes that are mostly the same, and tell where they are. */
  private static final class Pattern extends InputStream {

    private long position;

    @Override
    public int read() {
      return position < SIZE ? unit(position++) : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (position == SIZE) {
        return -1;
      }
      int count = (int) Math.min(length, SIZE - position);
      Arrays.fill(bytes, offset, offset + count, (byte) 0);
      for (int i = 0; i < count; i++) {
        if ((position + i) % 65_536 == 0) {
          bytes[offset + i] = (byte) unit(position + i);
        }
      }
      position += count;
      return count;
    }

    private static int unit(long position) {
      return position % 65_536 == 0 ? (int) (position >>> 16 & 0xFF) : 0;
    }
  }

  private static BlobSource source() {
    return new BlobSource() {
      @Override
      public InputStream open() {
        return new Pattern();
      }

      @Override
      public long size() {
        return SIZE;
      }
    };
  }

  @Test
  void blobOfMoreThanFourGibibytesIsWritten() throws IOException {
    Path path = folder.resolve("large.wim");
    NewFile root = NewFile.directory();
    root.add("large", NewFile.of(source()));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (WimWriter writer =
        WimWriter.to(path).compression(WimCompression.XPRESS).executor(threads, 2).open()) {
      writer.addImage(WimImageInfo.builder().name("large").build(), root);
      writer.finish();
    } finally {
      threads.shutdown();
    }
    ExternalTool.named("wimlib-imagex").timeout(Duration.ofMinutes(20)).output("verify", path);
    try (WimFile wim = WimFile.open(path)) {
      Blob blob = wim.blobs().iterator().next();
      assertThat(blob.size()).isEqualTo(SIZE);
      byte[] end = wim.openDevice(blob).read((1L << 32) + 65_536, 1);
      assertThat(end[0]).isEqualTo((byte) 1);
    }
  }
}
