package io.vhdboot.provisioning;

/** The machines that a stick starts on. */
public enum StickFirmware {

  /** Those with a BIOS, or with UEFI that plays one: an MBR with one active NTFS partition. */
  BIOS,

  /** Those with UEFI: a GPT with an EFI system partition, a reserved one and an NTFS partition. */
  UEFI,

  /** Both: an MBR with the active NTFS partition, and behind it an EFI system partition. */
  ALL;

  /** Whether a BIOS starts from it. */
  public boolean hasBios() {
    return this != UEFI;
  }

  /** Whether UEFI starts from it. */
  public boolean hasUefi() {
    return this != BIOS;
  }

  /** What people call the machines. */
  String text() {
    return this == ALL ? "BIOS and UEFI" : name();
  }
}
