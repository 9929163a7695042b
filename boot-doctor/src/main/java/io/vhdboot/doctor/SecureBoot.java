package io.vhdboot.doctor;

import io.vhdboot.authenticode.AuthenticodeSignature;
import io.vhdboot.authenticode.SecureBootMachine;
import io.vhdboot.authenticode.SecureBootReport;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.provisioning.bootfiles.BootAuthority;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Judges programs by the certificates that firmware trusts. Where no era is asked about, only a
 * signature that does not fit its program is told: Secure Boot is off on many machines.
 *
 * @param era whose signatures the firmware trusts
 */
record SecureBoot(Optional<BootAuthority> era) implements SignatureCheck {

  /** What is wrong with the signature of a program that has one. */
  static Optional<String> damage(BlockDevice program) throws IOException {
    try {
      return damage(SecureBootReport.of(program).signatures());
    } catch (DiskFormatException e) {
      return Optional.of("its signature cannot be read: " + e.getMessage());
    }
  }

  private static Optional<String> damage(List<AuthenticodeSignature> signatures) {
    return !signatures.isEmpty() && signatures.stream().noneMatch(AuthenticodeSignature::isIntact)
        ? Optional.of("it was changed after it was signed")
        : Optional.empty();
  }

  @Override
  public Optional<Refusal> check(BlockDevice program) throws IOException {
    SecureBootReport report;
    try {
      report = SecureBootReport.of(program);
    } catch (DiskFormatException e) {
      return Optional.of(refusal("its signature cannot be read: " + e.getMessage()));
    }
    List<AuthenticodeSignature> signatures = report.signatures();
    Optional<String> damage = damage(signatures);
    if (damage.isPresent()) {
      return damage.map(this::refusal);
    }
    if (era.isEmpty() || report.startsOn(machine(era.get()))) {
      return Optional.empty();
    }
    String signers =
        signatures.isEmpty()
            ? "nobody signed it"
            : "it is signed by "
                + signatures.stream()
                    .map(AuthenticodeSignature::issuer)
                    .distinct()
                    .collect(Collectors.joining(", "));
    return Optional.of(
        refusal(signers + ", and firmware that " + machine(era.get()) + " does not start it"));
  }

  private Refusal refusal(String cause) {
    return new Refusal(BootError.SECURE_BOOT_VIOLATION, cause, era.isPresent());
  }

  private static SecureBootMachine machine(BootAuthority authority) {
    return authority == BootAuthority.CA_2023
        ? SecureBootMachine.TRUSTS_2023
        : SecureBootMachine.TRUSTS_2011;
  }
}
