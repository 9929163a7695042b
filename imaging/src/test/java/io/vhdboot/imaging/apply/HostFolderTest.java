package io.vhdboot.imaging.apply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import io.vhdboot.wim.BlobSource;
import io.vhdboot.wim.NewFile;
import io.vhdboot.wim.WimCompression;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImageInfo;
import io.vhdboot.wim.WimWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images, or files of them, go to folders of the host. */
class HostFolderTest {

  private static final int SYMBOLIC_LINK = 0xA000000C;
  private static final long TIME = 131_000_000_000_000_000L;

  @TempDir private Path folder;

  private final ExecutorService pool = Executors.newFixedThreadPool(2);

  @AfterEach
  void stopPool() {
    pool.shutdownNow();
  }

  private ImageTransfer transfer(WimFile wim) throws IOException {
    return ImageTransfer.of(wim, wim.image(1)).executor(pool, 2);
  }

  private Path write(NewFile root) throws IOException {
    Path path = folder.resolve("test.wim");
    try (WimWriter writer =
        WimWriter.to(path).compression(WimCompression.XPRESS).overwrite(true).open()) {
      writer.addImage(WimImageInfo.builder().name("test").build(), root);
      writer.finish();
    }
    return path;
  }

  /** What a folder holds: kind, content, size, time, and which names are one file. */
  private static Map<String, String> listing(Path root) throws IOException {
    Map<String, String> listing = new TreeMap<>();
    Map<Object, String> firstNames = new HashMap<>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path path : walk.sorted().toList()) {
        String name = root.relativize(path).toString();
        if (Files.isSymbolicLink(path)) {
          listing.put(name, "link to " + Files.readSymbolicLink(path));
        } else if (Files.isDirectory(path)) {
          listing.put(name, "directory " + Files.getLastModifiedTime(path));
        } else {
          Object key = Files.getAttribute(path, "unix:ino");
          String first = firstNames.computeIfAbsent(key, k -> name);
          listing.put(
              name,
              Arrays.hashCode(Files.readAllBytes(path))
                  + " "
                  + Files.size(path)
                  + " "
                  + Files.getLastModifiedTime(path)
                  + " is "
                  + first);
        }
      }
    }
    return listing;
  }

  private static List<String> differences(Map<String, String> found, Map<String, String> expected) {
    List<String> differences = new ArrayList<>();
    Map<String, String> all = new TreeMap<>(expected);
    all.putAll(found);
    for (String path : all.keySet()) {
      if (!Objects.equals(found.get(path), expected.get(path))) {
        differences.add(
            path + "\nexpected " + expected.get(path) + "\nfound    " + found.get(path) + "\n");
      }
    }
    return differences;
  }

  /**
   * All but links to elsewhere, of which wimlib makes links within the folder, and times that Java
   * cannot set.
   */
  @ParameterizedTest
  @CsvSource({
    "ntfs-features.wim, rp/symlink-unc rp/volume-mount, rp/lx-symlink rp/symlinkd-rooted",
    "ntfs-features.esd, rp/symlink-unc rp/volume-mount, rp/lx-symlink rp/symlinkd-rooted",
    "crafted-features.wim, encrypted.bin names/a/b names/\ufffdx.txt, epoch0.txt future.txt",
    "MultiImage.wim, '', ''",
    "LZMS.wim, '', ''",
    "Split.swm, '', ''",
    "hostile/dotdot.wim, '', ''",
    "hostile/duplicate_names.wim, '', ''",
  })
  @DisabledOnOs(OS.WINDOWS)
  void wholeImageIsAsWimlibAppliesIt(String file, String leftOut, String different)
      throws IOException {
    ExternalTool wimlib = ExternalTool.named("wimlib-imagex");
    Path theirs = folder.resolve("same/out");
    Path source = SharedData.data("wim/" + file);
    Files.createDirectories(theirs);
    if (file.endsWith(".swm")) {
      wimlib.output("apply", source, 1, theirs, "--ref=" + source.resolveSibling("Split*.swm"));
    } else {
      wimlib.output("apply", source, 1, theirs);
    }
    Map<String, String> expected = listing(theirs);
    // The same path, to which links lead.
    Path aside = Files.move(theirs, folder.resolve("theirs"));
    assertThat(aside).exists();
    TransferReport report;
    try (WimFile wim = WimFile.open(source)) {
      report = transfer(wim).toFolder(theirs);
    }
    Map<String, String> found = listing(theirs);
    for (String path : (leftOut + " " + different).trim().split(" +")) {
      expected.remove(path);
      found.remove(path);
    }
    // The root's own time changes as the folder is made.
    expected.remove("");
    found.remove("");
    assertThat(differences(found, expected)).isEmpty();
    assertThat(report.leftOut()).hasSize(leftOut.isEmpty() ? 0 : leftOut.split(" +").length);
    if (different.startsWith("rp/")) {
      assertThat(Files.readSymbolicLink(theirs.resolve("rp/symlinkd-rooted")))
          .isEqualTo(theirs.toRealPath().resolve("rp/target"));
      assertThat(theirs.resolve("rp/lx-symlink")).isSymbolicLink();
    }
  }

  @Test
  void whatAHostDoesNotKeepIsCounted() throws IOException {
    try (WimFile wim = WimFile.open(SharedData.data("wim/ntfs-features.wim"))) {
      TransferReport report = transfer(wim).toFolder(folder.resolve("out"));
      // The same figures as wimlib warns of.
      assertThat(report.losses())
          .containsEntry(Loss.NAMED_STREAM, 7L)
          .containsEntry(Loss.SECURITY_DESCRIPTOR, 1348L)
          .containsEntry(Loss.OBJECT_ID, 3L)
          .containsEntry(Loss.SHORT_NAME, 3L)
          .containsEntry(Loss.REPARSE_POINT, 3L);
    }
  }

  @Test
  void namedStreamsAreFilesWhereThatIsWanted() throws IOException {
    NewFile root = NewFile.directory();
    root.add("f", NewFile.of("main".getBytes(UTF_8)).stream("s", BlobSource.of(new byte[] {7})));
    root.add("d", NewFile.directory().stream("empty", BlobSource.of(new byte[0])));
    try (WimFile wim = WimFile.open(write(root))) {
      Path out = folder.resolve("out");
      assertThat(transfer(wim).streamsAsFiles(true).toFolder(out).losses())
          .doesNotContainKey(Loss.NAMED_STREAM);
      assertThat(out.resolve("f:s")).hasBinaryContent(new byte[] {7});
      assertThat(out.resolve("d:empty")).isEmptyFile();
      assertThat(out.resolve("f")).hasContent("main");
    }
  }

  @Test
  void whatAHostDoesNotKeepIsListedWhereThatIsWanted() throws IOException {
    Path list = folder.resolve("list.jsonl");
    try (WimFile wim = WimFile.open(SharedData.data("wim/crafted-features.wim"))) {
      transfer(wim).metadataList(list).toFolder(folder.resolve("out"));
    }
    List<String> lines = Files.readAllLines(list);
    assertThat(lines).allMatch(line -> line.startsWith("{\"path\":\"/") && line.endsWith("}"));
    assertThat(line(lines, "/ea/need-ea.txt"))
        .contains(
            "\"extendedAttributes\":[{\"name\":\"NEEDED\",\"flags\":128,\"value\":\"010203\"},");
    assertThat(line(lines, "/links/a2")).endsWith("\"linkOf\":\"/links/a1\"}");
    assertThat(line(lines, "/names/\\ud800x.txt")).contains("\"created\":");
    assertThat(line(lines, "/streams/named-first.txt")).contains("\"streams\":[{\"name\":\"z\"");
    assertThat(line(lines, "/reparse/nonms")).contains("\"reparseTag\":4660,\"reparseData\":\"");
    assertThat(line(lines, "/security/sd0")).contains("\"securityDescriptor\":\"01000");
  }

  private static String line(List<String> lines, String path) {
    String begin = "{\"path\":\"" + path + "\"";
    return lines.stream().filter(line -> line.startsWith(begin)).findFirst().orElseThrow();
  }

  private static byte[] words(int size, SplittableRandom random) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = i > 40 && random.nextInt(3) > 0 ? bytes[i - 1 - random.nextInt(40)] : (byte) i;
    }
    return bytes;
  }

  /** A random tree comes out as it went in, in whole and by pieces. */
  @Test
  void randomTreesComeOutAsTheyWentIn() throws IOException {
    SplittableRandom random = Seed.random("randomTreesComeOutAsTheyWentIn");
    for (int round = 0; round < Seed.cases(60, 2); round++) {
      Map<String, byte[]> files = new TreeMap<>();
      List<NewFile> directories = new ArrayList<>(List.of(NewFile.directory()));
      List<String> paths = new ArrayList<>(List.of(""));
      List<NewFile> made = new ArrayList<>();
      List<byte[]> contents = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        int parent = random.nextInt(directories.size());
        String name = (random.nextInt(9) == 0 ? "ü☃ 😀" : "n") + i;
        String path = paths.get(parent) + name;
        int kind = random.nextInt(10);
        if (kind < 2) {
          directories.add(directories.get(parent).add(name, NewFile.directory()));
          paths.add(path + "/");
        } else if (kind == 2 && !made.isEmpty()) {
          int linked = random.nextInt(made.size());
          directories.get(parent).add(name, made.get(linked));
          files.put(path, contents.get(linked));
        } else {
          byte[] content =
              kind == 3 && !contents.isEmpty()
                  ? contents.get(random.nextInt(contents.size()))
                  : content(random);
          NewFile file = NewFile.of(content).times(TIME + i, TIME + 2 * i, TIME + 10L * i);
          directories.get(parent).add(name, file);
          made.add(file);
          contents.add(content);
          files.put(path, content);
        }
      }
      Path out = folder.resolve("out" + round);
      try (WimFile wim = WimFile.open(write(directories.get(0)))) {
        TransferReport report = transfer(wim).toFolder(out);
        assertThat(report.isComplete()).isTrue();
        assertThat(report.files()).isEqualTo(made.size());
        assertThat(report.hardLinks()).isEqualTo(files.size() - made.size());
        assertThat(report.directories()).isEqualTo(directories.size() - 1);
        assertThat(contents(out)).containsExactlyInAnyOrderEntriesOf(hashes(files));
        String one = files.keySet().stream().skip(random.nextInt(files.size())).findFirst().get();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageTransfer.of(wim, wim.image(1)).select(List.of(one)).toStream(bytes);
        assertThat(bytes.toByteArray()).isEqualTo(files.get(one));
        Path flat = folder.resolve("flat" + round);
        transfer(wim).select(List.of(one)).flat(true).toFolder(flat);
        assertThat(flat.resolve(one.substring(one.lastIndexOf('/') + 1)))
            .hasBinaryContent(files.get(one));
      }
    }
  }

  private static byte[] content(SplittableRandom random) {
    return switch (random.nextInt(12)) {
      case 0 -> new byte[0];
      case 1 -> new byte[3_000_000 + random.nextInt(200_000)];
      case 2 -> words(1_100_000 + random.nextInt(100_000), random);
      case 3 -> {
        byte[] holes = new byte[2_500_000];
        holes[random.nextInt(holes.length)] = 1;
        yield holes;
      }
      default -> words(random.nextInt(60_000), random);
    };
  }

  private static Map<String, Integer> hashes(Map<String, byte[]> files) {
    Map<String, Integer> hashes = new TreeMap<>();
    files.forEach((path, bytes) -> hashes.put(path, Arrays.hashCode(bytes)));
    return hashes;
  }

  private static Map<String, Integer> contents(Path root) throws IOException {
    Map<String, Integer> found = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path path : walk.filter(Files::isRegularFile).toList()) {
        found.put(
            root.relativize(path).toString().replace('\\', '/'),
            Arrays.hashCode(Files.readAllBytes(path)));
      }
    }
    return found;
  }

  private WimFile sample() throws IOException {
    NewFile root = NewFile.directory();
    NewFile windows = root.add("Windows", NewFile.directory().times(TIME, TIME, TIME));
    NewFile system = windows.add("System32", NewFile.directory().times(TIME, TIME, TIME + 5));
    for (String name : List.of("a.dll", "b.dll", "c.exe")) {
      system.add(name, NewFile.of(name.getBytes(UTF_8)));
    }
    windows.add("a.dll", NewFile.of("other".getBytes(UTF_8)));
    root.add("top.txt", NewFile.of("top".getBytes(UTF_8)));
    return WimFile.open(write(root));
  }

  @ParameterizedTest
  @CsvSource({
    "windows/system32/*.DLL, false, Windows/System32/a.dll Windows/System32/b.dll",
    "windows/system32/?.dll, true, a.dll b.dll",
    "Windows\\*\\c*, false, Windows/System32/c.exe",
    "/Windows/a.dll, false, Windows/a.dll",
    "/Windows/System32, true, System32/a.dll System32/b.dll System32/c.exe",
    "*.txt, false, top.txt",
  })
  void pathsAndPatternsChooseFiles(String pattern, boolean isFlat, String expected)
      throws IOException {
    try (WimFile wim = sample()) {
      Path out = folder.resolve("out");
      transfer(wim).select(List.of(pattern)).flat(isFlat).toFolder(out);
      assertThat(contents(out).keySet()).containsExactly(expected.split(" "));
      if (!isFlat && Files.isDirectory(out.resolve("Windows/System32"))) {
        assertThat(Files.getLastModifiedTime(out.resolve("Windows/System32")).toInstant())
            .isEqualTo(FileTime100ns.toInstant(TIME + 5));
      }
    }
  }

  @Test
  void filesOfOneNameThatGoToOneFolderAreNotLostSilently() throws IOException {
    try (WimFile wim = sample()) {
      TransferReport report =
          transfer(wim)
              .select(List.of("/Windows/a.dll", "/Windows/System32/a.dll"))
              .flat(true)
              .overwrite(true)
              .toFolder(folder.resolve("out"));
      assertThat(report.leftOut()).singleElement().asString().contains("another file of this name");
      assertThat(folder.resolve("out/a.dll")).hasContent("other");
    }
  }

  @Test
  void pathThatIsNotThereIsTold() throws IOException {
    try (WimFile wim = sample()) {
      assertThatThrownBy(() -> transfer(wim).select(List.of("/nothing/*")).toFolder(folder))
          .isInstanceOf(NoSuchFileException.class)
          .hasMessageContaining("/nothing/*");
      assertThatThrownBy(
              () -> transfer(wim).select(List.of("/Windows")).toStream(new ByteArrayOutputStream()))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("is a directory");
    }
  }

  @Test
  void excludedFilesAreLeftWithAllBelow() throws IOException {
    try (WimFile wim = sample()) {
      Path out = folder.resolve("out");
      transfer(wim).exclude(entry -> entry.name().equals("System32")).toFolder(out);
      assertThat(contents(out).keySet()).containsExactly("Windows/a.dll", "top.txt");
    }
  }

  @Test
  void filesInTheWayEndTheTransferUnlessTheyMayBeReplaced() throws IOException {
    try (WimFile wim = sample()) {
      Path out = Files.createDirectories(folder.resolve("out/Windows")).getParent();
      Path mine = Files.writeString(folder.resolve("mine"), "mine");
      Files.createLink(out.resolve("top.txt"), mine);
      assertThatThrownBy(() -> transfer(wim).toFolder(out))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThat(mine).hasContent("mine");
      transfer(wim).overwrite(true).toFolder(out);
      assertThat(out.resolve("top.txt")).hasContent("top");
      // Another name of what was replaced keeps its content.
      assertThat(mine).hasContent("mine");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisabledOnOs(OS.WINDOWS)
  void nothingIsWrittenThroughLinksThatAreThere(boolean overwrites) throws IOException {
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    Path out = Files.createDirectories(folder.resolve("out"));
    Files.createSymbolicLink(out.resolve("Windows"), elsewhere);
    Path victim = Files.writeString(folder.resolve("victim"), "safe");
    Files.createSymbolicLink(out.resolve("top.txt"), victim);
    try (WimFile wim = sample()) {
      if (overwrites) {
        transfer(wim).overwrite(true).toFolder(out);
        assertThat(out.resolve("Windows/System32/a.dll")).hasContent("a.dll");
      } else {
        assertThatThrownBy(() -> transfer(wim).toFolder(out))
            .isInstanceOf(FileAlreadyExistsException.class);
      }
    }
    assertThat(elsewhere).isEmptyDirectory();
    assertThat(victim).hasContent("safe");
  }

  /** A link is made when all else is there, so that nothing goes through it, whatever its place. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void linksOfTheImageLeadNothingElsewhere() throws IOException {
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    String target = elsewhere.toString().replace('/', '\\');
    NewFile root = NewFile.directory();
    root.add("A", NewFile.directory().reparse(SYMBOLIC_LINK, link(target, false), true));
    root.add("a", NewFile.directory()).add("f", NewFile.of(new byte[] {1}));
    try (WimFile wim = WimFile.open(write(root))) {
      Path out = folder.resolve("out");
      transfer(wim).toFolder(out);
      assertThat(out.resolve("a/f")).hasBinaryContent(new byte[] {1});
      assertThat(out.resolve("A")).isSymbolicLink();
    }
    assertThat(elsewhere).isEmptyDirectory();
  }

  private static BlobSource link(String target, boolean isRelative) {
    byte[] data = new byte[12 + 2 * target.length()];
    data[2] = (byte) (2 * target.length());
    data[3] = (byte) (2 * target.length() >> 8);
    data[8] = (byte) (isRelative ? 1 : 0);
    for (int i = 0; i < target.length(); i++) {
      data[12 + 2 * i] = (byte) target.charAt(i);
    }
    return BlobSource.of(data);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void namesThatTheHostCannotHoldAreLeftOutAndTold() throws IOException {
    NewFile root = NewFile.directory();
    root.add("bad\ud800", NewFile.of(new byte[] {1}));
    root.add("☃".repeat(100), NewFile.directory()).add("below", NewFile.of(new byte[] {2}));
    root.add("good", NewFile.of(new byte[] {3}));
    try (WimFile wim = WimFile.open(write(root))) {
      Path out = folder.resolve("out");
      TransferReport report = transfer(wim).toFolder(out);
      assertThat(contents(out).keySet()).containsExactly("good");
      assertThat(report.isComplete()).isFalse();
      assertThat(report.leftOutCount()).isEqualTo(2);
      assertThat(report.leftOut())
          .anyMatch(text -> text.contains("more than 255 bytes"))
          .anyMatch(text -> text.startsWith("/bad\\ud800: "));
    }
  }

  @Test
  void pathsLongerThanTheHostTakesAreLeftOut() throws IOException {
    try (WimFile wim = WimFile.open(SharedData.data("wim/hostile/longpaths.wim"))) {
      TransferReport report = transfer(wim).toFolder(folder.resolve("out"));
      assertThat(report.directories() + report.leftOutCount()).isPositive();
    }
  }

  @Test
  void damagedFileLeavesNothingHalfDone() throws IOException {
    NewFile root = NewFile.directory();
    SplittableRandom random = Seed.random("damagedFileLeavesNothingHalfDone");
    byte[] large = new byte[5 << 20];
    random.nextBytes(large);
    root.add("1", NewFile.of(words(50_000, random)));
    root.add("2", NewFile.of(large));
    byte[] bytes = Files.readAllBytes(write(root));
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("w", bytes))) {
      var blob = wim.image(1).find("2").orElseThrow().inode().data().orElseThrow().blob().get();
      bytes[(int) (blob.offset() + blob.storedSize() - 9)] ^= 1;
      Path out = folder.resolve("out");
      assertThatThrownBy(() -> transfer(wim).toFolder(out))
          .isInstanceOf(CorruptFormatException.class)
          .hasMessageContaining("(/2)");
      try (Stream<Path> left = Files.list(out)) {
        assertThat(left.map(path -> path.getFileName().toString())).containsExactly("1");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CON, false",
    "con.txt, false",
    "LPT1, false",
    "com¹.x, false",
    "NUL .a, false",
    "COM, true",
    "CONSOLE, true",
    "lpt10, true",
    "a:b, false",
    "a\\b, false",
    "a?, false",
    "dot., false",
    "'space ', false",
    "' lead', true",
    ".., false",
    "., false",
    "x, true",
    "AUX, false",
    "aux-file, true",
    "tab\tin, false",
    "CONIN$, false",
  })
  void namesOfWindowsAreKnownEverywhere(String name, boolean isAllowed) {
    assertThat(new HostNames(true, false).problem(name).isEmpty()).isEqualTo(isAllowed);
  }

  @Test
  void caseClashesAreToldWhereTheHostCannotTellNamesApart() {
    HostNames names = new HostNames(true, false);
    assertThat(names.folded("Straße.TXT")).isEqualTo(names.folded("STRAßE.txt"));
    HostNames unix = new HostNames(false, true);
    assertThat(unix.folded("A")).isNotEqualTo(unix.folded("a"));
    assertThat(unix.problem("a:b\\c?")).isEmpty();
    assertThat(unix.problem("a/b")).isPresent();
    assertThat(unix.problem("nul\0")).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "a*, abc, true", "*c, abc, true", "a?c, ABC, true", "a*b*c, a1b2b3c, true", "*, '', true",
    "a*b, ac, false", "?, ab, false", "*.*, noext, false", "**a, a, true", "ü*, ÜBER, true",
  })
  void wildcardsMatchAsPeopleExpect(String pattern, String name, boolean matches) {
    assertThat(EntryPattern.matches(pattern, name)).isEqualTo(matches);
  }

  @Test
  void wildcardsTakeNoTimeWithoutEnd() {
    assertThat(EntryPattern.matches("*a".repeat(100) + "b", "a".repeat(30_000))).isFalse();
  }

  @Test
  void sparseFilesTakeNoRoom() throws IOException {
    NewFile root = NewFile.directory();
    byte[] holes = new byte[50 << 20];
    holes[30 << 20] = 1;
    root.add("sparse", NewFile.of(holes));
    try (WimFile wim = WimFile.open(write(root))) {
      Path out = folder.resolve("out");
      transfer(wim).toFolder(out);
      assertThat(Files.mismatch(out.resolve("sparse"), Files.write(folder.resolve("e"), holes)))
          .isEqualTo(-1);
      assertThat(Files.exists(out.resolve("sparse"), LinkOption.NOFOLLOW_LINKS)).isTrue();
      if (ExternalTool.isPresent("du")) {
        String used = ExternalTool.named("du").output("-k", out.resolve("sparse"));
        assertThat(Long.parseLong(used.split("\\s")[0])).isLessThan(2048);
      }
    }
  }
}
