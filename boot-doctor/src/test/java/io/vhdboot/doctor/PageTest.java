package io.vhdboot.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page for people who look at a screen must know every error that the doctor knows. */
class PageTest {

  private static final Path PAGE =
      SharedData.projectRoot().resolve("docs/when-it-does-not-boot.md");

  @ParameterizedTest
  @EnumSource(
      value = BootError.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NONE"})
  void pageTellsOfError(BootError error) throws IOException {
    String page = Files.readString(PAGE);
    String code = error.code().replace("stop ", "");
    assertThat(page).contains(code.isEmpty() ? firstWords(error.wording()) : code);
  }

  private static String firstWords(String wording) {
    return wording.replace("a licensing error after the start", "a licensing error")
        .split("[;:]")[0];
  }
}
