package io.vhdboot.vhd;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;

/** What the tests of this module share. */
final class VhdTesting {

  static final UUID ID = UUID.fromString("6d2d5fc8-eeba-de4c-8cee-de3a12db7c98");
  static final Instant TIME = Instant.parse("2026-11-01T12:34:56Z");

  private VhdTesting() {}

  static VhdOptions options(long diskSize) {
    return VhdOptions.of(diskSize, ID, TIME);
  }

  /** Finds one file in memory, whatever the path. */
  static ParentResolver inMemory(byte[] file) {
    return path ->
        Optional.of(
            new ParentResolver.Found(
                MemoryDevice.wrap("base", file), Optional.empty(), ParentResolver.NONE));
  }

  static byte[] bytes(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  static void write(BlockDevice disk, long position, byte... bytes) throws IOException {
    disk.write(position, ByteBuffer.wrap(bytes));
  }

  /** Copies a disk to a raw file, only what {@code map} says is data. */
  static Path rawCopy(BlockDevice disk, Path target) throws IOException {
    try (FileDevice raw = FileDevice.create(target, disk.size())) {
      byte[] buffer = new byte[1 << 20];
      long at = 0;
      while (at < disk.size()) {
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

  /** Fails unless QEMU reads the same from a VHD as is in a raw file. */
  static void expectQemuReads(Path vhd, Path raw) throws IOException {
    String exact = "driver=vpc,force_size_calc=current_size,file.filename=" + vhd;
    String info =
        ExternalTool.named("qemu-img").output("info", "--output=json", "--image-opts", exact);
    assertThat(info).contains("\"virtual-size\": " + Files.size(raw) + ",");
    ExternalTool.named("qemu-img")
        .run("compare", "--image-opts", exact, "driver=raw,file.filename=" + raw)
        .expectSuccess();
  }

  /** Fails unless libvhdi reads the same from a VHD as is in a raw file. Needs root and FUSE. */
  static void expectLibvhdiReads(Path vhd, Path raw, Path folder) throws IOException {
    ExternalTool.requireRoot();
    ExternalTool mount = ExternalTool.named("vhdimount");
    Path point = Files.createTempDirectory(folder, "mount");
    mount.run(vhd, point).expectSuccess();
    try {
      // Parents come first, from the base on.
      try (Stream<Path> disks = Files.list(point)) {
        Path disk = disks.max(Comparator.comparing(Path::toString)).orElseThrow();
        Path copy = point.resolveSibling(point.getFileName() + ".raw");
        // One read after the other: vhdimount mixes chains up when the kernel reads ahead.
        ExternalTool.named("dd").output("if=" + disk, "of=" + copy, "bs=64K", "iflag=direct");
        ExternalTool.named("cmp").run(copy, raw).expectSuccess();
        Files.delete(copy);
      }
    } finally {
      ExternalTool.named("umount").run(point);
    }
  }
}
