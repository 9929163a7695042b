package io.vhdboot.image;

/**
 * Something that is not as it should be in a file with a virtual disk.
 *
 * @param kind a word for scripts, such as {@code footer-copy}
 * @param isDamage whether it is damage, and not merely wasteful or worth knowing
 * @param isRepairable whether repairing does something about it
 * @param text what was found, for people, with its place
 */
public record VirtualDiskFinding(String kind, boolean isDamage, boolean isRepairable, String text) {

  @Override
  public String toString() {
    return text;
  }
}
