package io.vhdboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vhdboot bcdedit} and {@code vhdboot bcd} on a stick. */
class BcdeditCommandTest {

  private static final String DONE = "The operation completed successfully.\n";

  @TempDir static Path folder;

  private static Path demo;

  @TempDir Path own;

  private Path stick;
  private Path state;

  @BeforeAll
  static void makeDemo() {
    demo = folder.resolve("demo.img");
    assertThat(CommandLineRun.of("demo", "--quiet", "--out", demo).exitCode()).isZero();
  }

  @BeforeEach
  void copyDemo() throws IOException {
    stick = Files.copy(demo, own.resolve("stick.img"));
    state = own.resolve("letters.json");
  }

  private static String out(Object... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).as(run.out()).isZero();
    return run.out();
  }

  private String bcdedit(Object... words) {
    Object[] all = new Object[words.length + 5];
    all[0] = "bcdedit";
    all[1] = "--state";
    all[2] = state;
    all[3] = "--drive";
    all[4] = "U=" + stick + "@1";
    System.arraycopy(words, 0, all, 5, words.length);
    return out(all);
  }

  /** The recipe's commands, with the drive and the new entry's guid filled in. */
  @Test
  void recipeAddsASecondVhdToTheStick() throws IOException {
    String copied = bcdedit("/copy", "{current}", "/d", "Hyper-V Server 2008 R2");
    Matcher guid = Pattern.compile("\\{[0-9a-f-]{36}\\}").matcher(copied);
    assertThat(guid.find()).isTrue();
    assertThat(copied).contains("({current} is {");
    String entry = guid.group();
    out("cp", "--quiet", stick + "@1/virtualharddisk.vhd", own.resolve("second.vhd"));
    out("cp", "--quiet", own.resolve("second.vhd"), stick + "@1/");
    assertThat(bcdedit("/set", entry, "device", "vhd=[U:]\\second.vhd")).isEqualTo(DONE);
    assertThat(bcdedit("/set", entry, "osdevice", "vhd=[U:]\\second.vhd")).isEqualTo(DONE);
    assertThat(bcdedit("/set", entry, "detecthal", "on")).isEqualTo(DONE);
    assertThat(bcdedit("/displayorder", entry, "-addlast")).isEqualTo(DONE);
    assertThat(bcdedit())
        .contains(
            "description             Hyper-V Server 2008 R2\n",
            "device                  vhd=[U:]\\second.vhd\n",
            "displayorder            {default}\n                        " + entry + "\n");
    CommandLineRun lint = CommandLineRun.of("bcd", "lint", stick + "@1/Boot/BCD");
    assertThat(lint.out()).doesNotContain(entry).doesNotContain("osdevice");

    bcdedit("/set", entry, "osdevice", "vhd=[U:]\\third.vhd");
    bcdedit("/set", entry, "recoverysequence", "{ramdiskoptions}");
    lint = CommandLineRun.of("bcd", "lint", stick + "@1/Boot/BCD");
    assertThat(lint.exitCode()).isEqualTo(1);
    assertThat(lint.out())
        .contains(entry + " osdevice: leads to VHD \\third.vhd", "no such file there")
        .contains(entry + " recoverysequence: names {ae5534e0", "which is not in the store");
    Path taken = own.resolve("BCD");
    out("cp", "--quiet", stick + "@1/Boot/BCD", taken);
    ExternalTool.named("hivexml");
    assertThat(ExternalTool.script("python3", SharedData.tool("bcd/bcdshow.py")).output(taken))
        .contains("Hyper-V Server 2008 R2", "\\third.vhd");
    assertThat(out("hive", "check", stick + "@1/Boot/BCD")).isEmpty();
  }

  @Test
  void lettersThatDiskpartAssignedAreKnown() throws IOException {
    Path script =
        Files.writeString(
            own.resolve("script"), "select disk 0\nselect partition 1\nassign letter=S\n");
    out("diskpart", "--state", state, "--disk", stick, script);
    assertThat(out("bcdedit", "--state", state, "/store", "S:\\Boot\\BCD", "/enum", "{bootmgr}"))
        .contains("device                  partition=S:\n");
    out("bcdedit", "--state", state, "/set", "{default}", "device", "partition=S:");
    assertThat(out("bcdedit", "--state", state)).contains("device                  partition=S:\n");
    assertThat(
            out(
                "bcdedit",
                "--state",
                state,
                "/set",
                "{default}",
                "device",
                "partition=\\Device\\HarddiskVolume1"))
        .isEqualTo(DONE);
    assertThat(out("bcdedit", "--state", state)).contains("device                  partition=S:\n");
  }

  @Test
  void volumeInsideAVhdIsNamedByBothTables() {
    String volume = "V=" + stick + "@1/virtualharddisk.vhd@1";
    bcdedit("--drive", volume, "/set", "{default}", "device", "partition=V:");
    bcdedit("--drive", volume, "/set", "{default}", "osdevice", "partition=V:");
    assertThat(bcdedit("--drive", volume, "/enum", "{default}"))
        .contains("device                  partition=V:,vhd=[U:]\\virtualharddisk.vhd\n");
    assertThat(CommandLineRun.of("bcd", "lint", stick + "@1/Boot/BCD").out())
        .doesNotContain("{default}")
        .doesNotContain("osdevice");
  }

  @Test
  void storesAreComparedAndListedAsJson() throws IOException {
    Path other = own.resolve("other");
    String place = stick + "@1/Boot/BCD";
    bcdedit("/export", other);
    assertThat(out("bcd", "diff", place, other)).isEmpty();
    bcdedit("/timeout", "7");
    CommandLineRun diff = CommandLineRun.of("bcd", "diff", other, place);
    assertThat(diff.exitCode()).isEqualTo(1);
    assertThat(diff.out()).isEqualTo("- {bootmgr} timeout: 30\n+ {bootmgr} timeout: 7\n");
    JsonArray sections = JsonParser.parseString(bcdedit("--json", "/enum", "all")).getAsJsonArray();
    assertThat(sections)
        .anyMatch(
            section ->
                section
                    .getAsJsonObject()
                    .get("heading")
                    .getAsString()
                    .equals("Windows Boot Loader"));
  }

  @Test
  void whatCannotBeDoneEndsWithOne() {
    CommandLineRun run = CommandLineRun.of("bcdedit", "--state", state, "/enum");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).contains("The boot configuration data store could not be opened.");
    CommandLineRun odd =
        CommandLineRun.of("bcdedit", "--state", state, "/store", stick + "@1/bootmgr", "/enum");
    assertThat(odd.exitCode()).isEqualTo(3);
  }
}
