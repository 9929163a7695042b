package io.vhdboot.image;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.disk.Zeros;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** Files that hold a disk as it is. */
final class RawDisks implements VirtualDiskOperations {

  private static final int STEP = 1 << 20;

  @Override
  public BlockDevice open(Path file, boolean readOnly) throws IOException {
    return readOnly ? FileDevice.openReadOnly(file) : FileDevice.open(file);
  }

  @Override
  public VirtualDiskInfo info(Path file) throws IOException {
    try (BlockDevice device = open(file, true)) {
      return new VirtualDiskInfo(
          file.toString(),
          VirtualDiskFormat.RAW,
          VirtualDiskKind.FIXED,
          device.size(),
          device.size(),
          OptionalLong.empty(),
          1,
          1,
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          List.of());
    }
  }

  @Override
  public MappedExtent mapOwn(BlockDevice disk, long position) throws IOException {
    return disk.map(position);
  }

  @Override
  public Optional<Path> parent(Path file) {
    return Optional.empty();
  }

  @Override
  public List<VirtualDiskFinding> check(Path file) {
    return List.of();
  }

  @Override
  public List<VirtualDiskFinding> repair(Path file) {
    return List.of();
  }

  @Override
  public void resize(Path file, long diskSize, boolean discardTail) throws IOException {
    try (FileDevice device = FileDevice.open(file)) {
      if (!discardTail) {
        requireZeros(device, diskSize);
      }
      device.setSize(diskSize);
      device.flush();
    }
  }

  private static void requireZeros(BlockDevice device, long from) throws IOException {
    ByteBuffer step = ByteBuffer.allocate(STEP);
    for (long at = from; at < device.size(); at += STEP) {
      int count = (int) Math.min(STEP, device.size() - at);
      device.read(at, step.clear().limit(count));
      if (!Zeros.isZero(step, 0, count)) {
        throw new IllegalArgumentException(
            "diskSize ("
                + from
                + ") must leave the data behind byte "
                + at
                + " on the disk, or it must be discarded expressly");
      }
    }
  }

  @Override
  public VirtualDiskCompaction compact(Path file, DiskUsage usage, ProgressListener progress) {
    throw none(file, "cannot be compacted");
  }

  @Override
  public void merge(Path child, Path parent, ProgressListener progress) {
    throw none(child, "has no parent");
  }

  @Override
  public void rebase(Path child, Path parent, boolean sameDisk, ProgressListener progress) {
    throw none(child, "has no parent");
  }

  @Override
  public BlockDevice create(ResizableBlockDevice file, VirtualDiskOptions options)
      throws IOException {
    file.setSize(0);
    file.setSize(options.diskSize());
    return file;
  }

  @Override
  public void createChild(
      ResizableBlockDevice file, Path child, Path parent, UUID uniqueId, Instant timestamp) {
    throw none(parent, "cannot have children; convert it to a VHD first");
  }

  private static IllegalArgumentException none(Path file, String what) {
    return new IllegalArgumentException("file (" + file + ") is a raw disk, which " + what);
  }
}
