package io.vhdboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveState;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vhdboot hive}, on files and inside images. */
class HiveCommandTest {

  private static final byte[] SECURITY =
      HexFormat.of()
          .parseHex(
              "0100048014000000240000000000000034000000"
                  + "01020000000000052000000020020000"
                  + "01020000000000052000000020020000"
                  + "02001c000100000000001400"
                  + "3f000f00010100000000000512000000");

  @TempDir Path folder;

  private Path newHive() throws IOException {
    Path file = folder.resolve("SYSTEM");
    Hive hive = Hive.create("root", SECURITY, Instant.parse("2026-01-01T00:00:00Z"), 5);
    hive.root().createSubkey("Select").setValue(HiveValue.dword("Current", 1));
    hive.root().createPath("ControlSet001\\Control");
    hive.write(file);
    return file;
  }

  private static String out(Object... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    return run.out();
  }

  @Test
  void valuesOfEveryTypeAreSetAndGot() throws IOException {
    Path hive = newHive();
    String key = "CurrentControlSet\\Control\\Test";
    out("hive", "set", hive, key, "text", "C:\\some text");
    out("hive", "set", hive, key, "@", "the default");
    out("hive", "set", hive, key, "number", "0x2a", "--type", "dword");
    out("hive", "set", hive, key, "big", "18446744073709551615", "--type", "REG_QWORD");
    out("hive", "set", hive, key, "list", "one", "two", "--type", "multi_sz");
    out("hive", "set", hive, key, "bytes", "01 02,ff", "--type", "binary");
    out("hive", "set", hive, key, "odd", "aa", "--type", "0xffff0012");
    assertThat(out("hive", "get", hive, key, "text")).isEqualTo("C:\\some text\n");
    assertThat(out("hive", "get", hive, key)).isEqualTo("the default\n");
    assertThat(out("hive", "get", hive, key, "NUMBER")).isEqualTo("42\n");
    assertThat(out("hive", "get", hive, key, "big")).isEqualTo("18446744073709551615\n");
    assertThat(out("hive", "get", hive, key, "list")).isEqualTo("one\ntwo\n");
    assertThat(out("hive", "get", hive, "HKLM\\SYSTEM\\" + key, "bytes")).isEqualTo("0102FF\n");
    assertThat(
            JsonParser.parseString(out("hive", "get", "--json", hive, key, "list"))
                .getAsJsonObject()
                .get("data")
                .getAsJsonArray())
        .hasSize(2);
    assertThat(out("hive", "ls", hive, "ControlSet001\\Control\\Test"))
        .contains(
            "HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\Test\n",
            "    number    REG_DWORD    0x2a\n",
            "    (Default)    REG_SZ    the default\n",
            "    list    REG_MULTI_SZ    one\\0two\n",
            "    odd    ffff0012h    AA\n");
    assertThat(out("hive", "ls", "-r", hive)).contains("\\Select\n    Current    REG_DWORD    0x1");
    assertThat(out("hive", "check", hive)).isEmpty();
    assertThat(ExternalTool.named("reglookup").output(hive))
        .contains("/ControlSet001/Control/Test/number,DWORD,0x0000002A,");
    out("hive", "delete", hive, key, "number");
    assertThat(CommandLineRun.of("hive", "get", hive, key, "number").err())
        .contains("has no value \"number\"");
    out("hive", "delete", hive, key);
    CommandLineRun gone = CommandLineRun.of("hive", "ls", hive, key);
    assertThat(gone.exitCode()).isEqualTo(1);
    assertThat(gone.err()).contains("has no key \"ControlSet001\\Control\\Test\"");
  }

  @Test
  void exportImportCompactAndDiff() throws IOException {
    Path hive = newHive();
    Path other = Files.copy(hive, folder.resolve("copy"));
    for (int i = 0; i < 30; i++) {
      out("hive", "set", hive, "Made\\key " + i, "value", "text " + i);
    }
    Path reg = folder.resolve("made.reg");
    out("hive", "export", hive, "Made", "--output", reg);
    assertThat(CommandLineRun.of("hive", "export", hive, "-o", reg).err()).contains("exists");
    out("hive", "import", other, "--prefix", "HKLM\\SYSTEM", reg);
    assertThat(out("hive", "diff", hive, other)).isEmpty();
    out("hive", "delete", other, "Made\\key 7");
    out("hive", "set", other, "Made\\key 8", "value", "other text");
    CommandLineRun diff = CommandLineRun.of("hive", "diff", hive, other, "Made");
    assertThat(diff.exitCode()).isEqualTo(1);
    assertThat(diff.out())
        .isEqualTo(
            "- [key 7]\n"
                + "- [key 8] value    REG_SZ    text 8\n"
                + "+ [key 8] value    REG_SZ    other text\n");
    out("hive", "delete", hive, "Made");
    long size = Files.size(hive);
    assertThat(out("hive", "compact", hive)).contains("bytes before");
    assertThat(Files.size(hive)).isLessThan(size);
    assertThat(CommandLineRun.of("hive", "import", hive, reg, folder.resolve("none")).exitCode())
        .isEqualTo(1);
    assertThat(Hive.read(hive).root().subkey("Made")).as("all or nothing").isEmpty();
  }

