package io.vhdboot.servicing;

import io.vhdboot.hive.HiveValue;
import java.io.IOException;

/**
 * Makes a Windows behave on a stick that goes from machine to machine: what Windows To Go sets, and
 * what a stop must show.
 *
 * <p>The kernel sets {@code PortableOperatingSystem} by itself when it starts from a disk that it
 * takes for external, so what is set here counts up to the first start at least. Everything else
 * lasts.
 */
final class Portable implements ServicingOption {

  private static final String CONTROL = "CurrentControlSet\\Control";
  private static final String SESSION_MANAGER = CONTROL + "\\Session Manager";

  /** Disks inside the machine stay offline; known from Windows 8 on. */
  private static final int OFFLINE_INTERNAL = 4;

  @Override
  public String name() {
    return Servicing.PORTABLE;
  }

  @Override
  public void apply(ServicingEdit edit) throws IOException {
    boolean isEight = edit.windows().isAtLeast(6, 2);
    if (isEight) {
      set(edit, CONTROL, "PortableOperatingSystem", 1, "it takes itself for Windows To Go");
      set(
          edit,
          "CurrentControlSet\\Services\\partmgr\\Parameters",
          "SanPolicy",
          OFFLINE_INTERNAL,
          "disks of the machine stay offline");
      set(
          edit,
          CONTROL + "\\BitLocker",
          "PreventDeviceEncryption",
          1,
          "the machine's disks and the stick are not encrypted by themselves");
    } else {
      edit.note(
          "Windows before 8 knows neither PortableOperatingSystem nor SAN policy 4: disks of the"
              + " machine come online");
    }
    set(
        edit,
        CONTROL + "\\CrashControl",
        "AutoReboot",
        0,
        "a stop code stays on the screen until somebody has read it");
    String away = "hibernation would tie the stick to one machine, and costs as much as its memory";
    set(edit, CONTROL + "\\Power", "HibernateEnabled", 0, away);
    if (isEight) {
      set(edit, CONTROL + "\\Power", "HibernateEnabledDefault", 0, away);
      set(
          edit,
          SESSION_MANAGER + "\\Power",
          "HiberbootEnabled",
          0,
          "fast startup is hibernation, too");
    }
  }

  private static void set(ServicingEdit edit, String key, String name, int number, String reason)
      throws IOException {
    edit.set(WindowsHive.SYSTEM, key, HiveValue.dword(name, number), reason);
  }
}
