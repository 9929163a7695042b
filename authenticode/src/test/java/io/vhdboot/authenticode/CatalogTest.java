package io.vhdboot.authenticode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.authenticode.testing.TestSigner;
import io.vhdboot.authenticode.testing.TestSigner.CatalogFile;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogTest {

  private static final TestSigner SIGNER = TestSigner.certifiedBy("An authority for drivers");
  private static final byte[] INF =
      "[Version]\r\nSignature=\"$WINDOWS NT$\"\r\n".getBytes(US_ASCII);
  private static final byte[] DRIVER = SamplePrograms.x64();

  @TempDir Path folder;

  static byte[] sample(int version) {
    return SIGNER.catalog(
        version,
        List.of(new CatalogFile("Sample.inf", INF), new CatalogFile("sample.sys", DRIVER)));
  }

  private static Catalog open(byte[] catalog) throws IOException {
    return Catalog.open(MemoryDevice.wrap("sample.cat", catalog));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void catalogCoversItsFiles(int version) throws IOException {
    Catalog catalog = open(sample(version));
    DigestAlgorithm algorithm = version == 1 ? DigestAlgorithm.SHA_1 : DigestAlgorithm.SHA_256;
    assertThat(catalog.algorithms()).containsExactly(algorithm);
    assertThat(catalog.members()).hasSize(2);
    assertThat(catalog.members().get(0).fileName()).contains("sample.inf");
    assertThat(catalog.members().get(0).attributes()).containsEntry("osattr", "2:6.1,2:10.0");
    assertThat(catalog.attributes()).containsEntry("HWID1", "usb\\vid_1234&pid_5678");
    assertThat(catalog.covers(MemoryDevice.wrap("sample.inf", INF))).isTrue();
    assertThat(catalog.covers(SamplePrograms.device(DRIVER))).isTrue();
    assertThat(catalog.signatures()).hasSize(1);
    assertThat(catalog.signatures().get(0).isIntact()).isTrue();
    assertThat(catalog.signatures().get(0).issuer()).isEqualTo("An authority for drivers");
  }

  /** A driver that was signed itself as well is the same driver. */
  @Test
  void signatureOfADriverDoesNotTakeItOutOfItsCatalog() throws IOException {
    Catalog catalog = open(sample(2));
    byte[] signed = SIGNER.sign(DRIVER);
    assertThat(catalog.covers(SamplePrograms.device(signed))).isTrue();
    signed[0x450] ^= 1;
    assertThat(catalog.covers(SamplePrograms.device(signed))).isFalse();
    byte[] inf = INF.clone();
    inf[5] ^= 1;
    assertThat(catalog.covers(MemoryDevice.wrap("sample.inf", inf))).isFalse();
  }

  @Test
  void changedCatalogIsFoundOut() throws IOException {
    byte[] bytes = sample(2);
    byte[] digest = open(bytes).members().get(0).digest();
    for (int i = 0; i < bytes.length - digest.length; i++) {
      if (bytes[i] == digest[0] && bytes[i + 1] == digest[1] && bytes[i + 2] == digest[2]) {
        bytes[i + 3] ^= 1;
      }
    }
    Catalog catalog = open(bytes);
    assertThat(catalog.covers(MemoryDevice.wrap("sample.inf", INF))).isFalse();
    assertThat(catalog.signatures().get(0).isDigestRight()).isFalse();
    assertThat(catalog.signatures().get(0).isIntact()).isFalse();
  }

  @Test
  void emptyCatalogCoversNothing() throws IOException {
    Catalog catalog = open(SIGNER.catalog(2, List.of()));
    assertThat(catalog.members()).isEmpty();
    assertThat(catalog.covers(MemoryDevice.wrap("sample.inf", INF))).isFalse();
    assertThat(catalog.signatures().get(0).isIntact()).isTrue();
  }

  @Test
  void whatIsNoCatalogIsRefused() {
    assertThatThrownBy(() -> open(INF)).isInstanceOf(CorruptFormatException.class);
    assertThatThrownBy(() -> open(new byte[0])).isInstanceOf(CorruptFormatException.class);
    byte[] program = SIGNER.sign(DRIVER);
    byte[] signature = Arrays.copyOfRange(program, 0x808, program.length);
    assertThatThrownBy(() -> open(signature))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("and no catalog");
  }

  @Test
  void osslsigncodeVerifiesFilesByOurCatalog() throws IOException {
    ExternalTool osslsigncode = ExternalTool.named("osslsigncode");
    Path authority = Files.writeString(folder.resolve("authority.pem"), SIGNER.authorityPem());
    Path catalog = Files.write(folder.resolve("sample.cat"), sample(2));
    Path driver = Files.write(folder.resolve("sample.sys"), DRIVER);
    assertThat(
            osslsigncode
                .run(
                    "verify",
                    "-time",
                    "1590000000",
                    "-CAfile",
                    authority,
                    "-catalog",
                    catalog,
                    "-in",
                    driver)
                .output())
        .contains("Succeeded");
  }
}
