package io.vhdboot.provisioning;

import io.vhdboot.wim.WimEntry;
import io.vhdboot.wim.WimImage;
import io.vhdboot.wim.WimImageInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What an image tells of the Windows in it.
 *
 * @param info what the WIM's XML says
 * @param folder the Windows folder; nothing where there is none
 * @param missing files without which it does not start, as paths within the Windows folder; of the
 *     loaders one may do
 */
record WindowsImage(WimImageInfo info, Optional<WimEntry> folder, List<String> missing) {

  private static final String DEFAULT_FOLDER = "Windows";

  static final String BIOS_LOADER = "System32\\winload.exe";
  static final String UEFI_LOADER = "System32\\winload.efi";

  private static final List<String> NEEDED =
      List.of(BIOS_LOADER, UEFI_LOADER, "System32\\ntoskrnl.exe", "System32\\config\\SYSTEM");

  /** Editions of the Windows 7 family's clients that may boot from a VHD. */
  private static final Set<String> WINDOWS_7_EDITIONS =
      Set.of("enterprise", "enterprisen", "ultimate", "ultimaten");

  static WindowsImage of(WimImageInfo info, WimImage image) {
    Optional<WimEntry> folder =
        info.systemRoot()
            .flatMap(name -> image.root().child(name))
            .or(() -> image.root().child(DEFAULT_FOLDER));
    List<String> missing = new ArrayList<>();
    for (String path : NEEDED) {
      if (folder.flatMap(windows -> below(windows, path)).isEmpty()) {
        missing.add(path);
      }
    }
    return new WindowsImage(info, folder, List.copyOf(missing));
  }

  /** The path of the Windows folder from the root of its volume, such as {@code \Windows}. */
  String root() {
    return "\\" + folder.map(WimEntry::name).orElse(DEFAULT_FOLDER);
  }

  /** What keeps this from being a Windows that starts from a VHD on such machines. */
  List<PlanProblem> problems(StickFirmware firmware) {
    List<PlanProblem> problems = new ArrayList<>();
    List<String> lacking = lacking(firmware);
    if (folder.isEmpty()) {
      problems.add(
          unsuitable(
              "image " + info.index() + " (" + info.name() + ") holds no Windows folder",
              "choose another image, or force it"));
    } else if (!lacking.isEmpty()) {
      problems.add(
          unsuitable(
              root() + " of image " + info.index() + " lacks " + String.join(", ", lacking),
              "choose an image that holds an installed Windows, or force it"));
    }
    if (isArm() && firmware == StickFirmware.BIOS) {
      problems.add(
          unsuitable(
              "image " + info.index() + " is for ARM, which has no BIOS",
              "make the stick for UEFI, or choose an image for x86 or x64"));
    }
    editionProblem().ifPresent(problems::add);
    return problems;
  }

  /** The files that are missing, of the loaders only those that such machines need. */
  private List<String> lacking(StickFirmware firmware) {
    List<String> lacking = new ArrayList<>(missing);
    if (!firmware.hasUefi() || firmware.hasBios() && !missing.contains(BIOS_LOADER)) {
      lacking.remove(UEFI_LOADER);
    }
    if (!firmware.hasBios() || firmware.hasUefi() && !missing.contains(UEFI_LOADER)) {
      lacking.remove(BIOS_LOADER);
    }
    return lacking;
  }

  /** Whether it has a file that it needs. */
  boolean has(String path) {
    return !missing.contains(path);
  }

  /** Whether this is a server, whose editions all may boot from a VHD. */
  boolean isServer() {
    return info.productType().filter("ServerNT"::equalsIgnoreCase).isPresent()
        || info.installationType().filter(type -> type.startsWith("Server")).isPresent();
  }

  private Optional<PlanProblem> editionProblem() {
    if (isVersion(6, 0)) {
      return Optional.of(
          PlanProblem.warning(
              "a Windows as old as this one (6.0) cannot boot from a VHD",
              "take Windows 7, Server 2008 R2 or later"));
    }
    String edition = info.editionId().or(info::flags).orElse("");
    if (isVersion(6, 1)
        && !isServer()
        && !WINDOWS_7_EDITIONS.contains(edition.toLowerCase(Locale.ROOT))) {
      return Optional.of(
          PlanProblem.warning(
              "this edition of Windows 7 ("
                  + (edition.isEmpty() ? "unknown" : edition)
                  + ") may not boot from a VHD and stops with a licensing error",
              "only Enterprise and Ultimate may"));
    }
    return Optional.empty();
  }

  /** Whether this is Windows 7 or Server 2008 R2. */
  boolean isWindows7() {
    return isVersion(6, 1);
  }

  /** What is wrong with booting this Windows from a VHDX rather than a VHD. */
  Optional<PlanProblem> vhdxProblem() {
    if (isVersion(6, 0) || isVersion(6, 1)) {
      return Optional.of(
          unsuitable(
              "a Windows as old as this one (6."
                  + info.minorVersion().orElse(0)
                  + ") cannot boot from a VHDX",
              "take a VHD: --vhd-type dynamic or fixed"));
    }
    return Optional.empty();
  }

  private boolean isVersion(int major, int minor) {
    return info.majorVersion().orElse(0) == major && info.minorVersion().orElse(0) == minor;
  }

  private boolean isArm() {
    return info.architecture().filter(name -> name.startsWith("ARM")).isPresent();
  }

  private static PlanProblem unsuitable(String what, String remedy) {
    return new PlanProblem(PlanProblem.Severity.UNSUITABLE_IMAGE, what, remedy);
  }

  private static Optional<WimEntry> below(WimEntry folder, String path) {
    Optional<WimEntry> at = Optional.of(folder);
    for (String name : path.split("\\\\")) {
      at = at.flatMap(entry -> entry.child(name));
    }
    return at;
  }
}
