package io.vhdboot.provisioning.bootfiles;

/** Whose signature the boot files for UEFI shall bear, where an image has them with both. */
public enum BootAuthority {

  /**
   * Microsoft Windows Production PCA 2011, which every machine trusts until it is told not to: the
   * files of {@code \Windows\Boot\EFI}.
   */
  PCA_2011,

  /**
   * Windows UEFI CA 2023, which machines trust that have been updated, and those that trust the
   * other no more: the files of {@code \Windows\Boot\EFI_EX}.
   */
  CA_2023
}
