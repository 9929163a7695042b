package io.vhdboot.bcd;

/** What starts the boot manager. */
public enum BootFirmware {

  /** A BIOS, through the boot code of disk and partition. */
  BIOS("winload.exe", "winresume.exe", "\\boot\\memtest.exe"),

  /** UEFI. */
  UEFI("winload.efi", "winresume.efi", "\\EFI\\Microsoft\\Boot\\memtest.efi");

  private final String loader;
  private final String resumeLoader;
  private final String memoryTester;

  BootFirmware(String loader, String resumeLoader, String memoryTester) {
    this.loader = loader;
    this.resumeLoader = resumeLoader;
    this.memoryTester = memoryTester;
  }

  /** The name of the program in {@code system32} that starts Windows. */
  public String loader() {
    return loader;
  }

  /** The name of the program in {@code system32} that resumes from hibernation. */
  public String resumeLoader() {
    return resumeLoader;
  }

  /** The memory test's path on the system partition. */
  public String memoryTester() {
    return memoryTester;
  }
}
