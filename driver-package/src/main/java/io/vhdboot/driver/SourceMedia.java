package io.vhdboot.driver;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where the files of a package lie: {@code SourceDisksFiles} and {@code SourceDisksNames}, those of
 * the architecture before those for all.
 */
final class SourceMedia {

  /** Files and disks that are remembered; more than any package has. */
  private static final int MAX_FILES = 1 << 16;

  private static final int MAX_DISKS = 1 << 10;

  private final Map<String, Place> places = new HashMap<>();

  /**
   * The place of a file.
   *
   * @param path its path from the INF file's folder
   * @param cabinet the cabinet that may hold it, or an empty string
   * @param isListed whether the INF file says so
   */
  record Place(String path, String cabinet, boolean isListed) {}

  private record Disk(String folder, String cabinet) {}

  SourceMedia(InfFile inf, ProcessorArchitecture architecture) {
    Map<String, Disk> disks = new HashMap<>();
    List<String> decorations = List.of("." + architecture.infName(), "");
    for (String decoration : decorations) {
      inf.section("SourceDisksNames" + decoration)
          .ifPresent(section -> section.lines().forEach(line -> addDisk(inf, line, disks)));
    }
    for (String decoration : decorations) {
      inf.section("SourceDisksFiles" + decoration)
          .ifPresent(section -> section.lines().forEach(line -> addFile(inf, line, disks)));
    }
  }

  private static void addDisk(InfFile inf, InfLine line, Map<String, Disk> disks) {
    if (disks.size() == MAX_DISKS) {
      return;
    }
    String cabinet = inf.expand(line.value(1));
    disks.putIfAbsent(
        inf.expand(line.key()),
        new Disk(
            inf.expand(line.value(3)),
            cabinet.toLowerCase(Locale.ROOT).endsWith(".cab") ? cabinet : ""));
  }

  private void addFile(InfFile inf, InfLine line, Map<String, Disk> disks) {
    if (places.size() == MAX_FILES) {
      return;
    }
    String name = inf.expand(line.key().isEmpty() ? line.value(0) : line.key());
    Disk disk = disks.getOrDefault(inf.expand(line.value(0)), new Disk("", ""));
    String folder = disk.folder + "/" + inf.expand(line.value(1));
    Optional<String> path = PackagePath.normal(folder + "/" + name);
    path.ifPresent(
        p -> places.putIfAbsent(name.toLowerCase(Locale.ROOT), new Place(p, disk.cabinet, true)));
  }

  /** Where a file lies; beside the INF file where that does not say; empty for no possible name. */
  Optional<Place> place(String name) {
    Place listed = places.get(name.toLowerCase(Locale.ROOT));
    return listed != null
        ? Optional.of(listed)
        : PackagePath.normal(name).map(path -> new Place(path, "", false));
  }
}
