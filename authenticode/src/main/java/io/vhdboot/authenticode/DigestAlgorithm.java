package io.vhdboot.authenticode;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/** The digests that signatures and catalogs use. */
public enum DigestAlgorithm {

  /** 20 bytes; catalogs for Windows 7 and older. */
  SHA_1("SHA-1", "1.3.14.3.2.26", 20),

  /** 32 bytes; what firmware takes, and catalogs from Windows 8 on. */
  SHA_256("SHA-256", "2.16.840.1.101.3.4.2.1", 32),

  /** 48 bytes. */
  SHA_384("SHA-384", "2.16.840.1.101.3.4.2.2", 48),

  /** 64 bytes. */
  SHA_512("SHA-512", "2.16.840.1.101.3.4.2.3", 64);

  private final String standardName;
  private final String objectIdentifier;
  private final int length;

  DigestAlgorithm(String standardName, String objectIdentifier, int length) {
    this.standardName = standardName;
    this.objectIdentifier = objectIdentifier;
    this.length = length;
  }

  /** The length of a digest in bytes. */
  public int length() {
    return length;
  }

  /** The algorithm of an object identifier, such as {@code 2.16.840.1.101.3.4.2.1}. */
  static Optional<DigestAlgorithm> ofObjectIdentifier(String objectIdentifier) {
    return Arrays.stream(values())
        .filter(one -> one.objectIdentifier.equals(objectIdentifier))
        .findFirst();
  }

  /** The algorithm whose digests have this many bytes. */
  static Optional<DigestAlgorithm> ofLength(int length) {
    return Arrays.stream(values()).filter(one -> one.length == length).findFirst();
  }

  /** A new computation. */
  MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance(standardName);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no " + standardName, e);
    }
  }

  /** Its usual name, such as {@code SHA-256}. */
  @Override
  public String toString() {
    return standardName;
  }
}
