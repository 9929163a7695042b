package io.vhdboot.driver;

import java.util.List;
import java.util.Optional;

/**
 * What an install section does with those that belong to it ({@code .Services}, {@code .HW}, {@code
 * .CoInstallers}, {@code .Wdf}, {@code .Interfaces}) and those it needs.
 *
 * @param section its name with the platform's decoration
 * @param services the services it adds
 * @param files the files of the package that it installs
 * @param software what it sets in the driver's key
 * @param hardware what it sets in the device's key
 * @param interfaces the classes of device interfaces it adds, as GUIDs in braces
 * @param hasCoInstallers whether it brings installers of its own
 * @param includes the INF files of Windows that it needs sections of
 * @param isDemandingRestart whether the machine restarts after it
 */
public record DriverInstall(
    String section,
    List<DriverService> services,
    List<PackageFile> files,
    List<RegistryEdit> software,
    List<RegistryEdit> hardware,
    List<String> interfaces,
    boolean hasCoInstallers,
    List<String> includes,
    boolean isDemandingRestart) {

  public DriverInstall {
    services = List.copyOf(services);
    files = List.copyOf(files);
    software = List.copyOf(software);
    hardware = List.copyOf(hardware);
    interfaces = List.copyOf(interfaces);
    includes = List.copyOf(includes);
  }

  /** The service that drives the device; absent where none does or it is not told here. */
  public Optional<DriverService> functionDriver() {
    return services.stream()
        .filter(service -> service.isFunctionDriver() && !service.name().isEmpty())
        .findFirst();
  }
}
