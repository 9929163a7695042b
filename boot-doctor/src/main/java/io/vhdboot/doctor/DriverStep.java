package io.vhdboot.doctor;

import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.image.BootPath.VhdFile;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsVolume;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Looks at the drivers that the loader brings into memory before the kernel runs. */
final class DriverStep {

  /** {@code BootFlags} of a driver that is started early where Windows comes from a VHD. */
  private static final int FROM_VHD = 0x2;

  /** {@code BootFlags} of a driver that is started early where Windows comes from USB. */
  private static final int FROM_USB = 0x4;

  private static final int CRITICAL = 3;

  /** Without these nobody reaches the disk or the volume. */
  private static final Set<String> ON_THE_WAY =
      Set.of(
          "acpi",
          "pci",
          "disk",
          "partmgr",
          "volmgr",
          "volmgrx",
          "volume",
          "mountmgr",
          "fltmgr",
          "ntfs",
          "vhdmp",
          "fsdepends",
          "usbstor",
          "usbhub",
          "usbehci",
          "usbuhci",
          "usbohci",
          "usbccgp",
          "usbxhci",
          "usbhub3",
          "ucx01000",
          "uaspstor",
          "storport",
          "classpnp");

  private static final List<String> FOR_VHD = List.of("vhdmp", "FsDepends");

  private final Patient patient;
  private final Chart chart;
  private final NtfsVolume volume;
  private final String root;
  private final String path;
  private final HiveKey controlSet;
  private final Optional<WindowsFacts> facts;
  private final Optional<VhdFile> vhd;

  DriverStep(
      Patient patient,
      Chart chart,
      NtfsVolume volume,
      String root,
      String path,
      HiveKey controlSet,
      Optional<WindowsFacts> facts,
      Optional<VhdFile> vhd) {
    this.patient = patient;
    this.chart = chart;
    this.volume = volume;
    this.root = root;
    this.path = path;
    this.controlSet = controlSet;
    this.facts = facts;
    this.vhd = vhd;
  }

  void check() throws IOException {
    Optional<HiveKey> services = controlSet.subkey("Services");
    if (services.isEmpty()) {
      chart
          .breaks(Step.DRIVERS, BootError.BAD_SYSTEM_CONFIG_INFO)
          .at(hive())
          .note("the control set has no services", "put a sound hive in its place: vhdboot cp");
      return;
    }
    int early = 0;
    int before = chart.faults().size();
    for (HiveKey service : services.get().subkeys()) {
      if (isEarly(service)) {
        early++;
        checkFile(service);
      }
    }
    if (vhd.isPresent()) {
      checkForVhd(services.get());
    }
    if (facts.isPresent() && facts.get().is7() && vhd.isPresent()) {
      checkForUsb(facts.get());
    }
    if (chart.faults().size() == before) {
      chart.pass(Step.DRIVERS, early + " drivers that start early are there");
    }
  }

  private String hive() {
    return path + "/System32/config/SYSTEM " + controlSet.name() + "\\Services";
  }

  /** Whether the loader takes a driver along: by its start type, or by its flags. */
  private boolean isEarly(HiveKey service) throws IOException {
    long type = WindowsFacts.number(service, "Type").orElse(1L);
    if (type != 1 && type != 2) {
      return false;
    }
    long flags = WindowsFacts.number(service, "BootFlags").orElse(0L);
    return isBootStart(service)
        || vhd.isPresent() && (flags & FROM_VHD) != 0
        || (flags & FROM_USB) != 0 && usbIsPromoted();
  }

  private static boolean isBootStart(HiveKey service) throws IOException {
    return WindowsFacts.number(service, "Start").equals(Optional.of(0L));
  }

  private boolean usbIsPromoted() throws IOException {
    Optional<HiveKey> control = controlSet.subkey("Control");
    return control.isPresent()
        && (WindowsFacts.number(control.get(), "BootDriverFlags").orElse(0L) & FROM_USB) != 0;
  }

