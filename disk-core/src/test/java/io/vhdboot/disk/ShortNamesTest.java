package io.vhdboot.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShortNamesTest {

  /** The first four as published for Windows 8, the others as git guards against them. */
  @ParameterizedTest
  @CsvSource({
    "a.txt3, AEE90~1.TXT",
    "5+6 June Report.doc, 5_6JUN~1.DOC",
    "SomeStuff.aspx, SOMEST~1.ASP",
    "Program Files, PROGRA~1",
    ".git, GIT~1",
    ".gitmodules, GITMOD~1",
  })
  void firstNameIsTheOneWindowsGives(String name, String shortName) throws IOException {
    assertThat(new ShortNames(none -> false).next(name)).contains(shortName);
  }

  @ParameterizedTest
  @CsvSource({
    "SomeStuff.aspx, SOBC84~1.ASP",
    ".gitmodules, GI7EBA~1",
    ".gitignore, GI250A~1",
    ".gitattributes, GI7D29~1",
    ".mailmap, MABA30~1",
  })
  void fifthNameIsTheOneWindowsGives(String name, String shortName) throws IOException {
    ShortNames names = new ShortNames(none -> false);
    for (int i = 0; i < 4; i++) {
      assertThat(names.next(name).orElseThrow()).contains("~" + (i + 1));
    }
    assertThat(names.next(name)).contains(shortName);
  }

  @ParameterizedTest
  @CsvSource({
    "a.testing.file.bat, ATESTI~1.BAT",
    "1+2+3 Hello World.exe, 1_2_3H~1.EXE",
    "two words, TWOWOR~1",
    "a b c.t x t, ABC~1.TXT",
    "..hidden.config, HIDDEN~1.CON",
    "ends with dots.., ENDSWI~1",
    "Grüße an alle.txt, GREANA~1.TXT",
    "abc.документ, ABC~1",
    "abc.html, ABC~1.HTM",
    "abc~12345.x, ABC~12~1.X",
  })
  void charactersGoOrChange(String name, String shortName) throws IOException {
    assertThat(new ShortNames(none -> false).next(name)).contains(shortName);
    assertThat(ShortNames.needsNone(name)).isFalse();
    assertThat(ShortNames.needsNone(shortName)).isTrue();
  }

  @Test
  void hashStandsAtOnceWhereLittleIsLeft() throws IOException {
    ShortNames names = new ShortNames(none -> false);
    String hash = ShortNames.hash("документ.txt");
    assertThat(names.next("документ.txt")).contains(hash + "~1.TXT");
    assertThat(names.next("документ.txt")).contains(hash + "~2.TXT");
    assertThat(names.next("für.c")).contains("FR" + ShortNames.hash("für.c") + "~1.C");
    assertThat(names.next("für")).contains("FR" + ShortNames.hash("für") + "~1");
  }

  @ParameterizedTest
  @CsvSource({
    "README.TXT, true",
    "Readme.txt, true",
    "a, true",
    "12345678.123, true",
    "123456789, false",
    "a.1234, false",
    ".a, false",
    "a., false",
    "a b, false",
    "a+b, false",
    "ä, false",
    "a.b.c, false",
  })
  void nameThatIsShortNeedsNone(String name, boolean none) {
    assertThat(ShortNames.needsNone(name)).isEqualTo(none);
  }

  @Test
  void numberThatGrowsCutsWhatStandsBeforeIt() throws IOException {
    ShortNames names = new ShortNames(none -> false);
    String hash = ShortNames.hash("a long name");
    String last = "";
    for (int i = 0; i < 4 + 9 + 1; i++) {
      last = names.next("a long name").orElseThrow();
    }
    assertThat(last).isEqualTo("AL" + hash.substring(0, 3) + "~10");
    for (int i = 10; i < 100; i++) {
      last = names.next("a long name").orElseThrow();
    }
    assertThat(last).isEqualTo("AL" + hash.substring(0, 2) + "~100");
  }

  @Test
  void givesUpAtMillion() throws IOException {
    int[] asked = {0};
    String[] last = {""};
    ShortNames names =
        new ShortNames(
            name -> {
              asked[0]++;
              last[0] = name;
              return true;
            });
    assertThat(names.next("a long name")).isEmpty();
    assertThat(asked[0]).isEqualTo(4 + 999_999);
    assertThat(last[0]).isEqualTo("A~999999");
    assertThat(names.next("a long name")).isEmpty();
    assertThat(asked[0]).as("nothing is asked twice").isEqualTo(4 + 999_999);
  }

  @Test
  void hundredThousandAlikeAskTheDirectoryOnceEach() throws IOException {
    int[] asked = {0};
    ShortNames names =
        new ShortNames(
            name -> {
              asked[0]++;
              return false;
            });
    Set<String> given = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      given.add(names.next("amd64_microsoft-windows-component_" + i + ".manifest").orElseThrow());
    }
    assertThat(given).hasSize(100_000);
    assertThat(asked[0]).isEqualTo(100_000);
  }

  /** What is remembered saves work and changes nothing: a fresh object gives the same. */
  @Test
  void lowestFreeNumberIsGivenWhateverComesAndGoes() throws IOException {
    RandomGenerator random = Seed.random("short names");
    TreeSet<String> taken = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    ShortNames names = new ShortNames(taken::contains);
    List<String> longNames = List.of("Long name.text", "Long name too.text", "ab.html", "ä.x", "+");
    for (int i = 0; i < Seed.cases(200_000, 5_000); i++) {
      if (random.nextInt(100) < 45 && !taken.isEmpty()) {
        String gone = taken.ceiling(longNames.get(random.nextInt(5)).substring(0, 1));
        gone = gone == null ? taken.first() : gone;
        taken.remove(gone);
        names.release(random.nextBoolean() ? gone : gone.toLowerCase(Locale.ROOT));
      } else {
        String name = longNames.get(random.nextInt(5));
        Optional<String> expected = new ShortNames(taken::contains).next(name);
        assertThat(names.next(name)).isEqualTo(expected);
        taken.add(expected.orElseThrow());
      }
    }
  }
}
