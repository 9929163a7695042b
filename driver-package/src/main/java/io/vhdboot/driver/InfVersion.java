package io.vhdboot.driver;

import io.vhdboot.disk.WindowsGuid;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an INF file says of itself in {@code [Version]}.
 *
 * @param className the name of the device setup class; empty where not told
 * @param classGuid that class; absent where not told or no GUID
 * @param provider who made the package, in the language asked for
 * @param date the date of {@code DriverVer}; absent where not told or no date
 * @param version the four numbers of {@code DriverVer}, zero where not told
 * @param isLockedDown whether {@code PnpLockdown} is set
 * @param catalogs the catalogs' file names by their platform, such as {@code ntamd64}, in lower
 *     case; that for all platforms by the empty name
 */
public record InfVersion(
    String className,
    Optional<UUID> classGuid,
    String provider,
    Optional<LocalDate> date,
    List<Integer> version,
    boolean isLockedDown,
    Map<String, String> catalogs) {

  private static final Pattern DATE =
      Pattern.compile("\\s*(\\d{1,2})[/-](\\d{1,2})[/-](\\d{4})\\s*");
  private static final String CATALOG = "catalogfile";
  private static final int MAX_CATALOGS = 16;

  public InfVersion {
    version = List.copyOf(version);
    catalogs = Map.copyOf(catalogs);
  }

  static InfVersion of(InfFile inf) {
    Map<String, String> catalogs = new LinkedHashMap<>();
    Optional<InfSection> section = inf.section("Version");
    for (InfLine line : section.map(InfSection::lines).orElse(List.of())) {
      String key = line.key().toLowerCase(Locale.ROOT);
      String file = key.startsWith(CATALOG) ? inf.expand(line.value(0)) : "";
      if (!file.isEmpty() && catalogs.size() < MAX_CATALOGS) {
        String platform = key.substring(CATALOG.length());
        catalogs.putIfAbsent(platform.startsWith(".") ? platform.substring(1) : platform, file);
      }
    }
    return new InfVersion(
        value(inf, section, "Class", 0),
        guid(value(inf, section, "ClassGuid", 0)),
        value(inf, section, "Provider", 0),
        date(value(inf, section, "DriverVer", 0)),
        numbers(value(inf, section, "DriverVer", 1)),
        InfNumber.parse(value(inf, section, "PnpLockdown", 0), 0) != 0,
        catalogs);
  }

  /** The catalog that signs the package for an architecture. */
  public Optional<String> catalog(ProcessorArchitecture architecture) {
    for (String platform : List.of("nt" + architecture.infName(), "nt", "")) {
      if (catalogs.containsKey(platform)) {
        return Optional.of(catalogs.get(platform));
      }
    }
    return Optional.empty();
  }

  /** The four numbers with dots between. */
  public String versionText() {
    return version.get(0) + "." + version.get(1) + "." + version.get(2) + "." + version.get(3);
  }

  private static String value(InfFile inf, Optional<InfSection> section, String key, int index) {
    return section.flatMap(s -> s.line(key)).map(line -> inf.expand(line.value(index))).orElse("");
  }

  static Optional<UUID> guid(String text) {
    try {
      return Optional.of(WindowsGuid.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static Optional<LocalDate> date(String text) {
    Matcher date = DATE.matcher(text);
    if (!date.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          LocalDate.of(
              Integer.parseInt(date.group(3)),
              Integer.parseInt(date.group(1)),
              Integer.parseInt(date.group(2))));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static List<Integer> numbers(String text) {
    Integer[] numbers = {0, 0, 0, 0};
    String[] parts = text.strip().split("\\.", 5);
    for (int i = 0; i < Math.min(parts.length, 4); i++) {
      int number = parts[i].matches("\\d{1,5}") ? Integer.parseInt(parts[i]) : 0;
      numbers[i] = number > 0xFFFF ? 0 : number;
    }
    return List.of(numbers);
  }
}
