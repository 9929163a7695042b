package io.vhdboot.authenticode.testing;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.Utf16;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.x509.Extension;

/** Makes the lists of catalogs. */
final class TestCatalog {

  static final ASN1ObjectIdentifier TRUST_LIST = new ASN1ObjectIdentifier("1.3.6.1.4.1.311.10.1");
  private static final ASN1ObjectIdentifier CATALOG =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.311.12.1.1");
  private static final ASN1ObjectIdentifier NAMED_TEXT =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.311.12.2.1");
  private static final ASN1ObjectIdentifier INDIRECT_DATA =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.1.4");
  private static final ASN1ObjectIdentifier FLAT_FILE =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.1.25");
  private static final int FLAGS = 0x10010001;

  private TestCatalog() {}

  static ASN1Encodable list(int version, List<ASN1Encodable> members) {
    return sequence(
        sequence(CATALOG),
        TestSigner.octets(new byte[16]),
        new DERUTCTime(new Date(0)),
        sequence(
            new ASN1ObjectIdentifier("1.3.6.1.4.1.311.12.1." + (version == 1 ? 2 : 3)),
            DERNull.INSTANCE),
        sequence(members.toArray(new ASN1Encodable[0])),
        new DERTaggedObject(
            true,
            0,
            sequence(
                new Extension(
                    NAMED_TEXT, false, encoded(text("HWID1", "usb\\vid_1234&pid_5678"))))));
  }

  static ASN1Encodable member(int version, String name, byte[] contents) {
    boolean isOld = version == 1;
    byte[] digest = digest(isOld ? "SHA-1" : "SHA-256", contents);
    byte[] tag =
        isOld ? Utf16.toBytes(HexFormat.of().withUpperCase().formatHex(digest) + '\0') : digest;
    return sequence(
        TestSigner.octets(tag),
        new DERSet(
            new ASN1Encodable[] {
              sequence(NAMED_TEXT, new DERSet(text("File", name.toLowerCase(Locale.ROOT)))),
              sequence(NAMED_TEXT, new DERSet(text("OSAttr", "2:6.1,2:10.0"))),
              sequence(
                  INDIRECT_DATA,
                  new DERSet(
                      sequence(
                          isProgram(contents)
                              ? TestSigner.peImage()
                              : sequence(FLAT_FILE, TestSigner.link()),
                          TestSigner.digestInfo(
                              isOld ? "1.3.14.3.2.26" : "2.16.840.1.101.3.4.2.1", digest))))
            }));
  }

  private static boolean isProgram(byte[] contents) {
    return contents.length >= 0x40 && contents[0] == 'M' && contents[1] == 'Z';
  }

  private static byte[] digest(String algorithm, byte[] contents) {
    MessageDigest digest = TestSigner.digest(algorithm);
    if (!isProgram(contents)) {
      return digest.digest(contents);
    }
    byte[] padded = Arrays.copyOf(contents, contents.length + 7 & ~7);
    int optional = LittleEndian.i32(padded, 0x3C) + 24;
    int entry = optional + (LittleEndian.u16(padded, optional) == 0x020B ? 112 : 96) + 8 * 4;
    digest.update(padded, 0, optional + 64);
    digest.update(padded, optional + 68, entry - optional - 68);
    digest.update(padded, entry + 8, padded.length - entry - 8);
    return digest.digest();
  }

  private static ASN1Encodable text(String name, String text) {
    return sequence(
        new DERBMPString(name),
        new ASN1Integer(FLAGS),
        TestSigner.octets(Utf16.toBytes(text + '\0')));
  }

  private static byte[] encoded(ASN1Encodable object) {
    try {
      return object.toASN1Primitive().getEncoded("DER");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static DERSequence sequence(ASN1Encodable... parts) {
    return new DERSequence(parts);
  }
}
