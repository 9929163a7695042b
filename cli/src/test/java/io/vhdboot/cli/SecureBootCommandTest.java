package io.vhdboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.vhdboot.authenticode.testing.TestSigner;
import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.IOUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecureBootCommandTest {

  private static final TestSigner SIGNER = TestSigner.certifiedBy("Somebody");

  @TempDir Path folder;

  private static byte[] program() throws IOException {
    return IOUtils.resourceToByteArray("/io/vhdboot/testdata/sample-bootmgfw.efi");
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  @Test
  void signedProgramIsToldFromPlainAndChanged() throws IOException {
    Path plain = write("plain.efi", program());
    Path signed = write("signed.efi", SIGNER.sign(program()));
    byte[] bytes = SIGNER.sign(program());
    bytes[0x250] ^= 1;
    Path changed = write("changed.efi", bytes);

    CommandLineRun run = CommandLineRun.of("secureboot", signed);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("signed.efi: x64")
        .contains("signed by A signer of Somebody, by Somebody, which firmware does not know")
        .contains("trusts 2011 and 2023: does not start");
    assertThat(CommandLineRun.of("secureboot", plain).exitCode()).isEqualTo(1);
    assertThat(CommandLineRun.of("secureboot", plain).out())
        .contains("not signed: starts only where Secure Boot is off");
    CommandLineRun last = CommandLineRun.of("secureboot", signed, changed);
    assertThat(last.exitCode()).isEqualTo(1);
    assertThat(last.out()).contains("changed.efi: x64").contains("the file was changed since");
  }

  @Test
  void jsonTellsTheSame() throws IOException {
    Path signed = write("signed.efi", SIGNER.withNested(SIGNER).sign(program()));
    CommandLineRun run = CommandLineRun.of("secureboot", "--json", signed);
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonObject facts = JsonParser.parseString(run.out()).getAsJsonArray().get(0).getAsJsonObject();
    JsonArray signatures = facts.getAsJsonArray("signatures");
    assertThat(signatures).hasSize(2);
    assertThat(signatures.get(0).getAsJsonObject().get("nested").getAsBoolean()).isFalse();
    assertThat(signatures.get(1).getAsJsonObject().get("nested").getAsBoolean()).isTrue();
    assertThat(signatures.get(0).getAsJsonObject().get("digestRight").getAsBoolean()).isTrue();
    assertThat(facts.getAsJsonObject("starts").get("revoked 2011").getAsBoolean()).isFalse();
  }

  @Test
  void sticksAndWhatIsInThemAreLookedInto() {
    Path stick = folder.resolve("demo.img");
    CommandLineRun made =
        CommandLineRun.of("create", "--image", sample(), "--vhd-size", "256MiB", "--out", stick);
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(made.out())
        .contains("@2\\EFI\\Boot\\bootx64.efi: x64")
        .contains("not signed: starts only where Secure Boot is off");
    CommandLineRun whole = CommandLineRun.of("secureboot", stick);
    assertThat(whole.exitCode()).isEqualTo(1);
    assertThat(whole.out())
        .contains("demo.img@2\\EFI\\Boot\\bootx64.efi")
        .contains("demo.img@2\\EFI\\Microsoft\\Boot\\bootmgfw.efi");
    assertThat(CommandLineRun.of("secureboot", stick + "@2/EFI/Boot/bootx64.efi").out())
        .isEqualTo(
            stick
                + "@2/EFI/Boot/bootx64.efi: x64\n"
                + "  not signed: starts only where Secure Boot is off\n");
    assertThat(CommandLineRun.of("secureboot", stick + "@2").out()).contains("bootx64.efi");
    CommandLineRun none = CommandLineRun.of("secureboot", stick + "@1");
    assertThat(none.exitCode()).isEqualTo(3);
    assertThat(none.err()).contains("holds no program that UEFI starts");

    // Whoever wants to sign it puts the signed file in the plain one's place.
    CommandLineRun copied =
        CommandLineRun.of("cp", signedFile(), stick + "@2/EFI/Boot/bootx64.efi", "--overwrite");
    assertThat(copied.exitCode()).as(copied.err()).isZero();
    assertThat(CommandLineRun.of("inspect", stick).out())
        .contains("signed: true")
        .contains("signatures: signed by A signer of Somebody, by Somebody");
  }

  private Path sample() {
    try {
      return SampleFile.in(folder);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Path signedFile() {
    try {
      return write("signed.efi", SIGNER.sign(program()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shimOfDebianStartsWhereThirdPartiesAreTrusted() {
    Path shim = ExternalTool.file("/usr/lib/shim/shimx64.efi.signed");
    CommandLineRun run = CommandLineRun.of("secureboot", shim);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("by Microsoft Corporation UEFI CA 2011")
        .contains("trusts 2011 only: starts")
        .contains("third party: only where");
    assertThat(CommandLineRun.of("inspect", shim).out())
        .contains("shimx64.efi.signed: program of")
        .contains("startsWhereFirmware: trusts 2011 only");
  }

  @Test
  void whatIsNoProgramIsRefused() throws IOException {
    CommandLineRun run = CommandLineRun.of("secureboot", write("notes.txt", new byte[100]));
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("notes.txt: is no program (PE)");
  }
}
