package io.vhdboot.authenticode;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One of the signatures of a program or catalog, with what was verified of it. Immutable.
 *
 * @param chain the signer's certificate, and then those that certified the one before, as far as
 *     the signature brings them and their keys made the signatures; empty where the signer's is
 *     missing
 * @param authority the first of the chain that firmware knows
 * @param digestAlgorithm how what is signed was hashed, such as {@code SHA-256}; an object
 *     identifier where this library does not know it
 * @param isDigestRight whether what is signed is still what it was
 * @param isSignatureRight whether the signer's key made the signature
 * @param isNested whether it lies inside another signature, where Windows looks but no firmware
 * @param timestamp when a timestamp says it was made; that is not verified
 */
public record AuthenticodeSignature(
    List<SigningCertificate> chain,
    Optional<KnownAuthority> authority,
    String digestAlgorithm,
    boolean isDigestRight,
    boolean isSignatureRight,
    boolean isNested,
    Optional<Instant> timestamp) {

  private static final String UNKNOWN = "unknown";

  /** Takes a copy. */
  public AuthenticodeSignature {
    chain = List.copyOf(chain);
  }

  /** The name of who signed. */
  public String signer() {
    return chain.isEmpty() ? UNKNOWN : chain.get(0).subject();
  }

  /** The name of who certified the signer. */
  public String issuer() {
    return chain.isEmpty() ? UNKNOWN : chain.get(0).issuer();
  }

  /** The name of who certified the last of the chain: a root, as a rule. */
  public String root() {
    return chain.isEmpty() ? UNKNOWN : chain.get(chain.size() - 1).issuer();
  }

  /** Whether what is signed is unchanged and the signer's key signed it, whoever the signer is. */
  public boolean isIntact() {
    return isDigestRight && isSignatureRight;
  }

  /** One line for people: {@code signed by Microsoft Windows, by Windows UEFI CA 2023}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("signed by " + signer() + ", by " + issuer());
    if (authority().isEmpty()) {
      text.append(", which firmware does not know");
    }
    if (isNested) {
      text.append(", nested");
    }
    if (!isDigestRight) {
      text.append("; the file was changed since");
    }
    if (!isSignatureRight) {
      text.append("; the signature is wrong");
    }
    return text.toString();
  }
}
