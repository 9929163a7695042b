package io.vhdboot.vhdx;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that Hyper-V, Disk2vhd and others made. */
class RealVhdxTest {

  private static final String DIRTY = "vhd/iotest-dirtylog-10G-4M.vhdx.bz2";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "iotest-dynamic-1G.vhdx.bz2, 1073741824, 33554432",
    "test-disk2vhd.vhdx.bz2, 268435456, 2097152",
  })
  void opensAndReadsWhatQemuReads(String name, long size, int blockSize) throws IOException {
    Path file = SharedData.unpacked("vhd/" + name, folder);
    Path raw;
    try (Vhdx vhdx = Vhdx.open(file, VhdxAccess.readOnly())) {
      assertThat(vhdx.type()).isEqualTo(VhdxType.DYNAMIC);
      assertThat(vhdx.size()).isEqualTo(size);
      assertThat(vhdx.blockSize()).isEqualTo(blockSize);
      assertThat(vhdx.findings()).isEmpty();
      raw = VhdxTesting.rawCopy(vhdx, folder.resolve("raw"));
    }
    expectQemuReads(file, raw);
  }

  /** QEMU refuses to read the file without writing to it, so it replays a copy. */
  @Test
  void dirtyLogIsReplayedInMemoryAsQemuReplaysItInTheFile() throws IOException {
    Path file = SharedData.unpacked(DIRTY, folder);
    Path untouched = Files.copy(file, folder.resolve("untouched.vhdx"));
    Path raw;
    try (Vhdx vhdx = Vhdx.open(file, VhdxAccess.readOnly())) {
      assertThat(vhdx.info().logDirty()).isTrue();
      assertThat(vhdx.size()).isEqualTo(10L << 30);
      raw = VhdxTesting.rawCopy(vhdx, folder.resolve("raw"));
    }
    assertThat(Files.mismatch(file, untouched)).isEqualTo(-1);
    ExternalTool.named("qemu-img").run("check", "-r", "all", file).expectSuccess();
    expectQemuReads(file, raw);
    // The log has something that the file has not, or the replay would not be tested.
    try (FileDevice plain = FileDevice.openReadOnly(untouched)) {
      LogReplay replay = VhdxStructures.read(plain).replay().orElseThrow();
      assertThat(replay.pages().keySet()).containsExactly(2L << 20);
      assertThat(plain.read(2L << 20, LogEntry.SECTOR_SIZE))
          .isNotEqualTo(replay.pages().get(2L << 20));
    }
  }

  @Test
  void dirtyLogIsReplayedToTheFileThatIsOpenedForWriting() throws IOException {
    Path file = SharedData.unpacked(DIRTY, folder);
    Path raw;
    try (Vhdx vhdx = Vhdx.open(file, VhdxAccess.readOnly())) {
      raw = VhdxTesting.rawCopy(vhdx, folder.resolve("raw"));
    }
    try (Vhdx vhdx = Vhdx.open(file, VhdxAccess.writing(VhdxTesting.IDS))) {
      assertThat(vhdx.info().logDirty()).isFalse();
    }
    try (FileDevice device = FileDevice.openReadOnly(file)) {
      assertThat(Vhdx.identify(device).orElseThrow().logDirty()).isFalse();
    }
    expectQemuReads(file, raw);
  }

  /** In the full run all of the disk, otherwise 256 MiB: QEMU takes its time over zeros. */
  private static void expectQemuReads(Path file, Path raw) {
    long size = Seed.isFull() ? raw.toFile().length() : 256L << 20;
    String window = "json:{'driver':'raw','offset':0,'size':" + size + ",'file':%s}";
    String plain = "{'driver':'file','filename':'%s'}";
    String vhdx = "{'driver':'vhdx','file':" + String.format(plain, file) + "}";
    ExternalTool.named("qemu-img")
        .run(
            "compare",
            String.format(window, vhdx),
            String.format(window, String.format(plain, raw)))
        .expectSuccess();
  }
}
