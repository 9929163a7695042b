package io.vhdboot.servicing;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Judges what a Windows starts from, by its version, its edition and what is set in it. */
final class BootVerdicts {

  /** Editions of the Windows 7 family's clients that may boot from a VHD. */
  private static final Set<String> WINDOWS_7_EDITIONS =
      Set.of("enterprise", "enterprisen", "enterprisee", "ultimate", "ultimaten", "ultimatee");

  /** {@code BootDriverFlags}: the classes of drivers that a start from USB needs. */
  private static final int USB = 0x04;

  private BootVerdicts() {}

  static BootVerdict ofVhd(
      Optional<Release> release, Optional<String> editionId, boolean isServer) {
    if (release.isEmpty()) {
      return BootVerdict.unknown("the version is not known");
    }
    if (!release.get().isAtLeast(6, 1)) {
      return BootVerdict.no("only Windows 7, Server 2008 R2 and later can");
    }
    if (!release.get().isWindows7()) {
      return BootVerdict.yes("every edition of Windows 8 and later can");
    }
    if (isServer) {
      return BootVerdict.yes("every edition of Server 2008 R2 may");
    }
    if (editionId.isEmpty()) {
      return BootVerdict.unknown(
          "of Windows 7 only Enterprise and Ultimate may; which this is, is" + " not known");
    }
    return WINDOWS_7_EDITIONS.contains(editionId.get().toLowerCase(Locale.ROOT))
        ? BootVerdict.yes("Windows 7 " + editionId.get() + " may")
        : BootVerdict.no(
            "of Windows 7 only Enterprise and Ultimate may, and "
                + editionId.get()
                + " stops with a licensing error");
  }

  static BootVerdict ofUsb(Optional<Release> release, Optional<SystemFacts.UsbState> state) {
    if (release.isEmpty() || state.isEmpty()) {
      return BootVerdict.unknown("the version, or what is set in it, is not known");
    }
    if (!release.get().isAtLeast(6, 1)) {
      return BootVerdict.no("Windows Vista and earlier take USB for removed when they start");
    }
    boolean isReady = state.get().driverFlags() >= 0 && (state.get().driverFlags() & USB) != 0;
    boolean isStorageStarted = state.get().storageStart() == 0;
    if (!isReady && !isStorageStarted) {
      return BootVerdict.no(
          "its drivers for USB are not started by the loader, and it stops with 0x7B; --usb-boot"
              + " mends that");
    }
    return state.get().waits() > 0
        ? BootVerdict.yes("its drivers for USB are started by the loader")
        : BootVerdict.no(
            "it does not wait for a disk that comes late (PollBootPartitionTimeout), and may stop"
                + " with 0x7B; --usb-boot mends that");
  }
}
