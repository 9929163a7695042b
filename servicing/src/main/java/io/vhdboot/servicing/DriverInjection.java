package io.vhdboot.servicing;

import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.driver.DriverPackage;
import io.vhdboot.driver.InfLibrary;
import io.vhdboot.driver.ProcessorArchitecture;
import io.vhdboot.driver.WindowsTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts driver packages into a Windows.
 *
 * <p>What the disk may depend on is registered so that the kernel binds it before it looks into
 * packages, the way virt-v2v has proven: a service that starts with the loader, its program in
 * {@code System32\drivers}, and the device's ids in {@code CriticalDeviceDatabase} (Windows 7) or
 * {@code DriverDatabase} (Windows 8 and later).
 *
 * <p>From Windows 8 on each package lies in the driver store and is registered there, so that Plug
 * and Play finds it. The store of Windows 7 has an index of its own format, and INF files that are
 * not in it only confuse it, so there Windows itself takes the packages in. For this, and since
 * only Windows knows what else belongs to a package, all packages lie in {@code Drivers\vhdboot} as
 * well, where Windows looks by two ways: {@code DevicePath}, when it finds a device, and {@code
 * SetupComplete.cmd}, at the end of Setup.
 */
final class DriverInjection implements ServicingOption {

  private final List<Path> folders;

  DriverInjection(List<Path> folders) {
    this.folders = List.copyOf(folders);
  }

  @Override
  public String name() {
    return "driver";
  }

  @Override
  public void apply(ServicingEdit edit) throws IOException {
    WindowsTarget target = target(edit.windows());
    Optional<Path> infFolder = edit.find("INF");
    DriverChoice choice =
        new DriverChoice(target, infFolder.map(InfLibrary::of).orElse(InfLibrary.NONE));
    for (Path folder : folders) {
      choice.look(folder);
    }
    List<DriverPackage> chosen = choice.chosen();
    if (chosen.isEmpty()) {
      throw new UnsupportedFormatException(
          folders.get(0).toString(),
          UnsupportedFormatException.NO_OFFSET,
          "no driver package is for " + target + ": " + String.join("; ", choice.leftOut()));
    }
    choice.leftOut().forEach(edit::note);
    FirstStart firstStart = new FirstStart(edit);
    Map<String, DriverStaging> binaries = new HashMap<>();
    List<String> oemNames = new ArrayList<>();
    for (DriverPackage driver : chosen) {
      DriverStaging staging = new DriverStaging(edit, driver, binaries);
      oemNames.add(staging.stage());
      firstStart.add(staging);
      edit.staged(staging.report());
    }
    DriverDatabase.markNames(edit, oemNames);
    firstStart.finish();
  }

  private static WindowsTarget target(OfflineWindows windows) throws UnsupportedFormatException {
    Optional<ProcessorArchitecture> architecture = windows.architecture();
    if (architecture.isEmpty() || windows.release().isEmpty()) {
      throw new UnsupportedFormatException(
          windows.folder().toString(),
          UnsupportedFormatException.NO_OFFSET,
          "its version and architecture cannot be told, so no driver can be chosen for it");
    }
    Release release = windows.release().get();
    return new WindowsTarget(
        architecture.get(),
        release.major(),
        release.minor(),
        release.build(),
        windows.isServer() ? WindowsTarget.SERVER : WindowsTarget.WORKSTATION,
        0);
  }
}
