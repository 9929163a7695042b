package io.vhdboot.ntfs.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.ProviderMismatchException;
import java.nio.file.StandardWatchEventKinds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths and patterns, held against those of a Unix host, which differ in case only. */
class NtfsPathTest {

  private static NtfsFileSystem fileSystem;

  @BeforeAll
  static void open() throws IOException {
    fileSystem = NtfsFileSystems.newFileSystem(Volumes.empty(8 << 20));
  }

  @AfterAll
  static void close() throws IOException {
    fileSystem.close();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void pathsDoAsThoseOfTheHost() {
    SplittableRandom random = Seed.random("NtfsPathTest");
    for (int i = 0; i < Seed.cases(500_000, 4_000); i++) {
      String a = randomPath(random);
      String b = randomPath(random);
      compare(a, b, "normalize", pair -> pair.a.normalize());
      compare(a, b, "resolve", pair -> pair.a.resolve(pair.b));
      compare(a, b, "resolveSibling", pair -> pair.a.resolveSibling(pair.b));
      compare(a, b, "startsWith", pair -> pair.a.startsWith(pair.b));
      compare(a, b, "endsWith", pair -> pair.a.endsWith(pair.b));
      compare(a, b, "equals", pair -> pair.a.equals(pair.b));
      compare(a, b, "compareTo", pair -> Integer.signum(pair.a.compareTo(pair.b)) == 0);
      compare(a, b, "parent", pair -> String.valueOf(pair.a.getParent()));
      compare(a, b, "root", pair -> String.valueOf(pair.a.getRoot()));
      compare(a, b, "file name", pair -> String.valueOf(pair.a.getFileName()));
      compare(a, b, "names", pair -> names(pair.a));
      compare(a, b, "count", pair -> pair.a.getNameCount());
      compare(a, b, "absolute", pair -> pair.a.isAbsolute());
      int from = random.nextInt(3);
      compare(a, b, "subpath", pair -> pair.a.subpath(from, from + 2));
      // The host leads from ".." by the names alone; we know no more than it and refuse.
      if (!names(Path.of(a)).contains("..") && !names(Path.of(b)).contains("..")) {
        compare(
            Path.of(a).normalize().toString(),
            Path.of(b).normalize().toString(),
            "relativize",
            pair -> pair.a.relativize(pair.b));
      }
    }
  }

  private record Pair(Path a, Path b) {}

  private static void compare(String a, String b, String what, Function<Pair, Object> function) {
    Object ours = result(function, new Pair(fileSystem.getPath(a), fileSystem.getPath(b)));
    Object host = result(function, new Pair(Path.of(a), Path.of(b)));
    assertThat(ours).as("%s of '%s' and '%s'", what, a, b).isEqualTo(host);
  }

  private static Object result(Function<Pair, Object> function, Pair pair) {
    try {
      Object result = function.apply(pair);
      return result instanceof Path path ? path.toString() : result;
    } catch (IllegalArgumentException e) {
      return "refused";
    }
  }

  private static List<String> names(Path path) {
    List<String> names = new ArrayList<>();
    path.forEach(name -> names.add(name.toString()));
    return names;
  }

  private static String randomPath(SplittableRandom random) {
    StringBuilder path = new StringBuilder(random.nextBoolean() ? "/" : "");
    String[] names = {"a", "b", "a b", ".", "..", "c.txt"};
    for (int i = random.nextInt(5); i > 0; i--) {
      path.append(names[random.nextInt(names.length)]).append(i > 1 ? "/" : "");
    }
    return path.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "'\\Windows\\System32', /Windows/System32",
    "Windows\\System32/config, Windows/System32/config",
    "//a///b/, /a/b",
    "'', ''",
  })
  void bothSeparatorsAreRead(String text, String path) {
    assertThat(fileSystem.getPath(text)).hasToString(path);
    assertThat(fileSystem.getPath("", text)).hasToString(path);
  }

  @Test
  void caseDoesNotMatter() {
    Path path = fileSystem.getPath("/Windows/Straße/ÉTÉ");
    Path other = fileSystem.getPath("/WINDOWS/sTRAßE/été");
    assertThat(path).isEqualTo(other).hasSameHashCodeAs(other);
    assertThat(path.compareTo(other)).isZero();
    assertThat(path.startsWith("/windows/straße")).isTrue();
    assertThat(fileSystem.getPath("/windows").relativize(path)).hasToString("Straße/ÉTÉ");
    assertThat(path).isNotEqualTo(fileSystem.getPath("/WINDOWS/STRASSE/ÉTÉ"));
  }

