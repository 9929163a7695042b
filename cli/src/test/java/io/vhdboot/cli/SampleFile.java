package io.vhdboot.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.IOUtils;

/** The bundled sample as a file. */
final class SampleFile {

  private SampleFile() {}

  static byte[] bytes() throws IOException {
    return IOUtils.resourceToByteArray("/io/vhdboot/testdata/sample.wim");
  }

  static Path in(Path folder) throws IOException {
    return Files.write(folder.resolve("sample.wim"), bytes());
  }
}