  @Test
  void hiveInAVhdInAStickIsEditedInPlace() throws IOException {
    Path stick = folder.resolve("stick.img");
    out("demo", "--out", stick, "--quiet");
    String place = stick + "@1/virtualharddisk.vhd@1/Windows/System32/config/";
    Path hive = newHive();
    out("cp", "--quiet", hive, place + "SYSTEM.NEW");
    String inside = place + "SYSTEM.NEW";
    String prefix = "--prefix=HKLM\\SYSTEM";
    for (int i = 0; i < 12; i++) {
      out("hive", "set", inside, prefix, "CurrentControlSet\\key " + i, "value", "x".repeat(400));
    }
    out("hive", "delete", inside, "ControlSet001\\key 3");
    assertThat(out("hive", "get", inside, "ControlSet001\\key 11", "value")).startsWith("xxx");
    assertThat(out("hive", "check", inside)).isEmpty();
    assertThat(out("ls", "-b", place)).contains("SYSTEM.NEW").doesNotContain("SYSTEM.NEW.LOG1");
    Path taken = folder.resolve("taken");
    out("cp", "--quiet", inside, taken);
    Hive read = Hive.read(taken);
    assertThat(read.state()).isEqualTo(HiveState.CLEAN);
    assertThat(read.root().find("ControlSet001").orElseThrow().subkeys()).hasSize(12);
    assertThat(out("hive", "compact", inside)).isNotEmpty();
    assertThat(out("hive", "get", inside, "ControlSet001\\key 11", "value")).startsWith("xxx");
    assertThat(out("ntfs", "check", "--quiet", stick + "@1")).contains("0 errors");
    out("hive", "ls", stick + "@1/Boot/BCD", "Objects");
  }

  /** Logs are replayed before the edit and do not come back over it. */
  @Test
  void dirtyHiveIsRecoveredBeforeItIsEdited() throws IOException {
    for (Path file : SharedData.files("hives/yarp/NewDirtyHive1")) {
      String name = file.getFileName().toString();
      if (name.startsWith("NewDirtyHive")) {
        SharedData.unpacked("hives/yarp/NewDirtyHive1/" + name, folder);
      }
    }
    Path hive = folder.resolve("NewDirtyHive");
    CommandLineRun shown = CommandLineRun.of("hive", "ls", hive);
    assertThat(shown.err()).contains("transaction logs");
    // The unpacked logs may be links to files that must stay.
    for (String log : new String[] {"NewDirtyHive.LOG1", "NewDirtyHive.LOG2", "NewDirtyHive"}) {
      byte[] bytes = Files.readAllBytes(folder.resolve(log));
      Files.delete(folder.resolve(log));
      Files.write(folder.resolve(log), bytes);
    }
    HiveKey before = Hive.read(hive).root();
    out("hive", "set", hive, "Added", "value", "x");
    Hive after = Hive.read(hive);
    assertThat(after.state()).isEqualTo(HiveState.CLEAN);
    assertThat(after.root().subkeys()).hasSize(before.subkeys().size() + 1);
    assertThat(Files.size(folder.resolve("NewDirtyHive.LOG1"))).isZero();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("NewDirtyHive", "NewDirtyHive.LOG1", "NewDirtyHive.LOG2");
    }
  }

  @Test
  void mistakesAreNamed() throws IOException {
    Path hive = newHive();
    assertThat(CommandLineRun.of("hive", "set", hive, "k", "v", "x", "--type", "dword"))
        .extracting(CommandLineRun::exitCode)
        .isEqualTo(2);
    assertThat(CommandLineRun.of("hive", "delete", hive, "").err()).contains("must keep its root");
    assertThat(CommandLineRun.of("hive", "ls", folder.resolve("none")).err()).contains("no such");
    Path text = Files.writeString(folder.resolve("text"), "no hive".repeat(2000));
    assertThat(CommandLineRun.of("hive", "ls", text).exitCode()).isEqualTo(3);
  }
}
