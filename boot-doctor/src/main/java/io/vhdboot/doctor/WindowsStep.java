package io.vhdboot.doctor;

import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveCheck;
import io.vhdboot.hive.HiveFinding;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveState;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.image.BootPath.VhdFile;
import io.vhdboot.image.Quantity;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsVolume;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Looks at the Windows that the loader starts: kernel, SYSTEM hive, drivers, edition. */
final class WindowsStep {

  private static final int MAX_HIVE = 1 << 30;

  /** The value of {@code VirtualDiskExpandOnMount} that leaves a dynamic VHD as it is. */
  private static final int NO_EXPANSION = 4;

  private final Patient patient;
  private final Chart chart;
  private final Optional<BootFirmware> firmware;
  private final NtfsVolume volume;
  private final String root;
  private final String path;
  private final Optional<VhdFile> vhd;

  /**
   * A Windows.
   *
   * @param root its folder's path on the volume
   * @param path the same through images
   * @param vhd the VHD that it is in
   */
  WindowsStep(
      Patient patient,
      Chart chart,
      Optional<BootFirmware> firmware,
      NtfsVolume volume,
      String root,
      String path,
      Optional<VhdFile> vhd) {
    this.patient = patient;
    this.chart = chart;
    this.firmware = firmware;
    this.volume = volume;
    this.root = root;
    this.path = path;
    this.vhd = vhd;
  }

  void check() throws IOException {
    Optional<Program> kernel = checkKernel("ntoskrnl.exe");
    checkKernel("hal.dll");
    checkMachine(kernel);
    Optional<WindowsFacts> facts = facts();
    if (facts.isPresent() && vhd.isPresent()) {
      checkFormat(facts.get(), vhd.get());
    }
    Optional<Hive> system = system();
    if (system.isPresent()) {
      try {
        Optional<HiveKey> controlSet = controlSet(system.get());
        if (controlSet.isPresent()) {
          new DriverStep(patient, chart, volume, root, path, controlSet.get(), facts, vhd).check();
          checkRoom(controlSet.get());
        }
      } catch (DiskFormatException e) {
        damaged(e.getMessage());
      }
    }
    facts.ifPresent(this::checkEdition);
  }

  private String hive(String name) {
    return path + "/System32/config/" + name;
  }

  private Optional<Program> checkKernel(String name) throws IOException {
    Optional<NtfsFile> file =
        volume.find(root + "\\System32\\" + name).filter(found -> !found.isDirectory());
    Optional<Program> program =
        file.isPresent() ? Program.read(file.get().stream("").device()) : Optional.empty();
    if (program.isEmpty()) {
      chart
          .breaks(Step.LOADER, file.isEmpty() ? BootError.KERNEL_MISSING : BootError.WRONG_PROGRAM)
          .at(path + "/System32/" + name)
          .note(
              file.isEmpty() ? "there is no " + name : name + " is no program: damaged",
              "put it back from the image: vhdboot wim extract, vhdboot cp");
    }
    return program;
  }

  /** Loader and kernel must be for the same machine. */
  private void checkMachine(Optional<Program> kernel) throws IOException {
    if (firmware.isEmpty() || kernel.isEmpty()) {
      return;
    }
    String loader = root + "\\System32\\" + firmware.get().loader();
    Optional<NtfsFile> file = volume.find(loader).filter(found -> !found.isDirectory());
    Optional<Program> program =
        file.isPresent() ? Program.read(file.get().stream("").device()) : Optional.empty();
    if (program.isPresent() && program.get().machine() != kernel.get().machine()) {
      chart
          .breaks(Step.LOADER, BootError.WRONG_PROGRAM)
          .at(path + "/System32/ntoskrnl.exe")
          .note(
              "the loader is for "
                  + program.get().machineName()
                  + ", the kernel for "
                  + kernel.get().machineName(),
              "put both back from one image: vhdboot wim extract, vhdboot cp");
    } else if (firmware.get() == BootFirmware.BIOS
        && kernel.get().machineName().startsWith("ARM")) {
      chart
          .breaks(Step.LOADER, BootError.WRONG_PROGRAM)
          .at(path + "/System32/ntoskrnl.exe")
          .note("the Windows is one for ARM, which has no BIOS", "start it by UEFI");
    }
  }

