package io.vhdboot.udf;

import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.MemoryDevice;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Reads whatever bytes it is given as a disc, by each of its formats: for a coverage-guided fuzzer,
 * and for {@link DiscTest}.
 */
public final class DiscFuzzTarget {

  private static final int MAX_SIZE = 8 << 20;

  /** Larger files are not read: holes make them as large as they like. */
  private static final int MAX_READ = 1 << 20;

  /** More names than any damage of a small disc can make without going in circles. */
  private static final int MAX_NAMES = 100_000;

  private DiscFuzzTarget() {}

  /** Typed exceptions are what damage must lead to; anything else is a fault. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length <= MAX_SIZE) {
      accepts(data.clone());
    }
  }

  /** Whether the bytes were read by every format to the end, with nothing wrong. */
  static boolean accepts(byte[] bytes) {
    MemoryDevice device = MemoryDevice.wrap("fuzzed", bytes);
    boolean sound = true;
    for (DiscFormat format : DiscFormat.values()) {
      try {
        readAll(Disc.open(device, format));
      } catch (DiskFormatException e) {
        sound = false;
      } catch (IOException e) {
        throw new AssertionError("not a format exception", e);
      }
    }
    return sound;
  }

  private static void readAll(Disc disc) throws IOException {
    disc.elTorito();
    int[] count = new int[1];
    disc.walk(
        (path, file) -> {
          if (++count[0] > MAX_NAMES) {
            throw new AssertionError("a walk without an end");
          }
          file.modified();
          file.linkTarget();
          if (!file.isDirectory() && file.size() < MAX_READ) {
            try (InputStream in = file.newInputStream()) {
              in.transferTo(OutputStream.nullOutputStream());
            }
          }
        });
  }
}
