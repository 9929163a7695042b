package io.vhdboot.ntfs;

/** The bits of file attributes, as Windows and NTFS number them (MS-FSCC 2.6). */
public final class FileAttributes {

  public static final int READ_ONLY = 0x1;
  public static final int HIDDEN = 0x2;
  public static final int SYSTEM = 0x4;
  public static final int DIRECTORY = 0x10;
  public static final int ARCHIVE = 0x20;
  public static final int NORMAL = 0x80;
  public static final int TEMPORARY = 0x100;
  public static final int SPARSE = 0x200;
  public static final int REPARSE_POINT = 0x400;
  public static final int COMPRESSED = 0x800;
  public static final int OFFLINE = 0x1000;
  public static final int NOT_CONTENT_INDEXED = 0x2000;
  public static final int ENCRYPTED = 0x4000;

  /** The bits that are a file's own choice; the others follow from what it is and holds. */
  public static final int SETTABLE =
      READ_ONLY | HIDDEN | SYSTEM | ARCHIVE | NORMAL | TEMPORARY | OFFLINE | NOT_CONTENT_INDEXED;

  /** Marks a directory in $FILE_NAME, where $STANDARD_INFORMATION says nothing. */
  static final int NAME_DIRECTORY = 0x1000_0000;

  /** Marks a file with an index other than that of a directory, such as $Secure. */
  static final int VIEW_INDEX = 0x2000_0000;

  private FileAttributes() {}
}
