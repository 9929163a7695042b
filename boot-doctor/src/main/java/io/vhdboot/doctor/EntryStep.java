package io.vhdboot.doctor;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdObject;
import io.vhdboot.bcd.BcdValue;
import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.Partition;
import io.vhdboot.image.BootPath;
import io.vhdboot.image.BootPath.Missing;
import io.vhdboot.image.BootPath.Target;
import io.vhdboot.image.BootPath.VhdFile;
import io.vhdboot.image.OpenDisk;
import io.vhdboot.ntfs.NtfsVolume;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/** Follows the entry of a Windows: its devices, the VHD, the loader in it. */
final class EntryStep {

  private static final String SYSTEM32 = "\\system32\\";
  private static final String KERNEL = "\\System32\\ntoskrnl.exe";

  private final Patient patient;
  private final Chart chart;
  private final WindowsSearch search;
  private final OpenDisk disk;
  private final Partition system;
  private final BootFirmware firmware;
  private final String store;
  private final BootPath bootPath;

  EntryStep(
      Patient patient,
      Chart chart,
      WindowsSearch search,
      OpenDisk disk,
      Partition system,
      BootFirmware firmware,
      String store) {
    this.patient = patient;
    this.chart = chart;
    this.search = search;
    this.disk = disk;
    this.system = system;
    this.firmware = firmware;
    this.store = store;
    this.bootPath = new BootPath(disk, system);
  }

  /** Where no entry leads to a Windows, looks at the one that is there. */
  void checkFoundWindows() throws IOException {
    Optional<WindowsSearch.Place> place = search.only();
    if (place.isEmpty()) {
      return;
    }
    Optional<VhdFile> vhd = Optional.empty();
    if (place.get().vhd().isPresent()) {
      Optional<NtfsVolume> host = disk.volume(place.get().host());
      if (host.isPresent()) {
        String path = place.get().vhd().get();
        vhd = Optional.of(new VhdFile(host.get(), place.get().host(), path, host.get().file(path)));
        new VhdStep(patient, chart, vhd.get()).open();
      }
    }
    new WindowsStep(
            patient,
            chart,
            Optional.of(firmware),
            place.get().volume(),
            "\\Windows",
            place.get().path(),
            vhd)
        .check();
  }

  /** Follows an entry. */
  void check(BcdObject entry) throws IOException {
    String name = "entry " + entry.name();
    Optional<BcdDevice> device = entry.device(BcdElements.DEVICE);
    if (device.isEmpty()) {
      chart
          .breaks(Step.BOOT_CONFIGURATION, BootError.DEVICE_INACCESSIBLE)
          .at(store + " " + name)
          .cure(Cures.bootFiles(patient, search, firmware, system))
          .note("the entry has no device", search.bcdboot(system, firmware));
      checkFoundWindows();
      return;
    }
    Optional<VhdFile> vhd = bootPath.vhdFile(entry, device.get());
    if (vhd.isPresent()) {
      Optional<OpenDisk> inner = new VhdStep(patient, chart, vhd.get()).open();
      if (inner.isEmpty()) {
        return;
      }
      checkVhdSupport(vhd.get(), inner.get());
    }
    Optional<Target> target = follow(entry, device.get(), BcdElements.DEVICE, vhd);
    if (target.isEmpty()) {
      return;
    }
    checkOsDevice(entry, device.get(), target.get());
    NtfsVolume volume = target.get().volume().orElseThrow();
    String root = checkRoot(entry, volume);
    checkLoader(entry, volume, root, path(vhd, target.get()));
    String windows = path(vhd, target.get()) + root.replace('\\', '/');
    new WindowsStep(patient, chart, Optional.of(firmware), volume, root, windows, vhd).check();
  }

  private String path(Optional<VhdFile> vhd, Target target) {
    int number = target.partition().orElseThrow().number();
    return vhd.isPresent()
        ? patient.path(vhd.get().partition(), vhd.get().path()) + "@" + number
        : patient.path(target.partition().get());
  }

  /** Whether the boot manager for a BIOS can open VHDs: from Windows 10 on it takes a file. */
  private void checkVhdSupport(VhdFile vhd, OpenDisk inner) throws IOException {
    if (firmware != BootFirmware.BIOS) {
      return;
    }
    SystemVolume volume = SystemVolume.of(disk, system);
    if (volume.holds("Boot/bootvhd.dll")) {
      chart.pass(Step.BOOT_MANAGER, "\\Boot\\bootvhd.dll is there");
      return;
    }
    for (Partition partition : inner.partitions()) {
      Optional<NtfsVolume> windows = inner.volume(partition);
      if (windows.isPresent() && windows.get().find("Windows/Boot/PCAT/bootvhd.dll").isPresent()) {
        chart
            .breaks(Step.BOOT_MANAGER, BootError.VHD_NOT_SUPPORTED)
            .at(patient.path(system, "Boot/bootvhd.dll"))
            .cure(Cures.bootFiles(patient, search, firmware, system))
            .note(
                "the boot manager opens "
                    + vhd.path()
                    + " with the help of \\Boot\\bootvhd.dll, which is not there",
                search.bcdboot(system, firmware));
        return;
      }
    }
  }

