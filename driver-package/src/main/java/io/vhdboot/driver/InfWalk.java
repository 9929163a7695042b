package io.vhdboot.driver;

import io.vhdboot.driver.InfDirective.SectionKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Goes through all sections of an INF file that some Windows might come to, from {@code
 * [Manufacturer]} on, each once for each use, and finds the mistakes on the way.
 */
final class InfWalk {

  private static final List<String> PARTS =
      List.of(
          ".Services",
          ".HW",
          ".CoInstallers",
          ".Interfaces",
          ".Wdf",
          ".Components",
          ".Software",
          ".Events",
          ".Filters",
          ".LogConfigOverride",
          ".FactDef",
          ".PosDup");

  private final InfFile inf;
  private final InfFindings findings;
  private final Deque<Reached> waiting = new ArrayDeque<>();
  private final Set<String> seen = new HashSet<>();
  private final Set<String> used = new HashSet<>();
  private final Map<String, String> namedBy = new HashMap<>();
  private final RegistryRules registryRules;
  private final FileRules fileRules;
  private final ServiceRules serviceRules;
  private boolean hasIds;

  /** A section as one Windows comes to it; no architecture where any might. */
  record Reached(
      InfSection section, SectionKind kind, Optional<ProcessorArchitecture> architecture) {}

  InfWalk(InfFile inf, InfFindings findings) {
    this.inf = inf;
    this.findings = findings;
    this.registryRules = new RegistryRules(inf, findings);
    this.fileRules = new FileRules(inf, findings);
    this.serviceRules = new ServiceRules(inf, findings);
  }

  void walk() {
    Set<ProcessorArchitecture> architectures = EnumSet.noneOf(ProcessorArchitecture.class);
    for (InfLine line : inf.section("Manufacturer").map(InfSection::lines).orElse(List.of())) {
      manufacturer(Manufacturer.of(inf, line), architectures);
    }
    if (inf.section("Manufacturer").isPresent() && !hasIds) {
      findings.error(
          1297, number("Manufacturer"), "the driver is for no device: no Models section has an id");
    }
    for (String root : List.of("ClassInstall32", "DefaultInstall", "DefaultUninstall")) {
      installSections(root, Set.of(ProcessorArchitecture.values()));
    }
    inf.section("InterfaceInstall32").ifPresent(this::interfaceClasses);
    while (!waiting.isEmpty()) {
      look(waiting.remove());
    }
    fileRules.finish(architectures);
  }

  /** The names in lower case of the sections that were come to. */
  Set<String> used() {
    return used;
  }

  private int number(String section) {
    return inf.section(section).map(InfSection::number).orElse(0);
  }

  private void manufacturer(Manufacturer manufacturer, Set<ProcessorArchitecture> architectures) {
    int line = manufacturer.line().number();
    if (manufacturer.decorations().stream().allMatch(d -> d.architecture() == null)) {
      findings.warning(
          2223,
          line,
          "Models section ["
              + cut(manufacturer.models())
              + "] has no architecture: it is for x86 only");
    }
    for (String value : manufacturer.line().values().stream().skip(1).toList()) {
      String decoration = inf.expand(value);
      if (!decoration.isBlank() && TargetDecoration.parse(decoration).isEmpty()) {
        findings.error(1002, line, "\"" + cut(decoration) + "\" names no Windows");
      }
    }
    boolean isPlainThere = inf.section(manufacturer.models()).isPresent();
    if (isPlainThere) {
      models(manufacturer.models(), Set.of(ProcessorArchitecture.X86));
      if (manufacturer.decorations().isEmpty()) {
        architectures.add(ProcessorArchitecture.X86);
      }
    } else if (manufacturer.decorations().isEmpty()) {
      findings.error(
          1203, line, "Models section [" + cut(manufacturer.models()) + "] is not there");
    }
    for (TargetDecoration decoration : manufacturer.decorations()) {
      Set<ProcessorArchitecture> reached = EnumSet.noneOf(ProcessorArchitecture.class);
      Arrays.stream(ProcessorArchitecture.values()).filter(decoration::isFor).forEach(reached::add);
      architectures.addAll(reached);
      String name = manufacturer.models() + "." + decoration.text();
      if (inf.section(name).isPresent()) {
        models(name, reached);
      } else {
        findings.error(1203, line, "Models section [" + cut(name) + "] is not there");
      }
    }
  }

  private void models(String name, Set<ProcessorArchitecture> architectures) {
    InfSection section = inf.section(name).orElseThrow();
    if (!used.add(name.toLowerCase(Locale.ROOT))) {
      return;
    }
    for (InfLine line : section.lines()) {
      hasIds |= line.values().stream().skip(1).anyMatch(id -> !id.isEmpty());
      String install = inf.expand(line.value(0));
      if (install.isEmpty()) {
        findings.error(1005, line.number(), "a device without an install section");
      } else if (!installSections(install, architectures)) {
        findings.error(1203, line.number(), "install section [" + cut(install) + "] is not there");
      }
    }
  }

  /** Comes to the sections of an install section's name; whether there are any. */
  private boolean installSections(String name, Set<ProcessorArchitecture> architectures) {
    boolean isThere = false;
    for (ProcessorArchitecture architecture : architectures) {
      isThere |= installSection(name + ".nt" + architecture.infName(), Optional.of(architecture));
    }
    isThere |= installSection(name + ".nt", Optional.empty());
    return isThere | installSection(name, Optional.empty());
  }

