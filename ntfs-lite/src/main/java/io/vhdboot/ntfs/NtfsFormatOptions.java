package io.vhdboot.ntfs;

/**
 * What a new volume shall be like. All but the size has a default; the same options give the same
 * bytes.
 */
public final class NtfsFormatOptions {

  /** Whose habits the system files follow where versions of Windows differ. */
  public enum Windows {
    /** Windows 7. */
    SEVEN,
    /** Windows 10. */
    TEN
  }

  /** The greatest label that Windows accepts, in 16-bit units. */
  public static final int MAX_LABEL_LENGTH = 32;

  /** Bytes of boot code that there is room for. */
  public static final int MAX_BOOT_CODE = NtfsBootSector.BOOT_FILE_SIZE;

  /** The size of a volume that shall be as large as its content demands. */
  public static final long LEAST_SIZE = 0;

  private final long volumeSize;
  private final int bytesPerSector;
  private final int clusterSize;
  private final int recordSize;
  private final String label;
  private final long serial;
  private final long hiddenSectors;
  private final byte[] bootCode;
  private final long time;
  private final Windows windows;
  private final long mftZone;
  private final boolean makesShortNames;
  private final boolean placedAsWindowsDoes;

  private NtfsFormatOptions(Builder builder) {
    this.volumeSize = builder.volumeSize;
    this.bytesPerSector = builder.bytesPerSector;
    this.clusterSize =
        builder.clusterSize != 0
            ? builder.clusterSize
            : Math.max(bytesPerSector, defaultClusterSize(volumeSize));
    this.recordSize =
        builder.recordSize != 0 ? builder.recordSize : bytesPerSector == 4096 ? 4096 : 1024;
    this.label = builder.label;
    this.serial = builder.serial != 0 ? builder.serial : serialOf(builder);
    this.hiddenSectors = builder.hiddenSectors;
    this.bootCode = builder.bootCode.clone();
    this.time = builder.time;
    this.windows = builder.windows;
    this.mftZone = builder.mftZone;
    this.makesShortNames = builder.makesShortNames;
    this.placedAsWindowsDoes = builder.placedAsWindowsDoes;
    if (clusterSize < bytesPerSector) {
      throw new IllegalArgumentException(
          "clusterSize (" + clusterSize + ") must be at least a sector (" + bytesPerSector + ")");
    }
    if (recordSize < bytesPerSector) {
      throw new IllegalArgumentException(
          "recordSize (" + recordSize + ") must be at least a sector (" + bytesPerSector + ")");
    }
    if (volumeSize % bytesPerSector != 0) {
      throw new IllegalArgumentException(
          "volumeSize (" + volumeSize + ") must be a multiple of " + bytesPerSector);
    }
  }

  /** Begins with the size of the volume, which is that of its partition, or {@link #LEAST_SIZE}. */
  public static Builder ofSize(long volumeSize) {
    return new Builder(volumeSize);
  }

  /** The cluster size that Windows 7 to 11 choose for a volume. */
  public static int defaultClusterSize(long volumeSize) {
    int size = 4096;
    for (long limit = 16L << 40; volumeSize > limit && size < 65536; limit *= 2) {
      size *= 2;
    }
    return size;
  }

  /** Bytes of the partition, or {@link #LEAST_SIZE}. */
  public long volumeSize() {
    return volumeSize;
  }

  /** Bytes of a sector. */
  public int bytesPerSector() {
    return bytesPerSector;
  }

  /** Bytes of a cluster. */
  public int clusterSize() {
    return clusterSize;
  }

  /** Bytes of a file record. */
  public int recordSize() {
    return recordSize;
  }

  /** The label, empty for none. */
  public String label() {
    return label;
  }

  /** The serial number. */
  public long serial() {
    return serial;
  }

  /** Sectors before the partition. */
  public long hiddenSectors() {
    return hiddenSectors;
  }

  /** A copy of the boot code. */
  public byte[] bootCode() {
    return bootCode.clone();
  }

  /** The time of the system files. */
  public long time() {
    return time;
  }

  /** Whose habits the system files follow. */
  public Windows windows() {
    return windows;
  }

  /** Whether $MFT lies where Windows puts it. */
  public boolean isPlacedAsWindowsDoes() {
    return placedAsWindowsDoes;
  }

  /** Whether files get short names that were given none. */
  public boolean makesShortNames() {
    return makesShortNames;
  }

  /** Bytes left free behind $MFT, or -1 to let the builder choose. */
  long mftZone() {
    return mftZone;
  }

