package io.vhdboot.wim;

/**
 * Something in a WIM that is not as it should be but does not keep the rest from being used.
 *
 * @param kind what kind of thing
 * @param text what was found, where, and what was made of it, for people
 */
public record WimWarning(Kind kind, String text) {

  /** What a warning is about. */
  public enum Kind {
    /** The file as a whole: a write that was never finished, XML that does not fit the images. */
    FILE,
    /** An entry that no file system could hold, or a second one of the same name, was left out. */
    DROPPED_ENTRY,
    /** A name that is kept but that many programs will take for something else. */
    ODD_NAME,
    /** A file's security, reparse, object id or attribute data were left out in part. */
    METADATA
  }

  @Override
  public String toString() {
    return text;
  }
}