  @Test
  void uriLeadsBackToThePath() {
    for (String name :
        List.of(
            "a b", "100%", "x!y", "ä€\uD83D\uDCBE", "\uD800lone", "a+b&c=d;e?f#g[h]", "\"<>|")) {
      Path path = fileSystem.getPath("/").resolve(fileSystem.getPath(name)).resolve("next");
      URI uri = path.toUri();
      assertThat(uri.toASCIIString()).isEqualTo(uri.toString());
      assertThat(Path.of(uri)).isEqualTo(path);
      assertThat(Path.of(URI.create(uri.toString()))).hasToString(path.toString());
    }
    NtfsPath backslash = NtfsPath.of(fileSystem, true, List.of("back\\slash"));
    assertThat(Path.of(backslash.toUri()).getFileName()).hasToString("back\\slash");
    assertThat(Path.of(fileSystem.getPath("/").toUri())).isEqualTo(fileSystem.getPath("/"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ntfs:empty", "ntfs:empty!/%FF", "ntfs:empty!/a%00", "ntfs:empty!/%ED"})
  void uriWithoutAPathIsRefused(String uri) {
    assertThatThrownBy(() -> Path.of(URI.create(uri)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(uri);
  }

  @Test
  void uriOfAClosedVolumeIsNotFound() {
    assertThatThrownBy(() -> Path.of(URI.create("ntfs:nowhere!/a")))
        .isInstanceOf(FileSystemNotFoundException.class);
    assertThatThrownBy(() -> FileSystems.newFileSystem(URI.create("ntfs:nowhere"), Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsNoPathOfTheVolumeIsRefused() throws IOException {
    Path path = fileSystem.getPath("a");
    assertThatThrownBy(() -> fileSystem.getPath("a\0b")).isInstanceOf(InvalidPathException.class);
    assertThatThrownBy(() -> path.resolve(Path.of("b")))
        .isInstanceOf(ProviderMismatchException.class);
    assertThatThrownBy(path::toFile).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> path.getName(1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(path.startsWith(Path.of("a"))).isFalse();
    assertThat(path).isNotEqualTo(Path.of("a"));
    assertThatThrownBy(() -> fileSystem.getPath("..").relativize(path))
        .isInstanceOf(IllegalArgumentException.class);
    try (var watcher = FileSystems.getDefault().newWatchService()) {
      assertThatThrownBy(() -> path.register(watcher, StandardWatchEventKinds.ENTRY_CREATE))
          .isInstanceOf(UnsupportedOperationException.class);
    }
    assertThatThrownBy(fileSystem::newWatchService)
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void globsMatchAsThoseOfTheHost() {
    SplittableRandom random = Seed.random("NtfsPathTest.globs");
    int matches = 0;
    for (int i = 0; i < Seed.cases(1_000_000, 15_000); i++) {
      String glob = randomText(random, "aab./*?{,}[]!-\\", 8);
      String name = randomText(random, "aab./-,", 5);
      PathMatcher host;
      try {
        host = FileSystems.getDefault().getPathMatcher("glob:" + glob);
      } catch (PatternSyntaxException e) {
        continue;
      }
      boolean expected = host.matches(Path.of(name));
      matches += expected ? 1 : 0;
      assertThat(fileSystem.getPathMatcher("glob:" + glob).matches(fileSystem.getPath(name)))
          .as("glob '%s' and '%s'", glob, name)
          .isEqualTo(expected);
    }
    assertThat(matches).isGreaterThan(100);
  }

  private static String randomText(SplittableRandom random, String units, int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most); i >= 0; i--) {
      text.append(units.charAt(random.nextInt(units.length())));
    }
    return text.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "glob:*.TXT, note.txt, true",
    "'glob:*.{Exe,dll}', a.DLL, true",
    "glob:[a-c]x, BX, true",
    "glob:[!a-c]x, BX, false",
    "glob:[!a-c]x, dx, true",
    "glob:été*, ÉTÉ.txt, true",
    "glob:/Win*/**, /WINDOWS/System32/config, true",
    "glob:/Win*/*, /WINDOWS/System32/config, false",
    "'regex:[^/]*\\.t\\Dt', NOTE.TXT, true",
  })
  void patternsMatchWithoutRegardToCase(String pattern, String path, boolean matches) {
    assertThat(fileSystem.getPathMatcher(pattern).matches(fileSystem.getPath(path)))
        .isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"glob:[a", "glob:{a", "glob:a\\", "glob:{{a}}", "glob:[z-a]", "regex:["})
  void wrongPatternIsRefused(String pattern) {
    assertThatThrownBy(() -> fileSystem.getPathMatcher(pattern))
        .isInstanceOf(PatternSyntaxException.class);
  }

  @Test
  void unknownSyntaxIsRefused() {
    assertThatThrownBy(() -> fileSystem.getPathMatcher("*.txt"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> fileSystem.getPathMatcher("dos:*.txt"))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
