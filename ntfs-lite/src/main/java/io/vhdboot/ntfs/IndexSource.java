package io.vhdboot.ntfs;

/** The sorted entries of an index in the making. */
abstract class IndexSource {

  /** The place among the builder's indexes. */
  final int ordinal;

  final String name;
  final int collation;

  IndexSource(int ordinal, String name, int collation) {
    this.ordinal = ordinal;
    this.name = name;
    this.collation = collation;
  }

  /** The type of the attribute that is indexed; 0 in a view. */
  int attributeType() {
    return collation == IndexRoot.COLLATION_FILE_NAME ? AttributeType.FILE_NAME : 0;
  }

  /** How many entries there are. */
  abstract int count();

  /** Bytes that an entry takes without a sub-node. */
  abstract int entrySize(int i);

  /** Puts an entry; gives the offset behind. */
  abstract int put(int i, byte[] bytes, int offset, long child, ImageState state);

  /** Bytes that all entries take in one node. */
  final long size() {
    long size = IndexEntry.HEADER_SIZE;
    for (int i = 0; i < count(); i++) {
      size += entrySize(i);
    }
    return size;
  }
}
