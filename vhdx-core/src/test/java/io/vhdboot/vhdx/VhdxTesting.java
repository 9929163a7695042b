package io.vhdboot.vhdx;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** What the tests of this module share. */
final class VhdxTesting {

  static final int MIB = 1 << 20;

  private static final AtomicLong COUNTER = new AtomicLong();

  /** Ids that differ from one another. */
  static final Supplier<UUID> IDS =
      () -> new UUID(0x6d2d5fc8eeba4e4cL, COUNTER.incrementAndGet() | Long.MIN_VALUE);

  private VhdxTesting() {}

  static VhdxOptions options(long diskSize) {
    return VhdxOptions.of(diskSize, IDS).withBlockSize(MIB);
  }

  static byte[] bytes(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  static void write(BlockDevice disk, long position, byte... bytes) throws IOException {
    disk.write(position, ByteBuffer.wrap(bytes));
  }

  /** Copies a disk to a raw file, what is not zeros. */
  static Path rawCopy(Vhdx disk, Path target) throws IOException {
    try (FileDevice raw = FileDevice.create(target, disk.size())) {
      byte[] buffer = new byte[1 << 20];
      for (long at = 0; at < disk.size(); ) {
        MappedExtent extent = disk.map(at);
        for (long done = 0; extent.kind() == MappedExtent.Kind.DATA && done < extent.length(); ) {
          int count = (int) Math.min(buffer.length, extent.length() - done);
          disk.read(at + done, ByteBuffer.wrap(buffer, 0, count));
          raw.write(at + done, ByteBuffer.wrap(buffer, 0, count));
          done += count;
        }
        at = extent.end();
      }
    }
    return target;
  }

  /** Fails unless QEMU finds a VHDX right and reads the same from it as is in a raw file. */
  static void expectQemuReads(Path vhdx, Path raw) throws IOException {
    ExternalTool qemu = ExternalTool.named("qemu-img");
    assertThat(qemu.output("info", "--output=json", "-f", "vhdx", vhdx))
        .contains("\"virtual-size\": " + Files.size(raw) + ",");
    assertThat(qemu.output("check", "-f", "vhdx", vhdx)).contains("No errors were found");
    qemu.run("compare", "-f", "vhdx", "-F", "raw", vhdx, raw).expectSuccess();
  }

  /** Fails unless libvhdi reads the same from a VHDX as is in a raw file. Needs root and FUSE. */
  static void expectLibvhdiReads(Path vhdx, Path raw, Path folder) throws IOException {
    ExternalTool.requireRoot();
    ExternalTool mount = ExternalTool.named("vhdimount");
    Path point = Files.createTempDirectory(folder, "mount");
    mount.run(vhdx, point).expectSuccess();
    try {
      ExternalTool.named("cmp").run(point.resolve("vhdi1"), raw).expectSuccess();
    } finally {
      ExternalTool.named("umount").run(point);
    }
  }

  /** Finds parents among devices by the last part of the path. */
  static ParentResolver among(Map<String, BlockDevice> files) {
    Map<String, BlockDevice> copy = new HashMap<>(files);
    return (child, path, readOnly) ->
        java.util.Optional.ofNullable(copy.get(path.substring(path.lastIndexOf('\\') + 1)))
            .map(StaysOpen::new);
  }

  /** A device that does not close, so that a test can go on with it. */
  record StaysOpen(BlockDevice device) implements ResizableBlockDevice {

    @Override
    public String name() {
      return device.name();
    }

    @Override
    public long size() {
      return device.size();
    }

    @Override
    public void setSize(long size) throws IOException {
      if (size > 1 << 30) {
        throw new NoSpaceException(name(), size, 1 << 30);
      }
      ((ResizableBlockDevice) device).setSize(size);
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
      device.read(position, target);
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
      device.write(position, source);
    }

    @Override
    public void zero(long position, long length) throws IOException {
      device.zero(position, length);
    }

    @Override
    public void flush() throws IOException {
      device.flush();
    }

    @Override
    public void close() {}
  }
}
