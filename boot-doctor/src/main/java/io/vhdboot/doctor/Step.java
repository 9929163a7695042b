package io.vhdboot.doctor;

/** The stations of the way from the machine's firmware to the running Windows, in their order. */
public enum Step {
  /** What firmware makes of the disk. */
  FIRMWARE("firmware"),
  /** The MBR's or GPT's partitions. */
  PARTITION_TABLE("partition table"),
  /** The code in the first sector of the disk. */
  BOOT_CODE("boot code"),
  /** The first sectors of the partition that is started. */
  BOOT_RECORD("boot record"),
  /** {@code \bootmgr}, or the EFI files. */
  BOOT_MANAGER("boot manager"),
  /** The BCD store and what its entries lead to. */
  BOOT_CONFIGURATION("boot configuration"),
  /** The VHD file, its parents, and the disk in it. */
  VHD("VHD"),
  /** The volume that Windows is on. */
  VOLUME("volume"),
  /** {@code winload} and the kernel. */
  LOADER("loader"),
  /** The SYSTEM hive. */
  REGISTRY("registry"),
  /** The drivers that the loader brings with it. */
  DRIVERS("drivers"),
  /** The running Windows. */
  WINDOWS("Windows");

  private final String text;

  Step(String text) {
    this.text = text;
  }

  /** What people call it. */
  @Override
  public String toString() {
    return text;
  }
}
