package io.vhdboot.authenticode;

import io.vhdboot.disk.Utf16;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bouncycastle.asn1.ASN1BMPString;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;

/**
 * A certificate trust list with the members of a catalog in it:
 *
 * <pre>
 * sequence:
 *   version           number, or absent
 *   use               sequence of object identifiers: 1.3.6.1.4.1.311.12.1.1 is a catalog
 *   identifier        bytes, or absent
 *   number            number, or absent
 *   made              time
 *   next              time, or absent
 *   kind of subjects  algorithm: ...12.1.2 tags them with text, ...12.1.3 with bytes
 *   members           sequence of sequences, or absent: tag bytes, set of attributes
 *   extensions        [0], or absent; those of the kind ...12.2.1 are named texts
 * attribute:   object identifier, set of one value: ...2.1.4 the digest, ...12.2.1 a named text
 * named text:  name (BMPString), flags, text (UTF-16LE in bytes, with a zero at its end)
 * </pre>
 *
 * <p>Sources: Microsoft's CTL_INFO, CTL_ENTRY, CRYPTCATATTRIBUTE and the object identifiers of
 * wintrust.h and mscat.h; observed for the order.
 */
final class TrustList {

  static final String OBJECT_IDENTIFIER = "1.3.6.1.4.1.311.10.1";
  private static final String NAMED_TEXT = "1.3.6.1.4.1.311.12.2.1";

  private final List<CatalogMember> members;
  private final Map<ByteBuffer, CatalogMember> byDigest = new HashMap<>();
  private final Map<String, String> attributes;

  private TrustList(List<CatalogMember> members, Map<String, String> attributes) {
    this.members = List.copyOf(members);
    this.attributes = Collections.unmodifiableMap(attributes);
    members.forEach(member -> byDigest.putIfAbsent(ByteBuffer.wrap(member.digest()), member));
  }

  List<CatalogMember> members() {
    return members;
  }

  Map<String, String> attributes() {
    return attributes;
  }

  Optional<CatalogMember> member(byte[] digest) {
    return Optional.ofNullable(byDigest.get(ByteBuffer.wrap(digest)));
  }

  /** Reads a list; throws any runtime exception at one of another form. */
  static TrustList parse(ASN1Encodable content) {
    List<CatalogMember> members = new ArrayList<>();
    Map<String, String> attributes = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    boolean isAfterTime = false;
    boolean isAfterKind = false;
    for (ASN1Encodable part : ASN1Sequence.getInstance(content)) {
      ASN1Primitive value = part.toASN1Primitive();
      if (value instanceof ASN1UTCTime || value instanceof ASN1GeneralizedTime) {
        isAfterTime = true;
      } else if (value instanceof ASN1TaggedObject tagged && tagged.hasContextTag(0)) {
        addTexts(attributes, Extensions.getInstance(tagged, true));
      } else if (isAfterTime && value instanceof ASN1Sequence sequence) {
        if (isAfterKind) {
          sequence.forEach(one -> member(ASN1Sequence.getInstance(one)).ifPresent(members::add));
        } else {
          AlgorithmIdentifier.getInstance(sequence);
          isAfterKind = true;
        }
      }
    }
    return new TrustList(members, attributes);
  }

  private static void addTexts(Map<String, String> attributes, Extensions extensions) {
    Enumeration<?> identifiers = extensions.oids();
    while (identifiers.hasMoreElements()) {
      Extension one = extensions.getExtension((ASN1ObjectIdentifier) identifiers.nextElement());
      if (one.getExtnId().getId().equals(NAMED_TEXT)) {
        addText(attributes, ASN1Sequence.getInstance(one.getParsedValue()));
      }
    }
  }

  private static Optional<CatalogMember> member(ASN1Sequence sequence) {
    byte[] tag = ASN1OctetString.getInstance(sequence.getObjectAt(0)).getOctets();
    Map<String, String> attributes = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    Optional<IndirectData> data = Optional.empty();
    if (sequence.size() > 1) {
      for (ASN1Encodable one : ASN1Set.getInstance(sequence.getObjectAt(1))) {
        ASN1Sequence attribute = ASN1Sequence.getInstance(one);
        ASN1Set values = ASN1Set.getInstance(attribute.getObjectAt(1));
        switch (ASN1ObjectIdentifier.getInstance(attribute.getObjectAt(0)).getId()) {
          case IndirectData.OBJECT_IDENTIFIER ->
              data = Optional.of(IndirectData.parse(values.getObjectAt(0)));
          case NAMED_TEXT -> {
            for (ASN1Encodable text : values) {
              addText(attributes, ASN1Sequence.getInstance(text));
            }
          }
          default -> {
            // What else is said of a member is not about its digest.
          }
        }
      }
    }
    byte[] digest = data.map(one -> one.digest().getDigest()).orElseGet(() -> digest(tag));
    Optional<DigestAlgorithm> algorithm =
        data.isPresent()
            ? DigestAlgorithm.ofObjectIdentifier(data.get().algorithm())
            : DigestAlgorithm.ofLength(digest.length);
    return algorithm
        .filter(one -> one.length() == digest.length)
        .map(one -> new CatalogMember(one, digest, Collections.unmodifiableMap(attributes)));
  }

  /** The digest in a tag: its bytes, or its hexadecimal digits in UTF-16. */
  private static byte[] digest(byte[] tag) {
    if (DigestAlgorithm.ofLength(tag.length).isPresent()) {
      return tag;
    }
    try {
      return HexFormat.of().parseHex(text(tag));
    } catch (IllegalArgumentException e) {
      return tag;
    }
  }

  private static void addText(Map<String, String> attributes, ASN1Sequence named) {
    attributes.putIfAbsent(
        ASN1BMPString.getInstance(named.getObjectAt(0)).getString(),
        text(ASN1OctetString.getInstance(named.getObjectAt(2)).getOctets()));
  }

  private static String text(byte[] bytes) {
    String text = Utf16.get(bytes, 0, bytes.length / 2);
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }
}
