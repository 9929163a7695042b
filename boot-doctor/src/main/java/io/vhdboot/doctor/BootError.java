package io.vhdboot.doctor;

/**
 * What is seen on the screen when something on the way breaks: a code, and words.
 *
 * <p>The words are those of Windows 7 to 11 in English, shortened; where versions show different
 * codes for one cause, the most usual comes first. Sources: Microsoft's troubleshooting pages for
 * start errors and its bug check reference; boot managers run in QEMU (0xc00000bb, 0xc000014c).
 */
public enum BootError {
  /** Firmware finds nothing to start. */
  NO_BOOT_DEVICE("", "No bootable device; or the firmware goes on to the next one"),
  /** The code of the first sector does not run. */
  DARK_SCREEN("", "nothing: a dark screen or a blinking cursor"),
  /** A partition table that the boot code refuses. */
  INVALID_PARTITION_TABLE("", "Invalid partition table"),
  /** No partition is active. */
  NO_ACTIVE_PARTITION("", "No active partition; or \"Missing operating system\""),
  /** The active partition has no boot record. */
  MISSING_OPERATING_SYSTEM("", "Missing operating system"),
  /** The boot record cannot read its volume. */
  DISK_READ_ERROR("", "A disk read error occurred; or \"$Boot incomplete\""),
  /** No boot manager. */
  BOOTMGR_MISSING("", "BOOTMGR is missing"),
  /** A boot manager that NTFS stores in a special way. */
  BOOTMGR_COMPRESSED("", "BOOTMGR is compressed"),
  /** A boot manager with wrong content. */
  BOOTMGR_DAMAGED("", "BOOTMGR image is corrupt"),
  /** A device element that leads to nothing. */
  DEVICE_INACCESSIBLE("0xc000000e", "A required device isn't connected or can't be accessed"),
  /** No store, or one that cannot be read. */
  CONFIGURATION_MISSING(
      "0xc000000f", "The Boot Configuration Data for your PC is missing or contains errors"),
  /** A file that an entry names is not there. */
  FILE_MISSING(
      "0xc000000f",
      "The selected entry could not be loaded because the application is missing or corrupt"),
  /** A store without the boot manager's own object. */
  CONFIGURATION_INCOMPLETE(
      "0xc000000d", "The Boot Configuration Data file is missing some required information"),
  /** A store without an entry that can be started. */
  NO_VALID_ENTRY("0xc0000098", "The Boot Configuration Data file doesn't contain a valid OS entry"),
  /** The BIOS boot manager cannot open VHDs. */
  VHD_NOT_SUPPORTED("0xc00000bb", "The request is not supported, at winload.exe"),
  /** A damaged VHD. */
  VHD_DAMAGED("0xc03a0001", "The application or operating system couldn't be loaded"),
  /** The parent of a differencing VHD is missing. */
  VHD_PARENT_MISSING("0xc03a000d", "The application or operating system couldn't be loaded"),
  /** A loader, kernel or driver that is no program, or one for other machines. */
  WRONG_PROGRAM("0xc0000359", "The file is missing or contains errors; or 0xc000007b"),
  /** A loader whose signature does not hold. */
  SIGNATURE_INVALID("0xc0000428", "Windows cannot verify the digital signature for this file"),
  /** Firmware that does not trust whoever signed the boot manager. */
  SECURE_BOOT_VIOLATION("", "Secure Boot Violation: invalid signature detected"),
  /** A boot manager that is too old for the firmware's revocations. */
  SECURE_BOOT_ROLLBACK("0xc0430001", "Secure boot version check failed"),
  /** No kernel. */
  KERNEL_MISSING(
      "0xc0000225",
      "The operating system couldn't be loaded because the kernel is missing or contains errors"),
  /** No SYSTEM hive, or no control set in it. */
  REGISTRY_MISSING(
      "0xc0000225",
      "The operating system couldn't be loaded because the system registry file is missing"),
  /** A SYSTEM hive that is damaged or was not closed. */
  REGISTRY_DAMAGED(
      "0xc000014c",
      "The operating system couldn't be loaded because the system registry file is missing or"
          + " contains errors"),
  /** A driver that the loader needs is not there. */
  DRIVER_MISSING(
      "0xc0000225",
      "The operating system couldn't be loaded because a critical system driver is missing; or"
          + " 0xc000000f"),
  /** The kernel does not reach its volume. */
  INACCESSIBLE_BOOT_DEVICE("stop 0x7B", "INACCESSIBLE_BOOT_DEVICE"),
  /** Settings in the SYSTEM hive that the kernel cannot work with. */
  BAD_SYSTEM_CONFIG_INFO("stop 0x74", "BAD_SYSTEM_CONFIG_INFO"),
  /** The kernel cannot open the VHD that it came from. */
  VHD_BOOT_INITIALIZATION_FAILED("stop 0x12F", "VHD_BOOT_INITIALIZATION_FAILED"),
  /** A hive other than SYSTEM that the kernel cannot load. */
  CANNOT_LOAD_REGISTRY("stop 0xC0000218", "STATUS_CANNOT_LOAD_REGISTRY_FILE"),
  /** A dynamic VHD that cannot grow to its full size. */
  VHD_BOOT_HOST_VOLUME_NOT_ENOUGH_SPACE("stop 0x136", "VHD_BOOT_HOST_VOLUME_NOT_ENOUGH_SPACE"),
  /** An edition that may not start from a VHD. */
  EDITION_NOT_LICENSED("", "a licensing error after the start"),
  /** Nothing is seen: something is unusual and does no harm by itself. */
  NONE("", "nothing");

  private final String code;
  private final String wording;

  BootError(String code, String wording) {
    this.code = code;
    this.wording = wording;
  }

  /** The status or stop code, such as {@code 0xc000000e} or {@code stop 0x7B}; empty for none. */
  public String code() {
    return code;
  }

  /** The words. */
  public String wording() {
    return wording;
  }

  /** Code and words. */
  @Override
  public String toString() {
    return code.isEmpty() ? wording : code + ": " + wording;
  }
}
