package io.vhdboot.ntfs;

/** Makes an index anew from its entries. */
final class IndexRebuild {

  private IndexRebuild() {}

  /** The root of a directory without entries. */
  static byte[] emptyDirectory(NtfsBootSector boot) {
    byte[] root = new byte[IndexRoot.SIZE + IndexEntry.HEADER_SIZE];
    int blockSize = boot.indexBlockSize();
    new IndexRoot(
            AttributeType.FILE_NAME,
            IndexRoot.COLLATION_FILE_NAME,
            blockSize,
            blockSize / boot.indexUnit(),
            new IndexHeader(
                IndexHeader.SIZE,
                IndexHeader.SIZE + IndexEntry.HEADER_SIZE,
                IndexHeader.SIZE + IndexEntry.HEADER_SIZE,
                false))
        .put(root, 0);
    IndexEntry.putEnd(root, IndexRoot.SIZE, IndexEntry.NO_CHILD);
    return root;
  }
}
