package io.vhdboot.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IdentifiersTest {

  @Test
  void sameSeedAndPurposeGiveTheSame() {
    Identifiers first = Identifiers.ofSeed(new byte[] {7});
    Identifiers second = Identifiers.ofSeed(new byte[] {7});
    assertThat(first.guid("a")).isEqualTo(second.guid("a")).isNotEqualTo(first.guid("b"));
    assertThat(first.diskSignature("a")).isEqualTo(second.diskSignature("a"));
    assertThat(first.volumeSerial("a")).isEqualTo(second.volumeSerial("a"));
    assertThat(first.guid("a")).isNotEqualTo(Identifiers.ofSeed(new byte[] {8}).guid("a"));
  }

  @Test
  void guidsAreRandomOnesByTheirOwnWord() {
    UUID guid = Identifiers.random().guid("x");
    assertThat(guid.version()).isEqualTo(4);
    assertThat(guid.variant()).isEqualTo(2);
  }

  @Test
  void withoutASeedNothingRepeats() {
    Set<Integer> signatures = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      signatures.add(Identifiers.random().diskSignature("disk"));
    }
    assertThat(signatures).hasSizeGreaterThan(95).doesNotContain(0);
  }
}
