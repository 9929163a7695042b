package io.vhdboot.authenticode;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Verifies the signatures of programs, and makes the digests that signatures and catalogs are
 * about.
 */
public final class Authenticode {

  private static final int CHUNK = 1 << 16;

  private Authenticode() {}

  /**
   * The signatures of a program, verified; those for firmware each before the ones nested in it.
   *
   * @throws CorruptFormatException when a signature cannot be read
   */
  public static List<AuthenticodeSignature> signatures(PeImage program) throws IOException {
    return signatures(program, KnownAuthority::ofFingerprint);
  }

  static List<AuthenticodeSignature> signatures(
      PeImage program, Function<String, Optional<KnownAuthority>> authorities) throws IOException {
    Map<DigestAlgorithm, byte[]> digests = new EnumMap<>(DigestAlgorithm.class);
    SignatureReader reader =
        new SignatureReader(
            program.name(),
            (message, signer) -> {
              IndirectData data = IndirectData.parse(message.content());
              Optional<DigestAlgorithm> algorithm =
                  DigestAlgorithm.ofObjectIdentifier(data.algorithm());
              if (algorithm.isEmpty()) {
                return new SignatureReader.Covered(data.algorithm(), false);
              }
              byte[] digest = digests.get(algorithm.get());
              if (digest == null) {
                digest = program.digest(algorithm.get());
                digests.put(algorithm.get(), digest);
              }
              return new SignatureReader.Covered(
                  algorithm.get().toString(),
                  message.contentType().equals(IndirectData.OBJECT_IDENTIFIER)
                      && Arrays.equals(digest, data.digest().getDigest()));
            },
            authorities);
    for (byte[] certificate : program.certificates()) {
      reader.read(SignedMessage.parse(certificate, program.name()));
    }
    return List.copyOf(reader.found());
  }

  /**
   * The digest by which a catalog knows a file: of a program what its signatures are about, of any
   * other file all of its bytes.
   */
  public static byte[] digest(BlockDevice file, DigestAlgorithm algorithm) throws IOException {
    if (PeImage.isPresent(file)) {
      return PeImage.open(file).digest(algorithm);
    }
    MessageDigest digest = algorithm.newDigest();
    for (long at = 0; at < file.size(); at += CHUNK) {
      digest.update(file.read(at, (int) Math.min(CHUNK, file.size() - at)));
    }
    return digest.digest();
  }
}
