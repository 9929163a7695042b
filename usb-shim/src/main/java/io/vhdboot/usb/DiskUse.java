package io.vhdboot.usb;

/**
 * What something does with a disk at this moment.
 *
 * @param kind of which kind it is
 * @param text what and where, for people
 */
public record DiskUse(Kind kind, String text) {

  /** Kinds of use, of which only a mount can be ended by us. */
  public enum Kind {
    /** The running system, this program or the user's files are on it. */
    SYSTEM,
    /** Swap space or a paging file. */
    SWAP,
    /** What shall be read or kept is on it: an image, an output. */
    INPUT,
    /** Another device is made of it: LVM, RAID, encryption, a loop device. */
    HOLDER,
    /** A volume of it is mounted. */
    MOUNT,
    /** It could not be found out what uses it. */
    UNKNOWN
  }

  @Override
  public String toString() {
    return text;
  }
}
