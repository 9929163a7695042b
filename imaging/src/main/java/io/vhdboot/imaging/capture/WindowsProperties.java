package io.vhdboot.imaging.capture;

import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.wim.BlobSource;
import io.vhdboot.wim.NewFile;
import io.vhdboot.wim.WimImageInfo;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Finds what a WIM's XML data say of a Windows: architecture from the kernel's program header,
 * edition, version and languages from its registry. A tree without {@code Windows\System32} has
 * nothing of it.
 */
public final class WindowsProperties {

  private static final String SYSTEM_FOLDER = "Windows/System32";
  private static final List<String> PROGRAMS = List.of("ntoskrnl.exe", "kernel32.dll", "ntdll.dll");

  /** A hive is read into memory. */
  private static final int MAX_HIVE_SIZE = 512 << 20;

  private static final int MEMORY_SHARE = 4;
  private static final int PE_HEADER_AREA = 4096;
  private static final int PE_OFFSET = 0x3C;
  private static final int PE_SIGNATURE = 0x4550;

  private final NewFile system;
  private final WimImageInfo.Builder info;
  private final List<String> warnings;

  private WindowsProperties(NewFile system, WimImageInfo.Builder info, List<String> warnings) {
    this.system = system;
    this.info = info;
    this.warnings = warnings;
  }

  /**
   * Adds what a tree tells.
   *
   * @param root the tree's root
   * @param info receives the properties
   * @param warnings receives a sentence for each hive that cannot be read
   */
  public static void describe(NewFile root, WimImageInfo.Builder info, List<String> warnings)
      throws IOException {
    Optional<NewFile> system = root.find(SYSTEM_FOLDER);
    if (system.isPresent()) {
      new WindowsProperties(system.get(), info, warnings).describe();
    }
  }

  private void describe() throws IOException {
    for (String program : PROGRAMS) {
      Optional<Integer> code = architecture(program);
      if (code.isPresent()) {
        set("ARCH", Integer.toString(code.get()));
        break;
      }
    }
    Optional<Hive> software = hive("SOFTWARE");
    if (software.isPresent()) {
      try {
        describeSoftware(software.get().root());
      } catch (DiskFormatException e) {
        warnings.add("the hive SOFTWARE is damaged: " + e.getMessage());
      }
    }
    Optional<Hive> configuration = hive("SYSTEM");
    if (configuration.isPresent()) {
      try {
        describeSystem(configuration.get().root());
      } catch (DiskFormatException e) {
        warnings.add("the hive SYSTEM is damaged: " + e.getMessage());
      }
    }
  }

  private void set(String name, String value) {
    info.property("WINDOWS/" + name, value);
  }

  /** The number that Windows gives an architecture, by the program header's. */
  private Optional<Integer> architecture(String program) throws IOException {
    Optional<BlobSource> source = system.find(program).flatMap(NewFile::data);
    if (source.isEmpty()) {
      return Optional.empty();
    }
    byte[] head;
    try (InputStream in = source.get().open()) {
      head = in.readNBytes(PE_HEADER_AREA);
    }
    if (head.length < PE_OFFSET + 4) {
      return Optional.empty();
    }
    long at = LittleEndian.u32(head, PE_OFFSET);
    if (at > head.length - 6 || LittleEndian.u32(head, (int) at) != PE_SIGNATURE) {
      return Optional.empty();
    }
    return switch (LittleEndian.u16(head, (int) at + 4)) {
      case 0x014C -> Optional.of(0);
      case 0x01C0, 0x01C2, 0x01C4 -> Optional.of(5);
      case 0x0200 -> Optional.of(6);
      case 0x8664 -> Optional.of(9);
      case 0xAA64 -> Optional.of(12);
      default -> Optional.empty();
    };
  }

  private Optional<Hive> hive(String name) throws IOException {
    Optional<BlobSource> source = system.find("config/" + name).flatMap(NewFile::data);
    if (source.isEmpty()) {
      return Optional.empty();
    }
    long limit = Math.min(MAX_HIVE_SIZE, Runtime.getRuntime().maxMemory() / MEMORY_SHARE);
    if (source.get().size() > limit) {
      warnings.add("the hive " + name + " is too large to be looked into");
      return Optional.empty();
    }
    try (InputStream in = source.get().open()) {
      return Optional.of(Hive.read(name, in.readAllBytes()));
    } catch (DiskFormatException e) {
      warnings.add("the hive " + name + " cannot be read: " + e.getMessage());
      return Optional.empty();
    }
  }

