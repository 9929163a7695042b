package io.vhdboot.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.authenticode.testing.TestSigner;
import io.vhdboot.authenticode.testing.TestSigner.CatalogFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackageSignatureTest {

  private static final TestSigner SIGNER = TestSigner.certifiedBy("Example Authority");

  @TempDir Path folder;
  private Path inf;
  private Path sys;
  private Path cat;

  @BeforeEach
  void makePackage() throws IOException {
    inf = ExampleInf.storagePackage(folder);
    sys = folder.resolve("x64/exstor.sys");
    cat = folder.resolve("exstor.cat");
    // What is no program is hashed as a whole.
    Files.writeString(sys, "a driver of no machine");
  }

  private PackageSignature verify() throws IOException {
    return PackageSignature.verify(DriverPackage.read(inf, ExampleInf.SEVEN, InfLibrary.NONE));
  }

  private void sign(int version, Path... files) throws IOException {
    List<CatalogFile> members = List.of(files).stream().map(PackageSignatureTest::member).toList();
    Files.write(cat, SIGNER.catalog(version, members));
  }

  private static CatalogFile member(Path file) {
    try {
      return new CatalogFile(file.getFileName().toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void packageThatIsCoveredIsWhole(int version) throws IOException {
    sign(version, inf, sys);
    PackageSignature signature = verify();
    assertThat(signature.problems()).isEmpty();
    assertThat(signature.isWhole()).isTrue();
    assertThat(signature.signer()).isPresent();
  }

  @Test
  void fileThatIsNotCoveredIsTold() throws IOException {
    sign(2, inf);
    assertThat(verify().problems())
        .containsExactly("the catalog exstor.cat does not cover x64/exstor.sys");
    sign(2, inf, sys);
    Files.writeString(inf, Files.readString(inf) + "\n; changed after signing\n");
    assertThat(verify().problems())
        .containsExactly("the catalog exstor.cat does not cover exstor.inf");
  }

  @Test
  void catalogThatWasChangedIsTold() throws IOException {
    sign(2, inf, sys);
    byte[] changed = Files.readAllBytes(cat);
    changed[changed.length - 5] ^= 1;
    Files.write(cat, changed);
    assertThat(verify().problems())
        .containsExactly("the signature of the catalog exstor.cat is not intact");
  }

  @Test
  void missingAndForeignCatalogsAreTold() throws IOException {
    assertThat(verify().problems().get(0)).startsWith("the catalog cannot be read: ");
    Files.delete(cat);
    assertThat(verify().problems())
        .containsExactly("the catalog exstor.cat is missing: the package is not signed");
    Files.writeString(inf, Files.readString(inf).replace("CatalogFile", "NoCatalog"));
    assertThat(verify().problems())
        .containsExactly("the INF file names no catalog: the package is not signed");
  }
}