  private static long serialOf(Builder builder) {
    long mixed = builder.time * 0x9E37_79B9_7F4A_7C15L + builder.volumeSize;
    mixed = (mixed ^ mixed >>> 31) * 0xBF58_476D_1CE4_E5B9L + builder.label.hashCode();
    mixed ^= mixed >>> 29;
    return mixed == 0 ? 1 : mixed;
  }

  /** Collects the options. */
  public static final class Builder {

    private final long volumeSize;
    private int bytesPerSector = 512;
    private int clusterSize;
    private int recordSize;
    private String label = "";
    private long serial;
    private long hiddenSectors;
    private byte[] bootCode = {};
    private long time;
    private Windows windows = Windows.TEN;
    private long mftZone = -1;
    private boolean makesShortNames;
    private boolean placedAsWindowsDoes;

    private Builder(long volumeSize) {
      if (volumeSize < 0) {
        throw new IllegalArgumentException("volumeSize (" + volumeSize + ") must not be negative");
      }
      this.volumeSize = volumeSize;
    }

    /** Sets the sector size, 512 or 4096; 512 unless told. */
    public Builder bytesPerSector(int bytes) {
      if (bytes != 512 && bytes != 4096) {
        throw new IllegalArgumentException("bytesPerSector (" + bytes + ") must be 512 or 4096");
      }
      this.bytesPerSector = bytes;
      return this;
    }

    /** Sets the cluster size, 512 to 2 MiB; by the volume's size as Windows does unless told. */
    public Builder clusterSize(int bytes) {
      if (bytes < 512 || bytes > NtfsBootSector.MAX_CLUSTER_SIZE || Integer.bitCount(bytes) != 1) {
        throw new IllegalArgumentException(
            "clusterSize (" + bytes + ") must be a power of two from 512 to 2 MiB");
      }
      this.clusterSize = bytes;
      return this;
    }

    /** Sets the size of file records, 1024 or 4096; 4096 on 4096-byte sectors unless told. */
    public Builder recordSize(int bytes) {
      if (bytes != 1024 && bytes != 4096) {
        throw new IllegalArgumentException("recordSize (" + bytes + ") must be 1024 or 4096");
      }
      this.recordSize = bytes;
      return this;
    }

    /** Sets the label. */
    public Builder label(String text) {
      if (text.length() > MAX_LABEL_LENGTH || text.indexOf('\0') >= 0) {
        throw new IllegalArgumentException(
            "label (" + text + ") must have at most 32 characters and no NUL");
      }
      this.label = text;
      return this;
    }

    /** Sets the serial number; by default it follows from size, label and time. */
    public Builder serial(long number) {
      this.serial = number;
      return this;
    }

    /** Sets the sectors before the partition, by which boot managers find it. */
    public Builder hiddenSectors(long sectors) {
      if (sectors < 0 || sectors > 0xFFFF_FFFFL) {
        throw new IllegalArgumentException("hiddenSectors (" + sectors + ") must fit in 32 bits");
      }
      this.hiddenSectors = sectors;
      return this;
    }

    /** Sets the boot code; what lies where the sector's own fields belong is overwritten. */
    public Builder bootCode(byte[] code) {
      if (code.length > MAX_BOOT_CODE) {
        throw new IllegalArgumentException(
            "bootCode (" + code.length + " bytes) must fit in " + MAX_BOOT_CODE);
      }
      this.bootCode = code.clone();
      return this;
    }

    /** Sets the time of the system files, as a file time. */
    public Builder time(long fileTime) {
      this.time = fileTime;
      return this;
    }

    /** Sets whose habits the system files follow; Windows 10 unless told. */
    public Builder windows(Windows version) {
      this.windows = version;
      return this;
    }

    /**
     * Sets how many bytes stay free behind $MFT for it to grow into, as far as there is room.
     * Unless told, eight times the size of $MFT, and at most 200 MB and an eighth of the volume.
     */
    public Builder mftZone(long bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException("mftZone (" + bytes + ") must not be negative");
      }
      this.mftZone = bytes;
      return this;
    }

    /**
     * Lets the builder make short names, as Windows does where a volume has them switched on, for
     * files that are given none; it makes none unless told.
     */
    public Builder makesShortNames(boolean yes) {
      this.makesShortNames = yes;
      return this;
    }

    /**
     * Puts $MFT where Windows puts it, a third into the volume or at 3 GiB if that is less, and
     * before it $LogFile and the bitmaps, where there is room for it. Unless told, all metadata
     * lies together at the begin, which suits a volume that is built with its content.
     */
    public Builder placedAsWindowsDoes(boolean yes) {
      this.placedAsWindowsDoes = yes;
      return this;
    }

    /** The options. */
    public NtfsFormatOptions build() {
      return new NtfsFormatOptions(this);
    }
  }
}
