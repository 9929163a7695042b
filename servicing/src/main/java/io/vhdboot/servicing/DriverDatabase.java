package io.vhdboot.servicing;

import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.WindowsGuid;
import io.vhdboot.driver.DeviceModel;
import io.vhdboot.driver.DriverInstall;
import io.vhdboot.driver.DriverPackage;
import io.vhdboot.driver.DriverService;
import io.vhdboot.driver.InfFile;
import io.vhdboot.driver.InfVersion;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.hive.RegistryType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Registers packages in the driver database of Windows 8 and later:
 *
 * <pre>
 * DriverDatabase            OemInfMap: a bit for each oemN.inf, highest first
 *   DeviceIds\ID            oemN.inf: 01 ff 00 00, the first byte the id's place in its line
 *   DeviceIds\{class}       oemN.inf: no type
 *   DriverInfFiles\oemN.inf (default), Active: the package; Configurations: its install sections
 *   DriverPackages\LABEL    (default): oemN.inf; Version, InfName, Provider, Catalog...
 *     Configurations\SECTION           ConfigFlags, Service; what it sets for device and driver
 *     Descriptors\ID                   Configuration, Description, Manufacturer
 *     Strings                          what their %tokens% stand for
 * </pre>
 *
 * <p>The kernel binds by that of the SYSTEM hive before others are there, so what the disk may
 * depend on is registered there, with configurations and descriptors. From Windows 10 on other
 * packages belong into the DRIVERS hive, without them; Windows looks into the INF file then.
 * Source: the SYSTEM hive of a Windows 10 with packages of a virtual machine's maker; virt-v2v,
 * which writes the keys that the kernel needs at least; distrobuilder.
 */
final class DriverDatabase {

  static final String KEY = "DriverDatabase";

  private static final Pattern OEM_NAME = Pattern.compile("(?i)oem(\\d{1,5})\\.inf");
  private static final Pattern TOKEN = Pattern.compile("%([^%]+)%");
  private static final int MAX_OEM = 65_535;
  private static final String REGISTERS = "Plug and Play finds the package by it";

  /** As Windows has them for packages that it has taken in, those that the disk depends on too. */
  private static final int IMPORTED = 0x12;

  private static final int IMPORTED_BOOT_CRITICAL = 0x112;

  private static final String PUBLISHER = "Microsoft Windows Hardware Compatibility Publisher";
  private static final int PUBLISHER_SCORE = 0x0D000005;

  private static final int VERSION_SIZE = 48;

  private final ServicingEdit edit;
  private final DriverStaging staging;
  private final DriverPackage driver;
  private final boolean isBootCritical;
  private final WindowsHive hive;

  DriverDatabase(ServicingEdit edit, DriverStaging staging) throws IOException {
    this.edit = edit;
    this.staging = staging;
    this.driver = staging.driver();
    this.isBootCritical = driver.isBootCritical();
    this.hive =
        !isBootCritical
                && edit.hasHive(WindowsHive.DRIVERS)
                && edit.key(WindowsHive.DRIVERS, KEY).isPresent()
            ? WindowsHive.DRIVERS
            : WindowsHive.SYSTEM;
  }

  /** The name that the INF file has in Windows: the one it has already, or a free one. */
  String oemName() throws IOException {
    Optional<HiveValue> known = edit.value(hive, KEY + "\\DriverPackages\\" + staging.label(), "");
    if (known.filter(name -> OEM_NAME.matcher(name.asString()).matches()).isPresent()) {
      return known.get().asString();
    }
    byte[] map =
        edit.value(WindowsHive.SYSTEM, KEY, "OemInfMap").map(HiveValue::data).orElse(new byte[0]);
    for (int number = 0; number <= MAX_OEM; number++) {
      String name = "oem" + number + ".inf";
      boolean isMarked = number / 8 < map.length && (map[number / 8] & 0x80 >>> number % 8) != 0;
      if (!isMarked && !isTaken(name)) {
        return name;
      }
    }
    throw new AssertionError("all names oemN.inf are taken");
  }