  private Optional<Target> follow(
      BcdObject entry, BcdDevice device, int element, Optional<VhdFile> vhd) throws IOException {
    Target target;
    try {
      target = bootPath.resolve(entry, device);
    } catch (DiskFormatException e) {
      chart
          .breaks(Step.VHD, BootError.VHD_DAMAGED)
          .at(store + " entry " + entry.name())
          .note("what the entry leads to is damaged: " + e.getMessage(), "vhdboot vhd check");
      return Optional.empty();
    }
    if (target.volume().isPresent()) {
      if (element == BcdElements.DEVICE) {
        chart.pass(Step.BOOT_CONFIGURATION, "entry " + entry.name() + " leads to " + target.text());
      }
      return Optional.of(target);
    }
    if (target.missing().equals(Optional.of(Missing.VHD_PARTITION)) && vhd.isPresent()) {
      Optional<Target> inner = windowsInside(vhd.get());
      if (inner.isPresent() && !(device instanceof BcdDevice.VhdPartition)) {
        // The file by which the volume is searched is at fault, and is told where it is checked.
        return inner;
      }
    }
    if (target.missing().equals(Optional.of(Missing.NO_VOLUME))) {
      chart
          .remark(Step.BOOT_CONFIGURATION)
          .at(store + " entry " + entry.name())
          .note(
              "the entry starts from " + target.text() + ", which is not followed farther",
              "vhdboot bcdedit /default another entry, if that is not meant");
      return Optional.empty();
    }
    note(entry, device, target);
    if (element == BcdElements.DEVICE) {
      checkFoundWindows();
    }
    return Optional.empty();
  }

  /** The volume of the one Windows in a VHD. */
  static Optional<Target> windowsInside(VhdFile vhd) throws IOException {
    OpenDisk inner = vhd.open();
    for (Partition partition : inner.partitions()) {
      Optional<NtfsVolume> volume = inner.volume(partition);
      if (volume.isPresent() && volume.get().find("\\Windows" + KERNEL).isPresent()) {
        return Optional.of(
            new Target(
                "VHD " + vhd.path(),
                Optional.empty(),
                volume,
                Optional.empty(),
                Optional.of(partition)));
      }
    }
    return Optional.empty();
  }

  private void note(BcdObject entry, BcdDevice device, Target target) throws IOException {
    Missing missing = target.missing().orElse(Missing.VOLUME);
    boolean isRamDisk = device instanceof BcdDevice.RamDisk;
    BootError error =
        switch (missing) {
          case SEARCHED_FILE -> isRamDisk ? BootError.FILE_MISSING : BootError.DEVICE_INACCESSIBLE;
          case VHD_FILE, VHD_PARTITION -> BootError.FILE_MISSING;
          case VHD_PARENT -> BootError.VHD_PARENT_MISSING;
          default -> BootError.DEVICE_INACCESSIBLE;
        };
    chart
        .breaks(Step.BOOT_CONFIGURATION, error)
        .at(store + " entry " + entry.name())
        .cure(
            new EntryCures(patient, search, disk, system, firmware, store)
                .of(entry, device, missing))
        .note("the entry's device leads to " + target.text(), search.bcdboot(system, firmware));
  }

  /** The device of the running Windows, which is mostly that of its loader. */
  private void checkOsDevice(BcdObject entry, BcdDevice device, Target target) throws IOException {
    Optional<BcdDevice> osDevice = entry.device(BcdElements.OS_DEVICE);
    if (osDevice.isEmpty()) {
      chart
          .breaks(Step.BOOT_CONFIGURATION, BootError.DEVICE_INACCESSIBLE)
          .at(store + " entry " + entry.name())
          .cure(Cures.bootFiles(patient, search, firmware, system))
          .note("the entry has no osdevice", search.bcdboot(system, firmware));
      return;
    }
    Optional<VhdFile> vhd = bootPath.vhdFile(entry, osDevice.get());
    Optional<Target> os = follow(entry, osDevice.get(), BcdElements.OS_DEVICE, vhd);
    if (os.isPresent()
        && !os.get().volume().orElseThrow().name().equals(target.volume().orElseThrow().name())) {
      chart
          .remark(Step.BOOT_CONFIGURATION)
          .at(store + " entry " + entry.name())
          .note(
              "loader and Windows are on different volumes: device "
                  + device
                  + ", osdevice "
                  + osDevice.get(),
              "vhdboot bcdedit /set osdevice, if that is not meant");
    }
  }

