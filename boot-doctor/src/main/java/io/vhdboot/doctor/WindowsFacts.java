package io.vhdboot.doctor;

import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.hive.RegistryType;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a SOFTWARE hive says of its Windows, as far as its start depends on it.
 *
 * @param product its name
 * @param edition its edition, such as {@code Ultimate}
 * @param major the version's first number
 * @param minor the version's second number
 * @param build the build number
 * @param isServer whether it is a server
 */
record WindowsFacts(
    String product, String edition, int major, int minor, int build, boolean isServer) {

  private static final String KEY = "Microsoft\\Windows NT\\CurrentVersion";

  /** Editions of Windows 7's clients that may start from a VHD. */
  private static final Set<String> WINDOWS_7_EDITIONS =
      Set.of("enterprise", "enterprisen", "ultimate", "ultimaten");

  static WindowsFacts read(Hive software) throws IOException {
    Optional<HiveKey> key = software.root().find(KEY);
    if (key.isEmpty()) {
      return new WindowsFacts("a Windows of unknown version", "", 10, 0, 0, false);
    }
    String product = text(key.get(), "ProductName").orElse("Windows");
    int build = number(text(key.get(), "CurrentBuild").orElse(""));
    Optional<Long> newMajor = number(key.get(), "CurrentMajorVersionNumber");
    String[] version = text(key.get(), "CurrentVersion").orElse("6.3").split("\\.");
    int minor = version.length > 1 ? number(version[1]) : 3;
    boolean isNew = newMajor.isPresent() || build >= 10_000;
    return new WindowsFacts(
        product,
        text(key.get(), "EditionID").orElse(""),
        isNew ? 10 : number(version[0]),
        isNew ? 0 : minor,
        build,
        text(key.get(), "InstallationType").orElse("").startsWith("Server")
            || product.contains("Server"));
  }

  private static Optional<String> text(HiveKey key, String name) throws IOException {
    return key.value(name).map(HiveValue::asString);
  }

  /** A number of 32 bits; nothing where the value is missing or of another type. */
  static Optional<Long> number(HiveKey key, String name) throws IOException {
    return key.value(name)
        .filter(value -> value.type().equals(RegistryType.DWORD))
        .map(HiveValue::asNumber);
  }

  private static int number(String text) {
    return text.matches("\\d{1,8}") ? Integer.parseInt(text) : 0;
  }

  /** Whether it is of the family of Windows 7. */
  boolean is7() {
    return major == 6 && minor == 1;
  }

  /** Whether it is older than Windows 8, with which VHDX and USB came. */
  boolean isBefore8() {
    return major == 6 && minor < 2;
  }

  boolean mayStartFromVhd() {
    return !(major == 6 && minor == 0)
        && (!is7() || isServer || WINDOWS_7_EDITIONS.contains(edition.toLowerCase(Locale.ROOT)));
  }

  @Override
  public String toString() {
    return product
        + (edition.isEmpty() ? "" : " (" + edition + ")")
        + (build == 0 ? "" : ", build " + build);
  }
}