  private boolean isTaken(String name) throws IOException {
    Optional<Path> file = edit.find("INF/" + name);
    return file.isPresent()
        || edit.hasFile("INF/" + name)
        || isRegistered(WindowsHive.SYSTEM, name)
        || edit.hasHive(WindowsHive.DRIVERS) && isRegistered(WindowsHive.DRIVERS, name);
  }

  private boolean isRegistered(WindowsHive where, String name) throws IOException {
    return edit.key(where, KEY + "\\DriverInfFiles\\" + name).isPresent();
  }

  void register(String oemName) throws IOException {
    String label = staging.label();
    String infKey = KEY + "\\DriverInfFiles\\" + oemName;
    set(infKey, HiveValue.multiString("", List.of(label)));
    set(infKey, HiveValue.string("Active", label));
    registerPackage(oemName, KEY + "\\DriverPackages\\" + label);
    registerIds(oemName);
    if (isBootCritical) {
      set(
          infKey,
          HiveValue.multiString(
              "Configurations",
              driver.installs().stream().map(DriverInstall::section).distinct().toList()));
      registerConfigurations(KEY + "\\DriverPackages\\" + label);
      registerDescriptors(KEY + "\\DriverPackages\\" + label);
    }
  }

  private void registerPackage(String oemName, String key) throws IOException {
    InfVersion version = driver.version();
    set(key, HiveValue.string("", oemName));
    set(key, HiveValue.binary("Version", version(driver)));
    set(key, HiveValue.string("InfName", driver.inf().name().toLowerCase(Locale.ROOT)));
    set(key, HiveValue.string("Provider", version.provider()));
    Optional<Path> catalog = driver.catalog();
    if (catalog.isPresent()) {
      set(key, HiveValue.string("Catalog", catalog.get().getFileName().toString()));
    }
    set(key, HiveValue.dword("StatusFlags", isBootCritical ? IMPORTED_BOOT_CRITICAL : IMPORTED));
    boolean isPublished =
        staging.signature().isWhole()
            && staging.signature().signer().filter(PUBLISHER::equals).isPresent();
    if (isPublished) {
      set(key, HiveValue.string("SignerName", PUBLISHER));
      set(key, HiveValue.dword("SignerScore", PUBLISHER_SCORE));
    }
  }

  /**
   * The version as the database has it: u8 00 for packages that are not Windows' own, u8 ff, u16
   * the processor, u32 0, the class, the date as FILETIME, the version as four u16 with the last
   * first, u64 0.
   */
  static byte[] version(DriverPackage driver) {
    InfVersion version = driver.version();
    byte[] bytes = new byte[VERSION_SIZE];
    bytes[1] = (byte) 0xFF;
    LittleEndian.put16(bytes, 2, driver.target().architecture().number());
    UUID deviceClass = version.classGuid().orElseThrow();
    WindowsGuid.put(bytes, 8, deviceClass);
    version
        .date()
        .ifPresent(
            date ->
                LittleEndian.put64(
                    bytes, 24, FileTime100ns.of(date.atStartOfDay().toInstant(ZoneOffset.UTC))));
    for (int i = 0; i < 4; i++) {
      LittleEndian.put16(bytes, 32 + 2 * i, version.version().get(3 - i));
    }
    return bytes;
  }

  private void registerIds(String oemName) throws IOException {
    for (DeviceModel model : driver.models()) {
      int place = model.hardwareId().isEmpty() ? 2 : 1;
      for (String id : model.ids()) {
        Optional<String> path = DeviceIdKey.path(id);
        if (path.isEmpty()) {
          edit.note(id + " is no id of a device and was left out");
        } else {
          String key = KEY + "\\DeviceIds\\" + path.get();
          byte[] rank = {(byte) Math.min(place, 0xFF), (byte) 0xFF, 0, 0};
          Optional<HiveValue> there = edit.value(hive, key, oemName);
          boolean isBetter =
              there
                  .filter(old -> old.data().length == 4 && (old.data()[0] & 0xFF) <= place(rank))
                  .isEmpty();
          set(key, isBetter ? HiveValue.binary(oemName, rank) : there.get());
        }
        place++;
      }
    }
    String deviceClass = WindowsGuid.toString(driver.version().classGuid().orElseThrow());
    set(
        KEY + "\\DeviceIds\\" + deviceClass,
        new HiveValue(oemName, RegistryType.NONE, new byte[0]));
  }

