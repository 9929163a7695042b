package io.vhdboot.authenticode;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.x509.DigestInfo;

/**
 * What is signed instead of a file: a sequence of what kind of file it is, and a DigestInfo.
 *
 * <p>Source: "Windows Authenticode Portable Executable Signature Format", SpcIndirectDataContent.
 *
 * @param digest the algorithm and the digest
 */
record IndirectData(DigestInfo digest) {

  static final String OBJECT_IDENTIFIER = "1.3.6.1.4.1.311.2.1.4";

  static IndirectData parse(ASN1Encodable content) {
    return new IndirectData(
        DigestInfo.getInstance(ASN1Sequence.getInstance(content).getObjectAt(1)));
  }

  String algorithm() {
    return digest.getAlgorithmId().getAlgorithm().getId();
  }
}
