package io.vhdboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BcdbootCommandTest {

  @TempDir Path folder;

  @Test
  void recipeOf2009SaysWhatItDid() {
    Path stick = folder.resolve("stick.img");
    assertThat(CommandLineRun.of("demo", "--out", stick).exitCode()).isZero();
    String windows = stick + "@1/virtualharddisk.vhd@1/Windows";
    CommandLineRun run =
        CommandLineRun.of(
            "bcdboot", windows, "/s", stick + "@1", "/F", "bios", "/v", "/l", "de-DE");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("copy \\bootmgr (420000 bytes)")
        .contains("boot configuration for BIOS")
        .contains("Boot files successfully created.");
    assertThat(CommandLineRun.of("inspect", stick).out()).contains("de-DE");

    CommandLineRun all = CommandLineRun.of("bcdboot", windows, "/v");
    assertThat(all.out())
        .contains("boot configuration for BIOS")
        .contains("boot configuration for UEFI");

    CommandLineRun code = CommandLineRun.of("bootsect", "/nt60", stick + "@1", "/mbr");
    assertThat(code.exitCode()).isZero();
    assertThat(code.out()).contains("successfully updated");
    assertThat(CommandLineRun.of("bootsect", "/nt60", stick + "@2").exitCode()).isEqualTo(3);
  }

  @Test
  void storesAreCreatedAndExportedInsideImages() {
    Path stick = folder.resolve("stick.img");
    assertThat(CommandLineRun.of("demo", "--out", stick).exitCode()).isZero();
    String drives = "--drive=U=" + stick + "@1";
    String efi = "--drive=S=" + stick + "@2";
    for (String place : new String[] {"U:\\made", "S:\\EFI\\made"}) {
      CommandLineRun made = CommandLineRun.of("bcdedit", drives, efi, "/createstore", place);
      assertThat(made.out()).contains("completed successfully");
      assertThat(CommandLineRun.of("bcdedit", drives, efi, "/createstore", place).out())
          .contains("already exists");
      CommandLineRun exported = CommandLineRun.of("bcdedit", drives, efi, "/export", place);
      assertThat(exported.out()).contains("completed successfully");
      assertThat(CommandLineRun.of("bcdedit", drives, efi, "/store", place, "/enum").out())
          .contains("Windows Boot Manager");
    }
    assertThat(CommandLineRun.of("bcdedit", drives, "/createstore", "U:\\none\\x").out())
        .contains("cannot find the path");

    // The first letter's is meant unless another is named.
    assertThat(CommandLineRun.of("bcdedit", drives, efi, "/enum", "/v").out())
        .contains("winload.efi");
    assertThat(CommandLineRun.of("bcdedit", drives, efi, "/sysstore", "U:", "/enum", "/v").out())
        .contains("winload.exe");
    assertThat(CommandLineRun.of("bcdedit", drives, efi, "/sysstore", "S:").out())
        .contains("completed successfully");
    assertThat(CommandLineRun.of("bcdedit", "/sysstore", "S:").exitCode()).isEqualTo(1);
    CommandLineRun template =
        CommandLineRun.of(
            "bcdboot",
            "--template",
            stick + "@1/virtualharddisk.vhd@1/Windows",
            "/s",
            stick + "@2");
    assertThat(template.exitCode()).isEqualTo(1);
    assertThat(template.err()).contains("BCD-Template");
  }

  @Test
  void whatIsNotUnderstoodIsSaid() {
    assertThat(CommandLineRun.of("bcdboot", "a@1/Windows", "/f", "BIOS").err())
        .contains("/f needs /s");
    assertThat(CommandLineRun.of("bcdboot", "a@1/Windows", "/s").err()).contains("needs a value");
    assertThat(CommandLineRun.of("bcdboot", "a@1/Windows", "/s", "b@1", "/f", "x").err())
        .contains("BIOS, UEFI or ALL");
    assertThat(CommandLineRun.of("bcdboot", "/d", "/s", "b@1").err()).contains("One SOURCE");
    assertThat(CommandLineRun.of("bcdboot", "a", "/d", "/D", "/s", "b@1").err()).contains("twice");
    assertThat(CommandLineRun.of("bootsect", "a@1").err()).contains("/nt60 and one TARGET");
    assertThat(CommandLineRun.of("bootsect", "/nt52", "a@1").err()).contains("ntldr");
    assertThat(CommandLineRun.of("bcdboot", "a", "/s", "b@1").exitCode()).isEqualTo(1);
  }
}
