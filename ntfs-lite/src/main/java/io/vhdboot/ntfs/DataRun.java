package io.vhdboot.ntfs;

/**
 * Adjacent clusters of an attribute, or a hole in it.
 *
 * @param lcn the first cluster on the volume, or {@link #HOLE}
 * @param length clusters, at least 1
 */
record DataRun(long lcn, long length) {

  /** The place of clusters that read as zeros and take no room. */
  static final long HOLE = -1;

  /** Whether there is nothing on disk. */
  boolean isHole() {
    return lcn == HOLE;
  }
}
