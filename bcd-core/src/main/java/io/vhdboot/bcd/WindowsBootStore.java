package io.vhdboot.bcd;

import static io.vhdboot.bcd.BcdValue.of;
import static io.vhdboot.bcd.BcdValue.ofNumbers;
import static io.vhdboot.bcd.BcdValue.ofObjects;

import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The store that bcdboot makes for a Windows: boot manager, one loader, one resume object, memory
 * test and the settings they inherit, from tables of our own for each Windows version.
 *
 * <p>It depends on nothing but what the builder was told: same input, same bytes.
 */
public final class WindowsBootStore {

  private static final int DEFAULT_TIMEOUT_SECONDS = 30;
  private static final String UEFI_BOOT_MANAGER = "\\EFI\\Microsoft\\Boot\\bootmgfw.efi";
  private static final long BAUD_RATE = 115_200;

  private static final long NX_OPT_IN = 0;
  private static final long NX_OPT_OUT = 1;
  private static final long BOOT_MENU_STANDARD = 1;
  private static final long DEBUG_SERIAL = 0;
  private static final long DEBUG_LOCAL = 4;
  private static final long INTEGRITY_SERVICES_ENABLE = 1;

  private WindowsBootStore() {}

  /** A builder with bcdboot's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** What shall be started, and how. Not thread-safe. */
  public static final class Builder {

    private WindowsVersion windows;
    private BootFirmware firmware = BootFirmware.BIOS;
    private String locale = "en-US";
    private String description;
    private BcdDevice systemPartition;
    private BcdDevice device;
    private BcdDevice osDevice;
    private String windowsRoot = "\\Windows";
    private int timeoutSeconds = DEFAULT_TIMEOUT_SECONDS;
    private boolean detectHal;
    private Supplier<UUID> identifiers;
    private Instant time;
    private BcdStore template;

    private Builder() {}

    /** The Windows to start. Required. */
    public Builder windows(WindowsVersion version) {
      this.windows = version;
      return this;
    }

    /** What starts the boot manager; BIOS unless told. */
    public Builder firmware(BootFirmware value) {
      this.firmware = value;
      return this;
    }

    /** The language of menu and programs; en-US unless told. */
    public Builder locale(String value) {
      this.locale = value;
      return this;
    }

    /** What the menu shows; the version's name unless told. */
    public Builder description(String value) {
      this.description = value;
      return this;
    }

    /** The partition that the boot manager is on. Required. */
    public Builder systemPartition(BcdDevice value) {
      this.systemPartition = value;
      return this;
    }

    /** The plain partition that Windows is on. This or a VHD is required. */
    public Builder windowsPartition(BcdDevice partition) {
      return windowsDevice(partition, partition);
    }

    /**
     * The VHD file that Windows is in, on a known partition: {@code vhd=[partition]\path}. Asks for
     * {@link #detectHal(boolean)} too, as the recipe for native boot does.
     */
    public Builder windowsInVhd(BcdDevice hostPartition, String path) {
      return windowsDevice(
              BcdDevice.vhdOnPartition(hostPartition, path, BcdElements.PATH),
              BcdDevice.vhdOnPartition(hostPartition, path, BcdElements.SYSTEM_ROOT))
          .detectHal(true);
    }

    /** The VHD file that Windows is in, searched for on all volumes: {@code vhd=[locate]\path}. */
    public Builder windowsInVhdAnywhere(String path) {
      return windowsDevice(
              BcdDevice.vhdAnywhere(path, BcdElements.PATH),
              BcdDevice.vhdAnywhere(path, BcdElements.SYSTEM_ROOT))
          .detectHal(true);
    }

    /**
     * The devices of the loader, as they are.
     *
     * @param loaderDevice the element {@code device}; the resume object's too
     * @param windowsDevice the element {@code osdevice}
     */
    public Builder windowsDevice(BcdDevice loaderDevice, BcdDevice windowsDevice) {
      this.device = loaderDevice;
      this.osDevice = windowsDevice;
      return this;
    }

    /** The folder Windows is in; {@code \Windows} unless told. */
    public Builder windowsRoot(String value) {
      this.windowsRoot = value;
      return this;
    }

    /** Seconds the menu waits; 30 unless told. */
    public Builder timeoutSeconds(int value) {
      this.timeoutSeconds = value;
      return this;
    }

    /** Whether kernel and HAL are chosen anew at every start; not unless told. */
    public Builder detectHal(boolean value) {
      this.detectHal = value;
      return this;
    }

    /**
     * Where the GUIDs of the resume object and then of the loader come from. Required: nothing here
     * is random by itself.
     */
    public Builder identifiers(Supplier<UUID> value) {
      this.identifiers = value;
      return this;
    }

    /** The time stamped on the hive and its keys. Required. */
    public Builder time(Instant value) {
      this.time = value;
      return this;
    }

    /**
     * The Windows' own {@code BCD-Template}, whose settings take the place of those of our tables.
     * What says where the Windows is, what it is called and in which language stays ours.
     */
    public Builder template(BcdStore value) {
      this.template = value;
      return this;
    }

