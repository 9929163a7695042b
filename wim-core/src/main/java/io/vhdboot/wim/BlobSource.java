package io.vhdboot.wim;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the bytes of a stream to be written come from. It may be opened twice, since a blob is
 * written only once its hash shows that it is new, and must give the same bytes each time. Sources
 * are opened and read by several threads, but each by one at a time.
 */
@FunctionalInterface
public interface BlobSource {

  /** Opens the bytes; the caller closes the stream. */
  InputStream open() throws IOException;

  /**
   * How many bytes there are, or -1 when only reading tells. A source that knows is opened once as
   * a rule.
   */
  default long size() throws IOException {
    return -1;
  }

  /** Bytes in memory, which are not copied. */
  static BlobSource of(byte[] bytes) {
    return new BlobSource() {
      @Override
      public InputStream open() {
        return new ByteArrayInputStream(bytes);
      }

      @Override
      public long size() {
        return bytes.length;
      }
    };
  }

  /** The bytes of a host file. */
  static BlobSource of(Path path) {
    return new BlobSource() {
      @Override
      public InputStream open() throws IOException {
        return Files.newInputStream(path);
      }

      @Override
      public long size() throws IOException {
        return Files.size(path);
      }

      @Override
      public String toString() {
        return path.toString();
      }
    };
  }
}
