package io.vhdboot.servicing;

import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Makes a Windows start from USB, where it otherwise stops with 0x7B since its disk is not there
 * yet when it looks for it.
 *
 * <p>Windows 7 starts its drivers for USB when Plug and Play finds a controller, which is too late.
 * Here they are started by the loader (Start 0, in groups before that of the disk drivers).
 * Installing a driver package later, which the first start on another machine does, sets Start back
 * to 3, so that alone lasts for one start. What lasts are the flags: {@code BootFlags} of a
 * service, which every package of Windows 7's own sets as well, says for which kind of start the
 * loader brings a driver in any case, and {@code BootDriverFlags} of the control set says which
 * kinds count. The loader sees a start from a VHD, not from USB, so the latter must name USB. Then
 * the kernel must wait for its disk: {@code PollBootPartitionTimeout}; it takes less than 200 for
 * none.
 *
 * <p>Windows 8 and later bring the flags along. There the kinds of start that count are kept for
 * each machine ({@code HardwareConfig}), which matters for a Windows that was installed on a fixed
 * disk.
 */
final class UsbBoot implements ServicingOption {

  private static final String CONTROL = "CurrentControlSet\\Control";
  private static final String SERVICES = "CurrentControlSet\\Services\\";
  private static final String DATABASE = CONTROL + "\\CriticalDeviceDatabase\\";
  private static final String DRIVERS = "System32/drivers";
  private static final String PACKAGES = "System32/DriverStore/FileRepository";

  private static final String BOOT_DRIVER_FLAGS = "BootDriverFlags";
  private static final String BOOT_FLAGS = "BootFlags";

  /** From a VHD or SD card, from USB: a VHD on USB is both. */
  private static final int VHD_AND_USB = 0x06;

  /** From USB 2, from USB 3. */
  private static final int USB_2_AND_3 = 0x14;

  /** What Windows 10 has; half a minute is enough for a slow stick behind hubs. */
  private static final int WAIT_MILLISECONDS = 30_000;

  private static final String USB_CLASS = "{36FC9E60-C465-11CF-8056-444553540000}";
  private static final String DISK_CLASS = "{4D36E967-E325-11CE-BFC1-08002BE10318}";
  private static final String VOLUME_CLASS = "{71A27CDD-812A-11D0-BEC7-08002BE2092F}";
  private static final String HOST_ADAPTER_CLASS = "{4D36E97B-E325-11CE-BFC1-08002BE10318}";

  private static final String BINDS = "the device is bound before any package is installed";
  private static final String STARTS = "the loader starts it, so that the disk is there in time";
  private static final String LASTS = "and brings it even when an installation sets Start back";

  /** A device that must be bound to its driver before packages are looked into. */
  private record CriticalDevice(String id, String service, String deviceClass) {}

  private static final List<CriticalDevice> CRITICAL =
      List.of(
          new CriticalDevice("PCI#CC_0C0300", "usbuhci", USB_CLASS),
          new CriticalDevice("PCI#CC_0C0310", "usbohci", USB_CLASS),
          new CriticalDevice("PCI#CC_0C0320", "usbehci", USB_CLASS),
          new CriticalDevice("USB#ROOT_HUB", "usbhub", USB_CLASS),
          new CriticalDevice("USB#ROOT_HUB20", "usbhub", USB_CLASS),
          new CriticalDevice("USB#CLASS_09", "usbhub", USB_CLASS),
          new CriticalDevice("USB#COMPOSITE", "usbccgp", USB_CLASS),
          new CriticalDevice("USB#Class_08&SubClass_02&Prot_50", "USBSTOR", USB_CLASS),
          new CriticalDevice("USB#Class_08&SubClass_05&Prot_50", "USBSTOR", USB_CLASS),
          new CriticalDevice("USB#Class_08&SubClass_06&Prot_50", "USBSTOR", USB_CLASS),
          new CriticalDevice("GenDisk", "disk", DISK_CLASS),
          new CriticalDevice("STORAGE#Volume", "volsnap", VOLUME_CLASS),
          new CriticalDevice(
              "{8e7bd593-6e6c-4c52-86a6-77175494dd8e}#MsVhdHba", "vhdmp", HOST_ADAPTER_CLASS));

