package io.vhdboot.wim;

import java.util.Optional;

/** A stream of a file: its data, a named stream, its reparse data or its encrypted form. */
public final class WimStream {

  private final String name;
  private final Sha1 sha1;
  private final Blob blob;

  WimStream(String name, Sha1 sha1, Blob blob) {
    this.name = name;
    this.sha1 = sha1;
    this.blob = blob;
  }

  /** The name, empty for what has none; any sequence of 16-bit units, as in the file. */
  public String name() {
    return name;
  }

  /** The SHA-1 of its bytes, {@link Sha1#ZERO} when it has none. */
  public Sha1 sha1() {
    return sha1;
  }

  /** Whether it has no bytes. */
  public boolean isEmpty() {
    return blob == null && sha1.isOfNothing();
  }

  /** How many bytes it has; 0 when its blob is missing. */
  public long size() {
    return blob == null ? 0 : blob.size();
  }

  /** Its bytes; nothing when it is empty, or when its blob is {@link #isMissing missing}. */
  public Optional<Blob> blob() {
    return Optional.ofNullable(blob);
  }

  /** Whether it has bytes that are not in this file: one part of a set, or a damaged table. */
  public boolean isMissing() {
    return blob == null && !sha1.isOfNothing();
  }

  @Override
  public String toString() {
    return (name.isEmpty() ? "stream" : "stream :" + name) + " " + sha1;
  }
}