  private boolean installSection(String name, Optional<ProcessorArchitecture> architecture) {
    Optional<InfSection> section = inf.section(name);
    if (section.isEmpty()) {
      return false;
    }
    come(section.get(), SectionKind.INSTALL, architecture);
    for (String part : PARTS) {
      inf.section(name + part)
          .ifPresent(
              found -> {
                come(found, SectionKind.INSTALL, architecture);
                if (part.equals(".CoInstallers")
                    || part.equals(".LogConfigOverride")
                    || part.equals(".FactDef")) {
                  findings.warning(
                      1300, found.number(), "section [" + cut(found.name()) + "] is of the past");
                }
              });
    }
    serviceRules.checkInstall(section.get(), inf.section(name + ".Services"));
    return true;
  }

  private void interfaceClasses(InfSection section) {
    for (InfLine line : section.lines()) {
      inf.section(inf.expand(line.value(0)))
          .ifPresent(found -> come(found, SectionKind.INTERFACE, Optional.empty()));
    }
  }

  private void come(
      InfSection section, SectionKind kind, Optional<ProcessorArchitecture> architecture) {
    String name = section.name().toLowerCase(Locale.ROOT);
    used.add(name);
    if (seen.add(kind + "|" + architecture.map(Enum::name).orElse("") + "|" + name)) {
      waiting.add(new Reached(section, kind, architecture));
    }
  }

  private void look(Reached reached) {
    switch (reached.kind()) {
      case ADD_REG -> registryRules.checkAdded(reached.section());
      case DEL_REG -> registryRules.checkDeleted(reached.section());
      case FILES -> fileRules.add(reached);
      case SERVICE -> serviceRules.checkService(reached.section());
      default -> {}
    }
    if (reached.kind().hasDirectives()) {
      for (InfLine line : reached.section().lines()) {
        if (line.hasKey("Needs")) {
          needs(reached, line);
        } else {
          InfDirective.named(line.key()).ifPresent(d -> directive(reached, line, d));
          legacy(line);
        }
      }
    }
  }

  private void directive(Reached reached, InfLine line, InfDirective directive) {
    int named = 0;
    for (int i = 0; i < line.values().size(); i++) {
      if (!directive.names().isName(i)) {
        continue;
      }
      String name = inf.expand(line.value(i));
      if (name.isEmpty()) {
        continue;
      }
      named++;
      if (directive == InfDirective.COPY_FILES && name.startsWith("@")) {
        fileRules.addSingle(line, name.substring(1), reached.architecture());
        continue;
      }
      Optional<InfSection> section = inf.section(name);
      if (section.isPresent()) {
        checkOtherUse(line, directive, section.get());
        come(section.get(), directive.kind(i), reached.architecture());
        if (directive == InfDirective.ADD_REG && reached.kind() == SectionKind.SERVICE) {
          registryRules.checkOfService(section.get());
        }
      } else if (reached.section().line("Include").isPresent()) {
        findings.warning(
            1220,
            line.number(),
            directive.key()
                + " names ["
                + cut(name)
                + "], which is at best in an included INF file");
      } else {
        findings.error(
            1203,
            line.number(),
            directive.key() + " names [" + cut(name) + "], which is not there");
      }
    }
    if (directive == InfDirective.ADD_SERVICE) {
      serviceRules.checkAdded(line);
    } else if (named == 0 && directive.names() == InfDirective.Names.EACH) {
      findings.error(1005, line.number(), directive.key() + " names no section");
    }
  }

  private void checkOtherUse(InfLine line, InfDirective directive, InfSection section) {
    String other = namedBy.putIfAbsent(section.name().toLowerCase(Locale.ROOT), directive.key());
    if (other != null && !other.equals(directive.key())) {
      findings.warning(
          1205,
          line.number(),
          "section ["
              + cut(section.name())
              + "] is named by "
              + other
              + " and by "
              + directive.key());
    }
  }

  private void needs(Reached reached, InfLine line) {
    String from = part(reached.section().name());
    for (String value : line.values()) {
      String name = inf.expand(value);
      if (name.isEmpty()) {
        findings.error(1005, line.number(), "Needs names no section");
        continue;
      }
      Optional<InfSection> section = inf.section(name);
      if (section.isPresent()) {
        come(section.get(), reached.kind(), reached.architecture());
      } else if (reached.section().line("Include").isEmpty()) {
        findings.warning(
            1313,
            line.number(),
            "Needs names [" + cut(name) + "] of another INF file, but the section includes none");
      }
      if (!part(name).equalsIgnoreCase(from)) {
        findings.warning(
            1310,
            line.number(),
            "[" + cut(reached.section().name()) + "] needs [" + cut(name) + "] of another kind");
      }
    }
  }

  private static String part(String section) {
    return PARTS.stream()
        .filter(p -> section.toLowerCase(Locale.ROOT).endsWith(p.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElse("");
  }

  private void legacy(InfLine line) {
    String key = line.key().toLowerCase(Locale.ROOT);
    switch (key) {
      case "logconfig" -> {
        findings.warning(1301, line.number(), "LogConfig is of the past");
        findings.warning(2222, line.number(), "LogConfig is ignored");
      }
      case "updateinis",
          "updateinifields",
          "ini2reg",
          "registerdlls",
          "unregisterdlls",
          "profileitems",
          "bitreg",
          "delreg",
          "delproperty" ->
          findings.warning(1301, line.number(), line.key() + " is of the past");
      case "delfiles", "renfiles", "delservice" ->
          findings.warning(1302, line.number(), line.key() + " changes what is not the package's");
      default -> {}
    }
  }

  static String cut(String name) {
    return name.length() <= 80 ? name : name.substring(0, 80) + "...";
  }

  /** The architectures in a list's order. */
  static List<ProcessorArchitecture> sorted(Set<ProcessorArchitecture> architectures) {
    List<ProcessorArchitecture> sorted = new ArrayList<>(architectures);
    sorted.sort(null);
    return sorted;
  }
}
