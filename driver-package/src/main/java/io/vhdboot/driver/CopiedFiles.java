package io.vhdboot.driver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The files that CopyFiles directives copy: {@code @file}, or sections of {@code destination,
 * source, , flags}. Where to is told by {@code DestinationDirs}, for the section or for all.
 */
final class CopiedFiles {

  private final InfFile inf;
  private final InstallLines lines;
  private final SourceMedia media;
  private final Map<String, List<PackageFile>> bySection = new HashMap<>();

  CopiedFiles(InfFile inf, InstallLines lines, SourceMedia media) {
    this.inf = inf;
    this.lines = lines;
    this.media = media;
  }

  /** The files of one value of a CopyFiles directive. */
  List<PackageFile> of(int line, String value) throws IOException {
    if (value.startsWith("@")) {
      List<PackageFile> files = new ArrayList<>();
      add(files, "DefaultDestDir", line, value.substring(1), value.substring(1), 0);
      return files;
    }
    Optional<InfSection> section = inf.section(value);
    if (section.isEmpty()) {
      return List.of();
    }
    String key = value.toLowerCase(Locale.ROOT);
    List<PackageFile> known = bySection.get(key);
    if (known == null) {
      known = new ArrayList<>();
      for (InfLine copied : section.get().lines()) {
        String target = inf.expand(copied.key().isEmpty() ? copied.value(0) : copied.key());
        String source = inf.expand(copied.value(1));
        add(
            known,
            value,
            copied.number(),
            target,
            source.isEmpty() ? target : source,
            InfNumber.parse(inf.expand(copied.value(3)), 0));
        lines.countText(target.length() + source.length());
      }
      bySection.put(key, known);
    }
    lines.count(known.size() + 1);
    return known;
  }

  private void add(
      List<PackageFile> files, String section, int line, String target, String source, int flags) {
    Optional<SourceMedia.Place> place = media.place(source);
    Optional<InstalledPath> installed = installed(section, target);
    if (place.isPresent() && !place.get().path().isEmpty() && installed.isPresent()) {
      files.add(
          new PackageFile(
              line,
              place.get().path(),
              installed.get(),
              flags,
              place.get().isListed(),
              place.get().cabinet()));
    }
  }

  private Optional<InstalledPath> installed(String section, String name) {
    Optional<InfSection> folders = inf.section("DestinationDirs");
    Optional<InfLine> folder =
        folders
            .flatMap(f -> f.line(section))
            .or(() -> folders.flatMap(f -> f.line("DefaultDestDir")));
    int id = folder.map(f -> InfNumber.parse(inf.expand(f.value(0)), -1)).orElse(-1);
    String subfolder = folder.map(f -> inf.expand(f.value(1))).orElse("");
    return PackagePath.normal(subfolder + "/" + name)
        .filter(path -> !path.isEmpty())
        .map(path -> new InstalledPath(id, path));
  }
}
