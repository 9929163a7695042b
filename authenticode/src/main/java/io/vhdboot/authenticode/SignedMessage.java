package io.vhdboot.authenticode;

import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;

/**
 * A PKCS #7 message of the kind SignedData, whose contents are an object and not, as in CMS, bytes:
 * signed are the object's contents without its tag and length (RFC 2315, 9.3).
 */
final class SignedMessage {

  private static final int MAX_CERTIFICATES = 64;
  private static final int MAX_SIGNERS = 16;

  private final String contentType;
  private final ASN1Encodable content;
  private final byte[] signedBytes;
  private final CMSSignedData data;

  private SignedMessage(
      String contentType, ASN1Encodable content, byte[] signedBytes, CMSSignedData data) {
    this.contentType = contentType;
    this.content = content;
    this.signedBytes = signedBytes;
    this.data = data;
  }

  /** Reads a message; bytes behind it are padding. */
  static SignedMessage parse(byte[] bytes, String source) throws CorruptFormatException {
    byte[] message = Arrays.copyOf(bytes, DerBounds.length(bytes, source));
    try {
      return of(ContentInfo.getInstance(ASN1Primitive.fromByteArray(message)));
    } catch (CMSException | IOException | RuntimeException e) {
      throw damaged(source, e);
    }
  }

  /** Bouncy Castle throws what it likes at bytes that are no signature. */
  static CorruptFormatException damaged(String source, Exception cause) {
    return cause instanceof CorruptFormatException corrupt
        ? corrupt
        : new CorruptFormatException(
            source, CorruptFormatException.NO_OFFSET, "has a damaged signature: " + cause, cause);
  }

  /** Takes a message that lies inside another; may throw any runtime exception. */
  static SignedMessage of(ContentInfo info) throws CMSException, IOException {
    SignedData signed = SignedData.getInstance(info.getContent());
    ContentInfo inner = signed.getEncapContentInfo();
    if (signed.getSignerInfos().size() > MAX_SIGNERS
        || signed.getCertificates() != null && signed.getCertificates().size() > MAX_CERTIFICATES) {
      throw new CMSException("it has more signers or certificates than any signature has");
    }
    ASN1ObjectIdentifier type = inner.getContentType();
    ASN1Encodable content = inner.getContent();
    byte[] bytes = contents(content.toASN1Primitive().getEncoded(ASN1Encoding.DL));
    return new SignedMessage(
        type.getId(),
        content,
        bytes,
        new CMSSignedData(new CMSProcessableByteArray(type, bytes), info));
  }

  /** The contents of an object of a definite length. */
  private static byte[] contents(byte[] object) {
    int first = object[1] & 0xFF;
    return Arrays.copyOfRange(object, first < 0x80 ? 2 : 2 + (first & 0x7F), object.length);
  }

  String contentType() {
    return contentType;
  }

  ASN1Encodable content() {
    return content;
  }

  byte[] signedBytes() {
    return signedBytes;
  }

  Collection<SignerInformation> signers() {
    return data.getSignerInfos().getSigners();
  }

  Collection<X509CertificateHolder> certificates() {
    return data.getCertificates().getMatches(null);
  }

  /** The certificates of a signer: one, unless somebody plays with us. */
  @SuppressWarnings("unchecked") // Bouncy Castle's selector has no type parameter.
  Collection<X509CertificateHolder> certificates(SignerInformation signer) {
    return data.getCertificates().getMatches(signer.getSID());
  }
}
