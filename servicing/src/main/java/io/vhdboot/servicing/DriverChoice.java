package io.vhdboot.servicing;

import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.driver.DriverFolder;
import io.vhdboot.driver.DriverPackage;
import io.vhdboot.driver.DriverPackage.Fit;
import io.vhdboot.driver.InfFile;
import io.vhdboot.driver.InfLibrary;
import io.vhdboot.driver.InfVersion;
import io.vhdboot.driver.PackageFile;
import io.vhdboot.driver.WindowsTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses the packages of folders that are for a Windows. Of several of one maker whose INF files
 * have one name one is taken: that in a folder named after the nearest earlier Windows, as on discs
 * with drivers for several ({@code w7}, {@code 2k12R2}), then the newest.
 */
final class DriverChoice {

  /** Folders of discs with drivers, by the version of Windows that they are for. */
  private static final Map<String, Integer> FOLDERS =
      Map.ofEntries(
          Map.entry("xp", 501),
          Map.entry("2k3", 502),
          Map.entry("2k8", 600),
          Map.entry("vista", 600),
          Map.entry("w7", 601),
          Map.entry("win7", 601),
          Map.entry("2k8r2", 601),
          Map.entry("w8", 602),
          Map.entry("win8", 602),
          Map.entry("2k12", 602),
          Map.entry("w8.1", 603),
          Map.entry("2k12r2", 603),
          Map.entry("w10", 1000),
          Map.entry("win10", 1000),
          Map.entry("2k16", 1000),
          Map.entry("2k19", 1000),
          Map.entry("2k22", 1001),
          Map.entry("w11", 1001),
          Map.entry("win11", 1001),
          Map.entry("2k25", 1002));

  private static final int FIRST_BUILD_OF_11 = 20348;
  private static final int FIRST_BUILD_OF_24H2 = 26100;

  private final WindowsTarget target;
  private final InfLibrary library;
  private final List<String> leftOut = new ArrayList<>();
  private final List<Candidate> candidates = new ArrayList<>();

  /** A package that fits, and the version that its folder is named after; 0 for none. */
  private record Candidate(DriverPackage driver, int folderVersion) {}

  DriverChoice(WindowsTarget target, InfLibrary library) {
    this.target = target;
    this.library = library;
  }

  /** What was not taken, and why, a sentence each. */
  List<String> leftOut() {
    return List.copyOf(leftOut);
  }

  /**
   * Looks at the packages in a folder and below it.
   *
   * @throws UnsupportedFormatException when there are no INF files at all
   */
  void look(Path folder) throws IOException {
    List<Path> found = DriverFolder.find(folder);
    if (found.isEmpty()) {
      throw new UnsupportedFormatException(
          folder.toString(),
          UnsupportedFormatException.NO_OFFSET,
          "holds no driver package: there is no .inf file in it");
    }
    for (Path inf : found) {
      String shown =
          folder.equals(inf) ? inf.getFileName().toString() : folder.relativize(inf) + "";
      Optional<String> refusal = lookAt(folder, inf);
      refusal.ifPresent(why -> leftOut.add(shown + " was left out: " + why));
    }
  }

  /** Takes a package, or tells why not. */
  private Optional<String> lookAt(Path folder, Path inf) throws IOException {
    DriverPackage driver;
    try {
      if (!InfFile.read(inf).isSigned()) {
        return Optional.of("it is no INF file of a driver");
      }
      driver = DriverPackage.read(inf, target, library);
    } catch (DiskFormatException e) {
      return Optional.of(e.getMessage());
    }
    if (driver.fit() != Fit.FITS) {
      return Optional.of(
          switch (driver.fit()) {
            case OTHER_ARCHITECTURE -> "it is not for " + target.architecture().infName();
            case OTHER_VERSION -> "it is not for this version of Windows";
            default -> "it is for no devices";
          });
    }
    for (PackageFile file : driver.files()) {
      if (driver.locate(file).isEmpty()) {
        return Optional.of(file.source() + " is missing");
      }
    }
    if (driver.version().classGuid().isEmpty()) {
      return Optional.of("its class is not told");
    }
    candidates.add(new Candidate(driver, folderVersion(folder, inf)));
    return Optional.empty();
  }

  private static int folderVersion(Path folder, Path inf) {
    int version = 0;
    Path parent = folder.equals(inf) ? null : folder.relativize(inf).getParent();
    if (parent != null) {
      for (Path step : parent) {
        version = FOLDERS.getOrDefault(step.toString().toLowerCase(Locale.ROOT), version);
      }
    }
    return version;
  }

  /** The packages to take, in the order they were found in. */
  List<DriverPackage> chosen() {
    Map<String, Candidate> byName = new LinkedHashMap<>();
    for (Candidate candidate : candidates) {
      byName.merge(name(candidate), candidate, this::better);
    }
    return byName.values().stream().map(Candidate::driver).toList();
  }

  private Candidate better(Candidate one, Candidate other) {
    Comparator<Candidate> order =
        Comparator.comparingInt(this::nearness)
            .thenComparing(c -> c.driver.version().date().orElse(LocalDate.MIN))
            .thenComparing(c -> number(c.driver.version()));
    Candidate best = order.compare(one, other) >= 0 ? one : other;
    Candidate worse = best == one ? other : one;
    leftOut.add(
        worse.driver.infFile()
            + " was left out: "
            + best.driver.infFile()
            + " of the same name is nearer or newer");
    return best;
  }

  /** How well a folder's name fits: that of a later Windows is worse than none. */
  private int nearness(Candidate candidate) {
    int wanted = target.major() * 100 + target.minor();
    if (target.major() >= 10) {
      wanted +=
          target.build() >= FIRST_BUILD_OF_24H2 ? 2 : target.build() >= FIRST_BUILD_OF_11 ? 1 : 0;
    }
    return candidate.folderVersion > wanted ? -1 : candidate.folderVersion;
  }

  private static long number(InfVersion version) {
    long number = 0;
    for (int part : version.version()) {
      number = number << 16 | part;
    }
    return number;
  }

  /** What is the same for packages that are versions of one. */
  private static String name(Candidate candidate) {
    InfVersion version = candidate.driver.version();
    return (candidate.driver.inf().name() + "|" + version.classGuid() + "|" + version.provider())
        .toLowerCase(Locale.ROOT);
  }
}
