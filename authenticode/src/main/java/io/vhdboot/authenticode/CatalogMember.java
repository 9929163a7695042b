package io.vhdboot.authenticode;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * A file that a catalog covers. Immutable.
 *
 * <p>Members of catalogs for Windows 7 and older are tagged with their SHA-1 as text, those for
 * Windows 8 and later with their SHA-256 as bytes; either holds the digest once more, with its
 * algorithm.
 */
public final class CatalogMember {

  private final DigestAlgorithm algorithm;
  private final byte[] digest;
  private final Map<String, String> attributes;

  CatalogMember(DigestAlgorithm algorithm, byte[] digest, Map<String, String> attributes) {
    this.algorithm = algorithm;
    this.digest = digest;
    this.attributes = attributes;
  }

  /** How the file was hashed. */
  public DigestAlgorithm algorithm() {
    return algorithm;
  }

  /** The file's digest, as {@link Authenticode#digest} makes it. */
  public byte[] digest() {
    return digest.clone();
  }

  boolean isOf(byte[] other) {
    return Arrays.equals(digest, other);
  }

  /** The file's name in small letters, where the catalog tells it. */
  public Optional<String> fileName() {
    return Optional.ofNullable(attributes.get("File"));
  }

  /** The named texts about it, such as {@code OSAttr} to {@code 2:10.0}. */
  public Map<String, String> attributes() {
    return attributes;
  }

  @Override
  public String toString() {
    return algorithm
        + " "
        + HexFormat.of().formatHex(digest)
        + fileName().map(name -> " " + name).orElse("");
  }
}