    /**
     * Makes the store.
     *
     * @throws UnsupportedFormatException when the template has no entry for the firmware
     */
    public BcdStore build() throws IOException {
      check();
      UUID resume = identifiers.get();
      UUID loader = identifiers.get();
      BcdStore store = BcdStore.create(time);
      store.markAsSystemStore();
      settings(store);
      resumeObject(store.createObject(resume, BcdObjectType.RESUME));
      loader(store.createObject(loader, BcdObjectType.OS_LOADER), resume);
      memoryTester(store.createObject(WellKnownObject.MEMORY_TESTER));
      bootManager(store.createObject(WellKnownObject.BOOT_MANAGER), loader, resume);
      if (template != null) {
        BootTemplate own = new BootTemplate(template, firmware);
        if (!own.hasTarget()) {
          throw new UnsupportedFormatException(
              template.hive().name(),
              UnsupportedFormatException.NO_OFFSET,
              "is no template of boot configurations for " + firmware);
        }
        own.applyTo(store, loader, resume, windowsRoot);
      }
      return store;
    }

    /**
     * Adds the Windows to a store that is there. An entry that starts the same Windows is made
     * anew; other entries, and what is set already of the boot manager's menu, stay.
     *
     * @return the id of the Windows' loader
     */
    public UUID addTo(BcdStore store, BootEntryPlacement placement) throws IOException {
      check();
      store.hive().setEditTime(time);
      BcdStore made = build();
      UUID newLoader = made.defaultObject().orElseThrow();
      return new BootEntryMerge(store, made, newLoader, placement).run();
    }

    /**
     * Makes the store beside that of a machine with UEFI, {@code \EFI\Microsoft\Recovery\BCD}, from
     * which recovery is started: the boot manager and the settings, and no entry.
     */
    public BcdStore buildRecovery() throws IOException {
      check();
      BcdStore store = BcdStore.create(time);
      store.markAsFirmwareStore();
      settings(store);
      BcdObject manager = store.createObject(WellKnownObject.BOOT_MANAGER);
      manager.set(BcdElements.DEVICE, of(systemPartition));
      manager.set(BcdElements.PATH, of(UEFI_BOOT_MANAGER));
      manager.set(BcdElements.DESCRIPTION, of("Windows Boot Manager"));
      manager.set(BcdElements.LOCALE, of(locale));
      manager.set(BcdElements.INHERIT, ofObjects(WellKnownObject.GLOBAL_SETTINGS.id()));
      manager.set(BcdElements.TIMEOUT, of(timeoutSeconds));
      return store;
    }

    private void check() {
      Objects.requireNonNull(windows, "windows must be told");
      Objects.requireNonNull(systemPartition, "systemPartition must be told");
      Objects.requireNonNull(device, "windowsPartition or windowsInVhd must be told");
      Objects.requireNonNull(identifiers, "identifiers must be told");
      Objects.requireNonNull(time, "time must be told");
      if (!windowsRoot.startsWith("\\") || windowsRoot.endsWith("\\")) {
        throw new IllegalArgumentException(
            "windowsRoot (" + windowsRoot + ") must begin with a backslash and not end with one");
      }
      if (timeoutSeconds < 0) {
        throw new IllegalArgumentException(
            "timeoutSeconds (" + timeoutSeconds + ") must not be negative");
      }
    }

    private void bootManager(BcdObject object, UUID loader, UUID resume) throws IOException {
      object.set(BcdElements.DEVICE, of(systemPartition));
      if (firmware == BootFirmware.UEFI) {
        object.set(BcdElements.PATH, of(UEFI_BOOT_MANAGER));
      }
      object.set(BcdElements.DESCRIPTION, of("Windows Boot Manager"));
      object.set(BcdElements.LOCALE, of(locale));
      object.set(BcdElements.INHERIT, ofObjects(WellKnownObject.GLOBAL_SETTINGS.id()));
      integrityServices(object);
      if (windows.isAtLeast8() && windows.server()) {
        object.set(BcdElements.BOOT_SHUTDOWN_DISABLED, of(true));
      }
      object.set(BcdElements.DEFAULT, of(loader));
      object.set(BcdElements.RESUME_OBJECT, of(resume));
      object.set(BcdElements.DISPLAY_ORDER, ofObjects(loader));
      object.set(BcdElements.TOOLS_DISPLAY_ORDER, ofObjects(WellKnownObject.MEMORY_TESTER.id()));
      object.set(BcdElements.TIMEOUT, of(timeoutSeconds));
    }

    private void loader(BcdObject object, UUID resume) throws IOException {
      object.set(BcdElements.DEVICE, of(device));
      object.set(BcdElements.PATH, of(windowsRoot + "\\system32\\" + firmware.loader()));
      object.set(
          BcdElements.DESCRIPTION, of(description == null ? windows.displayName() : description));
      object.set(BcdElements.LOCALE, of(locale));
      object.set(BcdElements.INHERIT, ofObjects(WellKnownObject.BOOT_LOADER_SETTINGS.id()));
      integrityServices(object);
      sinceWindows8(object);
      object.set(BcdElements.OS_DEVICE, of(osDevice));
      object.set(BcdElements.SYSTEM_ROOT, of(windowsRoot));
      object.set(BcdElements.LOADER_RESUME_OBJECT, of(resume));
      object.set(BcdElements.NX, of(windows.server() ? NX_OPT_OUT : NX_OPT_IN));
      if (detectHal) {
        object.set(BcdElements.DETECT_HAL, of(true));
      }
      if (hasGraphicalMenu()) {
        object.set(BcdElements.BOOT_MENU_POLICY, of(BOOT_MENU_STANDARD));
      }
    }

