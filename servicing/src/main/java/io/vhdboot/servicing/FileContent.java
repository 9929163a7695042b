package io.vhdboot.servicing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The bytes of a file that is put into a Windows; they are read twice and must stay the same. */
interface FileContent {

  /** Opens the bytes; the caller closes them. */
  InputStream open() throws IOException;

  static FileContent of(byte[] bytes) {
    return () -> new ByteArrayInputStream(bytes);
  }

  static FileContent of(Path file) {
    return () -> Files.newInputStream(file);
  }

  /** What tells one content from another: its size and its SHA-256. */
  record Digest(long size, byte[] hash) {

    static Digest of(FileContent content) throws IOException {
      MessageDigest digest;
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError("every Java has SHA-256", e);
      }
      long size = 0;
      byte[] buffer = new byte[1 << 16];
      try (InputStream in = content.open()) {
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          digest.update(buffer, 0, count);
          size += count;
        }
      }
      return new Digest(size, digest.digest());
    }

    boolean isSame(Digest other) {
      return size == other.size && MessageDigest.isEqual(hash, other.hash);
    }
  }
}
