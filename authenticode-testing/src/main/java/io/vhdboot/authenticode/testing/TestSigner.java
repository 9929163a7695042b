package io.vhdboot.authenticode.testing;

import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.SimpleAttributeTableGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** Signs programs and catalogs. What it makes is trusted by nobody. */
public final class TestSigner {

  private static final ASN1ObjectIdentifier INDIRECT_DATA =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.1.4");
  private static final ASN1ObjectIdentifier PE_IMAGE =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.1.15");
  private static final ASN1ObjectIdentifier NESTED =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.4.1");

  private final X509CertificateHolder authority;
  private final X509CertificateHolder signer;
  private final List<TestSigner> nested;

  private TestSigner(
      X509CertificateHolder authority, X509CertificateHolder signer, List<TestSigner> nested) {
    this.authority = authority;
    this.signer = signer;
    this.nested = nested;
  }

  /**
   * A signer whose certificate an authority of a name made, which has a certificate of its own.
   * They expired in 2021: nothing that reads signatures of boot managers and drivers may mind that.
   */
  public static TestSigner certifiedBy(String authorityName) {
    X500Name authority = new X500Name("CN=" + authorityName);
    return new TestSigner(
        certificate(authority, TestKeys.AUTHORITY, authority),
        certificate(new X500Name("CN=A signer of " + authorityName), TestKeys.SIGNER, authority),
        List.of());
  }

  /** The same signer, whose signatures have those of others nested in them. */
  public TestSigner withNested(TestSigner... others) {
    return new TestSigner(authority, signer, List.of(others));
  }

