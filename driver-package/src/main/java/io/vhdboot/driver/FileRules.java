package io.vhdboot.driver;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is wrong with the files that are copied. */
final class FileRules {

  /** Files that are remembered; more than any package has. */
  private static final int MAX_FILES = 1 << 16;

  private final InfFile inf;
  private final InfFindings findings;
  private final List<Copied> copied = new ArrayList<>();

  private record Copied(
      int line,
      String section,
      String target,
      String source,
      Optional<ProcessorArchitecture> architecture) {}

  FileRules(InfFile inf, InfFindings findings) {
    this.inf = inf;
    this.findings = findings;
  }

  void add(InfWalk.Reached reached) {
    for (InfLine line : reached.section().lines()) {
      String target = inf.expand(line.key().isEmpty() ? line.value(0) : line.key());
      String source = inf.expand(line.value(1));
      add(
          line.number(),
          reached.section().name(),
          target,
          source.isEmpty() ? target : source,
          reached.architecture());
    }
  }

  void addSingle(InfLine line, String file, Optional<ProcessorArchitecture> architecture) {
    add(line.number(), "DefaultDestDir", file, file, architecture);
  }

  private void add(
      int line,
      String section,
      String target,
      String source,
      Optional<ProcessorArchitecture> architecture) {
    if (copied.size() < MAX_FILES) {
      copied.add(new Copied(line, section, target, source, architecture));
    }
  }

  /** Checks what was added for the architectures that the INF file is for. */
  void finish(Set<ProcessorArchitecture> architectures) {
    Optional<InfSection> folders = inf.section("DestinationDirs");
    folders.ifPresent(this::checkFolders);
    for (ProcessorArchitecture architecture : InfWalk.sorted(architectures)) {
      SourceMedia media = new SourceMedia(inf, architecture);
      Map<String, Copied> targets = new HashMap<>();
      for (Copied file : copied) {
        if (file.architecture().isEmpty() || file.architecture().get() == architecture) {
          check(file, media, folders, architecture);
          checkOther(file, targets, folders);
        }
      }
    }
  }

  private void checkFolders(InfSection folders) {
    for (InfLine line : folders.lines()) {
      String id = inf.expand(line.value(0));
      if (InfNumber.parse(id).isEmpty()) {
        findings.error(1002, line.number(), "\"" + InfWalk.cut(id) + "\" is no number of a folder");
      }
    }
  }

  private void check(
      Copied file,
      SourceMedia media,
      Optional<InfSection> folders,
      ProcessorArchitecture architecture) {
    Optional<SourceMedia.Place> place = media.place(file.source());
    if (place.isEmpty() || PackagePath.normal(file.target()).isEmpty()) {
      findings.error(0, file.line(), "no name of a file: " + InfWalk.cut(file.source()));
      return;
    }
    if (!place.get().isListed()) {
      findings.error(
          1230,
          file.line(),
          "file "
              + InfWalk.cut(file.source())
              + " is missing under [SourceDisksFiles] for "
              + architecture.infName());
    }
    Optional<InfLine> folder = folder(folders, file.section());
    if (folder.isEmpty()) {
      findings.error(
          0,
          file.line(),
          "[DestinationDirs] names no folder for [" + InfWalk.cut(file.section()) + "]");
      return;
    }
    int id = InfNumber.parse(inf.expand(folder.get().value(0)), -1);
    if (id == DirectoryId.DRIVER_STORE) {
      checkStored(file, place.get(), inf.expand(folder.get().value(1)));
    } else {
      findings.warning(
          1322, file.line(), InfWalk.cut(file.target()) + " is not installed in the driver store");
      if (DirectoryId.isOutsideWindows(id)) {
        findings.warning(
            1306, file.line(), InfWalk.cut(file.target()) + " is installed outside of Windows");
      }
    }
  }

  private static Optional<InfLine> folder(Optional<InfSection> folders, String section) {
    return folders
        .flatMap(f -> f.line(section))
        .or(() -> folders.flatMap(f -> f.line("DefaultDestDir")));
  }

  /** In the driver store a file keeps the name and folder it has in the package. */
  private void checkStored(Copied file, SourceMedia.Place place, String subfolder) {
    Optional<String> target = PackagePath.normal(subfolder + "/" + file.target());
    if (target.isPresent() && !target.get().equalsIgnoreCase(place.path())) {
      findings.error(
          1100,
          file.line(),
          "in the driver store "
              + InfWalk.cut(place.path())
              + " cannot be copied to "
              + InfWalk.cut(target.get()));
    }
  }

  /** One target of two sources: which is there is left to chance. */
  private void checkOther(Copied file, Map<String, Copied> targets, Optional<InfSection> folders) {
    String folder =
        folder(folders, file.section())
            .map(line -> inf.expand(line.value(0)) + "," + inf.expand(line.value(1)))
            .orElse("");
    Copied other =
        targets.putIfAbsent((folder + "|" + file.target()).toLowerCase(Locale.ROOT), file);
    if (other != null && !other.source().equalsIgnoreCase(file.source())) {
      findings.warning(
          1330, file.line(), "line " + other.line() + " copies another file to the same place");
    }
  }
}
