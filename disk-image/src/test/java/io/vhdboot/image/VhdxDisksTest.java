package io.vhdboot.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** VHDX through what all formats have in common. */
class VhdxDisksTest {

  private static final UUID ID = UUID.fromString("6d2d5fc8-eeba-de4c-8cee-de3a12db7c98");
  private static final Instant TIME = Instant.parse("2026-11-01T12:34:56Z");
  private static final long SIZE = 20L << 20;

  @TempDir Path folder;

  private Path raw(SplittableRandom random) throws IOException {
    Path raw = folder.resolve("disk.img");
    try (FileDevice device = FileDevice.create(raw, SIZE)) {
      for (int i = 0; i < 4; i++) {
        byte[] bytes = new byte[300_000];
        random.nextBytes(bytes);
        device.write(random.nextLong(SIZE - bytes.length), ByteBuffer.wrap(bytes));
      }
    }
    return raw;
  }

  private static void convert(Path from, Path to, VirtualDiskFormat format, VirtualDiskKind kind)
      throws IOException {
    try (BlockDevice source = VirtualDisk.at(from).open(true)) {
      VirtualDiskOptions options = VirtualDiskOptions.of(format, kind, source.size(), ID, TIME);
      DiskConversion.of(source, to, options, false).write(Runnable::run, 1, ProgressListener.NONE);
    }
  }

  private static void expectQemuReads(Path vhdx, Path raw) {
    ExternalTool qemu = ExternalTool.named("qemu-img");
    qemu.run("check", "-f", "vhdx", vhdx).expectSuccess();
    qemu.run("compare", "-f", "vhdx", "-F", "raw", vhdx, raw).expectSuccess();
  }

  @ParameterizedTest
  @EnumSource(
      value = VirtualDiskKind.class,
      names = {"FIXED", "DYNAMIC"})
  void convertsFromAndToEveryFormat(VirtualDiskKind kind) throws IOException {
    Path raw = raw(Seed.random("convertsFromAndToEveryFormat"));
    Path vhdx = folder.resolve("a.vhdx");
    Path vhd = folder.resolve("b.vhd");
    Path back = folder.resolve("c.img");
    convert(raw, vhdx, VirtualDiskFormat.VHDX, kind);
    expectQemuReads(vhdx, raw);
    convert(raw, folder.resolve("again.vhdx"), VirtualDiskFormat.VHDX, kind);
    assertThat(Files.mismatch(vhdx, folder.resolve("again.vhdx"))).isEqualTo(-1);
    convert(vhdx, vhd, VirtualDiskFormat.VHD, VirtualDiskKind.DYNAMIC);
    convert(vhd, back, VirtualDiskFormat.RAW, VirtualDiskKind.FIXED);
    assertThat(Files.mismatch(back, raw)).isEqualTo(-1);
    VirtualDiskInfo info = VirtualDisk.at(vhdx).info();
    assertThat(info.format()).isEqualTo(VirtualDiskFormat.VHDX);
    assertThat(info.kind()).isEqualTo(kind);
    assertThat(info.uniqueId()).contains(ID);
    assertThat(VirtualDisk.at(vhdx).check()).isEmpty();
  }

  @Test
  void childrenAreMadeMergedRebasedResizedAndCompacted() throws IOException {
    SplittableRandom random = Seed.random("childrenAreMadeMergedRebasedResizedAndCompacted");
    Path raw = raw(random);
    Path base = folder.resolve("base.vhdx");
    convert(raw, base, VirtualDiskFormat.VHDX, VirtualDiskKind.DYNAMIC);
    VirtualDisk child =
        VirtualDisk.at(base).createChild(folder.resolve("child.vhdx"), new UUID(1, 2), TIME, false);
    byte[] bytes = new byte[50_000];
    random.nextBytes(bytes);
    try (BlockDevice disk = child.open(false);
        FileDevice model = FileDevice.open(raw)) {
      disk.write(3_000_000, ByteBuffer.wrap(bytes));
      model.write(3_000_000, ByteBuffer.wrap(bytes));
    }
    assertThat(child.info().parent().orElseThrow().file()).isEqualTo(base.toString());
    assertThat(child.parent().orElseThrow().file()).isEqualTo(base);
    Path moved = Files.createDirectory(folder.resolve("other")).resolve("parent.vhdx");
    Files.move(base, moved);
    assertThat(child.info().findings().get(0)).contains("is not found at \".\\base.vhdx\"");
    child.rebase(moved, false, ProgressListener.NONE);
    VirtualDisk merged = child.merge(1, ProgressListener.NONE);
    assertThat(merged.file()).isEqualTo(moved);
    expectQemuReads(moved, raw);
    merged.resize(SIZE + (5 << 20), false);
    try (FileDevice model = FileDevice.open(raw)) {
      model.setSize(SIZE + (5 << 20));
      try (BlockDevice disk = merged.open(false)) {
        disk.zero(0, SIZE);
      }
      model.zero(0, SIZE);
    }
    VirtualDiskCompaction done = merged.compact(false, ProgressListener.NONE);
    assertThat(Files.size(moved)).isEqualTo(4L << 20);
    assertThat(done.toString()).isNotEmpty();
    assertThat(merged.repair()).isEmpty();
    expectQemuReads(moved, raw);
  }

  @Test
  void realFilesAreInspected() throws IOException {
    Path file = SharedData.unpacked("vhd/iotest-dirtylog-10G-4M.vhdx.bz2", folder);
    Inspection inspection = DiskInspector.inspect(file);
    assertThat(inspection.kind()).isEqualTo("vhdx");
    assertThat(inspection.properties())
        .containsEntry("type", "dynamic")
        .containsEntry("diskSize", 10L << 30)
        .containsEntry("logDirty", true);
    assertThat(VirtualDisk.at(file).check())
        .extracting(VirtualDiskFinding::kind)
        .contains("log-dirty");
  }
}
