package io.vhdboot.wim;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the bytes of a stream to be written come from. It is opened several times, since a blob is
 * written only once its hash shows that it is new, and must give the same bytes each time.
 */
@FunctionalInterface
public interface BlobSource {

  /** Opens the bytes; the caller closes the stream. */
  InputStream open() throws IOException;

  /** Bytes in memory, which are not copied. */
  static BlobSource of(byte[] bytes) {
    return () -> new ByteArrayInputStream(bytes);
  }

  /** The bytes of a host file. */
  static BlobSource of(Path path) {
    return () -> Files.newInputStream(path);
  }
}
