package io.vhdboot.driver;

import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A driver package as one Windows sees it: the INF file and the files beside it, the devices it is
 * for, what it installs on each.
 *
 * <p>Objects of this class do not change; they may be used by any thread.
 */
public final class DriverPackage {

  /** Whether a package is for a Windows. */
  public enum Fit {
    /** It has drivers for devices of that Windows. */
    FITS,
    /** It is for other processors, or its programs are. */
    OTHER_ARCHITECTURE,
    /** It is for that processor, but not for that version, edition or build. */
    OTHER_VERSION,
    /** It has no devices at all, as drivers of file systems and filters have none. */
    NO_DEVICES
  }

  private final InfFile inf;
  private final Path folder;
  private final Path infFile;
  private final WindowsTarget target;
  private final Fit fit;
  private final List<DeviceModel> models;
  private final Map<String, DriverInstall> installs;
  private final Optional<DriverInstall> classInstall;
  private final List<PackageFile> files;
  private final List<InfFinding> findings;

  private DriverPackage(
      InfFile inf,
      Path folder,
      WindowsTarget target,
      Fit fit,
      List<DeviceModel> models,
      Map<String, DriverInstall> installs,
      Optional<DriverInstall> classInstall,
      List<PackageFile> files,
      List<InfFinding> findings) {
    this.inf = inf;
    this.folder = folder;
    this.infFile = folder.resolve(inf.name());
    this.target = target;
    this.fit = fit;
    this.models = List.copyOf(models);
    this.installs = installs;
    this.classInstall = classInstall;
    this.files = List.copyOf(files);
    this.findings = findings;
  }

  /**
   * Reads a package.
   *
   * @param infFile its INF file; the other files lie in its folder
   * @param target the Windows it is looked at for
   * @param library the INF files that it may include
   * @throws UnsupportedFormatException when the file is no INF file of Windows
   * @throws io.vhdboot.disk.CorruptFormatException when it demands more work than any package
   */
  public static DriverPackage read(Path infFile, WindowsTarget target, InfLibrary library)
      throws IOException {
    return of(InfFile.read(infFile), infFile.toAbsolutePath().getParent(), target, library);
  }

  static DriverPackage of(InfFile inf, Path folder, WindowsTarget target, InfLibrary library)
      throws IOException {
    if (!inf.isSigned()) {
      throw new UnsupportedFormatException(
          inf.name(),
          UnsupportedFormatException.NO_OFFSET,
          "no INF file of Windows: no Signature=\"$Windows NT$\" in [Version]");
    }
    InstallReader reader = new InstallReader(inf, target.architecture(), library);
    ModelsReader modelsReader = new ModelsReader(inf, target, reader);
    List<DeviceModel> models = modelsReader.models();
    Map<String, DriverInstall> installs = modelsReader.installs(models);
    Optional<String> classSection = reader.actualSection("ClassInstall32");
    Optional<DriverInstall> classInstall =
        classSection.isPresent() ? Optional.of(reader.read(classSection.get())) : Optional.empty();
    Collection<PackageFile> files = files(installs.values(), classInstall);

    InfFindings findings = new InfFindings();
    findings.addAll(inf.findings());
    findings.addAll(InfVerifier.verify(inf));
    boolean isProgramForOther = checkFiles(folder, files, target.architecture(), findings);
    checkCatalog(inf, folder, target.architecture(), findings);
    Fit fit =
        !models.isEmpty()
            ? isProgramForOther ? Fit.OTHER_ARCHITECTURE : Fit.FITS
            : inf.section("Manufacturer").isEmpty()
                ? Fit.NO_DEVICES
                : modelsReader.isForArchitecture() ? Fit.OTHER_VERSION : Fit.OTHER_ARCHITECTURE;
    return new DriverPackage(
        inf,
        folder,
        target,
        fit,
        models,
        installs,
        classInstall,
        List.copyOf(files),
        findings.toList());
  }

  private static Collection<PackageFile> files(
      Collection<DriverInstall> installs, Optional<DriverInstall> classInstall) {
    Map<String, PackageFile> files = new LinkedHashMap<>();
    List<DriverInstall> all = new ArrayList<>(installs);
    classInstall.ifPresent(all::add);
    for (DriverInstall install : all) {
      for (PackageFile file : install.files()) {
        files.putIfAbsent((file.source() + "|" + file.target()).toLowerCase(Locale.ROOT), file);
      }
    }
    return files.values();
  }

