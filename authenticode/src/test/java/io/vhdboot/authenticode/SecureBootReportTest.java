package io.vhdboot.authenticode;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.authenticode.testing.TestSigner;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SecureBootReportTest {

  private static final TestSigner OLD = TestSigner.certifiedBy("Stands for the one of 2011");
  private static final TestSigner NEW = TestSigner.certifiedBy("Stands for the one of 2023");

  /** Reports as if the tests' authorities were those of Microsoft. */
  private static SecureBootReport report(byte[] program) throws IOException {
    Map<String, KnownAuthority> authorities = new HashMap<>();
    authorities.put(OLD.authorityFingerprint(), KnownAuthority.WINDOWS_PRODUCTION_PCA_2011);
    authorities.put(NEW.authorityFingerprint(), KnownAuthority.WINDOWS_UEFI_CA_2023);
    return SecureBootReport.of(
        SamplePrograms.device(program),
        fingerprint -> Optional.ofNullable(authorities.get(fingerprint)));
  }

  private static List<SecureBootMachine> machines(SecureBootReport report) {
    return Arrays.stream(SecureBootMachine.values()).filter(report::startsOn).toList();
  }

  @Test
  void programWithoutSignatureStartsNowhere() throws IOException {
    SecureBootReport report = report(SamplePrograms.x64());
    assertThat(report.signatures()).isEmpty();
    assertThat(machines(report)).isEmpty();
  }

  @Test
  void nameOfAnAuthorityAloneProvesNothing() throws IOException {
    byte[] program = TestSigner.certifiedBy("Windows UEFI CA 2023").sign(SamplePrograms.x64());
    SecureBootReport report = SecureBootReport.of(SamplePrograms.device(program));
    assertThat(report.signatures().get(0).isIntact()).isTrue();
    assertThat(report.signatures().get(0).authority()).isEmpty();
    assertThat(machines(report)).isEmpty();
  }

  @Test
  void machinesStartWhatTheyTrust() throws IOException {
    byte[] plain = SamplePrograms.x64();
    assertThat(machines(report(OLD.sign(plain))))
        .containsExactly(SecureBootMachine.TRUSTS_2011, SecureBootMachine.TRUSTS_2011_AND_2023);
    assertThat(machines(report(NEW.sign(plain))))
        .containsExactly(
            SecureBootMachine.TRUSTS_2011_AND_2023,
            SecureBootMachine.TRUSTS_2023,
            SecureBootMachine.REVOKES_2011);
    assertThat(machines(report(NEW.sign(OLD.sign(plain)))))
        .as("both: revoked is revoked")
        .containsExactly(
            SecureBootMachine.TRUSTS_2011,
            SecureBootMachine.TRUSTS_2011_AND_2023,
            SecureBootMachine.TRUSTS_2023);
    assertThat(machines(report(OLD.withNested(NEW).sign(plain))))
        .as("firmware does not look at nested signatures")
        .containsExactly(SecureBootMachine.TRUSTS_2011, SecureBootMachine.TRUSTS_2011_AND_2023);
  }

  @Test
  void changedProgramStartsNowhere() throws IOException {
    byte[] program = OLD.sign(SamplePrograms.x64());
    program[0x450] ^= 1;
    SecureBootReport report = report(program);
    assertThat(report.signatures().get(0).authority())
        .contains(KnownAuthority.WINDOWS_PRODUCTION_PCA_2011);
    assertThat(machines(report)).isEmpty();
  }

  @Test
  void floorOfSecureVersionsIsCompared() throws IOException {
    SecureBootReport report = report(NEW.sign(SamplePrograms.x64()));
    assertThat(report.secureVersion()).contains(new SecureVersion(7, 2));
    assertThat(report.isAtLeast(7)).isTrue();
    assertThat(report.isAtLeast(8)).isFalse();
    assertThat(report.lines())
        .containsExactly(
            "trusts 2011 only: does not start",
            "trusts 2011 and 2023: starts",
            "trusts 2023 only: starts",
            "revoked 2011: starts",
            "secure version floor: starts up to 7");
  }

  @Test
  void debiansShimIsSignedByMicrosoftTwice() throws IOException {
    try (FileDevice file =
        FileDevice.openReadOnly(ExternalTool.file("/usr/lib/shim/shimx64.efi.signed"))) {
      SecureBootReport report = SecureBootReport.of(file);
      assertThat(report.architecture()).isEqualTo("x64");
      assertThat(report.isFirmwareProgram()).isTrue();
      assertThat(report.signatures()).isNotEmpty().allMatch(AuthenticodeSignature::isIntact);
      assertThat(report.signatures())
          .allSatisfy(one -> assertThat(one.authority().orElseThrow().isThirdParty()).isTrue());
      assertThat(report.signatures().get(0).authority()).contains(KnownAuthority.UEFI_CA_2011);
      assertThat(report.startsOn(SecureBootMachine.TRUSTS_2011)).isTrue();
      assertThat(report.lines())
          .contains(
              "third party: only where the firmware lets programs start that are not Windows");
      PeImage image = PeImage.open(file);
      assertThat(image.checksum()).isEqualTo(image.computedChecksum());
    }
  }
}
