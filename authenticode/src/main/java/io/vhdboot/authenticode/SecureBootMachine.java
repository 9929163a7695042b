package io.vhdboot.authenticode;

import static io.vhdboot.authenticode.KnownAuthority.UEFI_CA_2011;
import static io.vhdboot.authenticode.KnownAuthority.UEFI_CA_2023;
import static io.vhdboot.authenticode.KnownAuthority.WINDOWS_PRODUCTION_PCA_2011;
import static io.vhdboot.authenticode.KnownAuthority.WINDOWS_UEFI_CA_2023;

import java.util.List;
import java.util.Set;

/** The kinds of PCs with Secure Boot that there are, by what their firmware trusts and refuses. */
public enum SecureBootMachine {

  /** Never updated: it trusts the authorities of 2011 only. */
  TRUSTS_2011("trusts 2011 only", Set.of(WINDOWS_PRODUCTION_PCA_2011, UEFI_CA_2011), Set.of()),

  /** Updated: it trusts those of 2011 and of 2023. */
  TRUSTS_2011_AND_2023(
      "trusts 2011 and 2023",
      Set.of(WINDOWS_PRODUCTION_PCA_2011, WINDOWS_UEFI_CA_2023, UEFI_CA_2011, UEFI_CA_2023),
      Set.of()),

  /** Sold with the authorities of 2023 only. */
  TRUSTS_2023("trusts 2023 only", Set.of(WINDOWS_UEFI_CA_2023, UEFI_CA_2023), Set.of()),

  /** Told to refuse the authority of 2011 for Windows (CVE-2023-24932). */
  REVOKES_2011(
      "revoked 2011",
      Set.of(WINDOWS_UEFI_CA_2023, UEFI_CA_2011, UEFI_CA_2023),
      Set.of(WINDOWS_PRODUCTION_PCA_2011));

  private final String description;
  private final Set<KnownAuthority> trusted;
  private final Set<KnownAuthority> refused;

  SecureBootMachine(String description, Set<KnownAuthority> trusted, Set<KnownAuthority> refused) {
    this.description = description;
    this.trusted = trusted;
    this.refused = refused;
  }

  /**
   * Whether its firmware starts a program with these signatures. One of a refused authority is
   * enough to be refused, whatever others there are, and nested ones are not looked at, as EDK II
   * does it.
   */
  boolean starts(List<AuthenticodeSignature> signatures) {
    return has(signatures, trusted) && !has(signatures, refused);
  }

  private static boolean has(List<AuthenticodeSignature> signatures, Set<KnownAuthority> some) {
    return signatures.stream()
        .filter(signature -> signature.isIntact() && !signature.isNested())
        .anyMatch(signature -> signature.authority().filter(some::contains).isPresent());
  }

  /** Such as {@code trusts 2011 and 2023}. */
  @Override
  public String toString() {
    return description;
  }
}
