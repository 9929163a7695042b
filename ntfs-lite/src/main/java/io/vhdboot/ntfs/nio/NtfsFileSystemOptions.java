package io.vhdboot.ntfs.nio;

import java.util.Set;

/**
 * How a volume is opened as a file system. Immutable; each method gives a changed copy.
 *
 * @param isReadOnly whether nothing shall be written
 * @param driveLetters the letters under which links in the volume mean the volume itself, such as
 *     {@code C} for one that holds a Windows; none unless told
 * @param showsMetafiles whether the root lists the files in which NTFS keeps its own records, such
 *     as {@code $MFT}; they can be opened by their names in either case; no unless told
 * @param closesDevice whether closing the file system closes the device; no unless told
 */
public record NtfsFileSystemOptions(
    boolean isReadOnly, Set<Character> driveLetters, boolean showsMetafiles, boolean closesDevice) {

  /** Takes a copy of the letters. */
  public NtfsFileSystemOptions {
    driveLetters = Set.copyOf(driveLetters);
  }

  /** The options of a file system that can be written as far as its device can. */
  public static NtfsFileSystemOptions defaults() {
    return new NtfsFileSystemOptions(false, Set.of(), false, false);
  }

  /** The options of a file system for reading only. */
  public static NtfsFileSystemOptions readOnly() {
    return new NtfsFileSystemOptions(true, Set.of(), false, false);
  }

  /** Lets links with these drive letters mean the volume itself. */
  public NtfsFileSystemOptions withDriveLetters(Set<Character> letters) {
    return new NtfsFileSystemOptions(isReadOnly, letters, showsMetafiles, closesDevice);
  }

  /** Lists NTFS's own files, or not. */
  public NtfsFileSystemOptions withMetafiles(boolean shown) {
    return new NtfsFileSystemOptions(isReadOnly, driveLetters, shown, closesDevice);
  }

  /** Lets the file system close the device, or not. */
  public NtfsFileSystemOptions withDeviceClosed(boolean closed) {
    return new NtfsFileSystemOptions(isReadOnly, driveLetters, showsMetafiles, closed);
  }
}
