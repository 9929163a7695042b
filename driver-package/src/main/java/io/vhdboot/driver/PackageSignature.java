package io.vhdboot.driver;

import io.vhdboot.authenticode.AuthenticodeSignature;
import io.vhdboot.authenticode.Catalog;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.FileDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What signs a package: the catalog that its INF file names covers the INF file and each file that
 * is installed, by its Authenticode digest where it is a program, by the hash of all of it
 * otherwise. Windows of 64 bits takes no driver of the kernel without a signature. Who signed, and
 * whether a given Windows trusts them, is not judged.
 *
 * @param signer the name of who signed the catalog; absent without a catalog that can be read
 * @param problems what is wrong, a sentence each without a full stop; none for a package that is
 *     covered as a whole
 */
public record PackageSignature(Optional<String> signer, List<String> problems) {

  public PackageSignature {
    problems = List.copyOf(problems);
  }

  /**
   * Verifies a package's signature.
   *
   * @throws IOException when a file cannot be read; damage of a catalog is a problem instead
   */
  public static PackageSignature verify(DriverPackage driver) throws IOException {
    Optional<String> named = driver.version().catalog(driver.target().architecture());
    if (named.isEmpty()) {
      return unsigned("the INF file names no catalog: the package is not signed");
    }
    Optional<Path> file = driver.catalog();
    if (file.isEmpty()) {
      return unsigned("the catalog " + named.get() + " is missing: the package is not signed");
    }
    Catalog catalog;
    try (FileDevice device = FileDevice.openReadOnly(file.get())) {
      catalog = Catalog.open(device);
    } catch (DiskFormatException e) {
      return unsigned("the catalog cannot be read: " + e.getMessage());
    }
    List<String> problems = new ArrayList<>();
    Optional<AuthenticodeSignature> signature =
        catalog.signatures().stream().filter(AuthenticodeSignature::isIntact).findFirst();
    if (signature.isEmpty()) {
      problems.add("the signature of the catalog " + named.get() + " is not intact");
    }
    for (Map.Entry<String, Path> signed : files(driver).entrySet()) {
      if (!covers(catalog, signed.getValue())) {
        problems.add("the catalog " + named.get() + " does not cover " + signed.getKey());
      }
    }
    return new PackageSignature(
        signature
            .or(() -> catalog.signatures().stream().findFirst())
            .map(AuthenticodeSignature::signer),
        problems);
  }

  private static PackageSignature unsigned(String problem) {
    return new PackageSignature(Optional.empty(), List.of(problem));
  }

  /** The INF file and the files that are installed, by their paths in the package. */
  private static Map<String, Path> files(DriverPackage driver) throws IOException {
    Map<String, Path> files = new LinkedHashMap<>();
    files.put(driver.inf().name(), driver.infFile());
    for (PackageFile file : driver.files()) {
      Optional<Path> found = driver.locate(file);
      found.ifPresent(path -> files.putIfAbsent(file.source(), path));
    }
    return files;
  }

  private static boolean covers(Catalog catalog, Path file) throws IOException {
    try (FileDevice device = FileDevice.openReadOnly(file)) {
      return catalog.covers(device);
    } catch (DiskFormatException e) {
      // A damaged program has no digest, so none that a catalog could have.
      return false;
    }
  }

  /** Whether an intact catalog covers the whole package. */
  public boolean isWhole() {
    return problems.isEmpty();
  }
}
