package io.vhdboot.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WindowsGuidTest {

  @Test
  void efiSystemPartitionTypeHasItsKnownBytes() {
    UUID esp = WindowsGuid.parse("{C12A7328-F81F-11D2-BA4B-00A0C93EC93B}");
    byte[] bytes = WindowsGuid.toBytes(esp);
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("28732ac11ff8d211ba4b00a0c93ec93b");
    assertThat(WindowsGuid.get(bytes, 0)).isEqualTo(esp);
    assertThat(WindowsGuid.toString(esp)).isEqualTo("{c12a7328-f81f-11d2-ba4b-00a0c93ec93b}");
  }

  @Test
  void shortGroupsAreNoGuid() {
    assertThatThrownBy(() -> WindowsGuid.parse("1-2-3-4-5"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void fileTimesCountFrom1601() {
    assertThat(FileTime100ns.of(Instant.EPOCH)).isEqualTo(116_444_736_000_000_000L);
    assertThat(FileTime100ns.toInstant(0)).isEqualTo(Instant.parse("1601-01-01T00:00:00Z"));
    assertThat(FileTime100ns.toInstant(Long.MIN_VALUE)).isBefore(Instant.EPOCH);
  }
}
