package io.vhdboot.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.authenticode.testing.TestSigner;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.doctor.Finding.Severity;
import io.vhdboot.provisioning.bootfiles.BootAuthority;
import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecureBootTest {

  private static final String MANAGER = "@1/EFI/Boot/bootx64.efi";

  /** Debian's, signed by the authority of 2011 for what is not Windows; of package shim-signed. */
  private static final String SHIM = "/usr/lib/shim/shimx64.efi.signed";

  @TempDir(factory = MemoryFolder.class)
  Path folder;

  private Path stick() throws IOException {
    return GoodStick.UEFI.copyTo(folder);
  }

  @Test
  void unsignedBootManagerBreaksOnlyWithSecureBoot() throws IOException {
    Path stick = stick();
    assertThat(BootDoctor.of(stick.toString()).examine().findings()).isEmpty();
    for (BootAuthority era : BootAuthority.values()) {
      Diagnosis found = BootDoctor.of(stick.toString()).secureBoot(era).examine();
      assertThat(found.boots()).isFalse();
      Finding first = found.walks().get(0).firstBreak().orElseThrow();
      assertThat(first.error()).isEqualTo(BootError.SECURE_BOOT_VIOLATION);
      assertThat(first.step()).isEqualTo(Step.BOOT_MANAGER);
      assertThat(first.cause()).contains("nobody signed it");
    }
  }

  @Test
  void bootManagerOfAnUnknownSignerBreaksWithSecureBoot() throws IOException {
    Path stick = stick();
    Surgery.content(stick + MANAGER, TestSigner.certifiedBy("Nobody in particular")::sign);
    assertThat(BootDoctor.of(stick.toString()).examine().findings()).isEmpty();
    Diagnosis found = BootDoctor.of(stick.toString()).secureBoot(BootAuthority.PCA_2011).examine();
    assertThat(found.walks().get(0).firstBreak().orElseThrow().cause())
        .contains("Nobody in particular")
        .contains("trusts 2011 only");
  }

  @Test
  void bootManagerThatWasChangedAfterItWasSignedIsTold() throws IOException {
    Path stick = stick();
    Surgery.content(
        stick + MANAGER,
        bytes -> {
          byte[] signed = TestSigner.certifiedBy("Nobody in particular").sign(bytes);
          signed[0x3F0] ^= 1;
          return signed;
        });
    Diagnosis found = BootDoctor.of(stick.toString()).examine();
    assertThat(found.boots()).isTrue();
    assertThat(found.findings()).hasSize(1);
    assertThat(found.findings().get(0).severity()).isEqualTo(Severity.MAY_BREAK);
    assertThat(found.findings().get(0).cause()).contains("changed after it was signed");
    assertThat(BootDoctor.of(stick.toString()).secureBoot(BootAuthority.CA_2023).examine().boots())
        .isFalse();
  }

  @Test
  void loaderThatWasChangedAfterItWasSignedIsRefusedByTheBootManager() throws IOException {
    Path stick = stick();
    String loader = stick + "@3/virtualharddisk.vhd@1/Windows/System32/winload.efi";
    Surgery.content(loader, TestSigner.certifiedBy("Nobody in particular")::sign);
    assertThat(BootDoctor.of(stick.toString()).examine().findings()).isEmpty();
    Surgery.content(
        loader,
        bytes -> {
          bytes[0x1000] ^= 1;
          return bytes;
        });
    Diagnosis found = BootDoctor.of(stick.toString()).examine();
    Finding first = found.walks().get(0).firstBreak().orElseThrow();
    assertThat(first.error()).isEqualTo(BootError.SIGNATURE_INVALID);
    assertThat(first.step()).isEqualTo(Step.LOADER);
  }

  @Test
  void programOfAKnownAuthorityStartsInItsEra() throws IOException {
    try (FileDevice shim = FileDevice.openReadOnly(ExternalTool.file(SHIM))) {
      assertThat(new SecureBoot(Optional.of(BootAuthority.PCA_2011)).check(shim)).isEmpty();
    }
  }
}
