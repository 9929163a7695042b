package io.vhdboot.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.Mbr;
import io.vhdboot.disk.MbrEntry;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.Zeros;
import io.vhdboot.ntfs.FileMetadata;
import io.vhdboot.ntfs.NtfsFormatOptions;
import io.vhdboot.ntfs.NtfsImageBuilder;
import io.vhdboot.ntfs.NtfsImageWriter;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VirtualDiskTest {

  private static final Instant TIME = Instant.parse("2026-11-01T12:34:56Z");

  @TempDir Path folder;

  private static VirtualDiskOptions options(
      VirtualDiskFormat format, VirtualDiskKind kind, long size) {
    return VirtualDiskOptions.of(format, kind, size, new UUID(1, 2), TIME);
  }

  private Path source(SplittableRandom random, long size) throws IOException {
    Path file = folder.resolve("source.vhd");
    VirtualDiskOptions dynamic = options(VirtualDiskFormat.VHD, VirtualDiskKind.DYNAMIC, size);
    try (BlockDevice disk = VirtualDisk.create(file, dynamic, false).open(false)) {
      for (int i = 0; i < 12; i++) {
        byte[] bytes = new byte[1 + random.nextInt(300_000)];
        random.nextBytes(bytes);
        disk.write(random.nextLong(size - bytes.length), ByteBuffer.wrap(bytes));
      }
    }
    return file;
  }

  private static void convert(Path from, Path to, VirtualDiskOptions options, int threads)
      throws IOException {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try (BlockDevice disk = VirtualDisk.at(from).open(true)) {
      DiskConversion.of(disk, to, options, false).write(executor, threads, ProgressListener.NONE);
    } finally {
      executor.shutdownNow();
    }
  }

  private static void expectSame(Path one, String format, Path other, String otherFormat) {
    ExternalTool.named("qemu-img").output("compare", "-f", format, "-F", otherFormat, one, other);
  }

  @Test
  void everyConversionIsReadTheSameByQemu() throws IOException {
    SplittableRandom random = Seed.random("everyConversionIsReadTheSameByQemu");
    long size = (40L << 20) + 512;
    Path source = source(random, size);
    List<Path> made = new ArrayList<>(List.of(source));
    for (VirtualDiskFormat format : VirtualDiskFormat.values()) {
      for (VirtualDiskKind kind : List.of(VirtualDiskKind.FIXED, VirtualDiskKind.DYNAMIC)) {
        if (format == VirtualDiskFormat.RAW && kind == VirtualDiskKind.DYNAMIC) {
          continue;
        }
        Path from = made.get(made.size() - 1);
        Path to = folder.resolve(format + "-" + kind + "." + format);
        convert(from, to, options(format, kind, size), 2);
        expectSame(source, "vpc", to, format == VirtualDiskFormat.VHD ? "vpc" : format.toString());
        // The same bytes, whatever the threads.
        Path again = folder.resolve("again");
        convert(from, again, options(format, kind, size), 5);
        assertThat(Files.mismatch(to, again)).isEqualTo(-1);
        Files.delete(again);
        assertThat(VirtualDisk.at(to).check()).isEmpty();
        made.add(to);
      }
    }
    // From a raw image too, zeros are not written.
    assertThat(Files.size(folder.resolve("vhd-dynamic.vhd"))).isLessThan(Files.size(source) + 1);
    try (var files = Files.list(folder)) {
      assertThat(files.filter(file -> file.getFileName().toString().startsWith("."))).isEmpty();
    }
    assertThatThrownBy(
            () ->
                convert(
                    source,
                    made.get(1),
                    options(VirtualDiskFormat.RAW, VirtualDiskKind.FIXED, size),
                    1))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  /** A disk of which all but some is a hole, and which complains when that is read. */
  private record Holey(BlockDevice disk, List<Long> written) implements BlockDevice {

    @Override
    public String name() {
      return "holey";
    }

    @Override
    public long size() {
      return disk.size();
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
      MappedExtent extent = disk.map(position);
      assertThat(extent.kind()).isEqualTo(MappedExtent.Kind.DATA);
      assertThat(extent.length()).isGreaterThanOrEqualTo(target.remaining());
      disk.read(position, target);
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
      for (int at = 0; at < source.remaining(); at += 65536) {
        int end = Math.min(source.remaining(), at + 65536);
        assertThat(Zeros.isZero(source, source.position() + at, source.position() + end)).isFalse();
      }
      written.add((long) source.remaining());
      source.position(source.limit());
    }

    @Override
    public MappedExtent map(long position) throws IOException {
      return disk.map(position);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void holesAreNeitherReadNorWritten() throws IOException {
    SplittableRandom random = Seed.random("holesAreNeitherReadNorWritten");
    Path source = source(random, 300L << 20);
    List<Long> written = new ArrayList<>();
    try (BlockDevice disk = VirtualDisk.at(source).open(true)) {
      Holey holey = new Holey(disk, written);
      ExecutorService executor = Executors.newFixedThreadPool(2);
      try {
        DiskCopy.copy(holey, holey, executor, 2, () -> {}, ProgressListener.NONE);
      } finally {
        executor.shutdownNow();
      }
    }
    long sum = written.stream().mapToLong(Long::longValue).sum();
    assertThat(sum).isPositive().isLessThan(12L * (300_000 + 2 * 65536));
  }

  @Test
  void clustersThatNtfsDoesNotUseAreDropped() throws IOException {
    SplittableRandom random = Seed.random("clustersThatNtfsDoesNotUseAreDropped");
    Path file = folder.resolve("ntfs.vhd");
    long size = 64L << 20;
    long offset = 1L << 20;
    VirtualDisk disk =
        VirtualDisk.create(
            file, options(VirtualDiskFormat.VHD, VirtualDiskKind.DYNAMIC, size), false);
    try (BlockDevice device = disk.open(false)) {
      byte[] junk = new byte[1 << 20];
      random.nextBytes(junk);
      for (long at = offset; at < size - offset; at += junk.length) {
        device.write(at, ByteBuffer.wrap(junk));
      }
      NtfsImageBuilder builder =
          NtfsImageBuilder.create(
              NtfsFormatOptions.ofSize(size - 2 * offset).hiddenSectors(2048).build());
      var node = builder.addFile(builder.root(), "kept.bin", FileMetadata.of(0, 0x20, 0));
      var stream = builder.addStream(node, "", junk.length, 0);
      NtfsImageWriter writer =
          builder.plan().writer(device.slice(offset, size - 2 * offset), false);
      writer.write(stream, 0, ByteBuffer.wrap(junk));
      writer.finish();
      new Mbr(new byte[440], 1, List.of(MbrEntry.of(false, 7, 2048, (size - 2 * offset) / 512)))
          .write(device);
    }
    Path before = folder.resolve("before.img");
    convert(file, before, options(VirtualDiskFormat.RAW, VirtualDiskKind.FIXED, size), 1);
    assertThat(disk.compact(false, ProgressListener.NONE).droppedBlocks()).isZero();
    VirtualDiskCompaction done = disk.compact(true, ProgressListener.NONE);
    assertThat(done.droppedBlocks()).isGreaterThan(20);
    assertThat(done.sizeAfter()).isLessThan(done.sizeBefore() / 2);
    assertThat(disk.check()).isEmpty();
    Path after = folder.resolve("after.img");
    convert(file, after, options(VirtualDiskFormat.RAW, VirtualDiskKind.FIXED, size), 1);
    Path volume = folder.resolve("volume.img");
    try (FileDevice raw = FileDevice.openReadOnly(after);
        FileDevice part = FileDevice.create(volume, size - 2 * offset)) {
      part.write(0, ByteBuffer.wrap(raw.read(offset, (int) part.size())));
    }
    Path kept = folder.resolve("kept.bin");
    ExternalTool.named("ntfscat");
    ExternalTool.named("sh").output("-c", "ntfscat -f " + volume + " kept.bin > " + kept);
    assertThat(Files.size(kept)).isEqualTo(1 << 20);
    ExternalTool.named("ntfsfix").output("-n", volume);
    try (FileDevice raw = FileDevice.openReadOnly(before)) {
      assertThat(raw.read(offset + (8 << 20), 16)).isNotEqualTo(new byte[16]);
    }
  }

  @Test
  void generationsAreMergedAndRebased() throws IOException {
    SplittableRandom random = Seed.random("generationsAreMergedAndRebased");
    Path base = source(random, 20L << 20);
    VirtualDisk disk = VirtualDisk.at(base);
    for (int generation = 1; generation <= 3; generation++) {
      disk =
          disk.createChild(
              folder.resolve("g" + generation + ".vhd"), new UUID(3, generation), TIME, false);
      try (BlockDevice open = disk.open(false)) {
        byte[] bytes = new byte[5000];
        random.nextBytes(bytes);
        open.write(random.nextLong(open.size() - 5000), ByteBuffer.wrap(bytes));
      }
    }
    Path before = folder.resolve("before.img");
    VirtualDiskOptions raw = options(VirtualDiskFormat.RAW, VirtualDiskKind.FIXED, 20L << 20);
    convert(disk.file(), before, raw, 1);
    VirtualDiskInfo info = disk.info();
    assertThat(info.kind()).isEqualTo(VirtualDiskKind.DIFFERENCING);
    assertThat(info.parent().orElseThrow().parent().orElseThrow().parent().orElseThrow().kind())
        .isEqualTo(VirtualDiskKind.DYNAMIC);
    VirtualDisk merged = disk.merge(2, ProgressListener.NONE);
    assertThat(merged.file()).isEqualTo(folder.resolve("g1.vhd"));
    Path after = folder.resolve("after.img");
    convert(merged.file(), after, raw, 1);
    assertThat(Files.mismatch(before, after)).isEqualTo(-1);
    Files.move(base, folder.resolve("moved.vhd"));
    merged.rebase(folder.resolve("moved.vhd"), false, ProgressListener.NONE);
    Files.delete(after);
    convert(merged.file(), after, raw, 1);
    assertThat(Files.mismatch(before, after)).isEqualTo(-1);
    assertThat(merged.merge(1, ProgressListener.NONE).file())
        .isEqualTo(folder.resolve("moved.vhd"));
    expectSame(folder.resolve("moved.vhd"), "vpc", before, "raw");
  }
}
