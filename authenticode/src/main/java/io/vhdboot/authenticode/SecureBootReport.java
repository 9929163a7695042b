package io.vhdboot.authenticode;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the signatures of a boot manager or loader mean for machines with Secure Boot. Immutable.
 *
 * @param architecture the processor it is for, as Windows names it: {@code x64}
 * @param isFirmwareProgram whether firmware starts it; a loader is started by the boot manager
 * @param version the version in its resources
 * @param secureVersion the boot manager's secure version number, where it has one
 * @param signatures its signatures
 */
public record SecureBootReport(
    String architecture,
    boolean isFirmwareProgram,
    Optional<FileVersion> version,
    Optional<SecureVersion> secureVersion,
    List<AuthenticodeSignature> signatures) {

  /** Takes a copy. */
  public SecureBootReport {
    signatures = List.copyOf(signatures);
  }

  /**
   * Looks at a program.
   *
   * @throws UnsupportedFormatException when it is none
   * @throws CorruptFormatException when it, or one of its signatures, is damaged
   */
  public static SecureBootReport of(BlockDevice file) throws IOException {
    return of(file, KnownAuthority::ofFingerprint);
  }

  static SecureBootReport of(
      BlockDevice file, Function<String, Optional<KnownAuthority>> authorities) throws IOException {
    PeImage program = PeImage.open(file);
    return new SecureBootReport(
        program.architecture(),
        program.isFirmwareProgram(),
        program.version(),
        program.secureVersion(),
        Authenticode.signatures(program, authorities));
  }

  /** Whether a machine of a kind starts it, as far as its certificates decide. */
  public boolean startsOn(SecureBootMachine machine) {
    return machine.starts(signatures);
  }

  /**
   * Whether machines with a floor for secure version numbers start it as well.
   *
   * @param floor the least major number, 0 to 65535; a program without a number is below any but 0
   */
  public boolean isAtLeast(int floor) {
    return secureVersion.map(SecureVersion::major).orElse(0) >= floor;
  }

  /** On which machines it starts, a line each, for people. */
  public List<String> lines() {
    if (!isFirmwareProgram) {
      return List.of("loader: the boot manager verifies it, and not the firmware");
    }
    if (signatures.isEmpty()) {
      return List.of("not signed: starts only where Secure Boot is off");
    }
    List<String> lines = new ArrayList<>();
    for (SecureBootMachine machine : SecureBootMachine.values()) {
      lines.add(machine + ": " + (startsOn(machine) ? "starts" : "does not start"));
    }
    if (signatures.stream().anyMatch(SecureBootReport::isThirdParty)) {
      lines.add("third party: only where the firmware lets programs start that are not Windows");
    } else if (signatures.stream().anyMatch(one -> one.authority().isPresent())) {
      lines.add(
          secureVersion
              .map(version -> "secure version floor: starts up to " + version.major())
              .orElse("secure version floor: it has no number, and does not start above 0"));
    }
    return lines;
  }

  private static boolean isThirdParty(AuthenticodeSignature signature) {
    return signature.authority().filter(KnownAuthority::isThirdParty).isPresent();
  }
}
