package io.vhdboot.vhd;

import static io.vhdboot.vhd.VhdTesting.options;
import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What QEMU and libvhdi say about our files, and we about QEMU's. */
class VhdJudgesTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {512 << 10, 2 << 20, 8 << 20, 64 << 20})
  void randomWritesAreReadByOthers(int blockSize) throws IOException {
    SplittableRandom random = Seed.random("randomWritesAreReadByOthers " + blockSize);
    long size = 9L * blockSize + 512 * random.nextInt(blockSize / 512);
    Path file = folder.resolve("x.vhd");
    Path raw = folder.resolve("raw");
    for (int session = 0; session < 3; session++) {
      try (Vhd vhd =
              session == 0
                  ? Vhd.createDynamic(file, options(size).withBlockSize(blockSize))
                  : Vhd.open(file, false);
          FileDevice model = session == 0 ? FileDevice.create(raw, size) : FileDevice.open(raw)) {
        for (int i = 0; i < 10; i++) {
          long at = random.nextLong(size);
          int length = (int) Math.min(1 + random.nextInt(200_000), size - at);
          if (random.nextInt(4) == 0) {
            vhd.zero(at, length);
            model.zero(at, length);
          } else {
            byte[] bytes = VhdTesting.bytes(random, length);
            vhd.write(at, ByteBuffer.wrap(bytes));
            model.write(at, ByteBuffer.wrap(bytes));
          }
        }
      }
      VhdTesting.expectQemuReads(file, raw);
    }
    if (blockSize <= 2 << 20) {
      VhdTesting.expectLibvhdiReads(file, raw, folder);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dynamic", "fixed"})
  void weReadWhatQemuConverted(String subformat) throws IOException {
    SplittableRandom random = Seed.random("weReadWhatQemuConverted");
    Path raw = folder.resolve("raw");
    try (FileDevice model = FileDevice.create(raw, 21_000 * 512L)) {
      for (int i = 0; i < 5; i++) {
        VhdTesting.write(
            model, random.nextLong(model.size() - 70_000), VhdTesting.bytes(random, 70_000));
      }
    }
    Path file = folder.resolve("qemu.vhd");
    ExternalTool qemu = ExternalTool.named("qemu-img");
    String options = "force_size=on,subformat=" + subformat;
    qemu.output("convert", "-f", "raw", "-O", "vpc", "-o", options, raw, file);
    try (Vhd vhd = Vhd.open(file, true)) {
      assertThat(vhd.type().toString()).isEqualTo(subformat);
      assertThat(vhd.footer().creatorApplication()).isEqualTo("qem2");
      Path copy = VhdTesting.rawCopy(vhd, folder.resolve("copy"));
      assertThat(Files.mismatch(copy, raw)).isEqualTo(-1);
    }
  }

  @Test
  void qemuAndWeTakeTurnsInWritingOneFile() throws IOException {
    SplittableRandom random = Seed.random("qemuAndWeTakeTurnsInWritingOneFile");
    long size = 40L << 20;
    Path file = folder.resolve("x.vhd");
    Path raw = folder.resolve("raw");
    Vhd.createDynamic(file, options(size)).close();
    FileDevice.create(raw, size).close();
    ExternalTool qemu = ExternalTool.named("qemu-io");
    for (int turn = 0; turn < 5; turn++) {
      long theirs = random.nextLong(size / 512 - 300) * 512;
      String command = "write -P " + (0x41 + turn) + " " + theirs + " 149504";
      qemu.output("-f", "vpc", "-c", command, file);
      qemu.output("-f", "raw", "-c", command, raw);
      long ours = random.nextLong(size - 150_000);
      byte[] bytes = VhdTesting.bytes(random, 150_000);
      try (Vhd vhd = Vhd.open(file, false);
          FileDevice model = FileDevice.open(raw)) {
        assertThat(vhd.findings()).isEmpty();
        vhd.write(ours, ByteBuffer.wrap(bytes));
        model.write(ours, ByteBuffer.wrap(bytes));
      }
      VhdTesting.expectQemuReads(file, raw);
    }
    VhdTesting.expectLibvhdiReads(file, raw, folder);
  }

  @Test
  void allAgreeOnSizesFrom3MiBTo2040GiB() throws IOException {
    SplittableRandom random = Seed.random("allAgreeOnSizesFrom3MiBTo2040GiB");
    int cases = Seed.cases(200, 16);
    double step = Math.log((double) VhdOptions.MAX_DISK_SIZE / (3 << 20)) / (cases - 1);
    for (int i = 0; i < cases; i++) {
      long size = (long) ((3 << 20) * Math.exp(step * i) / 512) * 512 + 512 * random.nextInt(3);
      size = i == cases - 1 ? VhdOptions.MAX_DISK_SIZE : Math.min(size, VhdOptions.MAX_DISK_SIZE);
      Path file = folder.resolve(i + ".vhd");
      boolean fixed = i % 4 == 0;
      (fixed ? Vhd.createFixed(file, options(size)) : Vhd.createDynamic(file, options(size)))
          .close();
      assertThat(ExternalTool.named("qemu-img").output("info", "-f", "vpc", "--output=json", file))
          .contains("\"virtual-size\": " + size + ",");
      assertThat(ExternalTool.named("vhdiinfo").output(file))
          .contains(size + " bytes)")
          .contains("Disk type\t\t: " + (fixed ? "Fixed" : "Dynamic"))
          .contains(VhdTesting.ID.toString());
      try (Vhd vhd = Vhd.open(file, true)) {
        assertThat(vhd.size()).isEqualTo(size);
      }
      Files.delete(file);
    }
  }
}