  private Optional<BlockDevice> hiveFile(String name) throws IOException {
    Optional<NtfsFile> file =
        volume.find(root + "\\System32\\config\\" + name).filter(found -> !found.isDirectory());
    if (file.isPresent() && file.get().size() > MAX_HIVE) {
      throw new UnsupportedFormatException(
          hive(name), DiskFormatException.NO_OFFSET, "has " + file.get().size() + " bytes");
    }
    return file.isPresent() ? Optional.of(file.get().stream("").device()) : Optional.empty();
  }

  private List<BlockDevice> logs(String name) throws IOException {
    return new SystemVolume(Optional.of(volume), Optional.empty())
        .logs(root + "\\System32\\config\\" + name);
  }

  private void damaged(String reason) {
    chart
        .breaks(Step.REGISTRY, BootError.REGISTRY_DAMAGED)
        .at(hive("SYSTEM"))
        .note(
            "the SYSTEM hive is damaged: " + reason,
            "put a sound one in its place, as from \\Windows\\System32\\config\\RegBack: vhdboot cp;"
                + " vhdboot hive check tells what is wrong");
  }

  private Optional<Hive> system() throws IOException {
    try {
      Optional<BlockDevice> file = hiveFile("SYSTEM");
      if (file.isEmpty()) {
        chart
            .breaks(Step.REGISTRY, BootError.REGISTRY_MISSING)
            .at(hive("SYSTEM"))
            .note(
                "there is no SYSTEM hive",
                "put it back, as from \\Windows\\System32\\config\\RegBack: vhdboot cp");
        return Optional.empty();
      }
      Hive hive = Hive.open(file.get(), logs("SYSTEM"));
      if (hive.state() == HiveState.DIRTY) {
        chart
            .breaks(Step.REGISTRY, BootError.REGISTRY_DAMAGED)
            .at(hive("SYSTEM"))
            .note(
                "the SYSTEM hive was not closed, and the logs with its last changes are not there"
                    + " or do not fit",
                "put its SYSTEM.LOG1 and SYSTEM.LOG2 back beside it, or a sound hive: vhdboot cp");
        return Optional.of(hive);
      }
      Optional<HiveFinding> error =
          HiveCheck.check(hive).stream()
              .filter(finding -> finding.severity() == HiveFinding.Severity.ERROR)
              .findFirst();
      if (error.isPresent()) {
        damaged(error.get().toString());
      } else if (hive.state() == HiveState.RECOVERED) {
        chart
            .remark(Step.REGISTRY)
            .at(hive("SYSTEM"))
            .cure(StoreCures.replay(hive("SYSTEM")))
            .note(
                "the SYSTEM hive was not closed; its logs hold the last changes, and the loader"
                    + " replays them",
                "vhdboot doctor --fix " + patient.path());
      } else {
        chart.pass(Step.REGISTRY, "the SYSTEM hive is whole");
      }
      return Optional.of(hive);
    } catch (DiskFormatException e) {
      damaged(e.getMessage());
      return Optional.empty();
    }
  }

  /** The control set that starts. */
  private Optional<HiveKey> controlSet(Hive system) throws IOException {
    Optional<HiveKey> select = system.root().subkey("Select");
    Optional<Long> current =
        select.isPresent() ? WindowsFacts.number(select.get(), "Default") : Optional.empty();
    if (current.isEmpty() && select.isPresent()) {
      current = WindowsFacts.number(select.get(), "Current");
    }
    Optional<HiveKey> set =
        current.isPresent()
            ? system.root().subkey(String.format("ControlSet%03d", current.get()))
            : Optional.empty();
    if (set.isPresent()) {
      chart.pass(Step.REGISTRY, set.get().name() + " is the control set that starts");
      return set;
    }
    List<HiveKey> others =
        system.root().subkeys().stream()
            .filter(key -> key.name().matches("(?i)ControlSet\\d{3}"))
            .toList();
    Optional<Cure> cure =
        others.size() == 1
            ? Optional.of(select(Integer.parseInt(others.get(0).name().substring(10))))
            : Optional.empty();
    chart
        .breaks(
            Step.REGISTRY,
            others.isEmpty() ? BootError.REGISTRY_DAMAGED : BootError.BAD_SYSTEM_CONFIG_INFO)
        .at(hive("SYSTEM") + " Select")
        .cure(cure)
        .note(
            current.isEmpty()
                ? "Select does not say which control set starts"
                : String.format("Select says ControlSet%03d, which is not there", current.get()),
            others.isEmpty()
                ? "put a sound hive in its place: vhdboot cp"
                : "vhdboot hive set "
                    + hive("SYSTEM")
                    + " Select Default "
                    + Integer.parseInt(others.get(0).name().substring(10))
                    + " --type DWORD");
    return others.size() == 1 ? Optional.of(others.get(0)) : Optional.empty();
  }

