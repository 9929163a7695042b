package io.vhdboot.wim;

import java.util.Locale;

/** A stream that is to be written, and the blob that it becomes. */
final class BlobSlot {

  private final BlobSource source;
  private final String fileName;

  /** How many bytes it has, -1 until that is known. */
  long size = -1;

  /** The hash of its bytes, null until it is known. */
  Sha1 sha1;

  /** Whether no other stream can have the same bytes, by its size. */
  boolean isUnique;

  private WrittenBlob blob;

  /**
   * A stream.
   *
   * @param fileName the name of its file: streams of like names lie together in solid resources
   */
  BlobSlot(BlobSource source, String fileName) {
    this.source = source;
    this.fileName = fileName;
  }

  BlobSource source() {
    return source;
  }

  /** What streams of solid resources are sorted by: the extension, and then the name. */
  String similarity() {
    String name = fileName.toLowerCase(Locale.ROOT);
    int dot = name.lastIndexOf('.');
    return (dot < 0 ? "" : name.substring(dot + 1)) + '\0' + name;
  }

  /** The blob that it became, or null when it has no bytes. */
  WrittenBlob blob() {
    return blob;
  }

  void setBlob(WrittenBlob written) {
    blob = written;
  }

  /** The hash by which the stream is named. */
  Sha1 storedSha1() {
    return blob == null ? Sha1.ZERO : blob.sha1();
  }
}
