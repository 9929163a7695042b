package io.vhdboot.driver;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Where the INF files are that others include: those of Windows itself. */
@FunctionalInterface
public interface InfLibrary {

  /** No INF files; what is included stays unknown. */
  InfLibrary NONE = name -> Optional.empty();

  /** The INF file of that name, in any letter case. */
  Optional<InfFile> find(String name) throws IOException;

  /**
   * The files of a folder, such as {@code Windows/INF} of an offline Windows; none where there is
   * no such folder.
   */
  static InfLibrary of(Path folder) {
    return name -> {
      Optional<String> path = PackagePath.normal(name);
      if (path.isEmpty() || path.get().isEmpty() || path.get().contains("/")) {
        return Optional.empty();
      }
      Optional<Path> file = PackagePath.find(folder, path.get());
      return file.isPresent() ? Optional.of(InfFile.read(file.get())) : Optional.empty();
    };
  }
}
