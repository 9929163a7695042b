package io.vhdboot.servicing;

import io.vhdboot.disk.WindowsGuid;
import io.vhdboot.driver.DeviceModel;
import io.vhdboot.driver.DriverInstall;
import io.vhdboot.driver.DriverPackage;
import io.vhdboot.driver.DriverService;
import io.vhdboot.driver.InfFile;
import io.vhdboot.driver.RegistryEdit;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.hive.RegistryType;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Registers drivers so that the loader starts them. For a storage adapter of Windows 7 that comes
 * to what virt-v2v writes: {@code Services\NAME} with Type, Start 0, Group, ErrorControl and
 * ImagePath, and in {@code CriticalDeviceDatabase} for each id Service and ClassGUID.
 */
final class BootService {

  private static final String SERVICES = "CurrentControlSet\\Services\\";
  private static final String CRITICAL = "CurrentControlSet\\Control\\CriticalDeviceDatabase\\";

  private static final String STARTS = "the loader starts it, so that the disk is there in time";
  private static final String BINDS = "the device is bound before any package is installed";

  /** A driver of the kernel, of any start. */
  private static final int KERNEL_DRIVER = DriverService.KERNEL_DRIVER;

  private static final UUID USB = UUID.fromString("36fc9e60-c465-11cf-8056-444553540000");

  /** The groups for drivers whose INF files name none. */
  private static final String STORAGE_GROUP = "SCSI miniport";

  private static final String USB_GROUP = "Boot Bus Extender";

  /** From USB, from USB 3 ({@code BootFlags}). */
  private static final int USB_ANY = 0x14;

  private BootService() {}

  /** Registers the services of an install section. */
  static void register(
      ServicingEdit edit, DriverStaging staging, DriverInstall install, String oemName)
      throws IOException {
    for (DriverService service : install.services()) {
      if (service.type() == KERNEL_DRIVER
          && !service.isInbox()
          && isName(service.name())
          && service.binary().isPresent()) {
        register(edit, staging, service, oemName);
      }
    }
  }

  private static void register(
      ServicingEdit edit, DriverStaging staging, DriverService service, String oemName)
      throws IOException {
    Optional<String> binary = staging.inWindows(service.binary().orElseThrow());
    if (binary.isEmpty()) {
      edit.note(service.name() + " was not registered: its program lies outside of Windows");
      return;
    }
    DriverPackage driver = staging.driver();
    boolean isUsb = driver.version().classGuid().filter(USB::equals).isPresent();
    String key = SERVICES + service.name();
    set(edit, key, HiveValue.dword("Type", service.type()));
    // A filter beside the driver starts when its INF file says so.
    int start = service.isFunctionDriver() ? DriverService.BOOT_START : service.start();
    set(edit, key, HiveValue.dword("Start", start));
    set(edit, key, HiveValue.dword("ErrorControl", service.errorControl()));
    String group = !service.group().isEmpty() ? service.group() : isUsb ? USB_GROUP : STORAGE_GROUP;
    set(edit, key, HiveValue.string("Group", group));
    set(edit, key, HiveValue.expandString("ImagePath", imagePath(binary.get())));
    Optional<Integer> flags = service.bootFlags();
    if (flags.isPresent() || isUsb) {
      set(edit, key, HiveValue.dword("BootFlags", flags.orElse(0) | (isUsb ? USB_ANY : 0)));
    }
    if (!service.dependencies().isEmpty()) {
      set(edit, key, HiveValue.multiString("DependOnService", services(service)));
      List<String> groups = groups(service);
      if (!groups.isEmpty()) {
        set(edit, key, HiveValue.multiString("DependOnGroup", groups));
      }
    }
    describe(edit, driver.inf(), service, key, oemName);
    RelativeEdits.apply(
        edit, WindowsHive.SYSTEM, key, service.registry(), "the driver's INF file sets it");
    if (service.kmdfVersion().isPresent()) {
      set(
          edit,
          key + "\\Parameters\\Wdf",
          HiveValue.string("KmdfLibraryVersion", service.kmdfVersion().get()));
    }
  }

  private static void describe(
      ServicingEdit edit, InfFile inf, DriverService service, String key, String oemName)
      throws IOException {
    if (!service.displayName().isEmpty()) {
      String text = inf.expand(service.displayName());
      boolean isToken = !oemName.isEmpty() && service.displayName().matches("%[^%]+%");
      set(
          edit,
          key,
          HiveValue.string(
              "DisplayName",
              isToken ? "@" + oemName + "," + service.displayName() + ";" + text : text));
    }
    if (!oemName.isEmpty()) {
      set(edit, key, HiveValue.multiString("Owners", List.of(oemName)));
    }
  }

  private static List<String> services(DriverService service) {
    return service.dependencies().stream().filter(name -> !name.startsWith("+")).toList();
  }

  private static List<String> groups(DriverService service) {
    return service.dependencies().stream()
        .filter(name -> name.startsWith("+"))
        .map(name -> name.substring(1))
        .toList();
  }

  /** Paths below {@code System32\drivers} as virt-v2v writes them, others from the root. */
  private static String imagePath(String binary) {
    String path = binary.replace('/', '\\');
    return path.toLowerCase(Locale.ROOT).startsWith("system32\\drivers\\")
        ? "system32\\drivers\\" + path.substring("system32\\drivers\\".length())
        : "\\SystemRoot\\" + path;
  }

  /** Binds a device's ids to its driver, on Windows 7. */
  static void bind(ServicingEdit edit, DriverPackage driver, DeviceModel model) throws IOException {
    DriverInstall install = driver.install(model).orElseThrow();
    DriverService service = install.functionDriver().orElseThrow();
    String deviceClass =
        WindowsGuid.toString(driver.version().classGuid().orElseThrow()).toUpperCase(Locale.ROOT);
    if (!isName(service.name())) {
      return;
    }
    for (String id : model.ids()) {
      Optional<String> name = DeviceIdKey.name(id);
      if (name.isEmpty()) {
        edit.note(id + " is no id of a device and was left out");
        continue;
      }
      String key = CRITICAL + name.get();
      DriverStaging.set(edit, key, HiveValue.string("Service", service.name()), BINDS);
      DriverStaging.set(edit, key, HiveValue.string("ClassGUID", deviceClass), BINDS);
      for (RegistryEdit filters : install.hardware()) {
        boolean isFilters =
            filters.isRelative()
                && filters.key().isEmpty()
                && filters.type() == RegistryType.MULTI_SZ.code()
                && filters.valueName().matches("(?i)(Upper|Lower)Filters");
        if (isFilters) {
          RelativeEdits.apply(edit, WindowsHive.SYSTEM, key, List.of(filters), BINDS);
        }
      }
    }
  }

  private static boolean isName(String service) {
    return service.matches("[^\\\\/\\x00-\\x1F]{1,255}");
  }

  private static void set(ServicingEdit edit, String key, HiveValue value) throws IOException {
    DriverStaging.set(edit, key, value, STARTS);
  }
}
