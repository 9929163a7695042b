package io.vhdboot.imaging.apply;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which names files of the host can have. A name that passes is always one step down from the
 * directory that it is put into.
 */
final class HostNames {

  private static final String WINDOWS_FORBIDDEN = "<>:\"/\\|?*";
  private static final Set<String> WINDOWS_DEVICES =
      Set.of("CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$");

  /** Bytes that a name, and a path, may have on Unix. */
  private static final int MAX_NAME = 255;

  private static final int MAX_PATH = 4095;

  private final boolean isWindows;
  private final boolean isCaseSensitive;

  HostNames(boolean isWindows, boolean isCaseSensitive) {
    this.isWindows = isWindows;
    this.isCaseSensitive = isCaseSensitive;
  }

  /** The rules of the host, and whether case tells names apart in a folder that is there. */
  static HostNames in(Path folder) throws IOException {
    Path probe = Files.createTempFile(folder, "vhdboot", ".probe");
    try {
      Path other = probe.resolveSibling(probe.getFileName().toString().toUpperCase(Locale.ROOT));
      return new HostNames(File.separatorChar == '\\', !Files.exists(other));
    } finally {
      Files.delete(probe);
    }
  }

  /** Whether names that differ in case only can be side by side. */
  boolean isCaseSensitive() {
    return isCaseSensitive;
  }

  /** Equal for names that cannot be side by side. */
  String folded(String name) {
    return isCaseSensitive ? name : name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
  }

  /** Why a file cannot have a name, if it cannot. */
  Optional<String> problem(String name) {
    if (name.isEmpty()
        || name.equals(".")
        || name.equals("..")
        || name.indexOf('/') >= 0
        || name.indexOf('\0') >= 0) {
      return Optional.of("no file can have such a name");
    }
    String problem = isWindows ? windowsProblem(name) : unixProblem(name);
    if (problem != null) {
      return Optional.of(problem);
    }
    try {
      Path path = Path.of(name);
      return path.isAbsolute() || path.getRoot() != null || path.getNameCount() != 1
          ? Optional.of("the name would lead elsewhere here")
          : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.of(
          "the name has characters that names cannot have here, or not in this locale");
    }
  }

  /** Whether a path is one that the host can hold. */
  boolean isTooLong(Path path) {
    if (isWindows) {
      return false;
    }
    String text = path.toString();
    // No unit takes more than three bytes.
    return text.length() > MAX_PATH / 3 && text.getBytes(StandardCharsets.UTF_8).length > MAX_PATH;
  }

  private static String unixProblem(String name) {
    return name.length() > MAX_NAME / 3 && name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME
        ? "the name takes more than " + MAX_NAME + " bytes here"
        : null;
  }

  private static String windowsProblem(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) < ' ' || WINDOWS_FORBIDDEN.indexOf(name.charAt(i)) >= 0) {
        return "the name has characters that Windows does not take";
      }
    }
    char last = name.charAt(name.length() - 1);
    if (last == '.' || last == ' ') {
      return "Windows would drop the end of the name";
    }
    int dot = name.indexOf('.');
    String base = (dot < 0 ? name : name.substring(0, dot)).stripTrailing();
    base = base.toUpperCase(Locale.ROOT);
    boolean isNumbered =
        base.length() == 4
            && (base.startsWith("COM") || base.startsWith("LPT"))
            && "0123456789¹²³".indexOf(base.charAt(3)) >= 0;
    return isNumbered || WINDOWS_DEVICES.contains(base)
        ? "the name is that of a device in Windows"
        : null;
  }
}
