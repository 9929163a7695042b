package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogRestartPageTest {

  @ParameterizedTest
  @CsvSource({"LogFile_10.bin, PENDING", "LogFile_7.bin, CLEAN", "LogFile_empty.bin, EMPTY"})
  void tellsHowWindowsLeftTheVolume(String file, LogState state) throws IOException {
    assertThat(judge(Files.readAllBytes(SharedData.data("ntfs/" + file)))).isEqualTo(state);
  }

  @Test
  void secondPageServesWhenTheFirstIsTorn() throws IOException {
    byte[] log = Files.readAllBytes(SharedData.data("ntfs/LogFile_7.bin"));
    log[510] ^= 1;
    assertThat(judge(log)).isEqualTo(LogState.CLEAN);
    log[4096 + 510] ^= 1;
    assertThat(judge(log)).isEqualTo(LogState.UNREADABLE);
  }

  @Test
  void logOfZerosIsUnreadable() throws IOException {
    assertThat(judge(new byte[1 << 16])).isEqualTo(LogState.UNREADABLE);
    assertThat(judge(new byte[10])).isEqualTo(LogState.UNREADABLE);
  }

  private static LogState judge(byte[] log) throws IOException {
    return LogRestartPage.judge(new ResidentContent(log, 0, log.length), "log");
  }
}
