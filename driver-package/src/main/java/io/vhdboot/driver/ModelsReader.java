package io.vhdboot.driver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the devices that an INF file has drivers for on one Windows. */
final class ModelsReader {

  private final InfFile inf;
  private final WindowsTarget target;
  private final InstallReader installs;
  private boolean isForArchitecture;

  ModelsReader(InfFile inf, WindowsTarget target, InstallReader installs) {
    this.inf = inf;
    this.target = target;
    this.installs = installs;
  }

  /** Whether some Models section is for the target's architecture, whatever the version. */
  boolean isForArchitecture() {
    return isForArchitecture;
  }

  /** The devices. */
  List<DeviceModel> models() throws IOException {
    List<DeviceModel> models = new ArrayList<>();
    for (InfLine line : inf.section("Manufacturer").map(InfSection::lines).orElse(List.of())) {
      Manufacturer manufacturer = Manufacturer.of(inf, line);
      Optional<String> section = section(manufacturer);
      if (section.isPresent()) {
        for (InfLine model : inf.section(section.get()).map(InfSection::lines).orElse(List.of())) {
          installs.lines().count(1 + model.values().size());
          models.add(model(manufacturer, model));
        }
      }
    }
    return models;
  }

  private Optional<String> section(Manufacturer manufacturer) {
    for (TargetDecoration decoration : manufacturer.decorations()) {
      isForArchitecture |= decoration.isFor(target.architecture());
    }
    Optional<TargetDecoration> nearest =
        TargetDecoration.nearest(manufacturer.decorations(), target);
    if (nearest.isPresent()) {
      return Optional.of(manufacturer.models() + "." + nearest.get().text());
    }
    // Without a decoration it is for x86 only, since Server 2003 SP1.
    boolean isPlain = target.architecture() == ProcessorArchitecture.X86;
    if (isPlain && inf.section(manufacturer.models()).isPresent()) {
      isForArchitecture = true;
      return Optional.of(manufacturer.models());
    }
    return Optional.empty();
  }

  private DeviceModel model(Manufacturer manufacturer, InfLine line) throws IOException {
    List<String> ids = new ArrayList<>();
    for (int i = 2; i < line.values().size(); i++) {
      String id = inf.expand(line.value(i));
      if (!id.isEmpty()) {
        ids.add(id);
      }
    }
    String install = inf.expand(line.value(0));
    installs.lines().countText(install.length() + ids.stream().mapToInt(String::length).sum());
    return new DeviceModel(
        line.number(),
        line.key(),
        manufacturer.name(),
        installs.actualSection(install).orElse(install),
        inf.expand(line.value(1)),
        ids);
  }

  /** The install sections of some devices, each once, by name. */
  Map<String, DriverInstall> installs(List<DeviceModel> models) throws IOException {
    Map<String, DriverInstall> read = new LinkedHashMap<>();
    for (DeviceModel model : models) {
      if (!read.containsKey(model.install()) && inf.section(model.install()).isPresent()) {
        read.put(model.install(), installs.read(model.install()));
      }
    }
    return read;
  }
}
