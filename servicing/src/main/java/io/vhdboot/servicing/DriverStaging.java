package io.vhdboot.servicing;

import io.vhdboot.driver.DeviceModel;
import io.vhdboot.driver.DriverInstall;
import io.vhdboot.driver.DriverPackage;
import io.vhdboot.driver.InfFinding;
import io.vhdboot.driver.InstalledPath;
import io.vhdboot.driver.PackageFile;
import io.vhdboot.driver.PackageSignature;
import io.vhdboot.hive.HiveValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Puts one driver package into a Windows.
 *
 * <p>Its folder is named as Windows names those in its store: the INF file's name, the
 * architecture, {@code neutral} for the language up to Windows 7, sixteen hexadecimal digits. What
 * Windows makes these of is not public; here they are the first eight bytes of the SHA-256 over the
 * package's files, each as path, NUL and SHA-256, in the order of the paths. So one package has one
 * name, and is put into a Windows once.
 */
final class DriverStaging {

  static final String STORE = "System32/DriverStore/FileRepository";
  static final String SOURCES = "Drivers/vhdboot";

  /** Where Windows looks for catalogs of drivers; the GUID is that of their subsystem. */
  private static final String CATALOGS = "System32/CatRoot/{F750E6C3-38EE-11D1-85E5-00C04FC295EE}";

  private static final int KEEP_EXISTING = 0x10;
  private static final int MAX_WARNINGS = 5;

  private final ServicingEdit edit;
  private final DriverPackage driver;
  private final Map<String, Path> files;
  private final Map<String, DriverStaging> binaries;
  private final String label;
  private final PackageSignature signature;

  /**
   * Begins with a package.
   *
   * @param binaries the programs that packages before it put in, by their paths; it adds its own
   */
  DriverStaging(ServicingEdit edit, DriverPackage driver, Map<String, DriverStaging> binaries)
      throws IOException {
    this.edit = edit;
    this.driver = driver;
    this.binaries = binaries;
    this.files = files(driver);
    this.label = makeLabel();
    this.signature = PackageSignature.verify(driver);
  }

  DriverPackage driver() {
    return driver;
  }

  /** The name of its folder. */
  String label() {
    return label;
  }

  PackageSignature signature() {
    return signature;
  }

  /** The files of a package by their paths in it; where they lie. */
  private static Map<String, Path> files(DriverPackage driver) throws IOException {
    Map<String, Path> files = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    files.put(driver.inf().name(), driver.infFile());
    Optional<Path> catalog = driver.catalog();
    if (catalog.isPresent()) {
      files.put(catalog.get().getFileName().toString(), catalog.get());
    }
    for (PackageFile file : driver.files()) {
      Optional<Path> found = driver.locate(file);
      if (found.isPresent()) {
        files.put(file.source(), found.get());
      }
    }
    return files;
  }

  private String makeLabel() throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
    for (Map.Entry<String, Path> file : files.entrySet()) {
      String path = file.getKey().toLowerCase(Locale.ROOT);
      digest.update((path + "\0").getBytes(StandardCharsets.UTF_8));
      digest.update(FileContent.Digest.of(FileContent.of(file.getValue())).hash());
    }
    return driver.inf().name().toLowerCase(Locale.ROOT)
        + "_"
        + driver.target().architecture().infName()
        + (driver.target().isAtLeast(6, 2) ? "" : "_neutral")
        + "_"
        + HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  /** Puts it in; the name that its INF file has in Windows then, empty where Windows gives it. */
  String stage() throws IOException {
    for (Map.Entry<String, Path> file : files.entrySet()) {
      edit.putFile(
          SOURCES + "/" + label + "/" + file.getKey(),
          FileContent.of(file.getValue()),
          "Windows takes the package in from here");
    }
    boolean hasDatabase = edit.key(WindowsHive.SYSTEM, DriverDatabase.KEY).isPresent();
    String oemName = hasDatabase ? publish() : "";
    putCatalog(hasDatabase ? oemName.replace(".inf", ".cat") : catalogOfSeven());
    for (DriverInstall install : driver.installs()) {
      if (isBootCritical(install)) {
        putBinaries(install);
        BootService.register(edit, this, install, oemName);
      }
    }
    if (!hasDatabase) {
      for (DeviceModel model : driver.models()) {
        if (driver.isBootCritical(model)) {
          BootService.bind(edit, driver, model);
        }
      }
    }
    return oemName;
  }