  private void checkFile(HiveKey service) throws IOException {
    String file = file(service);
    Optional<NtfsFile> found = volume.find(file).filter(each -> !each.isDirectory());
    Optional<Program> program =
        found.isPresent() ? Program.read(found.get().stream("").device()) : Optional.empty();
    if (program.isPresent()) {
      return;
    }
    String name = service.name().toLowerCase(Locale.ROOT);
    boolean isCritical = WindowsFacts.number(service, "ErrorControl").orElse(1L) >= CRITICAL;
    boolean isOnTheWay = ON_THE_WAY.contains(name);
    BootError error =
        found.isPresent()
            ? BootError.WRONG_PROGRAM
            : isCritical ? BootError.DRIVER_MISSING : BootError.INACCESSIBLE_BOOT_DEVICE;
    Chart.Note note =
        isCritical || isOnTheWay
            ? chart.breaks(Step.DRIVERS, error)
            : chart.mayBreak(Step.DRIVERS, error);
    note.at(volumePath(file))
        .note(
            "the driver of "
                + service.name()
                + ", which the loader takes along, is "
                + (found.isPresent() ? "no program" : "not there"),
            "put it back from the image: vhdboot cp");
  }

  private String volumePath(String file) {
    String volumePath = path.substring(0, path.length() - root.length());
    return volumePath + file.replace('\\', '/');
  }

  /** The path of a driver's file on the volume. */
  private String file(HiveKey service) throws IOException {
    Optional<String> named = service.value("ImagePath").map(HiveValue::asString);
    if (named.isEmpty() || named.get().isBlank()) {
      return root + "\\System32\\drivers\\" + service.name() + ".sys";
    }
    String text = named.get().replace("\"", "").replace('/', '\\').strip();
    String lower = text.toLowerCase(Locale.ROOT);
    for (String prefix : List.of("\\systemroot\\", "%systemroot%\\", "%windir%\\")) {
      if (lower.startsWith(prefix)) {
        return root + "\\" + text.substring(prefix.length());
      }
    }
    if (lower.startsWith("\\??\\")) {
      text = text.substring(4);
    }
    if (text.matches("(?s)[A-Za-z]:\\\\.*")) {
      return text.substring(2);
    }
    return text.startsWith("\\") ? text : root + "\\" + text;
  }

  private static Optional<HiveKey> service(HiveKey services, String name) throws IOException {
    return services.subkey(name);
  }

  /** What mounts the VHD must start early. */
  private void checkForVhd(HiveKey services) throws IOException {
    for (String name : FOR_VHD) {
      Optional<HiveKey> service = service(services, name);
      if (service.isPresent() && isEarly(service.get())) {
        continue;
      }
      Optional<Cure> cure =
          service.map(
              key ->
                  StoreCures.setValue(
                      path + "/System32/config/SYSTEM",
                      controlSet.name() + "\\Services\\" + key.name(),
                      HiveValue.dword("Start", 0),
                      "let " + key.name() + " start early"));
      chart
          .breaks(Step.DRIVERS, BootError.INACCESSIBLE_BOOT_DEVICE)
          .at(hive() + "\\" + name)
          .cure(cure)
          .note(
              "the driver "
                  + name
                  + ", which mounts the VHD, "
                  + (service.isEmpty() ? "is not registered" : "does not start early"),
              "vhdboot hive set "
                  + path
                  + "/System32/config/SYSTEM "
                  + controlSet.name()
                  + "\\Services\\"
                  + name
                  + " Start 0 --type DWORD");
    }
  }

  /** Windows 7 does not start the drivers for USB early by itself. */
  private void checkForUsb(WindowsFacts windows) {
    Optional<String> refusal = windows.usbRefusal();
    if (refusal.isEmpty()) {
      chart.pass(Step.DRIVERS, "those for USB start early");
      return;
    }
    chart
        .breaks(Step.DRIVERS, BootError.INACCESSIBLE_BOOT_DEVICE)
        .at(hive())
        .cure(ServicingCures.usbBoot(path, patient.time()))
        .note(
            "Windows 7 on a stick: " + refusal.get(),
            "vhdboot service " + path + " --usb-boot; unless it starts from an internal disk");
  }
}
