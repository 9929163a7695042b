package io.vhdboot.wim;

import java.util.Comparator;

/**
 * A run of bytes that a WIM stores once and knows by its SHA-1. {@link WimFile} reads one, {@link
 * BlobStreamer} many. Two blobs are equal only when they are the same object: a file has one object
 * per hash.
 */
public final class Blob {

  /** Orders blobs as they lie in the file. */
  public static final Comparator<Blob> BY_OFFSET =
      Comparator.comparingLong(Blob::resourceOffset)
          .thenComparingLong(Blob::offset)
          .thenComparing(Blob::sha1);

  private final ResourceHeader resource;
  private final SolidResource solid;
  private final Sha1 sha1;
  private final long referenceCount;

  Blob(ResourceHeader resource, Sha1 sha1, long referenceCount) {
    this(resource, null, sha1, referenceCount);
  }

  /**
   * A blob.
   *
   * @param resource where it lies in the file or, with a solid resource, in the bytes of that
   * @param solid the solid resource that it is in, or null
   */
  Blob(ResourceHeader resource, SolidResource solid, Sha1 sha1, long referenceCount) {
    this.resource = resource;
    this.solid = solid;
    this.sha1 = sha1;
    this.referenceCount = referenceCount;
  }

  /** The SHA-1 of its bytes. */
  public Sha1 sha1() {
    return sha1;
  }

  /** How many bytes it is, at least one. */
  public long size() {
    return resource.size();
  }

  /** How many bytes it takes in the file; its size, where it shares a solid resource. */
  public long storedSize() {
    return resource.storedSize();
  }

  /** Where it begins in the file; in a solid resource, among the uncompressed bytes of that. */
  public long offset() {
    return resource.offset();
  }

  /** Whether it is stored in compressed chunks. */
  public boolean isCompressed() {
    return resource.isCompressed() || isSolid();
  }

  /** Whether it shares a solid resource with other blobs, as in an .esd. */
  public boolean isSolid() {
    return solid != null;
  }

  /** How many streams the file says name it; real files carry wrong counts. */
  public long referenceCount() {
    return referenceCount;
  }

  ResourceHeader resource() {
    return resource;
  }

  /** The solid resource that it is in, or null. */
  SolidResource solid() {
    return solid;
  }

  /** Where its resource begins in the file. */
  private long resourceOffset() {
    return solid == null ? resource.offset() : solid.offset();
  }

  @Override
  public String toString() {
    return "blob " + sha1 + " of " + size() + " bytes";
  }
}
