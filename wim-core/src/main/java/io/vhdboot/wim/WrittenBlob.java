package io.vhdboot.wim;

/** A blob or the metadata of an image that is in a file which is being written. */
final class WrittenBlob {

  private final Sha1 sha1;
  private final long size;
  private ResourceHeader resource;
  private SolidPlace solid;
  private long references;

  WrittenBlob(Sha1 sha1, long size) {
    this.sha1 = sha1;
    this.size = size;
  }

  /** A blob that was in the file before. */
  static WrittenBlob of(Blob blob, SolidPlace solid) {
    WrittenBlob written = new WrittenBlob(blob.sha1(), blob.size());
    written.resource = blob.resource();
    written.solid = solid;
    written.references = blob.referenceCount();
    return written;
  }

  Sha1 sha1() {
    return sha1;
  }

  long size() {
    return size;
  }

  /** Says where it lies, once that is settled. */
  void placeAt(ResourceHeader place) {
    resource = place;
  }

  /** Says at which of its uncompressed bytes it begins in a solid resource. */
  void placeIn(SolidPlace place, long offset) {
    solid = place;
    resource = new ResourceHeader(size, ResourceHeader.SOLID, offset, size);
  }

  /** Where it lies in the file; in a solid resource, among the uncompressed bytes of that. */
  ResourceHeader resource() {
    return resource;
  }

  /** The solid resource that it is in, or null. */
  SolidPlace solid() {
    return solid;
  }

  /** How many streams of all images name it, a stream counted once for each name of its file. */
  long references() {
    return references;
  }

  void addReferences(long count) {
    references += count;
  }

  void setReferences(long count) {
    references = count;
  }
}