  private static X509CertificateHolder certificate(X500Name of, KeyPair keys, X500Name by) {
    try {
      JcaX509v3CertificateBuilder certificate =
          new JcaX509v3CertificateBuilder(
              by,
              BigInteger.valueOf(1 + Integer.toUnsignedLong(of.hashCode())),
              Date.from(Instant.parse("2020-01-01T00:00:00Z")),
              Date.from(Instant.parse("2021-01-01T00:00:00Z")),
              of,
              keys.getPublic());
      if (of.equals(by)) {
        certificate.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      } else {
        certificate.addExtension(
            Extension.extendedKeyUsage,
            false,
            new ExtendedKeyUsage(KeyPurposeId.id_kp_codeSigning));
      }
      return certificate.build(
          new JcaContentSignerBuilder("SHA256withRSA").build(TestKeys.AUTHORITY.getPrivate()));
    } catch (CertIOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The SHA-1 of the authority's certificate, in small hexadecimal digits. */
  public String authorityFingerprint() {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-1").digest(authority.getEncoded()));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The signer's certificate as the text that other programs take. */
  public String certificatePem() {
    return pem("CERTIFICATE", encoded(signer));
  }

  /** The authority's certificate as the text that other programs take. */
  public String authorityPem() {
    return pem("CERTIFICATE", encoded(authority));
  }

  /** The signer's secret key as the text that other programs take. */
  public String keyPem() {
    return pem("PRIVATE KEY", TestKeys.SIGNER.getPrivate().getEncoded());
  }

  private static byte[] encoded(X509CertificateHolder certificate) {
    try {
      return certificate.getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String kind, byte[] bytes) {
    return "-----BEGIN %s-----%n%s%n-----END %1$s-----%n"
        .formatted(kind, Base64.getMimeEncoder().encodeToString(bytes));
  }

  /** A program (PE) with one more signature behind those that it has. */
  public byte[] sign(byte[] program) {
    int optional = LittleEndian.i32(program, 0x3C) + 24;
    int entry = optional + (LittleEndian.u16(program, optional) == 0x020B ? 112 : 96) + 8 * 4;
    int length =
        LittleEndian.i32(program, entry) == 0 ? program.length : LittleEndian.i32(program, entry);
    byte[] plain = Arrays.copyOf(program, length + 7 & ~7);
    byte[] message = message(INDIRECT_DATA, indirectData(plain, optional + 64, entry));
    int start = Math.max(plain.length, program.length);
    int size = 8 + message.length + 7 & ~7;
    byte[] signed = Arrays.copyOf(program, start + size);
    LittleEndian.put32(signed, start, 8 + message.length);
    LittleEndian.put16(signed, start + 4, 0x0200);
    LittleEndian.put16(signed, start + 6, 2);
    System.arraycopy(message, 0, signed, start + 8, message.length);
    LittleEndian.put32(signed, entry, plain.length);
    LittleEndian.put32(signed, entry + 4, signed.length - plain.length);
    return signed;
  }

  /** All but two fields is hashed in one go: so it is where no sections are out of order. */
  private static ASN1Encodable indirectData(byte[] plain, int checksum, int entry) {
    MessageDigest digest = digest("SHA-256");
    digest.update(plain, 0, checksum);
    digest.update(plain, checksum + 4, entry - checksum - 4);
    digest.update(plain, entry + 8, plain.length - entry - 8);
    return new DERSequence(
        new ASN1Encodable[] {peImage(), digestInfo("2.16.840.1.101.3.4.2.1", digest.digest())});
  }

  /** Says that what is hashed is a program. */
  static ASN1Encodable peImage() {
    return new DERSequence(
        new ASN1Encodable[] {
          PE_IMAGE,
          new DERSequence(
              new ASN1Encodable[] {
                new DERBitString(new byte[0]), new DERTaggedObject(true, 0, link())
              })
        });
  }

  /** A link to no file: [2] of [0] of a text. */
  static ASN1Encodable link() {
    return new DERTaggedObject(
        true, 2, new DERTaggedObject(false, 0, new DERBMPString("<<<Obsolete>>>")));
  }

  static DigestInfo digestInfo(String algorithm, byte[] digest) {
    return new DigestInfo(
        new AlgorithmIdentifier(new ASN1ObjectIdentifier(algorithm), DERNull.INSTANCE), digest);
  }

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** PKCS #7 around an object. */
  byte[] message(ASN1ObjectIdentifier type, ASN1Encodable content) {
    try {
      return contentInfo(type, content).getEncoded("DER");
    } catch (CMSException | GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private ContentInfo contentInfo(ASN1ObjectIdentifier type, ASN1Encodable content)
      throws CMSException, GeneralSecurityException, IOException, OperatorCreationException {
    byte[] object = content.toASN1Primitive().getEncoded("DER");
    int first = object[1] & 0xFF;
    byte[] contents =
        Arrays.copyOfRange(object, first < 0x80 ? 2 : 2 + (first & 0x7F), object.length);
    CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
    JcaSignerInfoGeneratorBuilder signing =
        new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build());
    if (!nested.isEmpty()) {
      ASN1EncodableVector inner = new ASN1EncodableVector();
      for (TestSigner other : nested) {
        inner.add(other.contentInfo(type, content));
      }
      signing.setUnsignedAttributeGenerator(
          new SimpleAttributeTableGenerator(
              new AttributeTable(new Attribute(NESTED, new DERSet(inner)))));
    }
    generator.addSignerInfoGenerator(
        signing.build(
            new JcaContentSignerBuilder("SHA256withRSA").build(TestKeys.SIGNER.getPrivate()),
            signer));
    JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
    generator.addCertificates(
        new JcaCertStore(
            List.of(converter.getCertificate(signer), converter.getCertificate(authority))));
    CMSSignedData detached = generator.generate(new CMSProcessableByteArray(type, contents), false);
    SignedData data = SignedData.getInstance(detached.toASN1Structure().getContent());
    return new ContentInfo(
        CMSObjectIdentifiers.signedData,
        new SignedData(
            data.getDigestAlgorithms(),
            new ContentInfo(type, ASN1Sequence.getInstance(object)),
            data.getCertificates(),
            null,
            data.getSignerInfos()));
  }

  /** A file for a catalog: its name and its contents, or of a program what is not signatures. */
  public record CatalogFile(String name, byte[] contents) {}

  /**
   * A catalog ({@code .cat}) of files as makecat makes them: of the first version with SHA-1 as the
   * members' tags in text, or of the second with SHA-256. Programs must be given without
   * signatures, and their catalogs are about what a signature of them would be about.
   */
  public byte[] catalog(int version, List<CatalogFile> files) {
    List<ASN1Encodable> members = new ArrayList<>();
    for (CatalogFile file : files) {
      members.add(TestCatalog.member(version, file.name(), file.contents()));
    }
    return message(TestCatalog.TRUST_LIST, TestCatalog.list(version, members));
  }

  static ASN1Encodable octets(byte[] bytes) {
    return new DEROctetString(bytes);
  }
}
