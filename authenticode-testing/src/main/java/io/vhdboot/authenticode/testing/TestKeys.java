package io.vhdboot.authenticode.testing;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;

/** The keys of all test signers: two pairs for all, as making them takes time. */
final class TestKeys {

  static final KeyPair AUTHORITY = generate();
  static final KeyPair SIGNER = generate();

  private TestKeys() {}

  private static KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
