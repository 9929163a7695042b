package io.vhdboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands for files inside images: ls, cat, cp, stat and tree. */
class FileCommandsTest {

  private static final String IN_VHD = "@1/virtualharddisk.vhd@1";

  @TempDir static Path folder;

  private static Path demo;
  private static Path features;

  @TempDir Path own;

  @BeforeAll
  static void makeImages() {
    demo = folder.resolve("demo.img");
    assertThat(CommandLineRun.of("demo", "--out", demo).exitCode()).isZero();
  }

  private static Path features() {
    if (features == null) {
      features = SharedData.unpacked("wim/ntfs-features.img.gz", folder);
    }
    return features;
  }

  private static String out(Object... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    return run.out();
  }

  /** What a command writes that writes bytes, run as a program of its own. */
  private Path cat(Object... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.vhdboot.cli.Vhdboot",
                "cat"));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Path out = Files.createTempFile(own, "out", "");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.waitFor()).isZero();
    return out;
  }

  @Test
  void listShowsWhatDirShows() {
    String listing = out("ls", demo + IN_VHD + "\\Windows\\System32");
    assertThat(listing)
        .contains("Directory of /Windows/System32")
        .containsPattern("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d  D-+ +<DIR> config")
        .containsPattern("-A-+ +[\\d,]+ winload.exe")
        .contains("bytes free");
    assertThat(out("ls", "--bare", "--recursive", demo + "@1").lines())
        .contains("/bootmgr", "/Boot/BCD");
    assertThat(out("ls", "-b", demo + IN_VHD + "/Windows/System32/WIN*.exe").lines())
        .contains("/Windows/System32/winload.exe")
        .allMatch(line -> line.matches("(?i)/Windows/System32/win.*\\.exe"));
  }

  @Test
  void listShowsShortNamesStreamsAndLinks() {
    assertThat(out("ls", "-x", features() + "@/hl")).contains("LONGNA~1.TXT Long Name With");
    assertThat(out("ls", "-r", features() + "/ads")).contains("12 plain.txt:alpha");
    assertThat(out("ls", features() + "/rp"))
        .contains("<JUNCTION> junction [C:\\rp\\target]")
        .contains("<SYMLINK> symlink-rel [target\\f.txt]");
    JsonArray parsed =
        JsonParser.parseString(out("ls", "--json", features() + "/ads")).getAsJsonArray();
    assertThat(parsed)
        .anySatisfy(
            element -> {
              JsonObject file = element.getAsJsonObject();
              assertThat(file.get("name").getAsString()).isEqualTo("plain.txt");
              assertThat(file.get("streams").getAsJsonArray()).hasSize(6);
            });
    assertThat(out("ls", "-b", "--metafiles", features() + "")).contains("/$MFT\n");
  }

  @Test
  void listNamesWhatNtfslsNames() {
    ExternalTool ntfsls = ExternalTool.named("ntfsls");
    for (String directory : List.of("/", "/ads", "/hl", "/many", "/rp")) {
      List<String> theirs =
          ntfsls
              .output("-p", directory, features())
              .lines()
              .filter(name -> !name.isEmpty() && !name.equals(".") && !name.equals(".."))
              .sorted()
              .toList();
      List<String> ours =
          out("ls", "--bare", features() + directory)
              .lines()
              .map(line -> line.substring(line.lastIndexOf('/') + 1))
              .sorted()
              .toList();
      assertThat(ours).isEqualTo(theirs);
    }
  }

  @Test
  void catWritesWhatNtfscatWrites() throws Exception {
    ExternalTool.named("ntfscat");
    String file = "attr/compresseddir/compressible.txt";
    Path theirs = own.resolve("theirs");
    ExternalTool.named("sh").output("-c", "ntfscat " + features() + " " + file + " >" + theirs);
    assertThat(cat(features() + "/" + file)).hasSameBinaryContentAs(theirs);
    ExternalTool.named("sh")
        .output("-c", "ntfscat -n big " + features() + " ads/plain.txt >" + theirs);
    assertThat(cat(features() + "/ads/plain.txt:big")).hasSameBinaryContentAs(theirs);
  }

  @Test
  void filesGoInAndOutOfAVhdOnAStick() throws IOException {
    Path stick = Files.copy(demo, own.resolve("stick.img"));
    Path tree = Files.createDirectories(own.resolve("tree/sub/deep")).getParent().getParent();
    byte[] bytes = new byte[3_000_000];
    new Random(1).nextBytes(bytes);
    Files.write(tree.resolve("large.bin"), bytes);
    Files.write(tree.resolve("zeros.bin"), new byte[1 << 20]);
    Files.writeString(tree.resolve("sub/deep/note.txt"), "a note");
    Files.createSymbolicLink(tree.resolve("sub/link"), Path.of("deep/note.txt"));
    FileTime time = FileTime.fromMillis(1_234_567_890_000L);
    Files.setLastModifiedTime(tree.resolve("sub/deep/note.txt"), time);
    out("cp", "-r", "-p", tree, stick + IN_VHD + "/");
    assertThat(out("ls", stick + IN_VHD + "/tree/sub")).contains("<SYMLINK> link [deep\\note.txt]");
    assertThat(out("ls", stick + IN_VHD + "/tree/sub/deep")).contains("2009-02-13 23:31:30");
    Path back = Files.createDirectory(own.resolve("back"));
    out("cp", "-r", "-p", stick + IN_VHD + "/tree", back);
    assertThat(PathUtils.directoryAndFileContentEquals(tree, back.resolve("tree"))).isTrue();
    assertThat(Files.getLastModifiedTime(back.resolve("tree/sub/deep/note.txt"))).isEqualTo(time);
    assertThat(Files.readSymbolicLink(back.resolve("tree/sub/link"))).hasToString("deep/note.txt");
    out("cp", stick + IN_VHD + "/tree/large.bin", stick + "@1/copy.bin");
    out("cp", stick + "@1/copy.bin", stick + "@1/again.bin");
    out("cp", stick + "@1/again.bin", own.resolve("again.bin"));
    assertThat(own.resolve("again.bin")).hasBinaryContent(bytes);
    ExternalTool.script("python3", SharedData.tool("ntfscheck.py"))
        .run(stick, "--offset", 1 << 20, "--strict")
        .expectSuccess();
  }

  @Test
  void copyOfAVolumeKeepsAllThatIsAskedFor() throws IOException {
    Path target = own.resolve("target.img");
    Files.copy(features(), target);
    out("cp", "-r", "-p", "--streams", features() + "/ads", target + "/copied");
    assertThat(facts(target + "/copied")).isEqualTo(facts(features() + "/ads"));
    out("cp", "-r", "-p", features() + "/sd", target + "/sd2");
    assertThat(facts(target + "/sd2")).isEqualTo(facts(features() + "/sd"));
    out("cp", "-r", features() + "/rp/target", target + "/rp/junction2");
    ExternalTool.script("python3", SharedData.tool("ntfscheck.py")).run(target).expectSuccess();
  }

  /** What stat says of the files of a directory, but for what a copy has of its own. */
  private static List<String> facts(String directory) {
    JsonArray all =
        JsonParser.parseString(out("stat", "--json", directory + "/*")).getAsJsonArray();
    List<String> facts = new ArrayList<>();
    all.forEach(
        element -> {
          JsonObject file = element.getAsJsonObject();
          String name = file.get("path").getAsString();
          for (String key :
              List.of("path", "names", "record", "sequence", "allocatedSize", "changed")) {
            file.remove(key);
          }
          facts.add(name.substring(name.lastIndexOf('/')) + " " + file);
        });
    return facts;
  }

  @Test
  void streamsOfAHostWithoutThemAreFiles() throws IOException {
    Path out = Files.createDirectory(own.resolve("out"));
    out("cp", "--streams", features() + "/ads/plain.txt", out);
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()))
          .contains("plain.txt", "plain.txt:alpha", "plain.txt:big");
    }
    Path target = Files.copy(features(), own.resolve("target.img"));
    out("cp", "-r", out, target + "/in");
    assertThat(out("ls", "-r", target + "/in")).contains("12 plain.txt:alpha");
    assertThat(out("stat", target + "/in/plain.txt")).contains("big (75000 bytes)");
  }

  /** What is written to a stream later, or to a link, sets times that are not the source's. */
  @Test
  void timesAreKeptOfFilesWithStreamsAndOfLinks() throws IOException {
    Path out = Files.createDirectory(own.resolve("out"));
    Path file = Files.writeString(out.resolve("f.txt"), "content");
    Files.writeString(out.resolve("f.txt:stream"), "in a stream");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2001-02-03T04:05:06Z")));
    Path target = Files.copy(features(), own.resolve("target.img"));
    out("cp", "-r", "-p", "--streams", out, target + "/in");
    assertThat(out("stat", target + "/in/f.txt"))
        .contains("modified             2001-02-03T04:05:06Z")
        .contains("stream (11 bytes)");
    CommandLineRun again = CommandLineRun.of("cp", out.resolve("f.txt:stream"), target + "/in/");
    assertThat(again.err()).contains("exists already").contains("--overwrite");
    out("cp", "-r", "-p", target + "/rp", target + "/links");
    // Links are replaced too.
    out("cp", "-r", "-p", "--overwrite", target + "/rp", target + "/links");
    assertThat(modified(target + "/links/symlink-rel"))
        .isEqualTo(modified(target + "/rp/symlink-rel"));
  }

  @Test
  void whatHasNoRoomIsNamedAndLeavesNothing() throws IOException {
    Path target = Files.copy(features(), own.resolve("target.img"));
    byte[] content = new byte[(int) Files.size(target)];
    new Random(1).nextBytes(content);
    Path large = Files.write(own.resolve("large.bin"), content);
    CommandLineRun run = CommandLineRun.of("cp", large, target + "/");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("large.bin: there is no room for more than")
        .contains("of its " + content.length + " bytes");
    assertThat(out("ls", target + "/")).doesNotContain("large.bin");
  }

  private static String modified(String path) {
    return out("stat", path).lines().filter(line -> line.startsWith("modified")).findFirst().get();
  }

  @Test
  void existingFilesAreReplacedWhenAskedFor() throws IOException {
    Path target = Files.copy(features(), own.resolve("target.img"));
    Path file = Files.writeString(own.resolve("f.txt"), "new content");
    CommandLineRun refused = CommandLineRun.of("cp", file, target + "/rp/target/f.txt");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("exists already").contains("--overwrite");
    out("cp", "--overwrite", file, target + "/rp/target/f.txt");
    out("cp", target + "/rp/target/f.txt", own.resolve("g.txt"));
    assertThat(own.resolve("g.txt")).hasContent("new content");
    assertThat(CommandLineRun.of("cp", target + "/rp/target/f.txt", file).exitCode()).isEqualTo(1);
    assertThat(CommandLineRun.of("cp", target + "/ads", own).exitCode()).isEqualTo(2);
    assertThat(CommandLineRun.of("cp", target + "/none", own).err())
        .contains("/none: no such file");
    assertThat(CommandLineRun.of("cp", file, target + "/nodir/").exitCode()).isEqualTo(1);
    assertThat(CommandLineRun.of("cp", file, target + "/a?b").err()).contains("Windows can use");
    out("cp", "--posix-names", file, target + "/a?b");
    assertThat(CommandLineRun.of("cp", "-r", target + "/ads", target + "/ads/in").err())
        .contains("is within");
  }

  @Test
  void statShowsLinksAndIds() {
    assertThat(out("stat", features() + "/hl/sub/third.txt"))
        .containsPattern("names +/hl/first.txt, /hl/second.txt, /hl/sub/third.txt")
        .containsPattern("kind +file");
    assertThat(out("stat", features() + "/rp/junction"))
        .containsPattern("kind +junction")
        .containsPattern("target +C:\\\\rp\\\\target")
        .containsPattern("reparseTag +0xa0000003");
    assertThat(out("stat", features() + "/sd/deny.txt"))
        .containsPattern("owner +BUILTIN.Administrators")
        .containsPattern("security +O:BAG:BAD:\\(D;;SD;;;WD\\)\\(A;;FA;;;BA\\)");
    assertThat(out("stat", features() + "/ea/one.txt"))
        .containsPattern("extendedAttributes +TESTEA");
    assertThat(out("stat", features() + "@")).containsPattern("path +/");
  }

  @Test
  void treeIsDrawn() {
    assertThat(out("tree", features() + "/rp"))
        .contains("├── junction -> C:\\rp\\target")
        .contains("├── target\n│   └── f.txt")
        .contains("1 directories, ");
    assertThat(out("tree", "-d", "--depth", "2", features() + "/names").lines()).hasSize(6);
    assertThat(JsonParser.parseString(out("tree", "--json", features() + "/hl")).getAsJsonArray())
        .hasSize(10);
  }

  @Test
  void errorsSayWhichStepFailed() {
    assertThat(CommandLineRun.of("ls", demo).err())
        .contains("holds no NTFS volume, but a disk; 1 is NTFS");
    assertThat(CommandLineRun.of("ls", demo + "@7").err()).contains("no partition 7; 1 is NTFS");
    assertThat(CommandLineRun.of("ls", folder).err()).contains("is a folder of the host");
    assertThat(CommandLineRun.of("ls", demo + "@1/nothing").exitCode()).isEqualTo(1);
    assertThat(CommandLineRun.of("cat", demo + "@1").exitCode()).isEqualTo(1);
    assertThat(CommandLineRun.of("ls", folder.resolve("none.img") + "@1").exitCode()).isEqualTo(1);
  }
}