    private void resumeObject(BcdObject object) throws IOException {
      object.set(BcdElements.DEVICE, of(device));
      object.set(BcdElements.PATH, of(windowsRoot + "\\system32\\" + firmware.resumeLoader()));
      object.set(BcdElements.DESCRIPTION, of("Windows Resume Application"));
      object.set(BcdElements.LOCALE, of(locale));
      object.set(BcdElements.INHERIT, ofObjects(WellKnownObject.RESUME_LOADER_SETTINGS.id()));
      sinceWindows8(object);
      object.set(BcdElements.HIBERNATION_FILE_PATH, of("\\hiberfil.sys"));
      if (hasGraphicalMenu()) {
        object.set(BcdElements.RESUME_BOOT_MENU_POLICY, of(BOOT_MENU_STANDARD));
      }
    }

    /** Servers keep the menu in text. */
    private boolean hasGraphicalMenu() {
      return windows.isAtLeast8() && !windows.server();
    }

    private void integrityServices(BcdObject object) throws IOException {
      if (windows.isAtLeast8() && !windows.isAtLeast10() && !windows.server()) {
        object.set(BcdElements.INTEGRITY_SERVICES, of(INTEGRITY_SERVICES_ENABLE));
      }
    }

    private void sinceWindows8(BcdObject object) throws IOException {
      if (windows.isAtLeast8()) {
        if (firmware == BootFirmware.UEFI) {
          object.set(BcdElements.ISOLATED_CONTEXT, of(true));
        }
        object.set(
            BcdElements.ALLOWED_IN_MEMORY_SETTINGS,
            ofNumbers((long) BcdElements.PERFORMANCE_FREQUENCY));
      }
    }

    private void memoryTester(BcdObject object) throws IOException {
      object.set(BcdElements.DEVICE, of(systemPartition));
      object.set(BcdElements.PATH, of(firmware.memoryTester()));
      object.set(BcdElements.DESCRIPTION, of("Windows Memory Diagnostic"));
      object.set(BcdElements.LOCALE, of(locale));
      object.set(BcdElements.INHERIT, ofObjects(WellKnownObject.GLOBAL_SETTINGS.id()));
      object.set(BcdElements.BAD_MEMORY_ACCESS, of(true));
    }

    private void settings(BcdStore store) throws IOException {
      store
          .createObject(WellKnownObject.GLOBAL_SETTINGS)
          .set(
              BcdElements.INHERIT,
              ofObjects(
                  WellKnownObject.DEBUGGER_SETTINGS.id(),
                  WellKnownObject.EMS_SETTINGS.id(),
                  WellKnownObject.BAD_MEMORY.id()));
      store
          .createObject(WellKnownObject.BOOT_LOADER_SETTINGS)
          .set(
              BcdElements.INHERIT,
              ofObjects(
                  WellKnownObject.GLOBAL_SETTINGS.id(), WellKnownObject.HYPERVISOR_SETTINGS.id()));
      store
          .createObject(WellKnownObject.RESUME_LOADER_SETTINGS)
          .set(BcdElements.INHERIT, ofObjects(WellKnownObject.GLOBAL_SETTINGS.id()));
      store.createObject(WellKnownObject.EMS_SETTINGS).set(BcdElements.BOOT_EMS, of(hasBootEms()));
      debuggerSettings(store.createObject(WellKnownObject.DEBUGGER_SETTINGS));
      BcdObject hypervisor = store.createObject(WellKnownObject.HYPERVISOR_SETTINGS);
      hypervisor.set(BcdElements.HYPERVISOR_DEBUG_TYPE, of(DEBUG_SERIAL));
      hypervisor.set(BcdElements.HYPERVISOR_DEBUG_PORT, of(1));
      hypervisor.set(BcdElements.HYPERVISOR_BAUD_RATE, of(BAUD_RATE));
      store.createObject(WellKnownObject.BAD_MEMORY);
    }

    /** Windows 7 and the servers up to 2012 R2 have emergency management services on. */
    private boolean hasBootEms() {
      return !windows.isAtLeast8() || windows.server() && !windows.isAtLeast10();
    }

    private void debuggerSettings(BcdObject object) throws IOException {
      if (windows.isAtLeast10()) {
        object.set(BcdElements.DEBUG_TYPE, of(DEBUG_LOCAL));
        return;
      }
      object.set(BcdElements.DEBUG_TYPE, of(DEBUG_SERIAL));
      object.set(BcdElements.DEBUG_PORT, of(1));
      object.set(BcdElements.DEBUG_BAUD_RATE, of(BAUD_RATE));
    }
  }
}
