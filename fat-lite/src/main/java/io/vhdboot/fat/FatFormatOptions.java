package io.vhdboot.fat;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a new volume shall be like. All but the size has a default; the same options give the same
 * bytes.
 */
public final class FatFormatOptions {

  /** The greatest label, in characters. */
  public static final int MAX_LABEL_LENGTH = 11;

  private static final long MIB = 1L << 20;

  private final long volumeSize;
  private final int bytesPerSector;
  private final FatType type;
  private final OptionalInt clusterSize;
  private final String label;
  private final int serial;
  private final long hiddenSectors;
  private final byte[] bootCode;
  private final FatTime time;

  private FatFormatOptions(Builder builder) {
    this.volumeSize = builder.volumeSize;
    this.bytesPerSector = builder.bytesPerSector;
    this.type = builder.type.orElseGet(() -> defaultType(builder.volumeSize));
    this.clusterSize = builder.clusterSize;
    this.label = builder.label.toUpperCase(Locale.ROOT);
    this.serial = builder.serial;
    this.hiddenSectors = builder.hiddenSectors;
    this.bootCode = builder.bootCode.clone();
    this.time = builder.time;
    if (volumeSize <= 0 || volumeSize % bytesPerSector != 0) {
      throw new IllegalArgumentException(
          "volumeSize (" + volumeSize + ") must be a multiple of " + bytesPerSector);
    }
    if (volumeSize / bytesPerSector > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException(
          "volumeSize (" + volumeSize + ") must have at most 2^32 - 1 sectors");
    }
    if (clusterSize.isPresent() && clusterSize.getAsInt() < bytesPerSector) {
      throw new IllegalArgumentException(
          "clusterSize (" + clusterSize.getAsInt() + ") must be at least a sector");
    }
  }

  /** Begins with the size of the volume in bytes, which is that of its partition. */
  public static Builder ofSize(long volumeSize) {
    return new Builder(volumeSize);
  }

  /** The type that suits a size: FAT12 below 16 MiB, FAT16 below 512 MiB, FAT32 otherwise. */
  public static FatType defaultType(long volumeSize) {
    return volumeSize < 16 * MIB
        ? FatType.FAT12
        : volumeSize < 512 * MIB ? FatType.FAT16 : FatType.FAT32;
  }

  /**
   * The cluster size that Windows chooses for a volume (Microsoft's KB 140365); for FAT12 the
   * smallest that is possible, as on its floppy disks.
   */
  public static int defaultClusterSize(FatType type, long volumeSize, int bytesPerSector) {
    Optional<FloppyGeometry> floppy = FloppyGeometry.ofSize(volumeSize);
    if (type == FatType.FAT12 && floppy.isPresent()) {
      return floppy.get().clusterSize();
    }
    int size = 512;
    switch (type) {
      case FAT12 -> {
        // The smallest that fits.
      }
      case FAT16 -> {
        for (long limit = 32 * MIB; volumeSize > limit && size < 65_536; limit *= 2) {
          size *= 2;
        }
      }
      case FAT32 -> {
        for (long limit = 64 * MIB; volumeSize >= limit && size < 4096; limit *= 2) {
          size *= 2;
        }
        for (long limit = 8192 * MIB; volumeSize >= limit && size < 32_768; limit *= 2) {
          size *= 2;
        }
      }
      default -> throw new AssertionError(type);
    }
    return fitting(type, volumeSize, Math.max(size, bytesPerSector), bytesPerSector);
  }

  /** At the borders a size may give a cluster too many or too few for the type. */
  private static int fitting(FatType type, long volumeSize, int size, int bytesPerSector) {
    int fitting = size;
    while ((volumeSize - 2 * type.tableSize(volumeSize / fitting)) / fitting > type.maxClusters()) {
      fitting *= 2;
    }
    while (fitting > bytesPerSector
        && (volumeSize - FatFormat.MOST_OVERHEAD) / fitting < type.minClusters()) {
      fitting /= 2;
    }
    return fitting;
  }

  long volumeSize() {
    return volumeSize;
  }

  int bytesPerSector() {
    return bytesPerSector;
  }

  FatType type() {
    return type;
  }

  int clusterSize() {
    return clusterSize.orElseGet(() -> defaultClusterSize(type, volumeSize, bytesPerSector));
  }

  String label() {
    return label;
  }

  int serial() {
    return serial;
  }

  long hiddenSectors() {
    return hiddenSectors;
  }

  byte[] bootCode() {
    return bootCode.clone();
  }

  FatTime time() {
    return time;
  }

  /** Collects options. Not thread-safe. */
  public static final class Builder {

    private static final String LABEL_FORBIDDEN = "\"*+,./:;<=>?[\\]|";

    private final long volumeSize;
    private int bytesPerSector = 512;
    private Optional<FatType> type = Optional.empty();
    private OptionalInt clusterSize = OptionalInt.empty();
    private String label = "";
    private int serial = 0x7668_6462;
    private long hiddenSectors;
    private byte[] bootCode = {};
    private FatTime time = FatTime.EARLIEST;

    private Builder(long volumeSize) {
      this.volumeSize = volumeSize;
    }

    /** Bytes of a sector: a power of two from 512 to 4096; 512 unless told. */
    public Builder bytesPerSector(int bytes) {
      if (bytes < 512 || bytes > 4096 || Integer.bitCount(bytes) != 1) {
        throw new IllegalArgumentException("bytesPerSector (" + bytes + ") must be 512 to 4096");
      }
      bytesPerSector = bytes;
      return this;
    }

    /** The width of the table's entries; what suits the size unless told. */
    public Builder type(FatType value) {
      type = Optional.of(value);
      return this;
    }

    /** Bytes of a cluster: a power of two from 512 to 65,536; what Windows chooses unless told. */
    public Builder clusterSize(int bytes) {
      if (bytes < 512 || bytes > 65_536 || Integer.bitCount(bytes) != 1) {
        throw new IllegalArgumentException(
            "clusterSize (" + bytes + ") must be a power of two from 512 to 65536");
      }
      clusterSize = OptionalInt.of(bytes);
      return this;
    }

    /** The label, up to 11 characters, made capitals; none unless told. */
    public Builder label(String text) {
      label = checkedLabel(text);
      return this;
    }

    static String checkedLabel(String text) {
      if (text.length() > MAX_LABEL_LENGTH
          || text.startsWith(" ")
          || text.chars()
              .anyMatch(unit -> unit < ' ' || unit > 0x7E || LABEL_FORBIDDEN.indexOf(unit) >= 0)) {
        throw new IllegalArgumentException(
            "label (" + text + ") must be at most 11 plain characters");
      }
      return text;
    }

    /** The serial number, which Windows shows as XXXX-XXXX. */
    public Builder serial(int value) {
      serial = value;
      return this;
    }

    /** Sectors of the disk before the volume; 0 unless told. */
    public Builder hiddenSectors(long sectors) {
      if (sectors < 0 || sectors > 0xFFFF_FFFFL) {
        throw new IllegalArgumentException("hiddenSectors (" + sectors + ") must be 32 bits");
      }
      hiddenSectors = sectors;
      return this;
    }

    /**
     * What stands in the boot sector behind its numbers, where a BIOS starts it; as much of it as
     * there is room for. Unless told it is a program that only asks for another disk.
     */
    public Builder bootCode(byte[] code) {
      bootCode = code.clone();
      return this;
    }

    /** The time of the label's entry; the beginning of 1980 unless told. */
    public Builder time(FatTime value) {
      time = value;
      return this;
    }

    /** The options. */
    public FatFormatOptions build() {
      return new FatFormatOptions(this);
    }
  }
}
