package io.vhdboot.driver;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What is wrong with services and with the sections that add them. */
final class ServiceRules {

  private static final int ASSOCIATED_SERVICE = 0x2;

  private final InfFile inf;
  private final InfFindings findings;
  private final Map<String, InfSection> sections = new HashMap<>();

  ServiceRules(InfFile inf, InfFindings findings) {
    this.inf = inf;
    this.findings = findings;
  }

  /** A device needs a driver, its own or one of Windows, or to be told that it needs none. */
  void checkInstall(InfSection install, Optional<InfSection> services) {
    String name = install.name().toLowerCase(Locale.ROOT);
    if (name.startsWith("classinstall32")
        || name.startsWith("defaultinstall")
        || name.startsWith("defaultuninstall")
        || inf.version().classGuid().filter(SetupClass.EXTENSION::equals).isPresent()) {
      return;
    }
    boolean hasDriver =
        services.isPresent()
            && services.get().lines().stream()
                .anyMatch(line -> line.hasKey("Needs") || isFunctionDriver(line));
    if (!hasDriver) {
      findings.error(
          1296,
          install.number(),
          "install section [" + InfWalk.cut(install.name()) + "] gives its device no service");
    }
  }

  private boolean isFunctionDriver(InfLine line) {
    return line.hasKey("AddService")
        && (InfNumber.parse(inf.expand(line.value(1)), 0) & ASSOCIATED_SERVICE) != 0;
  }

  void checkAdded(InfLine line) {
    String name = inf.expand(line.value(0));
    String section = inf.expand(line.value(2));
    if (section.isEmpty()) {
      if (!name.isEmpty()) {
        findings.error(1005, line.number(), "AddService names no section");
      }
      return;
    }
    Optional<InfSection> found = inf.section(section);
    if (found.isPresent()) {
      InfSection other = sections.putIfAbsent(name.toLowerCase(Locale.ROOT), found.get());
      if (other != null && !other.name().equals(found.get().name()) && differ(other, found.get())) {
        findings.warning(
            1330,
            line.number(),
            "service "
                + InfWalk.cut(name)
                + " is described by ["
                + InfWalk.cut(other.name())
                + "] and otherwise by ["
                + InfWalk.cut(found.get().name())
                + "]");
      }
    }
  }

  private boolean differ(InfSection one, InfSection other) {
    for (String key : List.of("ServiceType", "StartType", "ServiceBinary")) {
      if (!value(one, key).equalsIgnoreCase(value(other, key))) {
        return true;
      }
    }
    return false;
  }

  void checkService(InfSection section) {
    for (String key : List.of("ServiceType", "StartType", "ErrorControl", "ServiceBinary")) {
      if (value(section, key).isEmpty()) {
        findings.error(
            1006,
            section.number(),
            "service section [" + InfWalk.cut(section.name()) + "] has no " + key);
      } else if (!key.equals("ServiceBinary") && InfNumber.parse(value(section, key)).isEmpty()) {
        findings.error(
            1002, section.line(key).map(InfLine::number).orElse(0), key + " is no number");
      }
    }
    String binary = value(section, "ServiceBinary");
    if (!binary.isEmpty() && InstalledPath.parse(binary).isEmpty()) {
      findings.error(
          1002,
          section.line("ServiceBinary").map(InfLine::number).orElse(0),
          "the service's program lies in no numbered folder: " + InfWalk.cut(binary));
    }
  }

  private String value(InfSection section, String key) {
    return section.line(key).map(line -> inf.expand(line.value(0))).orElse("");
  }
}
