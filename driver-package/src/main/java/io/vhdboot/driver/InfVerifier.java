package io.vhdboot.driver;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds mistakes of meaning in INF files, whatever Windows they are for. The numbers are those of
 * "INF Validation Errors and Warnings" in Microsoft's documentation; what that calls an error only
 * where a driver must be universal (1300 to 1319, 133x) or isolated (1320 to 1329) is a warning.
 */
public final class InfVerifier {

  private static final List<String> KNOWN_SECTIONS =
      List.of(
          "version",
          "manufacturer",
          "destinationdirs",
          "controlflags",
          "sourcedisksnames",
          "sourcedisksfiles",
          "classinstall32",
          "interfaceinstall32",
          "defaultinstall",
          "defaultuninstall",
          "signatureattributes");

  private InfVerifier() {}

  /** The mistakes, in no particular order; of very many the first thousand. */
  public static List<InfFinding> verify(InfFile inf) {
    InfFindings findings = new InfFindings();
    checkVersion(inf, findings);
    checkTokens(inf, findings);
    InfWalk walk = new InfWalk(inf, findings);
    walk.walk();
    checkUnused(inf, walk.used(), findings);
    return findings.toList();
  }

  private static void checkVersion(InfFile inf, InfFindings findings) {
    if (!inf.isSigned()) {
      findings.error(
          1001, 0, "no [Version] section with the signature \"$Windows NT$\" or \"$Chicago$\"");
      return;
    }
    InfSection section = inf.section("Version").orElseThrow();
    InfVersion version = inf.version();
    if (version.provider().isEmpty()) {
      findings.error(0, section.number(), "[Version] names no Provider");
    } else if (version.provider().equalsIgnoreCase("Microsoft")) {
      findings.error(1204, line(section, "Provider"), "Provider cannot be Microsoft");
    }
    if (version.catalogs().isEmpty()) {
      findings.error(1233, section.number(), "no CatalogFile: the package cannot be signed");
    }
    boolean isOfDevices = inf.section("Manufacturer").isPresent();
    if (isOfDevices && version.classGuid().isEmpty()) {
      findings.error(0, line(section, "ClassGuid"), "[Version] has no ClassGuid");
    }
    if (version.date().isEmpty()) {
      findings.error(0, line(section, "DriverVer"), "[Version] has no DriverVer with a date");
    }
    if (!version.isLockedDown()) {
      findings.warning(1324, section.number(), "[Version] should have PnpLockdown=1");
    }
    boolean bringsClass = inf.sections().stream().anyMatch(s -> isOf(s.name(), "ClassInstall32"));
    if (bringsClass && version.classGuid().filter(SetupClass::isDefined).isPresent()) {
      findings.error(1285, section.number(), "[ClassInstall32] for a class that Windows defines");
    }
    boolean isPlain = inf.sections().stream().anyMatch(s -> isOf(s.name(), "DefaultInstall"));
    if (isOfDevices && isPlain) {
      findings.error(1212, section.number(), "both [DefaultInstall] and [Manufacturer]");
    }
  }

  private static int line(InfSection section, String key) {
    return section.line(key).map(InfLine::number).orElse(section.number());
  }

  private static boolean isOf(String section, String name) {
    String lower = section.toLowerCase(Locale.ROOT);
    String wanted = name.toLowerCase(Locale.ROOT);
    return lower.equals(wanted) || lower.startsWith(wanted + ".");
  }

  private static void checkTokens(InfFile inf, InfFindings findings) {
    for (InfSection section : inf.sections()) {
      if (InfStrings.isStrings(section.name().toLowerCase(Locale.ROOT))) {
        continue;
      }
      for (InfLine line : section.lines()) {
        checkTokens(inf, line, line.key(), findings);
        for (String value : line.values()) {
          checkTokens(inf, line, value, findings);
        }
      }
    }
  }

  private static void checkTokens(InfFile inf, InfLine line, String text, InfFindings findings) {
    inf.strings()
        .expand(
            text,
            token ->
                findings.error(
                    1235, line.number(), "%" + InfWalk.cut(token) + "% is not in [Strings]"));
  }

  private static void checkUnused(InfFile inf, Set<String> used, InfFindings findings) {
    Set<String> known = new HashSet<>(used);
    for (InfSection section : inf.sections()) {
      String name = section.name().toLowerCase(Locale.ROOT);
      boolean isKnown =
          known.contains(name)
              || InfStrings.isStrings(name)
              || KNOWN_SECTIONS.stream().anyMatch(k -> isOf(name, k))
              || name.endsWith(".security")
                  && known.contains(name.substring(0, name.length() - ".security".length()));
      if (!isKnown) {
        findings.warning(
            2083, section.number(), "section [" + InfWalk.cut(section.name()) + "] is not used");
      }
    }
  }
}
