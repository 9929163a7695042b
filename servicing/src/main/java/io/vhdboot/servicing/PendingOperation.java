package io.vhdboot.servicing;

/**
 * Something that a Windows will do at its next start.
 *
 * @param kind what it is
 * @param where the file, or the registry's key and value, that says so
 */
public record PendingOperation(Kind kind, String where) {

  /** What is pending. */
  public enum Kind {
    /** Windows Setup goes on: the image is generalised, or an installation was interrupted. */
    SETUP,
    /** Updates or features are put in place or taken out. */
    SERVICING,
    /** Files are renamed or deleted. */
    FILE_RENAMES,
    /** A restart that an update asked for. */
    RESTART,
    /** The computer's new name takes effect. */
    COMPUTER_NAME
  }
}
