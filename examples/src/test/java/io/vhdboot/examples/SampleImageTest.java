package io.vhdboot.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleImageTest {

  @TempDir Path folder;

  @Test
  void bundledSampleIsWhatTheGeneratorMakes() throws IOException {
    Path made = folder.resolve("sample.wim");
    SampleImage.write(made);
    try (InputStream bundled =
        SampleImage.class.getResourceAsStream("/io/vhdboot/testdata/sample.wim")) {
      assertThat(Files.readAllBytes(made))
          .as("run SampleImage on testdata/src/main/resources/io/vhdboot/testdata/sample.wim")
          .isEqualTo(bundled.readAllBytes());
    }
  }

  @Test
  void wimlibVerifiesTheSample() throws IOException {
    Path made = folder.resolve("sample.wim");
    SampleImage.write(made);
    ExternalTool.named("wimlib-imagex").output("verify", made);
  }
}
