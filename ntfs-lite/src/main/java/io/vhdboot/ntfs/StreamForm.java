package io.vhdboot.ntfs;

/** How a stream in the making is stored outside its record. */
enum StreamForm {
  /** As it is, in one piece. */
  PLAIN(0),

  /** Without the parts that are zeros. */
  SPARSE(AttributeHeader.FLAG_SPARSE),

  /** In units of 16 clusters, compressed by LZNT1 where that makes them shorter. */
  COMPRESSED(AttributeHeader.FLAG_COMPRESSED),

  /** Not at all: a hole, whose bytes a filter of Windows takes from another stream. */
  OVERLAY(AttributeHeader.FLAG_SPARSE);

  /** Sparse and compressed streams count in units of 2^4 clusters, as Windows makes them. */
  static final int UNIT_SHIFT = 4;

  /** What Windows asks for before it makes a hole, if clusters are no larger. */
  private static final int SPARSE_UNIT = 64 << 10;

  /** The flags of the attribute. */
  final int flags;

  StreamForm(int flags) {
    this.flags = flags;
  }

  /** Whether what it takes is known only when it is written. */
  boolean isPacked() {
    return this == SPARSE || this == COMPRESSED;
  }

  /** Clusters that are there, or not, together. */
  int unitInClusters(int clusterSize) {
    return this == COMPRESSED ? 1 << UNIT_SHIFT : Math.max(1, SPARSE_UNIT / clusterSize);
  }
}
