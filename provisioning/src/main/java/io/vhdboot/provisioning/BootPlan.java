package io.vhdboot.provisioning;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.bcd.BcdValue;
import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.bcd.WindowsBootStore;
import io.vhdboot.bcd.WindowsVersion;
import io.vhdboot.provisioning.PlanProblem.Severity;
import io.vhdboot.provisioning.bootfiles.BiosBootFiles;
import io.vhdboot.provisioning.bootfiles.BootAuthority;
import io.vhdboot.provisioning.bootfiles.BootFile;
import io.vhdboot.provisioning.bootfiles.BootSource;
import io.vhdboot.provisioning.bootfiles.BootStores;
import io.vhdboot.provisioning.bootfiles.UefiBootFiles;
import io.vhdboot.provisioning.bootfiles.WimBootSource;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What makes a stick start: on which machines, by which files and which boot configurations. */
final class BootPlan {

  private static final long HYPERVISOR_AUTOMATIC = 1;

  private final FlashOptions options;
  private final WindowsImage windows;
  private final Identifiers identifiers;
  private final Instant time;
  private final StickFirmware firmware;
  private final List<BootFile> biosFiles;
  private final List<BootFile> uefiFiles;
  private final boolean isNewlySignedToo;
  private final List<PlanProblem> problems = new ArrayList<>();

  private BootPlan(
      FlashOptions options, WindowsImage windows, Identifiers identifiers, Instant time)
      throws IOException {
    this.options = options;
    this.windows = windows;
    this.identifiers = identifiers;
    this.time = time;
    Optional<BootSource> folder = windows.folder().map(WimBootSource::new);
    biosFiles = folder.isPresent() ? BiosBootFiles.of(folder.get()) : List.of();
    uefiFiles = uefiFiles(folder);
    isNewlySignedToo =
        folder.isPresent()
            && options.bootAuthority() == BootAuthority.PCA_2011
            && UefiBootFiles.hasNewlySigned(folder.get());
    firmware = firmware();
    checkLocale();
  }

  static BootPlan of(
      FlashOptions options, WindowsImage windows, Identifiers identifiers, Instant time)
      throws IOException {
    return new BootPlan(options, windows, identifiers, time);
  }

  /** What is wrong with it, or may be. */
  List<PlanProblem> problems() {
    return problems;
  }

  /**
   * Whether the image has the files with the newer signature, and those with the older are taken.
   */
  boolean isNewlySignedToo() {
    return isNewlySignedToo;
  }

  private List<BootFile> uefiFiles(Optional<BootSource> folder) throws IOException {
    Optional<String> fallback =
        UefiBootFiles.fallbackName(windows.info().architectureCode().orElse(-1));
    if (folder.isEmpty() || fallback.isEmpty()) {
      return List.of();
    }
    if (options.firmware().hasUefi()
        && options.bootAuthority() == BootAuthority.CA_2023
        && !UefiBootFiles.hasNewlySigned(folder.get())) {
      problems.add(
          new PlanProblem(
              Severity.UNSUITABLE_IMAGE,
              "the image has no boot manager that Windows UEFI CA 2023 signed"
                  + " (\\Windows\\Boot\\EFI_EX)",
              "take --secureboot 2011, or an image with the updates of 2024 or later"));
    }
    return UefiBootFiles.of(folder.get(), fallback.get(), options.bootAuthority());
  }

  private static boolean isThere(Optional<BootFile> file) {
    return file.filter(found -> found.size() > 0).isPresent();
  }

  /** What was asked for, as far as the image has what that takes. */
  private StickFirmware firmware() {
    StickFirmware wanted = options.firmware();
    boolean hasBios = isThere(BiosBootFiles.bootManager(biosFiles));
    boolean hasUefi = isThere(UefiBootFiles.bootManager(uefiFiles));
    String noBios = "the image has no boot manager for a BIOS (\\Windows\\Boot\\PCAT\\bootmgr)";
    String noUefi = "the image has no boot manager for UEFI (\\Windows\\Boot\\EFI\\bootmgfw.efi)";
    if (wanted == StickFirmware.ALL && hasBios != hasUefi) {
      StickFirmware left = hasBios ? StickFirmware.BIOS : StickFirmware.UEFI;
      problems.add(
          PlanProblem.warning(
              (hasBios ? noUefi : noBios) + ", and the stick is for " + left.text() + " only", ""));
      return left;
    }
    if (wanted.hasBios() ? !hasBios : !hasUefi) {
      problems.add(
          new PlanProblem(
              Severity.UNSUITABLE_IMAGE,
              wanted.hasBios() ? noBios : noUefi,
              "choose another image, or force it; the stick will not boot"));
      return wanted.hasBios() && !hasUefi ? StickFirmware.BIOS : wanted;
    }
    return wanted;
  }

