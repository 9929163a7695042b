package io.vhdboot.servicing;

import static io.vhdboot.servicing.Recognition.number;
import static io.vhdboot.servicing.Recognition.text;

import io.vhdboot.driver.ProcessorArchitecture;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.servicing.PendingOperation.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the SYSTEM hive tells: control sets, kind of product, languages, Setup, what the session
 * manager will do, and whether the drivers for USB are ready for a start.
 */
final class SystemFacts {

  private static final int MAX_LANGUAGES = 200;

  private Optional<ControlSet> controlSet = Optional.empty();
  private Optional<Release> release = Optional.empty();
  private Optional<ProcessorArchitecture> architecture = Optional.empty();
  private Optional<String> defaultLanguage = Optional.empty();
  private final List<String> languages = new ArrayList<>();
  private final List<PendingOperation> pending = new ArrayList<>();
  private boolean isServer;
  private int servicePack;
  private Optional<UsbState> usbBoot = Optional.empty();

  /**
   * What decides whether the loader brings the drivers for USB with it.
   *
   * @param driverFlags {@code BootDriverFlags} of the control set; -1 where it is missing
   * @param waits milliseconds for which the kernel waits for its disk
   * @param storageStart {@code Start} of the service USBSTOR; -1 where it is missing
   */
  record UsbState(int driverFlags, long waits, int storageStart) {}

  void read(HiveKey root) throws IOException {
    readSetup(root);
    controlSet = ControlSet.of(root);
    Optional<HiveKey> set = root.subkey(controlSet.map(ControlSet::name).orElse("ControlSet001"));
    if (set.isEmpty()) {
      return;
    }
    release = readRelease(root, set.get());
    Optional<HiveKey> control = set.get().subkey("Control");
    if (control.isPresent()) {
      readControl(control.get());
      usbBoot = Optional.of(readUsb(control.get(), set.get()));
    }
  }

  /** Where SOFTWARE is missing: what the shape of the driver database gives away. */
  private static Optional<Release> readRelease(HiveKey root, HiveKey set) throws IOException {
    if (root.subkey("DriverDatabase").isPresent()) {
      boolean isTen = root.subkey("ResourcePolicyStore").isPresent();
      return Optional.of(isTen ? new Release(10, 0, 0, -1) : new Release(6, 2, 0, -1));
    }
    Optional<HiveKey> control = set.subkey("Control");
    boolean isSeven =
        control.isPresent()
            && control.get().subkey("CriticalDeviceDatabase").isPresent()
            && control.get().value("BootDriverFlags").isPresent();
    return isSeven ? Optional.of(new Release(6, 1, 0, -1)) : Optional.empty();
  }

  private void readSetup(HiveKey root) throws IOException {
    Optional<HiveKey> setup = root.subkey("Setup");
    if (setup.isEmpty()) {
      return;
    }
    for (String name : List.of("SystemSetupInProgress", "OOBEInProgress", "SetupType")) {
      if (number(setup.get(), name).orElse(0L) != 0) {
        pending.add(new PendingOperation(Kind.SETUP, "HKLM\\SYSTEM\\Setup\\" + name));
      }
    }
  }

  private void readControl(HiveKey control) throws IOException {
    Optional<HiveKey> options = control.subkey("ProductOptions");
    if (options.isPresent()) {
      String type = text(options.get(), "ProductType").orElse("");
      isServer = type.equalsIgnoreCase("ServerNT") || type.equalsIgnoreCase("LanmanNT");
    }
    Optional<HiveKey> windows = control.subkey("Windows");
    if (windows.isPresent()) {
      servicePack = (int) (number(windows.get(), "CSDVersion").orElse(0L) >> Byte.SIZE & 0xFF);
    }
    Optional<HiveKey> environment = control.find("Session Manager\\Environment");
    if (environment.isPresent()) {
      architecture =
          text(environment.get(), "PROCESSOR_ARCHITECTURE").flatMap(ProcessorArchitecture::named);
    }
    readLanguages(control);
    readSessionManager(control);
    readComputerName(control);
  }

