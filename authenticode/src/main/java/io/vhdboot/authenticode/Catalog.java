package io.vhdboot.authenticode;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A security catalog ({@code .cat}): digests of files, signed as a whole. That is how drivers and
 * most of Windows are signed. Immutable.
 *
 * <pre>{@code
 * Catalog catalog = Catalog.open(file);
 * boolean isCovered = catalog.covers(driver);
 * boolean isSigned = catalog.signatures().stream().anyMatch(AuthenticodeSignature::isIntact);
 * }</pre>
 */
public final class Catalog {

  /** The largest of Windows' own have 8 MB. */
  private static final int MAX_SIZE = 64 << 20;

  private final List<AuthenticodeSignature> signatures;
  private final TrustList list;

  private Catalog(List<AuthenticodeSignature> signatures, TrustList list) {
    this.signatures = List.copyOf(signatures);
    this.list = list;
  }

  /**
   * Reads a catalog and verifies its signatures. Closing the device is the caller's business.
   *
   * @throws UnsupportedFormatException when it is a signed message of another kind, or too large
   * @throws CorruptFormatException when it is damaged, or nothing of that kind at all
   */
  public static Catalog open(BlockDevice file) throws IOException {
    return open(file, KnownAuthority::ofFingerprint);
  }

  static Catalog open(BlockDevice file, Function<String, Optional<KnownAuthority>> authorities)
      throws IOException {
    if (file.size() > MAX_SIZE) {
      throw new UnsupportedFormatException(
          file.name(),
          UnsupportedFormatException.NO_OFFSET,
          "has " + file.size() + " bytes; catalogs of more than " + MAX_SIZE + " are not read");
    }
    SignedMessage message = SignedMessage.parse(file.read(0, (int) file.size()), file.name());
    if (!message.contentType().equals(TrustList.OBJECT_IDENTIFIER)) {
      throw new UnsupportedFormatException(
          file.name(),
          UnsupportedFormatException.NO_OFFSET,
          "is a signed message of the kind " + message.contentType() + ", and no catalog");
    }
    SignatureReader reader = new SignatureReader(file.name(), SignedContents::covered, authorities);
    reader.read(message);
    try {
      return new Catalog(reader.found(), TrustList.parse(message.content()));
    } catch (RuntimeException e) {
      throw SignedMessage.damaged(file.name(), e);
    }
  }

  /** Its signatures, with what was verified of them. */
  public List<AuthenticodeSignature> signatures() {
    return signatures;
  }

  /** The files that it covers, in its order. */
  public List<CatalogMember> members() {
    return list.members();
  }

  /** The named texts about the catalog as a whole, such as {@code HWID1} to a hardware id. */
  public Map<String, String> attributes() {
    return list.attributes();
  }

  /** The digests that its members have; empty when there are no members. */
  public Set<DigestAlgorithm> algorithms() {
    Set<DigestAlgorithm> algorithms = EnumSet.noneOf(DigestAlgorithm.class);
    members().forEach(member -> algorithms.add(member.algorithm()));
    return algorithms;
  }

  /** The member of a digest, as {@link Authenticode#digest} makes it. */
  public Optional<CatalogMember> member(byte[] digest) {
    return list.member(digest);
  }

  /**
   * Whether it covers a file as it is. Says nothing of who signed the catalog, and whether it is
   * unchanged itself: see {@link #signatures()}.
   */
  public boolean covers(BlockDevice file) throws IOException {
    for (DigestAlgorithm algorithm : algorithms()) {
      if (member(Authenticode.digest(file, algorithm)).isPresent()) {
        return true;
      }
    }
    return false;
  }
}