  @Override
  public String name() {
    return Servicing.USB_BOOT;
  }

  @Override
  public void apply(ServicingEdit edit) throws IOException {
    Optional<Release> release = edit.windows().release();
    if (release.isEmpty()) {
      edit.note("what version this is cannot be told, so nothing was done for a start from USB");
    } else if (release.get().isWindows7()) {
      applyToWindows7(edit);
    } else if (release.get().isAtLeast(6, 2)) {
      applyToWindows8(edit);
    } else {
      edit.note("Windows Vista and earlier cannot be made to start from USB by settings alone");
    }
  }

  private void applyToWindows7(ServicingEdit edit) throws IOException {
    for (UsbDriver driver : UsbDriver.WINDOWS_7) {
      if (provideFiles(edit, driver)) {
        startWithLoader(edit, driver);
      }
    }
    boolean hasUsb3 = false;
    for (UsbDriver driver : UsbDriver.ADDED) {
      if (edit.key(WindowsHive.SYSTEM, SERVICES + driver.service()).isPresent()
          && hasFile(edit, driver)) {
        startWithLoader(edit, driver);
        hasUsb3 = true;
      }
    }
    if (!hasUsb3) {
      edit.note(
          "Windows 7 has no driver for USB 3 of its own: on ports whose controller is xHCI only,"
              + " it needs its maker's driver");
    }
    for (CriticalDevice device : CRITICAL) {
      bind(edit, device);
    }
    raiseFlags(edit, CONTROL, BOOT_DRIVER_FLAGS, VHD_AND_USB, "drivers for USB and VHDs count");
    waitForDisk(edit);
  }

  private void applyToWindows8(ServicingEdit edit) throws IOException {
    for (UsbDriver driver : UsbDriver.WINDOWS_8) {
      if (edit.key(WindowsHive.SYSTEM, SERVICES + driver.service()).isPresent()) {
        raiseFlags(
            edit,
            SERVICES + driver.service(),
            BOOT_FLAGS,
            driver.bootFlags(),
            "the loader brings it for a start from USB");
      }
    }
    raiseFlags(edit, CONTROL, BOOT_DRIVER_FLAGS, USB_2_AND_3, "drivers for USB count");
    Optional<HiveKey> machines = edit.key(WindowsHive.SYSTEM, "HardwareConfig");
    List<HiveKey> keys = machines.isPresent() ? machines.get().subkeys() : List.of();
    for (HiveKey machine : keys) {
      if (machine.name().matches("\\{[0-9A-Fa-f-]{36}}")) {
        raiseFlags(
            edit,
            "HardwareConfig\\" + machine.name(),
            BOOT_DRIVER_FLAGS,
            USB_2_AND_3,
            "drivers for USB count on this machine, too");
      }
    }
    waitForDisk(edit);
  }

  private void startWithLoader(ServicingEdit edit, UsbDriver driver) throws IOException {
    String path = SERVICES + driver.service();
    if (edit.key(WindowsHive.SYSTEM, path).isEmpty()) {
      String why = "its service is missing";
      edit.set(WindowsHive.SYSTEM, path, HiveValue.dword("Type", 1), why);
      edit.set(WindowsHive.SYSTEM, path, HiveValue.dword("ErrorControl", 1), why);
      edit.set(
          WindowsHive.SYSTEM,
          path,
          HiveValue.expandString("ImagePath", "system32\\drivers\\" + driver.file()),
          why);
    }
    edit.set(WindowsHive.SYSTEM, path, HiveValue.dword("Start", 0), STARTS);
    edit.set(
        WindowsHive.SYSTEM,
        path,
        HiveValue.string("Group", driver.group()),
        "it is started before the drivers of disks");
    raiseFlags(edit, path, BOOT_FLAGS, driver.bootFlags(), LASTS);
  }