  private boolean isBootCritical(DriverInstall install) {
    return driver.models().stream()
        .anyMatch(
            model -> model.install().equals(install.section()) && driver.isBootCritical(model));
  }

  /** Puts it into the driver store and registers it there; the name that Windows has for it. */
  private String publish() throws IOException {
    DriverDatabase database = new DriverDatabase(edit, this);
    String oemName = database.oemName();
    for (Map.Entry<String, Path> file : files.entrySet()) {
      edit.putFile(
          STORE + "/" + label + "/" + file.getKey(),
          FileContent.of(file.getValue()),
          "the package lies in the driver store");
    }
    edit.putFile(
        "INF/" + oemName,
        FileContent.of(driver.infFile()),
        "the INF file of " + label + " under the name that Windows has for it");
    database.register(oemName);
    return oemName;
  }

  private String catalogOfSeven() {
    return label + ".cat";
  }

  private void putCatalog(String name) throws IOException {
    Optional<Path> catalog = driver.catalog();
    if (catalog.isPresent()) {
      edit.putFile(
          CATALOGS + "/" + name,
          FileContent.of(catalog.get()),
          "the loader looks here for the signatures of drivers");
    }
  }

  /** Puts the programs of the kernel to where the loader takes them from. */
  private void putBinaries(DriverInstall install) throws IOException {
    for (PackageFile file : install.files()) {
      Optional<String> target = inWindows(file.target());
      Optional<Path> source = driver.locate(file);
      if (target.isEmpty()
          || source.isEmpty()
          || file.target().isInDriverStore()
          || !target.get().toLowerCase(Locale.ROOT).endsWith(".sys")) {
        continue;
      }
      if ((file.flags() & KEEP_EXISTING) != 0 && edit.hasFile(target.get())) {
        continue;
      }
      DriverStaging other = binaries.put(target.get().toLowerCase(Locale.ROOT), this);
      if (other != null && other != this && !isSameAs(other, file, source.get())) {
        edit.note(
            target.get() + " of " + other.label + " and of " + label + " differ; the latter is in");
      }
      edit.putFile(
          target.get(), FileContent.of(source.get()), "the loader starts the driver from here");
    }
  }

  private static boolean isSameAs(DriverStaging other, PackageFile file, Path source)
      throws IOException {
    for (PackageFile each : other.driver.files()) {
      Optional<Path> found = other.driver.locate(each);
      if (each.target().equals(file.target()) && found.isPresent()) {
        return Files.mismatch(found.get(), source) < 0;
      }
    }
    return false;
  }

  /** A path of the INF file's as one from the Windows folder. */
  Optional<String> inWindows(InstalledPath path) {
    return path.inWindows(STORE + "/" + label, driver.target().architecture());
  }

  StagedDriver report() {
    List<String> ids = new ArrayList<>();
    for (DeviceModel model : driver.models()) {
      for (String id : model.ids()) {
        if (!ids.contains(id)) {
          ids.add(id);
        }
      }
    }
    List<String> warnings = new ArrayList<>(signature.problems());
    List<InfFinding> errors =
        driver.findings().stream().filter(f -> f.level() == InfFinding.Level.ERROR).toList();
    errors.stream().limit(MAX_WARNINGS).forEach(error -> warnings.add(error.toString()));
    if (errors.size() > MAX_WARNINGS) {
      warnings.add("and " + (errors.size() - MAX_WARNINGS) + " errors more in the INF file");
    }
    return new StagedDriver(
        driver.inf().name(),
        label,
        driver.version().provider(),
        driver.version().versionText(),
        driver.isBootCritical(),
        ids,
        warnings);
  }

  /** Sets a value below SYSTEM. */
  static void set(ServicingEdit edit, String key, HiveValue value, String reason)
      throws IOException {
    edit.set(WindowsHive.SYSTEM, key, value, reason);
  }
}
