package io.vhdboot.fat;

/** The attributes of files, with the values that Windows gives them everywhere. */
public final class FatAttributes {

  /** Must not be changed. */
  public static final int READ_ONLY = 0x01;

  /** Not shown. */
  public static final int HIDDEN = 0x02;

  /** A part of the system. */
  public static final int SYSTEM = 0x04;

  /** Not a file, but the label of the volume. */
  static final int VOLUME_LABEL = 0x08;

  /** A directory. */
  public static final int DIRECTORY = 0x10;

  /** Changed since it was backed up. */
  public static final int ARCHIVE = 0x20;

  /** What can be set of a file. */
  public static final int SETTABLE = READ_ONLY | HIDDEN | SYSTEM | ARCHIVE;

  /** What marks a piece of a long name. */
  static final int LONG_NAME = READ_ONLY | HIDDEN | SYSTEM | VOLUME_LABEL;

  /** The bits that tell a piece of a long name. */
  static final int LONG_NAME_MASK = LONG_NAME | DIRECTORY | ARCHIVE;

  private FatAttributes() {}
}