  private static int place(byte[] rank) {
    return rank[0] & 0xFF;
  }

  private void registerConfigurations(String packageKey) throws IOException {
    for (DriverInstall install : driver.installs()) {
      String key = packageKey + "\\Configurations\\" + install.section();
      set(key, HiveValue.dword("ConfigFlags", 0));
      Optional<DriverService> service = install.functionDriver();
      if (service.isPresent()) {
        set(key, HiveValue.string("Service", service.get().name()));
      }
      RelativeEdits.apply(edit, hive, key + "\\Device", install.hardware(), REGISTERS);
      RelativeEdits.apply(edit, hive, key + "\\Driver", install.software(), REGISTERS);
      for (DriverService each : install.services()) {
        if (!each.isInbox() && each.name().matches("[^\\\\/]{1,255}")) {
          RelativeEdits.apply(
              edit, hive, key + "\\Services\\" + each.name(), each.registry(), REGISTERS);
        }
      }
    }
  }

  private void registerDescriptors(String packageKey) throws IOException {
    Map<String, String> strings = new LinkedHashMap<>();
    for (DeviceModel model : driver.models()) {
      String description = lowerTokens(model.description(), strings);
      String manufacturer = lowerTokens(model.manufacturer(), strings);
      for (String id : model.ids()) {
        Optional<String> path = DeviceIdKey.path(id);
        if (path.isPresent()) {
          String key = packageKey + "\\Descriptors\\" + path.get();
          set(key, HiveValue.string("Configuration", model.install()));
          set(key, HiveValue.string("Description", description));
          set(key, HiveValue.string("Manufacturer", manufacturer));
        }
      }
    }
    for (Map.Entry<String, String> string : strings.entrySet()) {
      set(packageKey + "\\Strings", HiveValue.string(string.getKey(), string.getValue()));
    }
  }

  /** The text with its tokens in lower case, as the database has them; what they stand for. */
  private String lowerTokens(String text, Map<String, String> strings) {
    InfFile inf = driver.inf();
    Matcher tokens = TOKEN.matcher(text);
    while (tokens.find()) {
      strings.putIfAbsent(tokens.group(1).toLowerCase(Locale.ROOT), inf.expand(tokens.group()));
    }
    return tokens.replaceAll(
        token -> Matcher.quoteReplacement(token.group().toLowerCase(Locale.ROOT)));
  }

  /** Marks names as taken, so that Windows gives them to no other package. */
  static void markNames(ServicingEdit edit, List<String> oemNames) throws IOException {
    if (edit.key(WindowsHive.SYSTEM, KEY).isEmpty()) {
      return;
    }
    Optional<HiveValue> map = edit.value(WindowsHive.SYSTEM, KEY, "OemInfMap");
    if (map.isEmpty()) {
      return;
    }
    byte[] marked = map.get().data();
    for (String oemName : oemNames) {
      Matcher name = OEM_NAME.matcher(oemName);
      if (name.matches()) {
        int number = Integer.parseInt(name.group(1));
        marked = Arrays.copyOf(marked, Math.max(marked.length, number / 8 + 1));
        marked[number / 8] |= (byte) (0x80 >>> number % 8);
      }
    }
    edit.set(
        WindowsHive.SYSTEM,
        KEY,
        new HiveValue("OemInfMap", map.get().type(), marked),
        "Windows gives the names to no other package");
  }

  private void set(String key, HiveValue value) throws IOException {
    edit.set(hive, key, value, REGISTERS);
  }
}
