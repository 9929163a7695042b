package io.vhdboot.authenticode;

import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.asn1.tsp.TSTInfo;
import org.bouncycastle.cert.CertException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;

/**
 * Verifies the signatures of messages, and of those nested in their unsigned attributes: 2.4.1
 * holds further signatures, 3.3.1 a timestamp of RFC 3161, PKCS #9's counter-signature one of the
 * older kind.
 */
final class SignatureReader {

  private static final ASN1ObjectIdentifier NESTED =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.4.1");
  private static final ASN1ObjectIdentifier TIMESTAMP =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.311.3.3.1");
  private static final int MAX_SIGNATURES = 16;
  private static final int MAX_CHAIN = 10;

  private final String source;
  private final Coverage coverage;
  private final Function<String, Optional<KnownAuthority>> authorities;
  private final List<AuthenticodeSignature> found = new ArrayList<>();

  /**
   * What a signature covers.
   *
   * @param algorithm the name of the digest
   * @param isRight whether it is the digest of what is there
   */
  record Covered(String algorithm, boolean isRight) {}

  /** Compares what a message says with what is there. */
  interface Coverage {
    Covered of(SignedMessage message, SignerInformation signer) throws IOException;
  }

  /**
   * Creates a reader.
   *
   * @param authorities the known authority of a certificate's fingerprint
   */
  SignatureReader(
      String source, Coverage coverage, Function<String, Optional<KnownAuthority>> authorities) {
    this.source = source;
    this.coverage = coverage;
    this.authorities = authorities;
  }

  /** Reads the signatures of a message that lies outermost. */
  void read(SignedMessage message) throws IOException {
    try {
      read(message, false);
    } catch (CMSException | RuntimeException e) {
      throw SignedMessage.damaged(source, e);
    }
  }

  /** All that were read, each before those nested in it. */
  List<AuthenticodeSignature> found() {
    return found;
  }

  private void read(SignedMessage message, boolean isNested) throws CMSException, IOException {
    for (SignerInformation signer : message.signers()) {
      if (found.size() == MAX_SIGNATURES) {
        throw new CorruptFormatException(
            source,
            CorruptFormatException.NO_OFFSET,
            "has more than " + MAX_SIGNATURES + " signatures");
      }
      found.add(signature(message, signer, isNested));
      Optional<Attribute> nested = unsigned(signer, NESTED);
      if (nested.isPresent()) {
        for (ASN1Encodable value : nested.get().getAttributeValues()) {
          read(SignedMessage.of(ContentInfo.getInstance(value)), true);
        }
      }
    }
  }

  private static Optional<Attribute> unsigned(
      SignerInformation signer, ASN1ObjectIdentifier identifier) {
    AttributeTable attributes = signer.getUnsignedAttributes();
    return attributes == null ? Optional.empty() : Optional.ofNullable(attributes.get(identifier));
  }

  private AuthenticodeSignature signature(
      SignedMessage message, SignerInformation signer, boolean isNested) throws IOException {
    Covered covered = coverage.of(message, signer);
    List<SigningCertificate> chain = new ArrayList<>();
    boolean isSignatureRight = false;
    Collection<X509CertificateHolder> candidates = message.certificates(signer);
    if (!candidates.isEmpty()) {
      X509CertificateHolder certificate = candidates.iterator().next();
      isSignatureRight = isSignedBy(signer, certificate);
      for (X509CertificateHolder holder : chain(certificate, message.certificates())) {
        chain.add(SigningCertificate.of(holder));
      }
    }
    return new AuthenticodeSignature(
        chain,
        chain.stream().flatMap(one -> authorities.apply(one.fingerprint()).stream()).findFirst(),
        covered.algorithm(),
        covered.isRight(),
        isSignatureRight,
        isNested,
        timestamp(signer));
  }

  private static boolean isSignedBy(SignerInformation signer, X509CertificateHolder certificate) {
    try {
      // By the key and not by the certificate, whose time would be compared then.
      return signer.verify(
          new JcaSimpleSignerInfoVerifierBuilder()
              .build(new JcaPEMKeyConverter().getPublicKey(certificate.getSubjectPublicKeyInfo())));
    } catch (CMSException | OperatorCreationException | PEMException | RuntimeException e) {
      return false; // A key or an algorithm of no sense makes no signature.
    }
  }

  private static List<X509CertificateHolder> chain(
      X509CertificateHolder signer, Collection<X509CertificateHolder> all) {
    List<X509CertificateHolder> chain = new ArrayList<>(List.of(signer));
    X509CertificateHolder last = signer;
    while (last != null
        && chain.size() < MAX_CHAIN
        && !last.getSubject().equals(last.getIssuer())) {
      X509CertificateHolder certified = last;
      last =
          all.stream()
              .filter(one -> one.getSubject().equals(certified.getIssuer()))
              .filter(one -> isCertifiedBy(certified, one))
              .findFirst()
              .orElse(null);
      if (last != null) {
        chain.add(last);
      }
    }
    return chain;
  }

  private static boolean isCertifiedBy(
      X509CertificateHolder certificate, X509CertificateHolder issuer) {
    try {
      return certificate.isSignatureValid(
          new JcaContentVerifierProviderBuilder().build(issuer.getSubjectPublicKeyInfo()));
    } catch (CertException | OperatorCreationException | RuntimeException e) {
      return false; // As above: nothing was certified by such a key.
    }
  }

  private static Optional<Instant> timestamp(SignerInformation signer) {
    try {
      Optional<Attribute> token = unsigned(signer, TIMESTAMP);
      if (token.isPresent()) {
        ContentInfo info = ContentInfo.getInstance(token.get().getAttrValues().getObjectAt(0));
        SignedData data = SignedData.getInstance(info.getContent());
        ASN1Encodable content = data.getEncapContentInfo().getContent();
        TSTInfo stamp = TSTInfo.getInstance(ASN1OctetString.getInstance(content).getOctets());
        return Optional.of(stamp.getGenTime().getDate().toInstant());
      }
      Optional<Attribute> countersignature = unsigned(signer, CMSAttributes.counterSignature);
      if (countersignature.isPresent()) {
        SignerInfo info =
            SignerInfo.getInstance(countersignature.get().getAttrValues().getObjectAt(0));
        Attribute time =
            new AttributeTable(info.getAuthenticatedAttributes()).get(CMSAttributes.signingTime);
        return Optional.of(
            Time.getInstance(time.getAttrValues().getObjectAt(0)).getDate().toInstant());
      }
      return Optional.empty();
    } catch (ParseException | RuntimeException e) {
      return Optional.empty(); // A timestamp that cannot be read says nothing of the signature.
    }
  }
}
