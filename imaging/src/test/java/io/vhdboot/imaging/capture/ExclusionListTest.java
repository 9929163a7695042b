package io.vhdboot.imaging.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExclusionListTest {

  @TempDir Path folder;

  private static ExclusionList excluding(String... patterns) {
    return ExclusionList.parse("[ExclusionList]\n" + String.join("\n", patterns));
  }

  @ParameterizedTest
  @CsvSource({
    "\\pagefile.sys, /pagefile.sys, true",
    "\\pagefile.sys, /folder/pagefile.sys, false",
    "\\PageFile.SYS, /pagefile.sys, true",
    "C:\\pagefile.sys, /pagefile.sys, true",
    "*.tmp, /a/b/c.tmp, true",
    "*.tmp, /a/b/c.tmp2, false",
    "name, /a/name, true",
    "name, /name/below, false",
    "\\a\\*\\c, /a/b/c, true",
    "\\a\\*\\c, /a/b/b/c, false",
    "\\a\\*, /a/b/c, true",
    "/a/b, \\a\\b\\c, true",
    "\\a?c, /abc, true",
    "\\a?c, /abbc, false",
    "*a*b*c*, /xxaxxbxxcxx, true",
    "*a*b*c*, /xxaxxcxxbxx, false",
    "\"\\System Volume Information\", /System Volume Information, true",
    "a\\b, /a/b, true",
  })
  void patternMatches(String pattern, String path, boolean isExcluded) {
    assertThat(excluding(pattern).excludes(path)).isEqualTo(isExcluded);
  }

  @Test
  void exceptionKeepsWhatItNamesAndTheWayThere() {
    ExclusionList list =
        ExclusionList.parse(
            "[ExclusionList]\n\\top\n*.log\n[ExclusionException]\n\\top\\in\\keep\nkeep.log\n");
    assertThat(list.excludes("/top")).isFalse();
    assertThat(list.excludes("/top/in")).isFalse();
    assertThat(list.excludes("/top/in/keep")).isFalse();
    assertThat(list.excludes("/top/in/keep/below")).isFalse();
    assertThat(list.excludes("/top/other")).isTrue();
    assertThat(list.excludes("/x/other.log")).isTrue();
    assertThat(list.excludes("/x/keep.log")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"UTF-8, ''", "UTF-8, \uFEFF", "UTF-16LE, \uFEFF", "UTF-16BE, \uFEFF"})
  void fileIsReadInItsEncoding(String charset, String mark) throws IOException {
    String text =
        mark
            + "; comment\r\n[CompressionFolderList]\r\n\\not\r\n\r\n"
            + "[EXCLUSIONLIST]\r\n# comment\r\n  \\\u00e4\u4e16  \r\n";
    Path file = Files.write(folder.resolve("list.ini"), text.getBytes(Charset.forName(charset)));
    ExclusionList list = ExclusionList.read(file);
    assertThat(list.excludes("/\u00c4\u4e16")).isTrue();
    assertThat(list.excludes("/not")).isFalse();
  }

  @Test
  @Timeout(5)
  void manyStarsTakeNoLongTime() {
    String name = "a".repeat(250);
    assertThat(excluding("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b").excludes("/" + name)).isFalse();
  }

  @Test
  void usualListLeavesOutWhatWindowsMakesAnew() {
    assertThat(ExclusionList.DEFAULT.excludes("/$Recycle.Bin/x")).isTrue();
    assertThat(ExclusionList.DEFAULT.excludes("/Windows/System32")).isFalse();
    assertThat(ExclusionList.NONE.excludes("/pagefile.sys")).isFalse();
  }
}
