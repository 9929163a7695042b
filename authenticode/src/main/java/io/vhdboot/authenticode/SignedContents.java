package io.vhdboot.authenticode;

import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.cms.SignerInformation;

/** Compares the digest that a signer signed with the contents of its own message. */
final class SignedContents {

  private SignedContents() {}

  static SignatureReader.Covered covered(SignedMessage message, SignerInformation signer) {
    Optional<DigestAlgorithm> algorithm =
        DigestAlgorithm.ofObjectIdentifier(signer.getDigestAlgOID());
    AttributeTable signed = signer.getSignedAttributes();
    Attribute digest = signed == null ? null : signed.get(CMSAttributes.messageDigest);
    if (algorithm.isEmpty()) {
      return new SignatureReader.Covered(signer.getDigestAlgOID(), false);
    }
    // Without that attribute the signature is about the contents themselves.
    boolean isRight =
        digest == null
            || Arrays.equals(
                algorithm.get().newDigest().digest(message.signedBytes()),
                ASN1OctetString.getInstance(digest.getAttrValues().getObjectAt(0)).getOctets());
    return new SignatureReader.Covered(algorithm.get().toString(), isRight);
  }
}
