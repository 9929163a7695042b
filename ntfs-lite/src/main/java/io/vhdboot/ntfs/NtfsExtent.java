package io.vhdboot.ntfs;

/**
 * A part of a stream that lies in clusters that follow each other, or in none.
 *
 * @param vcn the first cluster within the stream
 * @param lcn the first cluster on the volume, or -1 in a hole
 * @param count the number of clusters
 */
public record NtfsExtent(long vcn, long lcn, long count) {

  /** Whether no clusters are there, so that it reads as zeros. */
  public boolean isHole() {
    return lcn == DataRun.HOLE;
  }
}
