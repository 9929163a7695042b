package io.vhdboot.vhdx;

import static io.vhdboot.vhdx.VhdxTesting.IDS;
import static io.vhdboot.vhdx.VhdxTesting.MIB;
import static io.vhdboot.vhdx.VhdxTesting.options;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What QEMU and libvhdi say about our files, and we about QEMU's. */
class VhdxJudgesTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "dynamic, 1, 512",
    "dynamic, 2, 512",
    "dynamic, 32, 512",
    "dynamic, 256, 512",
    "fixed, 1, 512",
    "fixed, 8, 512",
  })
  void randomWritesAreReadByOthers(String type, int blockMib, int sector) throws IOException {
    SplittableRandom random = Seed.random("randomWritesAreReadByOthers " + type + blockMib);
    int blockSize = blockMib << 20;
    long size = (long) (type.equals("fixed") ? 3 : 9) * blockSize + 512L * random.nextInt(2000);
    VhdxOptions options = options(size).withBlockSize(blockSize).withSectorSizes(sector, 4096);
    Path file = folder.resolve("x.vhdx");
    Path raw = folder.resolve("raw");
    for (int session = 0; session < 3; session++) {
      try (Vhdx vhdx = session == 0 ? create(type, file, options) : open(file);
          FileDevice model = session == 0 ? FileDevice.create(raw, size) : FileDevice.open(raw)) {
        for (int i = 0; i < 10; i++) {
          long at = random.nextLong(size);
          int length = (int) Math.min(1 + random.nextInt(200_000), size - at);
          if (random.nextInt(4) == 0) {
            vhdx.zero(at, length);
            model.zero(at, length);
          } else {
            byte[] bytes = VhdxTesting.bytes(random, length);
            vhdx.write(at, ByteBuffer.wrap(bytes));
            model.write(at, ByteBuffer.wrap(bytes));
          }
        }
      }
      VhdxTesting.expectQemuReads(file, raw);
    }
    if (blockSize <= 2 << 20) {
      VhdxTesting.expectLibvhdiReads(file, raw, folder);
    }
  }

  private static Vhdx create(String type, Path file, VhdxOptions options) throws IOException {
    return type.equals("fixed")
        ? Vhdx.createFixed(file, options, IDS)
        : Vhdx.createDynamic(file, options, IDS);
  }

  private static Vhdx open(Path file) throws IOException {
    return Vhdx.open(file, VhdxAccess.writing(IDS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dynamic", "fixed"})
  void weReadWhatQemuConverted(String subformat) throws IOException {
    SplittableRandom random = Seed.random("weReadWhatQemuConverted");
    Path raw = folder.resolve("raw");
    try (FileDevice model = FileDevice.create(raw, 21_000 * 512L)) {
      for (int i = 0; i < 5; i++) {
        VhdxTesting.write(
            model, random.nextLong(model.size() - 70_000), VhdxTesting.bytes(random, 70_000));
      }
    }
    Path file = folder.resolve("qemu.vhdx");
    ExternalTool qemu = ExternalTool.named("qemu-img");
    String options = "block_size=1M,subformat=" + subformat;
    qemu.output("convert", "-f", "raw", "-O", "vhdx", "-o", options, raw, file);
    try (Vhdx vhdx = Vhdx.open(file, VhdxAccess.readOnly())) {
      assertThat(vhdx.type().toString()).isEqualTo(subformat);
      assertThat(vhdx.info().creator()).startsWith("QEMU");
      Path copy = VhdxTesting.rawCopy(vhdx, folder.resolve("copy"));
      assertThat(Files.mismatch(copy, raw)).isEqualTo(-1);
    }
  }

  @Test
  void qemuAndWeTakeTurnsInWritingOneFile() throws IOException {
    SplittableRandom random = Seed.random("qemuAndWeTakeTurnsInWritingOneFile");
    long size = 40L << 20;
    Path file = folder.resolve("x.vhdx");
    Path raw = folder.resolve("raw");
    Vhdx.createDynamic(file, options(size), IDS).close();
    FileDevice.create(raw, size).close();
    ExternalTool qemu = ExternalTool.named("qemu-io");
    for (int turn = 0; turn < 5; turn++) {
      // Not the first block: QEMU before 8.1 spoils the table when it logs a page's first entry.
      long theirs = MIB + random.nextLong((size - MIB) / 512 - 300) * 512;
      String command = "write -P " + (0x41 + turn) + " " + theirs + " 149504";
      qemu.output("-f", "vhdx", "-c", command, file);
      qemu.output("-f", "raw", "-c", command, raw);
      long ours = random.nextLong(size - 150_000);
      byte[] bytes = VhdxTesting.bytes(random, 150_000);
      try (Vhdx vhdx = open(file);
          FileDevice model = FileDevice.open(raw)) {
        assertThat(vhdx.findings()).isEmpty();
        vhdx.write(ours, ByteBuffer.wrap(bytes));
        model.write(ours, ByteBuffer.wrap(bytes));
      }
      VhdxTesting.expectQemuReads(file, raw);
    }
    VhdxTesting.expectLibvhdiReads(file, raw, folder);
  }

  /** A file that we left without closing it: QEMU must find our log and replay it. */
  @Test
  void qemuReplaysOurLog() throws IOException {
    SplittableRandom random = Seed.random("qemuReplaysOurLog");
    Path file = folder.resolve("x.vhdx");
    Path raw = folder.resolve("raw");
    byte[] bytes = VhdxTesting.bytes(random, 3 * MIB);
    Path left = folder.resolve("left.vhdx");
    try (Vhdx vhdx = Vhdx.createDynamic(file, options(20 * MIB), IDS);
        FileDevice model = FileDevice.create(raw, vhdx.size())) {
      long table = vhdx.structures().table().offset();
      vhdx.write(2 * MIB + 4096, ByteBuffer.wrap(bytes));
      model.write(2 * MIB + 4096, ByteBuffer.wrap(bytes));
      vhdx.flush();
      Files.copy(file, left);
      try (FileDevice device = FileDevice.open(left)) {
        // As if what follows the log's flush had not got there.
        device.zero(table, 4096);
        assertThat(Vhdx.identify(device).orElseThrow().logDirty()).isTrue();
      }
    }
    Path ours = Files.copy(left, folder.resolve("ours.vhdx"));
    ExternalTool.named("qemu-img").run("check", "-r", "all", left).expectSuccess();
    VhdxTesting.expectQemuReads(left, raw);
    open(ours).close();
    VhdxTesting.expectQemuReads(ours, raw);
  }

  @Test
  void allAgreeOnSizesUpTo64TiB() throws IOException {
    SplittableRandom random = Seed.random("allAgreeOnSizesUpTo64TiB");
    int cases = Seed.cases(200, 16);
    double step = Math.log((double) VhdxOptions.MAX_DISK_SIZE / (3 << 20)) / (cases - 1);
    for (int i = 0; i < cases; i++) {
      long size = (long) ((3 << 20) * Math.exp(step * i) / 512) * 512 + 512 * random.nextInt(3);
      size = i == cases - 1 ? VhdxOptions.MAX_DISK_SIZE : Math.min(size, VhdxOptions.MAX_DISK_SIZE);
      Path file = folder.resolve(i + ".vhdx");
      boolean fixed = i % 4 == 0 && size < 1L << 40;
      int blockSize = 1 << random.nextInt(20, 29);
      VhdxOptions options = options(size).withBlockSize(blockSize);
      create(fixed ? "fixed" : "dynamic", file, options).close();
      assertThat(ExternalTool.named("qemu-img").output("info", "-f", "vhdx", "--output=json", file))
          .contains("\"virtual-size\": " + size + ",")
          .contains("\"cluster-size\": " + blockSize + ",");
      assertThat(ExternalTool.named("vhdiinfo").output(file))
          .contains(size + " bytes)")
          .contains("Disk type\t\t: " + (fixed ? "Fixed" : "Dynamic"))
          .contains(options.dataWriteId().toString());
      try (Vhdx vhdx = Vhdx.open(file, VhdxAccess.readOnly())) {
        assertThat(vhdx.size()).isEqualTo(size);
      }
      Files.delete(file);
    }
  }
}
