package io.vhdboot.servicing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a Windows hibernates, as the first bytes of {@code \hiberfil.sys} say. A fast start, too,
 * is a hibernation, of all but the users' sessions.
 */
public enum Hibernation {

  /** There is no such file, or it holds nothing. */
  NONE,

  /**
   * Memory is in the file, and with it what Windows believes of its volumes: whoever changes them
   * now damages them.
   */
  HIBERNATED,

  /** The next start was to take memory from the file, and did not end well. */
  RESUMING,

  /** The file has another beginning than Windows is known to give it. */
  UNKNOWN;

  private static final String FILE = "hiberfil.sys";
  private static final int SIGNATURE_LENGTH = 4;

  static Hibernation of(WindowsFolder windows) throws IOException {
    Optional<WindowsFolder> root = windows.volumeRoot();
    Optional<Path> file = root.isPresent() ? root.get().findFile(FILE) : Optional.empty();
    if (file.isEmpty()) {
      return NONE;
    }
    byte[] head;
    try (InputStream in = Files.newInputStream(file.get())) {
      head = in.readNBytes(SIGNATURE_LENGTH);
    }
    String signature = new String(head, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    return switch (signature) {
      case "hibr" -> HIBERNATED;
      case "rstr", "wake" -> signature.equals("rstr") ? RESUMING : NONE;
      case "", "\0\0\0\0", "link" -> NONE;
      default -> UNKNOWN;
    };
  }
}
