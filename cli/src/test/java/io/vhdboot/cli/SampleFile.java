package io.vhdboot.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bundled sample as a file. */
final class SampleFile {

  private SampleFile() {}

  static byte[] bytes() throws IOException {
    try (InputStream in = SampleFile.class.getResourceAsStream("/io/vhdboot/testdata/sample.wim")) {
      return in.readAllBytes();
    }
  }

  static Path in(Path folder) throws IOException {
    return Files.write(folder.resolve("sample.wim"), bytes());
  }
}
