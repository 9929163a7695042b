package io.vhdboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --driver} of {@code service} and {@code create}, with good and bad packages. */
class DriverOptionTest {

  private static final String WINDOWS = "@1/virtualharddisk.vhd@1/Windows";

  private static final String INF =
      """
      [Version]
      Signature="$Windows NT$"
      Class=SCSIAdapter
      ClassGuid={4d36e97b-e325-11ce-bfc1-08002be10318}
      Provider="Example"
      DriverVer=01/02/2024,1.2.3.4
      CatalogFile=ex.cat
      [SourceDisksNames]
      1=Disk
      [SourceDisksFiles]
      ex.sys=1
      [DestinationDirs]
      DefaultDestDir=12
      [Manufacturer]
      "Example"=Models,NTamd64
      [Models.NTamd64]
      "Example adapter"=Install,PCI\\VEN_FFFE&DEV_0001
      [Install]
      CopyFiles=@ex.sys
      [Install.Services]
      AddService=ex,2,Service
      [Service]
      ServiceType=1
      StartType=0
      ErrorControl=1
      ServiceBinary=%12%\\ex.sys
      """;

  @TempDir Path folder;
  private Path drivers;
  private Path stick;

  @BeforeEach
  void makePackage() throws IOException {
    drivers = Files.createDirectories(folder.resolve("drivers"));
    stick = folder.resolve("stick.img");
    Files.writeString(drivers.resolve("ex.inf"), INF);
    Files.write(drivers.resolve("ex.sys"), program(0x8664));
  }

  private static byte[] program(int machine) {
    byte[] program = new byte[512];
    LittleEndian.put16(program, 0, 0x5A4D);
    LittleEndian.put32(program, 60, 128);
    LittleEndian.put32(program, 128, 0x4550);
    LittleEndian.put16(program, 132, machine);
    return program;
  }

  private static CommandLineRun good(Object... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private CommandLineRun create(Object... options) throws IOException {
    Object[] first = {
      "create",
      "--image",
      SampleFile.in(folder),
      "--out",
      stick,
      "--vhd-size",
      "64MiB",
      "--seed",
      "01"
    };
    Object[] all = new Object[first.length + options.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(options, 0, all, first.length, options.length);
    return good(all);
  }

  @Test
  void aStickTakesDriversAndGivesThemBack() throws IOException {
    create();
    String windows = stick + WINDOWS;
    CommandLineRun run = good("service", windows, "--driver", drivers);
    assertThat(run.out())
        .contains(
            "driver ex.inf 1.2.3.4, Example: starts with the loader, for",
            "PCI\\VEN_FFFE&DEV_0001");
    assertThat(run.err()).contains("ex.inf: the catalog ex.cat is missing");
    assertThat(good("ls", windows + "/System32/drivers").out()).contains("ex.sys");
    assertThat(
            good(
                    "hive",
                    "get",
                    windows + "/System32/config/SYSTEM",
                    "CurrentControlSet\\Services\\ex",
                    "Start")
                .out())
        .isEqualTo("0\n");
    assertThat(good("service", windows, "--driver", drivers).out()).contains("0 changed");
    good("ntfs", "check", stick + "@1");
    good("ntfs", "check", stick + "@1/virtualharddisk.vhd@1");

    assertThat(good("service", windows, "--undo").out()).contains("0 kept");
    assertThat(good("ls", windows + "/System32/drivers").out()).doesNotContain("ex.sys");
  }

  @Test
  void createTakesDriversAndStaysReproducible() throws IOException {
    assertThat(create("--driver", drivers).out()).contains("driver ex.inf 1.2.3.4");
    byte[] first = Files.readAllBytes(stick);
    Files.delete(stick);
    create("--driver", drivers);
    assertThat(Files.readAllBytes(stick)).isEqualTo(first);
  }

  @Test
  void scriptsGetTheDeviceIds() throws IOException {
    create();
    JsonObject report =
        JsonParser.parseString(
                good("service", stick + WINDOWS, "--driver", drivers, "--dry-run", "--json").out())
            .getAsJsonObject();
    JsonArray found = report.get("drivers").getAsJsonArray();
    assertThat(found).hasSize(1);
    JsonObject driver = found.get(0).getAsJsonObject();
    assertThat(driver.get("bootCritical").getAsBoolean()).isTrue();
    assertThat(driver.get("deviceIds").getAsJsonArray().get(0).getAsString())
        .isEqualTo("PCI\\VEN_FFFE&DEV_0001");
    assertThat(driver.get("warnings").getAsJsonArray()).isNotEmpty();
  }

  @Test
  void wrongDriversAreRefusedInALine() throws IOException {
    create();
    byte[] image = Files.readAllBytes(stick);
    Files.writeString(drivers.resolve("ex.inf"), INF.replace("NTamd64", "NTarm64"));
    assertRefused(ExitCode.BAD_INPUT, "ex.inf was left out: it is not for amd64", drivers);
    Files.writeString(drivers.resolve("ex.inf"), INF);
    Files.write(drivers.resolve("ex.sys"), program(0x14C));
    assertRefused(ExitCode.BAD_INPUT, "it is not for amd64", drivers);
    Files.delete(drivers.resolve("ex.sys"));
    assertRefused(ExitCode.BAD_INPUT, "ex.sys is missing", drivers);
    Files.writeString(drivers.resolve("ex.inf"), "junk");
    assertRefused(ExitCode.BAD_INPUT, "no INF file of a driver", drivers);
    Files.delete(drivers.resolve("ex.inf"));
    assertRefused(ExitCode.BAD_INPUT, "there is no .inf file", drivers);
    assertRefused(ExitCode.FAILED, "no such file", folder.resolve("nothing"));
    assertThat(Files.readAllBytes(stick)).isEqualTo(image);
  }

  private void assertRefused(int exitCode, String message, Path driver) {
    CommandLineRun run = CommandLineRun.of("service", stick + WINDOWS, "--driver", driver);
    assertThat(run.err()).contains(message).doesNotContain("internal error");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
  }
}
