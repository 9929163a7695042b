package io.vhdboot.driver;

import io.vhdboot.driver.InstallLines.Placed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads install sections of one INF file for one Windows. */
final class InstallReader {

  private static final int ASSOCIATED_SERVICE = 0x2;
  private static final int MAX_START = 4;

  private final InfFile inf;
  private final ProcessorArchitecture architecture;
  private final InstallLines lines;
  private final CopiedFiles copied;
  private final Map<String, List<RegistryEdit>> added = new HashMap<>();
  private final Map<String, List<RegistryEdit>> deleted = new HashMap<>();

  InstallReader(InfFile inf, ProcessorArchitecture architecture, InfLibrary library) {
    this.inf = inf;
    this.architecture = architecture;
    this.lines = new InstallLines(inf, library);
    this.copied = new CopiedFiles(inf, lines, new SourceMedia(inf, architecture));
  }

  InstallLines lines() {
    return lines;
  }

  /** The section that Windows takes for an install section's name; empty where there is none. */
  Optional<String> actualSection(String name) {
    for (String decoration : List.of(".nt" + architecture.infName(), ".nt", "")) {
      Optional<InfSection> section = inf.section(name + decoration);
      if (section.isPresent()) {
        return section.map(InfSection::name);
      }
    }
    return Optional.empty();
  }

  /** What an install section does; the name is that of the actual section. */
  DriverInstall read(String section) throws IOException {
    List<PackageFile> files = new ArrayList<>();
    List<RegistryEdit> software = new ArrayList<>();
    List<RegistryEdit> hardware = new ArrayList<>();
    List<String> includes = new ArrayList<>();
    List<Placed> main = lines.of(section);
    addFiles(main, files);
    addRegistry(main, software);
    addIncludes(main, includes);
    List<Placed> hw = lines.of(section + ".HW");
    addRegistry(hw, hardware);
    addIncludes(hw, includes);
    List<Placed> coInstallers = lines.of(section + ".CoInstallers");
    addFiles(coInstallers, files);
    List<String> interfaces = new ArrayList<>();
    for (Placed line : lines.of(section + ".Interfaces")) {
      if (line.key().equalsIgnoreCase("AddInterface")) {
        interfaces.add(line.value(0));
        addFiles(lines.of(line.value(2)), files);
      }
    }
    List<Placed> services = lines.of(section + ".Services");
    addIncludes(services, includes);
    return new DriverInstall(
        section,
        services(services, frameworks(section)),
        files,
        software,
        hardware,
        interfaces,
        !coInstallers.isEmpty(),
        includes,
        main.stream()
            .anyMatch(
                line ->
                    line.key().equalsIgnoreCase("Reboot")
                        || line.key().isEmpty() && line.value(0).equalsIgnoreCase("Reboot")));
  }

  private void addIncludes(List<Placed> section, List<String> includes) {
    for (Placed line : section) {
      if (line.key().equalsIgnoreCase("Include")) {
        for (String name : line.values()) {
          if (!name.isEmpty() && includes.stream().noneMatch(name::equalsIgnoreCase)) {
            includes.add(name);
          }
        }
      }
    }
  }

  /** The files that a section copies; those of included INF files are Windows' own. */
  private void addFiles(List<Placed> section, List<PackageFile> files) throws IOException {
    for (Placed line : section) {
      if (line.inf() == inf && line.key().equalsIgnoreCase("CopyFiles")) {
        for (String value : line.values()) {
          files.addAll(copied.of(line.line().number(), value));
        }
      }
    }
  }

  private void addRegistry(List<Placed> section, List<RegistryEdit> edits) throws IOException {
    for (Placed line : section) {
      boolean isAdding = line.key().equalsIgnoreCase("AddReg");
      if (isAdding || line.key().equalsIgnoreCase("DelReg")) {
        for (String value : line.values()) {
          edits.addAll(registry(line.inf(), value, isAdding));
        }
      }
    }
  }

  private List<RegistryEdit> registry(InfFile file, String section, boolean isAdding)
      throws IOException {
    Map<String, List<RegistryEdit>> known = isAdding ? added : deleted;
    String key = (file.name() + "|" + section).toLowerCase(Locale.ROOT);
    List<RegistryEdit> edits = known.get(key);
    if (edits == null) {
      edits = new ArrayList<>();
      Optional<InfSection> found = file.section(section);
      if (found.isPresent()) {
        for (InfLine line : found.get().lines()) {
          (isAdding
                  ? RegistryLine.adding(line, file::expand)
                  : RegistryLine.deleting(line, file::expand))
              .ifPresent(edits::add);
          if (!edits.isEmpty()) {
            RegistryEdit last = edits.get(edits.size() - 1);
            lines.countText(last.key().length() + last.valueName().length() + last.data().length);
          }
        }
      }
      known.put(key, edits);
    }
    lines.count(edits.size() + 1);
    return edits;
  }

  /** The framework versions that services are bound to, by their names in lower case. */
  private Map<String, String> frameworks(String section) throws IOException {
    Map<String, String> versions = new HashMap<>();
    for (Placed line : lines.of(section + ".Wdf")) {
      if (line.key().equalsIgnoreCase("KmdfService")) {
        line.inf()
            .section(line.value(1))
            .flatMap(wdf -> wdf.line("KmdfLibraryVersion"))
            .ifPresent(
                version ->
                    versions.putIfAbsent(
                        line.value(0).toLowerCase(Locale.ROOT),
                        line.inf().expand(version.value(0))));
      }
    }
    return versions;
  }

  private List<DriverService> services(List<Placed> section, Map<String, String> frameworks)
      throws IOException {
    List<DriverService> services = new ArrayList<>();
    for (Placed line : section) {
      if (line.key().equalsIgnoreCase("AddService")) {
        services.add(service(line, frameworks));
      }
    }
    return services;
  }

  private DriverService service(Placed line, Map<String, String> frameworks) throws IOException {
    InfFile file = line.inf();
    String name = line.value(0);
    int flags = InfNumber.parse(line.value(1), 0);
    Optional<InfSection> section = file.section(line.value(2));
    List<RegistryEdit> registry = new ArrayList<>();
    if (section.isPresent()) {
      lines.count(section.get().lines().size());
      addRegistry(section.get().lines().stream().map(l -> new Placed(file, l)).toList(), registry);
    }
    int start = InfNumber.parse(entry(file, section, "StartType"), DriverService.DEMAND_START);
    return new DriverService(
        line.line().number(),
        name,
        flags,
        section.flatMap(s -> s.line("DisplayName")).map(l -> l.value(0)).orElse(""),
        InfNumber.parse(entry(file, section, "ServiceType"), DriverService.KERNEL_DRIVER),
        start < 0 || start > MAX_START ? DriverService.DEMAND_START : start,
        InfNumber.parse(entry(file, section, "ErrorControl"), 1),
        InstalledPath.parse(entry(file, section, "ServiceBinary"))
            .filter(path -> !path.path().isEmpty()),
        entry(file, section, "LoadOrderGroup"),
        InfNumber.parse(entry(file, section, "BootFlags")),
        section
            .flatMap(s -> s.line("Dependencies"))
            .map(l -> l.values().stream().map(file::expand).filter(d -> !d.isEmpty()).toList())
            .orElse(List.of()),
        registry,
        Optional.ofNullable(frameworks.get(name.toLowerCase(Locale.ROOT))),
        (flags & ASSOCIATED_SERVICE) != 0,
        file != inf);
  }

  private static String entry(InfFile file, Optional<InfSection> section, String key) {
    return section.flatMap(s -> s.line(key)).map(l -> file.expand(l.value(0))).orElse("");
  }
}
