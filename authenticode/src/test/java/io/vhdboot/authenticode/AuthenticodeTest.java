package io.vhdboot.authenticode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.authenticode.testing.TestSigner;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticodeTest {

  private static final TestSigner FIRST = TestSigner.certifiedBy("First");
  private static final TestSigner SECOND = TestSigner.certifiedBy("Second");

  /** The entry for signatures in the directories of a PE32+ sample. */
  private static final int ENTRY = 0x80 + 24 + 112 + 32;

  @TempDir Path folder;

  private static List<AuthenticodeSignature> signatures(byte[] program) throws IOException {
    return Authenticode.signatures(PeImage.open(SamplePrograms.device(program)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void signatureIsVerified(boolean isPlus) throws IOException {
    byte[] plain = SamplePrograms.program(0x8664, isPlus, SamplePrograms.EFI_APPLICATION);
    assertThat(signatures(plain)).isEmpty();
    List<AuthenticodeSignature> found = signatures(FIRST.sign(plain));
    assertThat(found).hasSize(1);
    AuthenticodeSignature signature = found.get(0);
    assertThat(signature.isIntact()).isTrue();
    assertThat(signature.signer()).isEqualTo("A signer of First");
    assertThat(signature.issuer()).isEqualTo("First");
    assertThat(signature.root()).isEqualTo("First");
    assertThat(signature.chain()).hasSize(2);
    assertThat(signature.chain().get(1).fingerprint()).isEqualTo(FIRST.authorityFingerprint());
    assertThat(signature.digestAlgorithm()).isEqualTo("SHA-256");
    assertThat(signature.isNested()).isFalse();
    assertThat(signature.authority()).isEmpty();
    assertThat(signature.timestamp()).isEmpty();
  }

  @Test
  void changedProgramIsFoundOut() throws IOException {
    byte[] signed = FIRST.sign(SamplePrograms.x64());
    signed[0x450] ^= 1;
    AuthenticodeSignature signature = signatures(signed).get(0);
    assertThat(signature.isDigestRight()).isFalse();
    assertThat(signature.isSignatureRight()).isTrue();
    assertThat(signature.isIntact()).isFalse();
  }

  /** The digest in the signature is made to fit the changed program, but nobody signed that. */
  @Test
  void changedDigestIsFoundOut() throws IOException {
    byte[] plain = SamplePrograms.x64();
    byte[] signed = FIRST.sign(plain);
    byte[] before = Authenticode.digest(SamplePrograms.device(plain), DigestAlgorithm.SHA_256);
    signed[0x450] ^= 1;
    byte[] after = Authenticode.digest(SamplePrograms.device(signed), DigestAlgorithm.SHA_256);
    int at = indexOf(signed, before);
    System.arraycopy(after, 0, signed, at, after.length);
    AuthenticodeSignature signature = signatures(signed).get(0);
    assertThat(signature.isDigestRight()).isTrue();
    assertThat(signature.isSignatureRight()).isFalse();
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i <= bytes.length - part.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("it is not there");
  }

  @Test
  void checksumIsNotSigned() throws IOException {
    byte[] signed = FIRST.sign(SamplePrograms.x64());
    LittleEndian.put32(signed, 0x80 + 24 + 64, 12345);
    assertThat(signatures(signed).get(0).isIntact()).isTrue();
  }

  @Test
  void severalSignaturesAreReadBesideEachOtherAndNested() throws IOException {
    byte[] beside = SECOND.sign(FIRST.sign(SamplePrograms.x64()));
    assertThat(signatures(beside))
        .extracting(AuthenticodeSignature::issuer)
        .containsExactly("First", "Second");
    byte[] nested = FIRST.withNested(SECOND).sign(SamplePrograms.x64());
    assertThat(signatures(nested))
        .extracting(AuthenticodeSignature::isNested)
        .containsExactly(false, true);
    assertThat(signatures(beside)).allMatch(AuthenticodeSignature::isIntact);
    assertThat(signatures(nested)).allMatch(AuthenticodeSignature::isIntact);
  }

  @Test
  void whatFollowsASignatureInItsEntryIsPadding() throws IOException {
    byte[] signed = FIRST.sign(SamplePrograms.x64());
    byte[] padded = Arrays.copyOf(signed, signed.length + 64);
    LittleEndian.put32(padded, 0x800, LittleEndian.i32(signed, ENTRY + 4) + 64);
    LittleEndian.put32(padded, ENTRY + 4, LittleEndian.i32(signed, ENTRY + 4) + 64);
    assertThat(signatures(padded).get(0).isIntact()).isTrue();
  }

  @Test
  void damagedEntriesAreRefused() {
    byte[] signed = FIRST.sign(SamplePrograms.x64());
    LittleEndian.put32(signed, 0x800, 7);
    assertThatThrownBy(() -> signatures(signed))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("has a signature of 7 bytes (at byte 0x800)");
    LittleEndian.put32(signed, ENTRY + 4, 40);
    LittleEndian.put32(signed, 0x800, 40);
    assertThatThrownBy(() -> signatures(signed))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("ASN.1 object");
    LittleEndian.put32(signed, ENTRY, signed.length);
    assertThatThrownBy(() -> signatures(signed)).isInstanceOf(CorruptFormatException.class);
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void osslsigncodeSignsAndVerifiesAsWeDo() throws IOException {
    ExternalTool osslsigncode = ExternalTool.named("osslsigncode");
    Path plain = write("plain.efi", SamplePrograms.x64());
    Path key = write("key.pem", FIRST.keyPem());
    Path chain = write("chain.pem", FIRST.certificatePem() + FIRST.authorityPem());
    Path once = folder.resolve("once.efi");
    Path twice = folder.resolve("twice.efi");
    osslsigncode.output(
        "sign", "-certs", chain, "-key", key, "-h", "sha256", "-in", plain, "-out", once);
    osslsigncode.output(
        "sign", "-nest", "-certs", chain, "-key", key, "-h", "sha384", "-in", once, "-out", twice);
    List<AuthenticodeSignature> found = signatures(Files.readAllBytes(twice));
    assertThat(found)
        .extracting(AuthenticodeSignature::digestAlgorithm)
        .containsExactly("SHA-256", "SHA-384");
    assertThat(found).allMatch(AuthenticodeSignature::isIntact);
    PeImage image = PeImage.open(SamplePrograms.device(Files.readAllBytes(twice)));
    assertThat(image.checksum()).isNotZero().isEqualTo(image.computedChecksum());

    Path ours = write("ours.efi", FIRST.withNested(SECOND).sign(SamplePrograms.x64()));
    Path authority = write("authority.pem", FIRST.authorityPem() + SECOND.authorityPem());
    // The certificates of the tests have expired.
    String text =
        osslsigncode
            .run("verify", "-time", "1590000000", "-CAfile", authority, "-in", ours)
            .output();
    String digest = HexFormat.of().withUpperCase().formatHex(image.digest(DigestAlgorithm.SHA_256));
    assertThat(text)
        .contains("Calculated message digest : " + digest)
        .contains("Number of verified signatures: 2")
        .contains("Succeeded");
  }

  @Test
  void sbsignSignsAndSbverifyVerifiesAsWeDo() throws IOException {
    ExternalTool sbsign = ExternalTool.named("sbsign");
    Path plain = write("plain.efi", SamplePrograms.x64());
    Path key = write("key.pem", FIRST.keyPem());
    Path certificate = write("signer.pem", FIRST.certificatePem());
    Path signed = folder.resolve("signed.efi");
    sbsign.output("--key", key, "--cert", certificate, "--output", signed, plain);
    AuthenticodeSignature signature = signatures(Files.readAllBytes(signed)).get(0);
    assertThat(signature.isIntact()).isTrue();
    assertThat(signature.chain()).hasSize(1);
    assertThat(signature.issuer()).isEqualTo("First");

    Path ours = write("ours.efi", SECOND.sign(FIRST.sign(SamplePrograms.x64())));
    for (TestSigner signer : List.of(FIRST, SECOND)) {
      Path authority = write("authority.pem", signer.authorityPem());
      assertThat(ExternalTool.named("sbverify").output("--cert", authority, ours))
          .contains("Signature verification OK");
    }
  }
}
