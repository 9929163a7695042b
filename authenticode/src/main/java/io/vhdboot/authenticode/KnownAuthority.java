package io.vhdboot.authenticode;

import java.util.Arrays;
import java.util.Optional;

/**
 * The authorities of Secure Boot that the firmware of PCs knows, by the SHA-1 fingerprints of their
 * certificates (Microsoft's secureboot_objects): a name proves nothing.
 */
public enum KnownAuthority {

  /** Certified Windows' boot managers until 2026; machines may revoke it. */
  WINDOWS_PRODUCTION_PCA_2011(
      "Microsoft Windows Production PCA 2011", "580a6f4cc4e4b669b9ebdc1b2b3e087b80d0678d"),

  /** Certifies Windows' boot managers from 2023 on. */
  WINDOWS_UEFI_CA_2023("Windows UEFI CA 2023", "45a0fa32604773c82433c3b7d59e7466b3ac0c67"),

  /** Certified what is not Windows, such as shim, until 2026. */
  UEFI_CA_2011("Microsoft Corporation UEFI CA 2011", "46def63b5ce61cf8ba0de2e6639c1019d0ed14f3"),

  /** Certifies what is not Windows, from 2023 on. */
  UEFI_CA_2023("Microsoft UEFI CA 2023", "b5eeb4a6706048073f0ed296e7f580a790b59eaa");

  private final String commonName;
  private final String fingerprint;

  KnownAuthority(String commonName, String fingerprint) {
    this.commonName = commonName;
    this.fingerprint = fingerprint;
  }

  /** The name in its certificate. */
  public String commonName() {
    return commonName;
  }

  /** The SHA-1 of its certificate, in small hexadecimal digits. */
  public String fingerprint() {
    return fingerprint;
  }

  /** Whether it certifies what is not Windows; a machine may trust Windows only. */
  public boolean isThirdParty() {
    return this == UEFI_CA_2011 || this == UEFI_CA_2023;
  }

  /** The authority of a certificate's SHA-1 in small hexadecimal digits. */
  static Optional<KnownAuthority> ofFingerprint(String fingerprint) {
    return Arrays.stream(values()).filter(one -> one.fingerprint.equals(fingerprint)).findFirst();
  }

  @Override
  public String toString() {
    return commonName;
  }
}
