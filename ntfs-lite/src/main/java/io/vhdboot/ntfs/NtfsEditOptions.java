package io.vhdboot.ntfs;

import java.time.InstantSource;
import java.util.Objects;

/** How a volume is edited. Immutable. */
public final class NtfsEditOptions {

  /** Whether new names get an 8.3 name beside them. */
  public enum ShortNameCreation {
    /** As the files in the root have it: yes when one of them has a short name. */
    AS_VOLUME,
    /** Always, where the long name is legal in Windows. */
    ON,
    /** Never: what Windows does on volumes other than its own. */
    OFF
  }

  private static final int MIN_MEMORY = 1 << 20;
  private static final int DEFAULT_MEMORY = 32 << 20;
  private static final int DEFAULT_RESERVE = 64 << 10;

  private final InstantSource clock;
  private final ShortNameCreation shortNames;
  private final int memory;
  private final int reserve;

  private NtfsEditOptions(
      InstantSource clock, ShortNameCreation shortNames, int memory, int reserve) {
    this.clock = clock;
    this.shortNames = shortNames;
    this.memory = memory;
    this.reserve = reserve;
  }

  /**
   * The system's clock, short names as the volume has them, 32 MiB of metadata held back, 64 KiB
   * kept for deleting.
   */
  public static NtfsEditOptions defaults() {
    return new NtfsEditOptions(
        InstantSource.system(), ShortNameCreation.AS_VOLUME, DEFAULT_MEMORY, DEFAULT_RESERVE);
  }

  /** These options with another clock, from which times of changes are taken. */
  public NtfsEditOptions withClock(InstantSource newClock) {
    return new NtfsEditOptions(Objects.requireNonNull(newClock), shortNames, memory, reserve);
  }

  /** These options with another rule for short names. */
  public NtfsEditOptions withShortNames(ShortNameCreation creation) {
    return new NtfsEditOptions(clock, Objects.requireNonNull(creation), memory, reserve);
  }

  /**
   * These options with another bound of the metadata that is held back; a flush happens by itself
   * when it is reached.
   *
   * @param bytes at least 1 MiB
   */
  public NtfsEditOptions withMemory(int bytes) {
    if (bytes < MIN_MEMORY) {
      throw new IllegalArgumentException("memory (" + bytes + ") must be at least " + MIN_MEMORY);
    }
    return new NtfsEditOptions(clock, shortNames, bytes, reserve);
  }

  /**
   * These options with other room that only deleting and cutting off may take, which on a full
   * volume may need some before they give any: the list of a file's attributes is stored elsewhere
   * before the old one is given back.
   *
   * @param bytes 0 for none, else about so many: at least two clusters, at most a 64th of the
   *     volume where that is more
   */
  public NtfsEditOptions withReserve(int bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("reserve (" + bytes + ") must not be negative");
    }
    return new NtfsEditOptions(clock, shortNames, memory, bytes);
  }

  /** Where the times of changes come from. */
  public InstantSource clock() {
    return clock;
  }

  /** Whether new names get a short one. */
  public ShortNameCreation shortNames() {
    return shortNames;
  }

  /** Bytes of metadata that are held back before they are written. */
  public int memory() {
    return memory;
  }

  /** Bytes that are kept for deleting. */
  public int reserve() {
    return reserve;
  }
}
