package io.vhdboot.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.bcd.BcdStore;
import io.vhdboot.bcd.WellKnownObject;
import io.vhdboot.hive.Hive;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples as a reader of them would. */
class ProgramsTest {

  @TempDir Path folder;

  private interface Program {
    void run() throws IOException;
  }

  @Test
  void recipeMakesAStick() throws IOException {
    Path wim = folder.resolve("sample.wim");
    SampleImage.write(wim);
    Path stick = folder.resolve("stick.img");
    assertThat(output(() -> Recipe2009.main(arguments(wim, "1", stick))))
        .contains("Applying")
        .contains("stick.img: disk of");
    assertThat(output(() -> ListWimImages.main(arguments(wim))))
        .contains("1: vhdboot sample 10.0.19045.1", "/Windows/");
  }

  @Test
  void fileThatWasPutIntoAVhdIsReadFromIt() throws IOException {
    Path vhd = folder.resolve("made.vhd");
    MakeNtfsVhd.main(arguments(vhd));
    assertThat(output(() -> ReadFileInVhd.main(arguments(vhd, "hello.txt"))))
        .isEqualTo("Hello from Java.\r\n");
  }

  @Test
  void registryValueIsSet() throws IOException {
    Path file = folder.resolve("hive");
    Hive.create("root", new byte[0], Instant.EPOCH).write(file);
    SetRegistryValue.main(arguments(file, "a\\b", "answer", "42"));
    assertThat(Hive.read(file).root().find("a\\b").orElseThrow().value("answer"))
        .hasValueSatisfying(value -> assertThat(value.asDword()).isEqualTo(42));
  }

  @Test
  void bootMenuIsListed() throws IOException {
    Path file = folder.resolve("BCD");
    BcdStore store = BcdStore.create(Instant.EPOCH);
    store.createObject(WellKnownObject.BOOT_MANAGER);
    store.write(file);
    assertThat(output(() -> ShowBootMenu.main(arguments(file)))).contains("Windows Boot Manager");
    assertThat(Files.size(file)).isPositive();
  }

  private static String[] arguments(Object... arguments) {
    return Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
  }

  private static String output(Program program) throws IOException {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      program.run();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
