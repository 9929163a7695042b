package io.vhdboot.disk;

/**
 * A range of a device whose bytes are of one kind.
 *
 * @param position where it begins, in bytes
 * @param length its length in bytes, positive
 * @param kind what it holds
 */
public record MappedExtent(long position, long length, Kind kind) {

  /** What a range of a device holds. */
  public enum Kind {
    /** Bytes are stored here. */
    DATA,
    /** Nothing is stored here; it reads as zeros. */
    ZERO,
    /** Nothing is stored here; it reads as the parent of a differencing disk. */
    PARENT
  }

  /** The position behind the last byte. */
  public long end() {
    return position + length;
  }
}
