package io.vhdboot.driver;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a file is installed.
 *
 * @param directoryId the folder's number as INF files have it: 12 is {@code System32\drivers}, 13
 *     the package's folder in the driver store
 * @param path the path from there, parts joined by slashes, none of them empty, {@code .} or {@code
 *     ..}
 */
public record InstalledPath(int directoryId, String path) {

  private static final Pattern NUMBERED = Pattern.compile("%(-?\\d{1,5})%[\\\\/]*(.*)");

  /** Reads a path such as {@code %12%\example.sys}; empty where it names no numbered folder. */
  static Optional<InstalledPath> parse(String text) {
    Matcher numbered = NUMBERED.matcher(text);
    if (!numbered.matches()) {
      return Optional.empty();
    }
    return PackagePath.normal(numbered.group(2))
        .map(path -> new InstalledPath(Integer.parseInt(numbered.group(1)), path));
  }

  /**
   * The path from the Windows folder, parts joined by slashes; empty where it lies elsewhere.
   *
   * @param storeFolder the package's folder in the driver store, as a path from the Windows folder
   */
  public Optional<String> inWindows(String storeFolder, ProcessorArchitecture architecture) {
    Optional<String> folder =
        directoryId == DirectoryId.DRIVER_STORE
            ? Optional.of(storeFolder)
            : DirectoryId.inWindows(directoryId, architecture);
    return folder.map(f -> f.isEmpty() ? path : f + "/" + path);
  }

  /** Whether it is installed in the driver store, where the package lies already. */
  public boolean isInDriverStore() {
    return directoryId == DirectoryId.DRIVER_STORE;
  }

  @Override
  public String toString() {
    return "%" + directoryId + "%/" + path;
  }
}
