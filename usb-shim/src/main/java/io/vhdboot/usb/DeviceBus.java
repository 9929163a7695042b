package io.vhdboot.usb;

import java.util.Locale;

/** What a disk hangs on. */
public enum DeviceBus {
  /** USB, be it a stick, a card reader or a disk in a case. */
  USB(true),
  /** A slot for SD cards. */
  SD(true),
  /** Flash that is soldered in (eMMC). */
  MMC(false),
  /** ATA or SATA. */
  ATA(false),
  /** SCSI or SAS. */
  SCSI(false),
  /** NVMe. */
  NVME(false),
  /** Another bus that is known and whose disks are built in: RAID, virtio, Fibre Channel. */
  OTHER(false),
  /** None: the disk is made of files, memory or other disks. */
  VIRTUAL(false),
  /** Nobody could tell. */
  UNKNOWN(false);

  private final boolean external;

  DeviceBus(boolean external) {
    this.external = external;
  }

  /** Whether disks on it are made to be taken along. */
  public boolean isExternal() {
    return external;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
