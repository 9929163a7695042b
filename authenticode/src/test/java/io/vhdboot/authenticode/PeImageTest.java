package io.vhdboot.authenticode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PeImageTest {

  private static PeImage open(byte[] program) throws IOException {
    return PeImage.open(SamplePrograms.device(program));
  }

  @Test
  void programsOfEachKindAreRead() throws IOException {
    PeImage manager = open(SamplePrograms.x64());
    assertThat(manager.architecture()).isEqualTo("x64");
    assertThat(manager.isFirmwareProgram()).isTrue();
    assertThat(manager.version()).contains(new FileVersion(10, 0, 26100, 1742));
    assertThat(manager.version().orElseThrow()).hasToString("10.0.26100.1742");
    assertThat(manager.secureVersion()).contains(new SecureVersion(7, 2));
    assertThat(manager.certificates()).isEmpty();

    PeImage loader = open(SamplePrograms.program(0x014C, false, SamplePrograms.BOOT_APPLICATION));
    assertThat(loader.architecture()).isEqualTo("x86");
    assertThat(loader.isFirmwareProgram()).isFalse();
    assertThat(loader.isBootApplication()).isTrue();
    assertThat(loader.secureVersion()).contains(new SecureVersion(7, 2));
  }

  @Test
  void resourcesThatAreNotThereAreNotFound() throws IOException {
    byte[] program = SamplePrograms.x64();
    int entry = 0x80 + 24 + 112 + 16;
    LittleEndian.put32(program, entry + 4, 0);
    assertThat(open(program).secureVersion()).isEmpty();
    program = SamplePrograms.x64();
    program[0x600 + 0xC2] = 'X';
    assertThat(open(program).secureVersion()).isEmpty();
    assertThat(open(program).version()).isPresent();
  }

  @Test
  void digestLeavesOutWhatSigningChanges() throws IOException {
    byte[] program = SamplePrograms.x64();
    byte[] digest = open(program).digest(DigestAlgorithm.SHA_256);
    LittleEndian.put32(program, 0x80 + 24 + 64, 12345);
    assertThat(open(program).digest(DigestAlgorithm.SHA_256)).isEqualTo(digest);
    program[0x7FF] ^= 1;
    assertThat(open(program).digest(DigestAlgorithm.SHA_256)).isNotEqualTo(digest);
    assertThat(open(program).digest(DigestAlgorithm.SHA_1)).hasSize(20);
  }

  @Test
  void whatIsBehindTheSectionsIsHashedAndFilledUp() throws IOException {
    byte[] program = Arrays.copyOf(SamplePrograms.x64(), 0x803);
    program[0x801] = 5;
    byte[] digest = open(program).digest(DigestAlgorithm.SHA_256);
    byte[] filled = Arrays.copyOf(program, 0x808);
    assertThat(open(filled).digest(DigestAlgorithm.SHA_256)).isEqualTo(digest);
    program[0x801] = 6;
    assertThat(open(program).digest(DigestAlgorithm.SHA_256)).isNotEqualTo(digest);
  }

  @Test
  void sectionsThatOverlapAreRefused() throws IOException {
    byte[] program = SamplePrograms.x64();
    int sections = 0x80 + 24 + 112 + 128;
    LittleEndian.put32(program, sections + 16, 0x400);
    assertThatThrownBy(() -> open(program).digest(DigestAlgorithm.SHA_256))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("overlapping sections");
  }

  @Test
  void whatIsNoProgramIsToldFromWhatIsDamaged() {
    for (byte[] bytes :
        new byte[][] {new byte[0], new byte[100], "MZ".repeat(60).getBytes(US_ASCII)}) {
      assertThatThrownBy(() -> PeImage.open(MemoryDevice.wrap("x", bytes)))
          .isInstanceOf(UnsupportedFormatException.class)
          .hasMessageContaining("x: is no program (PE)");
    }
    assertThatThrownBy(() -> open(Arrays.copyOf(SamplePrograms.x64(), 0x700)))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("the program is shorter");
  }
}