  private static void bind(ServicingEdit edit, CriticalDevice device) throws IOException {
    String path = DATABASE + device.id();
    if (edit.key(WindowsHive.SYSTEM, SERVICES + device.service()).isEmpty()) {
      return;
    }
    Optional<HiveValue> service = edit.value(WindowsHive.SYSTEM, path, "Service");
    if (service.filter(value -> !value.asString().isEmpty()).isPresent()) {
      // Another maker's driver, if it is one, was put there on purpose.
      edit.set(WindowsHive.SYSTEM, path, service.get(), BINDS);
      return;
    }
    edit.set(WindowsHive.SYSTEM, path, HiveValue.string("ClassGUID", device.deviceClass()), BINDS);
    edit.set(WindowsHive.SYSTEM, path, HiveValue.string("Service", device.service()), BINDS);
  }

  private static void raiseFlags(
      ServicingEdit edit, String path, String name, int flags, String reason) throws IOException {
    int before = edit.value(WindowsHive.SYSTEM, path, name).map(HiveValue::asDword).orElse(0);
    edit.set(WindowsHive.SYSTEM, path, HiveValue.dword(name, before | flags), reason);
  }

  private static void waitForDisk(ServicingEdit edit) throws IOException {
    String path = CONTROL + "\\PnP";
    String name = "PollBootPartitionTimeout";
    int before = edit.value(WindowsHive.SYSTEM, path, name).map(HiveValue::asDword).orElse(0);
    edit.set(
        WindowsHive.SYSTEM,
        path,
        HiveValue.dword(name, Math.max(before, WAIT_MILLISECONDS)),
        "the kernel waits for a disk that comes late");
  }

  /** Whether a driver's file is there; true too where no files of drivers are at hand at all. */
  private static boolean hasFile(ServicingEdit edit, UsbDriver driver) throws IOException {
    return edit.find(DRIVERS).isEmpty() || edit.hasFile(DRIVERS + "/" + driver.file());
  }

  /**
   * Puts a driver's files to where the loader takes them from, if they are only in the driver
   * store. A service that starts with the loader and has no file keeps Windows from starting.
   */
  private static boolean provideFiles(ServicingEdit edit, UsbDriver driver) throws IOException {
    if (edit.find(DRIVERS).isEmpty()) {
      return true;
    }
    List<String> names = new ArrayList<>(driver.with());
    names.add(driver.file());
    List<String> missing = new ArrayList<>();
    for (String name : names) {
      if (!edit.hasFile(DRIVERS + "/" + name)) {
        missing.add(name);
      }
    }
    for (String name : missing) {
      Optional<Path> stored = findInStore(edit, driver, name);
      if (stored.isEmpty()) {
        edit.note(
            name
                + " is neither in System32\\drivers nor in the driver store, so the service "
                + driver.service()
                + " was left as it is");
        return false;
      }
      edit.putFile(
          DRIVERS + "/" + name,
          FileContent.of(stored.get()),
          "the loader takes drivers from here, not from the driver store");
    }
    return true;
  }

  /** The file in the package that the service names, or in the one whose file is the newest. */
  private static Optional<Path> findInStore(ServicingEdit edit, UsbDriver driver, String name)
      throws IOException {
    Optional<Path> store = edit.find(PACKAGES);
    if (store.isEmpty()) {
      return Optional.empty();
    }
    String named =
        edit.value(WindowsHive.SYSTEM, SERVICES + driver.service(), "DriverPackageId")
            .map(HiveValue::asString)
            .orElse("");
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> packages = Files.newDirectoryStream(store.get())) {
      for (Path each : packages) {
        String folder = each.getFileName().toString();
        if (!folder.toLowerCase(Locale.ROOT).startsWith("usb")) {
          continue;
        }
        Optional<Path> file = edit.find(PACKAGES + "/" + folder + "/" + name);
        if (file.isPresent() && Files.isRegularFile(file.get(), LinkOption.NOFOLLOW_LINKS)) {
          if (folder.equalsIgnoreCase(named)) {
            return file;
          }
          found.add(file.get());
        }
      }
    }
    Path newest = null;
    found.sort(Comparator.comparing(Path::toString));
    for (Path file : found) {
      if (newest == null
          || Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(newest)) >= 0) {
        newest = file;
      }
    }
    return Optional.ofNullable(newest);
  }
}