  private void describeSoftware(HiveKey root) throws IOException {
    Optional<HiveKey> found = root.find("Microsoft\\Windows NT\\CurrentVersion");
    if (found.isEmpty()) {
      return;
    }
    HiveKey version = found.get();
    copy(version, "ProductName", "PRODUCTNAME");
    copy(version, "EditionID", "EDITIONID");
    copy(version, "InstallationType", "INSTALLATIONTYPE");
    set("SYSTEMROOT", "WINDOWS");
    Optional<Long> major = number(version, "CurrentMajorVersionNumber");
    Optional<Long> minor = number(version, "CurrentMinorVersionNumber");
    String[] old = text(version, "CurrentVersion").orElse("").split("\\.");
    if (major.isPresent()) {
      set("VERSION/MAJOR", major.get().toString());
      set("VERSION/MINOR", minor.orElse(0L).toString());
    } else if (old.length == 2 && isNumber(old[0]) && isNumber(old[1])) {
      set("VERSION/MAJOR", old[0]);
      set("VERSION/MINOR", old[1]);
    }
    text(version, "CurrentBuild")
        .or(() -> quiet(version, "CurrentBuildNumber"))
        .filter(WindowsProperties::isNumber)
        .ifPresent(build -> set("VERSION/BUILD", build));
    Optional<Long> revision = number(version, "UBR");
    // Such as 7601.17514.amd64fre.win7sp1_rtm.101119-1850
    String[] lab = text(version, "BuildLabEx").orElse("").split("\\.");
    if (revision.isPresent()) {
      set("VERSION/SPBUILD", revision.get().toString());
    } else if (lab.length > 1 && isNumber(lab[1])) {
      set("VERSION/SPBUILD", lab[1]);
    }
    if (lab.length > 3) {
      set("VERSION/BRANCH", lab[3]);
    }
  }

  private void describeSystem(HiveKey root) throws IOException {
    long current =
        root.find("Select").isPresent()
            ? number(root.find("Select").get(), "Current").orElse(1L)
            : 1;
    Optional<HiveKey> control =
        root.find(String.format("ControlSet%03d\\Control", current & 0xFFF));
    if (control.isEmpty()) {
      return;
    }
    Optional<HiveKey> options = control.get().find("ProductOptions");
    if (options.isPresent()) {
      copy(options.get(), "ProductType", "PRODUCTTYPE");
      Optional<HiveValue> suite = options.get().value("ProductSuite");
      if (suite.isPresent()) {
        String first =
            suite.get().asMultiString().stream().filter(s -> !s.isEmpty()).findFirst().orElse("");
        set("PRODUCTSUITE", first);
      }
    }
    Optional<HiveKey> windows = control.get().find("Windows");
    if (windows.isPresent()) {
      long level = number(windows.get(), "CSDVersion").orElse(0L) >> 8;
      set("VERSION/SPLEVEL", Long.toString(level & 0xFF));
    }
    describeLanguages(control.get());
  }

  private void describeLanguages(HiveKey control) throws IOException {
    Optional<HiveKey> installed = control.find("MUI\\UILanguages");
    if (installed.isEmpty()) {
      return;
    }
    List<HiveKey> languages = installed.get().subkeys();
    for (HiveKey language : languages) {
      info.language(language.name());
    }
    Optional<String> identifier =
        control.find("Nls\\Language").isPresent()
            ? text(control.find("Nls\\Language").get(), "InstallLanguage")
            : Optional.empty();
    for (HiveKey language : languages) {
      Optional<Long> id = number(language, "LCID");
      boolean isDefault =
          languages.size() == 1
              || id.isPresent()
                  && identifier.isPresent()
                  && String.format("%04x", id.get()).equalsIgnoreCase(identifier.get());
      if (isDefault) {
        set("LANGUAGES/DEFAULT", language.name());
        return;
      }
    }
  }

  private void copy(HiveKey key, String value, String property) throws IOException {
    text(key, value).ifPresent(text -> set(property, text));
  }

  private static Optional<String> text(HiveKey key, String name) throws IOException {
    return key.value(name).map(HiveValue::asString).filter(text -> !text.isEmpty());
  }

  private static Optional<String> quiet(HiveKey key, String name) {
    try {
      return text(key, name);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Long> number(HiveKey key, String name) throws IOException {
    Optional<HiveValue> value = key.value(name);
    return value.isPresent() && (value.get().size() == 4 || value.get().size() == 8)
        ? Optional.of(value.get().asNumber())
        : Optional.empty();
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.length() < 10 && text.chars().allMatch(Character::isDigit);
  }
}