  /** The Windows folder that the entry names, or the one that there is. */
  private String checkRoot(BcdObject entry, NtfsVolume volume) throws IOException {
    Optional<String> root = entry.text(BcdElements.SYSTEM_ROOT);
    if (root.isPresent() && volume.find(root.get()).isPresent()) {
      return root.get().replaceFirst("[\\\\/]+$", "");
    }
    boolean isThere = volume.find("\\Windows").isPresent();
    chart
        .breaks(Step.BOOT_CONFIGURATION, BootError.FILE_MISSING)
        .at(store + " entry " + entry.name())
        .cure(
            isThere
                ? Optional.of(
                    StoreCures.set(
                        store,
                        entry.id(),
                        BcdElements.SYSTEM_ROOT,
                        BcdValue.of("\\Windows"),
                        "let the entry name \\Windows as its systemroot"))
                : Optional.empty())
        .note(
            root.isPresent()
                ? "there is no folder " + root.get() + ", which the entry names as systemroot"
                : "the entry has no systemroot",
            search.bcdboot(system, firmware));
    return "\\Windows";
  }

  private void checkLoader(BcdObject entry, NtfsVolume volume, String root, String place)
      throws IOException {
    String usual = root + SYSTEM32 + firmware.loader();
    boolean isUsualThere = volume.find(usual).isPresent();
    Optional<String> named = entry.text(BcdElements.PATH);
    boolean isThere = named.isPresent() && volume.find(named.get()).isPresent();
    BootFirmware other = firmware == BootFirmware.BIOS ? BootFirmware.UEFI : BootFirmware.BIOS;
    boolean isOther =
        named.isPresent() && named.get().toLowerCase(Locale.ROOT).endsWith(other.loader());
    if (isThere && !isOther) {
      checkProgram(volume, named.get(), place);
      return;
    }
    Optional<Cure> cure =
        isUsualThere && !named.equals(Optional.of(usual))
            ? Optional.of(
                StoreCures.set(
                    store,
                    entry.id(),
                    BcdElements.PATH,
                    BcdValue.of(usual),
                    "let the entry start " + usual))
            : Optional.empty();
    chart
        .breaks(Step.LOADER, isThere ? BootError.WRONG_PROGRAM : BootError.FILE_MISSING)
        .at(store + " entry " + entry.name())
        .cure(cure)
        .note(
            named.isEmpty()
                ? "the entry names no loader"
                : isOther
                    ? "the entry starts "
                        + named.get()
                        + ", which is the loader for "
                        + other
                        + ", not for "
                        + firmware
                    : "there is no " + named.get() + " on " + place,
            isUsualThere
                ? search.bcdboot(system, firmware)
                : "put " + usual + " back from the image: vhdboot wim extract, vhdboot cp");
  }

  private void checkProgram(NtfsVolume volume, String path, String place) throws IOException {
    Optional<Program> program = Program.read(volume.file(path).stream("").device());
    if (program.isEmpty()) {
      chart
          .breaks(Step.LOADER, BootError.WRONG_PROGRAM)
          .at(place + path.replace('\\', '/'))
          .note("the loader is no program: damaged", "put it back from the image: vhdboot cp");
      return;
    }
    if (firmware == BootFirmware.UEFI) {
      SystemVolume boot = SystemVolume.of(disk, system);
      String wanted = "EFI/Boot/" + fallbackName(program.get().machine());
      if (!boot.holds(wanted)) {
        chart
            .breaks(Step.LOADER, BootError.WRONG_PROGRAM)
            .at(place + path.replace('\\', '/'))
            .cure(Cures.bootFiles(patient, search, firmware, system))
            .note(
                "the Windows is one for "
                    + program.get().machineName()
                    + ", and the boot manager on the EFI partition is not: there is no \\"
                    + wanted.replace('/', '\\'),
                search.bcdboot(system, firmware));
        return;
      }
    }
    Optional<String> signature = SecureBoot.damage(volume.file(path).stream("").device());
    if (signature.isPresent()) {
      chart
          .breaks(Step.LOADER, BootError.SIGNATURE_INVALID)
          .at(place + path.replace('\\', '/'))
          .note(
              "the loader: " + signature.get(),
              "put it back from the image: vhdboot wim extract, vhdboot cp");
      return;
    }
    chart.pass(Step.LOADER, path + " for " + program.get().machineName());
  }

  private static String fallbackName(int machine) {
    return ManagerStep.FALLBACK_NAMES.stream()
        .filter(name -> Program.machineOf(name) == machine)
        .findFirst()
        .orElse("bootx64.efi");
  }
}