  /** Whether a driver of the package is a program for another architecture. */
  private static boolean checkFiles(
      Path folder,
      Collection<PackageFile> files,
      ProcessorArchitecture architecture,
      InfFindings findings)
      throws IOException {
    boolean isForOther = false;
    Set<String> checked = new LinkedHashSet<>();
    for (PackageFile file : files) {
      if (!checked.add(file.source().toLowerCase(Locale.ROOT))) {
        continue;
      }
      Optional<Path> found = PackagePath.find(folder, file.source());
      if (found.isEmpty()) {
        findings.error(0, file.line(), missing(folder, file));
      } else if (file.source().toLowerCase(Locale.ROOT).endsWith(".sys")) {
        OptionalInt machine = PeMachine.of(found.get());
        if (machine.isEmpty()) {
          findings.warning(0, file.line(), file.source() + " is no program of Windows");
        } else if (machine.getAsInt() != architecture.machine()) {
          isForOther = true;
          findings.error(
              0,
              file.line(),
              file.source()
                  + " is a program for "
                  + ProcessorArchitecture.ofMachine(machine.getAsInt())
                      .map(ProcessorArchitecture::infName)
                      .orElse(String.format("machine 0x%x", machine.getAsInt()))
                  + ", not "
                  + architecture.infName());
        }
      }
    }
    return isForOther;
  }

  private static String missing(Path folder, PackageFile file) throws IOException {
    String message = file.source() + " is named but not in the package";
    if (!file.cabinet().isEmpty() && PackagePath.find(folder, file.cabinet()).isPresent()) {
      return message + "; " + file.cabinet() + " must be unpacked first";
    }
    String packed = file.source().substring(0, file.source().length() - 1) + "_";
    return PackagePath.find(folder, packed).isPresent()
        ? message + "; " + PackagePath.name(packed) + " must be unpacked first"
        : message;
  }

  private static void checkCatalog(
      InfFile inf, Path folder, ProcessorArchitecture architecture, InfFindings findings)
      throws IOException {
    Optional<String> name = inf.version().catalog(architecture);
    if (name.isPresent() && catalog(folder, name.get()).isEmpty()) {
      findings.warning(
          0, 0, "its catalog " + name.get() + " is not in the package: the driver is not signed");
    }
  }

  private static Optional<Path> catalog(Path folder, String name) throws IOException {
    Optional<String> path = PackagePath.normal(name).filter(p -> !p.isEmpty());
    return path.isPresent() ? PackagePath.find(folder, path.get()) : Optional.empty();
  }

  /** The INF file. */
  public InfFile inf() {
    return inf;
  }

  /** What the INF file says of itself. */
  public InfVersion version() {
    return inf.version();
  }

  /** Where the INF file is. */
  public Path infFile() {
    return infFile;
  }

  /** The folder of the INF file and of all others. */
  public Path folder() {
    return folder;
  }

  /** The Windows it was looked at for. */
  public WindowsTarget target() {
    return target;
  }

  /** Whether the package is for that Windows. */
  public Fit fit() {
    return fit;
  }

  /** The devices it has drivers for. */
  public List<DeviceModel> models() {
    return models;
  }

  /** What is installed for its devices, each install section once. */
  public List<DriverInstall> installs() {
    return List.copyOf(installs.values());
  }

  /** What is installed for a device; absent where its section is missing. */
  public Optional<DriverInstall> install(DeviceModel model) {
    return Optional.ofNullable(installs.get(model.install()));
  }

  /** What is installed for a device setup class that the package brings. */
  public Optional<DriverInstall> classInstall() {
    return classInstall;
  }

  /** All files that are installed for any device, each source and target once. */
  public List<PackageFile> files() {
    return files;
  }

  /** Where a file of the package is; empty where it is missing. */
  public Optional<Path> locate(PackageFile file) throws IOException {
    return PackagePath.find(folder, file.source());
  }

  /** Where the catalog is that signs the package; empty where none is named, or it is missing. */
  public Optional<Path> catalog() throws IOException {
    Optional<String> name = inf.version().catalog(target.architecture());
    return name.isPresent() ? catalog(folder, name.get()) : Optional.empty();
  }

  /**
   * Whether Windows may need the device's driver to reach the disk it starts from: one that the
   * boot loader starts, any of a storage adapter, and those of USB controllers, hubs and disks.
   */
  public boolean isBootCritical(DeviceModel model) {
    Optional<DriverService> service = install(model).flatMap(DriverInstall::functionDriver);
    if (service.isEmpty()
        || service.get().binary().isEmpty()
        || service.get().type() != DriverService.KERNEL_DRIVER) {
      return false;
    }
    return service.get().start() == DriverService.BOOT_START
        || inf.version().classGuid().filter(SetupClass::isStorage).isPresent()
        || inf.version().classGuid().filter(SetupClass.USB::equals).isPresent()
            && model.ids().stream().anyMatch(DriverPackage::isOnTheWayToUsbDisk);
  }

  private static boolean isOnTheWayToUsbDisk(String id) {
    String upper = id.toUpperCase(Locale.ROOT);
    return upper.startsWith("PCI\\")
        || upper.startsWith("ACPI\\")
        || upper.startsWith("USB\\CLASS_08")
        || upper.startsWith("USB\\COMPOSITE")
        || upper.contains("HUB");
  }

  /** Whether the driver of any of its devices may be needed to reach the disk. */
  public boolean isBootCritical() {
    return models.stream().anyMatch(this::isBootCritical);
  }

  /** The mistakes of the INF file, and what is missing of the package. */
  public List<InfFinding> findings() {
    return findings;
  }

  @Override
  public String toString() {
    return inf.name() + " for " + target;
  }
}
