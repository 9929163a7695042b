package io.vhdboot.ntfs;

/**
 * Bytes of a volume.
 *
 * @param position where they begin
 * @param length how many there are
 */
public record VolumeRange(long position, long length) {

  /** Where they end. */
  public long end() {
    return position + length;
  }
}
