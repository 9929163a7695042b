package io.vhdboot.wim;

/** Where a solid resource lies in a file that is being written. */
final class SolidPlace {

  private long offset;
  private long storedSize;
  private long size;

  /** A resource that is yet to be written. */
  SolidPlace() {}

  SolidPlace(long offset, long storedSize, long size) {
    settle(offset, storedSize, size);
  }

  /**
   * Says where it lies.
   *
   * @param size bytes of all its blobs together
   */
  void settle(long offset, long storedSize, long size) {
    this.offset = offset;
    this.storedSize = storedSize;
    this.size = size;
  }

  /** Bytes of all its blobs together. */
  long size() {
    return size;
  }

  /** The entry of the blob table that stands for it. */
  ResourceHeader toEntry() {
    return new ResourceHeader(
        storedSize, ResourceHeader.SOLID, offset, BlobTable.SOLID_RESOURCE_MARK);
  }
}