  private void checkLocale() {
    boolean hasLocale =
        (firmware.hasBios() ? biosFiles : uefiFiles)
            .stream()
                .anyMatch(
                    file -> file.path().stream().anyMatch(options.locale()::equalsIgnoreCase));
    boolean hasManager =
        isThere(BiosBootFiles.bootManager(biosFiles))
            || isThere(UefiBootFiles.bootManager(uefiFiles));
    if (hasManager && !hasLocale) {
      problems.add(
          PlanProblem.warning(
              "the image has no boot texts in " + options.locale(),
              "choose another --locale; the menu will be in English"));
    }
  }

  /** Bytes of the EFI system partition; 0 where there shall be none. */
  long efiLength() {
    return firmware.hasUefi() ? new EfiVolume(uefiFiles, identifiers, time).length() : 0;
  }

  /** A stick of a size. */
  StickGeometry stickOfSize(long size) {
    return StickGeometry.ofSize(firmware, size, efiLength(), identifiers);
  }

  /** A stick with an NTFS partition of a length at least. */
  StickGeometry stickForNtfs(long length) {
    return StickGeometry.forNtfs(firmware, length, efiLength(), identifiers);
  }

  /** What a BIOS needs on the NTFS volume; of the stick's size nothing in it depends. */
  List<BootFile> ntfsFiles() throws IOException {
    if (!firmware.hasBios()) {
      return List.of();
    }
    StickGeometry stick = stickOfSize(0);
    List<BootFile> files = new ArrayList<>(biosFiles);
    byte[] store = built(store(BootFirmware.BIOS, stick.ntfsDevice(), stick)).toBytes();
    files.addAll(BootStores.files(BiosBootFiles.FOLDER, store));
    return files;
  }

  /** The EFI system partition of a stick, where it has one. */
  Optional<EfiVolume> efiVolume(StickGeometry stick) throws IOException {
    if (!firmware.hasUefi()) {
      return Optional.empty();
    }
    List<BootFile> files = new ArrayList<>(uefiFiles);
    WindowsBootStore.Builder store = store(BootFirmware.UEFI, stick.efiDevice(), stick);
    files.addAll(BootStores.files(UefiBootFiles.FOLDER, built(store).toBytes()));
    files.addAll(BootStores.files(UefiBootFiles.RECOVERY_FOLDER, store.buildRecovery().toBytes()));
    return Optional.of(new EfiVolume(files, identifiers, time));
  }

  private WindowsBootStore.Builder store(
      BootFirmware kind, BcdDevice systemPartition, StickGeometry stick) {
    Iterator<UUID> ids = List.of(identifiers.guid("resume"), identifiers.guid("loader")).iterator();
    WindowsBootStore.Builder store =
        WindowsBootStore.builder()
            .windows(version())
            .firmware(kind)
            .locale(options.locale())
            .systemPartition(systemPartition)
            .windowsInVhd(stick.ntfsDevice(), "\\" + options.childName().orElse(options.vhdName()))
            .windowsRoot(windows.root())
            .identifiers(ids::next)
            .time(time);
    options.description().ifPresent(store::description);
    return store;
  }

  private BcdStore built(WindowsBootStore.Builder store) throws IOException {
    BcdStore built = store.build();
    if (options.hypervisor()) {
      built
          .find("{default}")
          .orElseThrow()
          .set(BcdElements.HYPERVISOR_LAUNCH_TYPE, BcdValue.of(HYPERVISOR_AUTOMATIC));
    }
    return built;
  }

  /** The version that decides about the boot entry; of one that is not known, the nearest known. */
  private WindowsVersion version() {
    int major = windows.info().majorVersion().orElse(10);
    int minor = windows.info().minorVersion().orElse(0);
    int build = Math.max(windows.info().build().orElse(0), 0);
    if (major > 6) {
      return new WindowsVersion(10, 0, build, windows.isServer());
    }
    return new WindowsVersion(6, Math.min(Math.max(minor, 1), 3), build, windows.isServer());
  }
}
