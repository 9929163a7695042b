package io.vhdboot.usb;

/**
 * Why a disk must not be written.
 *
 * @param kind which rule it breaks
 * @param text what is wrong, for people
 * @param remedy what can be done; may be empty
 */
public record DeviceObjection(Kind kind, String text, String remedy) {

  /** The rules. */
  public enum Kind {
    /** There is no medium in it. */
    NO_MEDIUM,
    /** It is write-protected. */
    READ_ONLY,
    /** The image does not fit. */
    TOO_SMALL,
    /** It is larger than sticks are. */
    TOO_LARGE,
    /** It counts by other sectors than the image. */
    SECTOR_SIZE,
    /** It is built in. */
    NOT_REMOVABLE,
    /** It is made of files, memory or other disks. */
    VIRTUAL,
    /** It is not the disk that was expected. */
    OTHER_DISK,
    /** It is used, and not only by a mount that may be ended. */
    IN_USE,
    /** A volume of it is mounted. */
    MOUNTED,
    /** Something about it is not known. */
    UNKNOWN
  }

  @Override
  public String toString() {
    return remedy.isEmpty() ? text : text + "; " + remedy;
  }
}
