package io.vhdboot.servicing;

/** The registry hives of a Windows that are looked into here, in {@code System32\config}. */
public enum WindowsHive {

  /** Drivers, services, control sets. */
  SYSTEM,

  /** The edition, programs, most settings. */
  SOFTWARE,

  /** The driver database, from Windows 10 on. */
  DRIVERS;

  /** The path within the Windows folder. */
  String path() {
    return "System32/config/" + name();
  }
}
