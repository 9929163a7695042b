package io.vhdboot.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class InfRobustnessTest {

  private static final Duration LONG = Duration.ofMinutes(2);

  private static final List<String> WORDS =
      List.of(
          "[",
          "]",
          "=",
          ",",
          "\"",
          "%",
          "\\\n",
          ";",
          "\n",
          "\r",
          "\0",
          "Needs=exstor.NT",
          "Include=x.inf",
          "[Strings]",
          "%Maker%",
          "%12%",
          "NTamd64",
          "0x",
          "-",
          "99999999999",
          "..\\",
          "@",
          "HKR,",
          "AddReg=exstor.Parameters",
          "CopyFiles=",
          "AddService=",
          "\uFFFF");

  @Test
  void mutatedFilesAreReadOrRefused() {
    SplittableRandom random = Seed.random("mutatedInf");
    int cases = Seed.cases(20_000, 300);
    int refused = 0;
    for (int i = 0; i < cases; i++) {
      refused += InfFuzzTarget.isRefused(mutated(random)) ? 1 : 0;
    }
    // A mutation that loses the signature is refused, most others are read.
    assertThat(refused).isBetween(cases / 200, cases / 2);
  }

  private static byte[] mutated(SplittableRandom random) {
    StringBuilder text = new StringBuilder(ExampleInf.STORAGE);
    int edits = 1 + random.nextInt(8);
    for (int i = 0; i < edits; i++) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + random.nextInt(1 << random.nextInt(1, 9)));
      switch (random.nextInt(4)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, WORDS.get(random.nextInt(WORDS.size())));
        case 2 -> text.insert(random.nextInt(text.length()), text.substring(at, end));
        default -> text.setCharAt(at, (char) random.nextInt(1 << random.nextInt(1, 16)));
      }
    }
    byte[] bytes =
        text.toString()
            .getBytes(random.nextBoolean() ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8);
    int damaged = random.nextInt(4);
    for (int i = 0; i < damaged; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
  }

  private static void read(String text) {
    assertTimeoutPreemptively(
        LONG, () -> InfFuzzTarget.isRefused(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void longRunsOfOneCharacterAreReadInTime() {
    for (String run : List.of("\\", "%", "\"", ";", "[", "=", " ", "\n", "%a ", "\\ ", "\"\"")) {
      read("[A]\nk=" + run.repeat(500_000) + "x");
    }
  }

  @Test
  void stringsThatGrowAreCut() throws IOException {
    String many = "%a%".repeat(1300);
    InfFile inf = ExampleInf.parse("[A]\nk=" + many + "\n[Strings]\na=" + "x".repeat(4000) + "\n");
    assertThat(inf.expand(inf.sections().get(0).lines().get(0).value(0))).hasSize(4095);
  }

  @Test
  void workThatMultipliesIsRefused() {
    StringBuilder text = new StringBuilder(ExampleInf.STORAGE);
    text.append("\n[Adapters.NTamd64.10.0...16299]\n");
    for (int i = 0; i < 3000; i++) {
      text.append("%Adapter%=i").append(i).append(",PCI\\VEN_1\n");
    }
    for (int i = 0; i < 3000; i++) {
      text.append("[i").append(i).append("]\nAddReg=big\n");
    }
    text.append("[big]\n").append("HKR,,n,,v\n".repeat(3000));
    assertThatThrownBy(
            () ->
                DriverPackage.of(
                    ExampleInf.parse(text.toString()),
                    Path.of("nowhere"),
                    ExampleInf.TEN,
                    InfLibrary.NONE))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("install sections");
  }

  @Test
  void sectionsThatNeedEachOtherEnd() {
    StringBuilder text = new StringBuilder(ExampleInf.STORAGE);
    for (int i = 0; i < 2000; i++) {
      text.append("[n").append(i).append("]\nNeeds=n").append((i + 1) % 2000).append('\n');
    }
    text.append("[exstor.NT]\nNeeds=n0,exstor.NT\n");
    read(text.toString());
  }
}