  private Cure select(int number) {
    return () -> {
      StoreCures.setValue(hive("SYSTEM"), "Select", HiveValue.dword("Default", number), "").apply();
      return StoreCures.setValue(
              hive("SYSTEM"),
              "Select",
              HiveValue.dword("Current", number),
              String.format("let Select name ControlSet%03d", number))
          .apply();
    };
  }

  private Optional<WindowsFacts> facts() throws IOException {
    try {
      Optional<BlockDevice> file = hiveFile("SOFTWARE");
      if (file.isEmpty()) {
        chart
            .breaks(Step.REGISTRY, BootError.CANNOT_LOAD_REGISTRY)
            .at(hive("SOFTWARE"))
            .note("there is no SOFTWARE hive", "put it back, as from RegBack: vhdboot cp");
        return Optional.empty();
      }
      Hive.open(file.get(), logs("SOFTWARE"));
    } catch (DiskFormatException e) {
      chart
          .breaks(Step.REGISTRY, BootError.CANNOT_LOAD_REGISTRY)
          .at(hive("SOFTWARE"))
          .note(
              "the SOFTWARE hive is damaged: " + e.getMessage(),
              "put a sound one in its place: vhdboot cp; vhdboot hive check");
      return Optional.empty();
    }
    try {
      return Optional.of(WindowsFacts.of(volume, root));
    } catch (IOException e) {
      // What is damaged is told where the machine comes upon it.
      return Optional.empty();
    }
  }

  private void checkEdition(WindowsFacts facts) {
    Optional<String> refusal = vhd.isPresent() ? facts.vhdRefusal() : Optional.empty();
    if (refusal.isPresent()) {
      chart
          .breaks(Step.WINDOWS, BootError.EDITION_NOT_LICENSED)
          .at(hive("SOFTWARE"))
          .note(
              facts + " may not start from a VHD: " + refusal.get(),
              "take another edition, or put it on a partition");
      return;
    }
    chart.pass(Step.WINDOWS, facts.toString());
  }

  private void checkFormat(WindowsFacts facts, VhdFile file) throws IOException {
    if (facts.isBefore8() && new VhdStep(patient, chart, file).isVhdx()) {
      chart
          .breaks(Step.VHD, BootError.VHD_DAMAGED)
          .at(patient.path(file.partition(), file.path()))
          .note(
              facts + " does not start from a VHDX, which came with Windows 8",
              "vhdboot vhd convert to a VHD, and the entry by vhdboot bcdboot");
    }
  }

  /** Whether the volume around the VHD holds it at its full size, to which Windows expands it. */
  private void checkRoom(HiveKey controlSet) throws IOException {
    if (vhd.isEmpty()) {
      return;
    }
    VhdStep step = new VhdStep(patient, chart, vhd.get());
    long growth;
    long room;
    try {
      growth = step.growth();
      room = step.room();
    } catch (IOException e) {
      // What is wrong with the VHD is told where it is opened.
      return;
    }
    Optional<HiveKey> parameters = controlSet.find("Services\\FsDepends\\Parameters");
    Optional<Long> mode =
        parameters.isPresent()
            ? WindowsFacts.number(parameters.get(), "VirtualDiskExpandOnMount")
            : Optional.empty();
    if (mode.equals(Optional.of((long) NO_EXPANSION))) {
      chart.pass(Step.VHD, "is not expanded (VirtualDiskExpandOnMount = 4)");
      return;
    }
    if (growth <= room) {
      chart.pass(Step.VHD, "has room to grow to its full size");
      return;
    }
    chart
        .breaks(Step.VHD, BootError.VHD_BOOT_HOST_VOLUME_NOT_ENOUGH_SPACE)
        .at(patient.path(vhd.get().partition(), vhd.get().path()))
        .cure(
            StoreCures.setValue(
                hive("SYSTEM"),
                controlSet.name() + "\\Services\\FsDepends\\Parameters",
                HiveValue.dword("VirtualDiskExpandOnMount", NO_EXPANSION),
                "set VirtualDiskExpandOnMount to 4: the VHD is no longer expanded when it starts"))
        .note(
            "Windows expands the VHD by "
                + Quantity.ofBytes(growth)
                + " when it starts, and its volume has "
                + Quantity.ofBytes(room)
                + " left",
            "a larger stick, a smaller VHD, or vhdboot service " + path + " --portable");
  }
}
