package io.vhdboot.wim;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.ProgressListener;
import java.io.IOException;
import java.util.Arrays;

/**
 * Reads whatever bytes it is given as a WIM, and as the metadata of an image: for a coverage-guided
 * fuzzer, and for {@link RobustnessTest}.
 */
public final class WimFuzzTarget {

  private static final int MAX_SIZE = 8 << 20;

  /** Larger blobs are only streamed. */
  private static final int MAX_WHOLE = 1 << 24;

  private WimFuzzTarget() {}

  /** Typed exceptions are what damage must lead to; anything else is a fault. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length > MAX_SIZE) {
      return;
    }
    byte[] bytes = data.clone();
    accepts(bytes);
    try {
      BlobTable none = new BlobTable(MemoryDevice.wrap("fuzzed", bytes));
      readAll(MetadataReader.read("fuzzed", WimImageInfo.ofIndex(1), bytes, none));
    } catch (CorruptFormatException e) {
      checkMessage(e);
    }
  }

  /** Whether a file was read to its end, with nothing wrong. */
  static boolean accepts(byte[] bytes) {
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("fuzzed", bytes))) {
      wim.checkIntegrity(ProgressListener.NONE);
      for (WimImageInfo info : wim.images()) {
        require(info.version() != null, "no version");
        readAll(wim.image(info.index()));
      }
      for (Blob blob : wim.blobs()) {
        if (blob.size() < MAX_WHOLE) {
          wim.readFully(blob);
        }
      }
      new BlobStreamer(wim).stream(wim.blobs(), BlobConsumer.NONE);
      return true;
    } catch (DiskFormatException e) {
      checkMessage(e);
      return false;
    } catch (IOException e) {
      throw new AssertionError("not a format exception", e);
    }
  }

  private static void readAll(WimImage image) {
    for (WimEntry entry : image.entries()) {
      require(entry.path().startsWith("/"), entry.path());
      require(entry.inode().links().contains(entry), "an entry that its file does not know");
      require(entry.inode().extendedAttributes() != null, "no attributes");
    }
  }

  private static void checkMessage(DiskFormatException e) {
    require(e.getMessage().startsWith("fuzzed"), Arrays.toString(e.getStackTrace()));
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
