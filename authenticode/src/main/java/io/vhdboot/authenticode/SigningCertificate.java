package io.vhdboot.authenticode;

import java.io.IOException;
import java.time.Instant;
import java.util.HexFormat;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.cert.X509CertificateHolder;

/**
 * A certificate that a signature brings along. Immutable.
 *
 * @param subject whom it is about: the common name, or all of the name where there is none
 * @param issuer who certified it, in the same way
 * @param fingerprint its SHA-1, in small hexadecimal digits
 * @param notBefore when it became valid
 * @param notAfter when it expires; nothing here compares that with the clock
 */
public record SigningCertificate(
    String subject, String issuer, String fingerprint, Instant notBefore, Instant notAfter) {

  static SigningCertificate of(X509CertificateHolder holder) throws IOException {
    return new SigningCertificate(
        name(holder.getSubject()),
        name(holder.getIssuer()),
        HexFormat.of().formatHex(DigestAlgorithm.SHA_1.newDigest().digest(holder.getEncoded())),
        holder.getNotBefore().toInstant(),
        holder.getNotAfter().toInstant());
  }

  private static String name(X500Name name) {
    RDN[] names = name.getRDNs(BCStyle.CN);
    return names.length == 0
        ? name.toString()
        : IETFUtils.valueToString(names[names.length - 1].getFirst().getValue());
  }
}