  private void readLanguages(HiveKey control) throws IOException {
    Optional<HiveKey> language = control.find("Nls\\Language");
    Optional<String> installed =
        language.isPresent() ? text(language.get(), "InstallLanguage") : Optional.empty();
    Optional<HiveKey> surfaces = control.find("MUI\\UILanguages");
    List<HiveKey> keys = surfaces.isPresent() ? surfaces.get().subkeys() : List.of();
    for (HiveKey key : keys.subList(0, Math.min(keys.size(), MAX_LANGUAGES))) {
      if (!key.name().matches("[A-Za-z0-9-]+")) {
        continue;
      }
      languages.add(key.name());
      Optional<Long> id = number(key, "LCID");
      if (id.isPresent()
          && installed.isPresent()
          && String.format("%04x", id.get()).equalsIgnoreCase(installed.get())) {
        defaultLanguage = Optional.of(key.name());
      }
    }
    if (languages.size() == 1) {
      defaultLanguage = Optional.of(languages.get(0));
    }
  }

  private void readSessionManager(HiveKey control) throws IOException {
    Optional<HiveKey> manager = control.subkey("Session Manager");
    if (manager.isEmpty()) {
      return;
    }
    String where = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\";
    for (String name : List.of("PendingFileRenameOperations", "PendingFileRenameOperations2")) {
      if (manager.get().value(name).filter(value -> value.size() > 2).isPresent()) {
        pending.add(new PendingOperation(Kind.FILE_RENAMES, where + name));
      }
    }
    Optional<HiveValue> execute = manager.get().value("SetupExecute");
    if (execute.isPresent()
        && execute.get().asMultiString().stream().anyMatch(line -> line.contains("poqexec"))) {
      pending.add(new PendingOperation(Kind.SERVICING, where + "SetupExecute"));
    }
  }

  private void readComputerName(HiveKey control) throws IOException {
    Optional<HiveKey> name = control.find("ComputerName\\ComputerName");
    Optional<HiveKey> active = control.find("ComputerName\\ActiveComputerName");
    if (name.isPresent() && active.isPresent()) {
      Optional<String> next = text(name.get(), "ComputerName");
      Optional<String> now = text(active.get(), "ComputerName");
      if (next.isPresent() && now.isPresent() && !next.get().equalsIgnoreCase(now.get())) {
        pending.add(
            new PendingOperation(
                Kind.COMPUTER_NAME,
                "HKLM\\SYSTEM\\CurrentControlSet\\Control\\ComputerName\\ComputerName"));
      }
    }
  }

  private static UsbState readUsb(HiveKey control, HiveKey set) throws IOException {
    Optional<HiveKey> plugAndPlay = control.subkey("PnP");
    long waits =
        plugAndPlay.isPresent()
            ? number(plugAndPlay.get(), "PollBootPartitionTimeout").orElse(0L)
            : 0;
    Optional<HiveKey> storage = set.find("Services\\USBSTOR");
    return new UsbState(
        number(control, "BootDriverFlags").orElse(-1L).intValue(),
        waits,
        storage.isPresent() ? number(storage.get(), "Start").orElse(-1L).intValue() : -1);
  }

  Optional<ControlSet> controlSet() {
    return controlSet;
  }

  Optional<Release> release() {
    return release;
  }

  Optional<ProcessorArchitecture> architecture() {
    return architecture;
  }

  Optional<String> defaultLanguage() {
    return defaultLanguage;
  }

  List<String> languages() {
    return languages;
  }

  List<PendingOperation> pending() {
    return pending;
  }

  boolean isServer() {
    return isServer;
  }

  int servicePack() {
    return servicePack;
  }

  Optional<UsbState> usbBoot() {
    return usbBoot;
  }
}
