package io.vhdboot.provisioning;

import com.google.common.hash.Hashing;
import io.vhdboot.disk.BigEndian;
import io.vhdboot.disk.LittleEndian;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.UUID;

/**
 * Hands out the identifiers that a new disk needs: signatures, serial numbers, GUIDs.
 *
 * <p>Each is derived from a seed and the identifier's purpose, so that the same seed gives the same
 * disk and a new kind of identifier changes none of the others. Immutable.
 */
public final class Identifiers {

  private static final int RANDOM_SEED_SIZE = 32;
  private static final int VERSION_RANDOM = 4;

  private final byte[] seed;

  private Identifiers(byte[] seed) {
    this.seed = seed;
  }

  /** Identifiers that nobody can foresee. */
  public static Identifiers random() {
    byte[] seed = new byte[RANDOM_SEED_SIZE];
    new SecureRandom().nextBytes(seed);
    return new Identifiers(seed);
  }

  /** The identifiers that belong to a seed of any length. */
  public static Identifiers ofSeed(byte[] seed) {
    return new Identifiers(seed.clone());
  }

  /** A disk signature for an MBR; never 0, which Windows would replace at the first start. */
  public int diskSignature(String purpose) {
    int signature = LittleEndian.i32(digest(purpose), 0);
    return signature == 0 ? 1 : signature;
  }

  /** The serial number of a volume; its low 32 bits, which people see, are never 0. */
  public long volumeSerial(String purpose) {
    long serial = LittleEndian.i64(digest(purpose), 0);
    return (int) serial == 0 ? serial | 1 : serial;
  }

  /** A random (version 4) GUID. */
  public UUID guid(String purpose) {
    byte[] digest = digest(purpose);
    long high = BigEndian.i64(digest, 0) & ~0xF000L | VERSION_RANDOM << 12;
    long low = BigEndian.i64(digest, 8) & ~(3L << 62) | 2L << 62;
    return new UUID(high, low);
  }

  private byte[] digest(String purpose) {
    return Hashing.sha256()
        .newHasher()
        .putBytes(seed)
        .putString(purpose, StandardCharsets.UTF_8)
        .hash()
        .asBytes();
  }
}
