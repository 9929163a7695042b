package io.vhdboot.image;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * What a new file with a virtual disk shall be like.
 *
 * @param format the format
 * @param kind fixed or dynamic; raw is fixed
 * @param diskSize the disk's size in bytes, a multiple of 512
 * @param blockSize bytes per block of a dynamic one; nothing for what the format usually has
 * @param uniqueId the identifier of the file, where the format has one
 * @param timestamp the time of creation, where the format has one
 */
public record VirtualDiskOptions(
    VirtualDiskFormat format,
    VirtualDiskKind kind,
    long diskSize,
    OptionalInt blockSize,
    UUID uniqueId,
    Instant timestamp) {

  /** Checks what does not depend on the format. */
  public VirtualDiskOptions {
    if (kind == VirtualDiskKind.DIFFERENCING) {
      throw new IllegalArgumentException("kind (" + kind + ") must be fixed or dynamic");
    }
    if (format == VirtualDiskFormat.RAW && kind != VirtualDiskKind.FIXED) {
      throw new IllegalArgumentException("kind (" + kind + ") of a raw disk must be fixed");
    }
    if (diskSize <= 0 || diskSize % 512 != 0) {
      throw new IllegalArgumentException(
          "diskSize (" + diskSize + ") must be a positive multiple of 512");
    }
  }

  /** Options with the usual block size. */
  public static VirtualDiskOptions of(
      VirtualDiskFormat format,
      VirtualDiskKind kind,
      long diskSize,
      UUID uniqueId,
      Instant timestamp) {
    return new VirtualDiskOptions(format, kind, diskSize, OptionalInt.empty(), uniqueId, timestamp);
  }

  /** The same with another block size; nothing for what the format usually has. */
  public VirtualDiskOptions withBlockSize(Optional<Integer> size) {
    return new VirtualDiskOptions(
        format,
        kind,
        diskSize,
        size.map(OptionalInt::of).orElse(OptionalInt.empty()),
        uniqueId,
        timestamp);
  }
}
