package io.vhdboot.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetDecorationTest {

  private static WindowsTarget target(String text) {
    String[] parts = text.split("[ .]");
    return new WindowsTarget(
        ProcessorArchitecture.named(parts[0]).orElseThrow(),
        Integer.parseInt(parts[1]),
        Integer.parseInt(parts[2]),
        Integer.parseInt(parts[3]),
        parts.length > 4 ? Integer.parseInt(parts[4]) : 1,
        parts.length > 5 ? Integer.decode(parts[5]) : 0);
  }

  /** What is chosen of several, the examples of Microsoft's documentation among them. */
  @ParameterizedTest
  @CsvSource({
    // FooMfg, NT, NT.5, NT.5.5, NT....0x80: XP, and XP of the Datacenter suite.
    "x86 5.1.2600,        NT NT.5 NT.5.5 NT....0x80, NT.5",
    "x86 5.1.2600 3 0x80, NT NT.5 NT.5.5 NT....0x80, NT.5",
    "x86 6.1.7601,        NT NT.5 NT.5.5 NT....0x80, NT.5.5",
    "x86 6.1.7601 3 0x80, NTx86....0x80 NTamd64, NTx86....0x80",
    "amd64 6.1.7601 3 0x80, NTx86....0x80 NTamd64, NTamd64",
    "x86 6.1.7601,        NTx86....0x80 NTamd64, ''",
    "x86 6.1.7601,        NT.7.8 NT, NT",
    "amd64 6.1.7601,      NTamd64.6.2 NTamd64.6.0, NTamd64.6.0",
    "amd64 10.0.19045,    NTamd64.6.2 NTamd64.6.0, NTamd64.6.2",
    "amd64 10.0.19045,    NTamd64.10.0...14393 NTamd64.10.0 NTamd64.6.3, NTamd64.10.0...14393",
    "amd64 10.0.14393,    NTamd64.10.0...16299 NTamd64.10.0, NTamd64.10.0",
    "amd64 10.0.10240,    NTamd64.10.0...14393 NTamd64.6.0, NTamd64.6.0",
    "amd64 10.0.26100,    NTamd64.10.0...16299 NTamd64.10.0...22000, NTamd64.10.0...22000",
    "amd64 6.1.7601,      NTamd64.6.1.3 NTamd64.6.1.1 NTamd64.6.1, NTamd64.6.1.1",
    "amd64 6.1.7601 3,    NTamd64.6.1.3 NTamd64.6.1.1 NTamd64.6.1, NTamd64.6.1.3",
    "amd64 6.1.7601 2,    NTamd64.6.1.3 NTamd64.6.1.1, ''",
    "amd64 10.0.19045,    NT NT.6.1, ''",
    "arm64 10.0.19045,    NTarm64 NTamd64.10.0, NTarm64",
    "x86 6.1.7601,        NTx86.6.1 NT.6.1, NTx86.6.1",
  })
  void nearestIsChosen(String target, String offered, String chosen) {
    List<TargetDecoration> decorations =
        Arrays.stream(offered.split(" "))
            .map(TargetDecoration::parse)
            .map(Optional::orElseThrow)
            .toList();
    assertThat(
            TargetDecoration.nearest(decorations, target(target))
                .map(TargetDecoration::text)
                .orElse(""))
        .isEqualTo(chosen);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "amd64", "NTmips", "NT.x", "NTamd64.6.-1", "NT.1.2.3.4.5.6", "nt.6,1"})
  void othersAreNone(String text) {
    assertThat(TargetDecoration.parse(text)).isEmpty();
  }

  @Test
  void numbersMayBeHexadecimalOrLeftOut() {
    TargetDecoration decoration =
        TargetDecoration.parse(" ntAMD64.0xA..0x3.0x80.16299 ").orElseThrow();
    assertThat(decoration.major()).isEqualTo(10);
    assertThat(decoration.minor()).isEqualTo(-1);
    assertThat(decoration.productType()).isEqualTo(3);
    assertThat(decoration.suiteMask()).isEqualTo(0x80);
    assertThat(decoration.build()).isEqualTo(16299);
  }
}
