package io.vhdboot.ntfs.nio;

import io.vhdboot.ntfs.NtfsEditOptions;
import java.util.Objects;
import java.util.Set;

/**
 * How a volume is opened as a file system. Immutable; each method gives a changed copy.
 *
 * @param isReadOnly whether nothing shall be written; no unless told
 * @param driveLetters the letters under which links in the volume mean the volume itself, such as
 *     {@code C} for one that holds a Windows; none unless told
 * @param showsMetafiles whether the root lists the files in which NTFS keeps its own records, such
 *     as {@code $MFT}; they can be opened by their names in either case; no unless told
 * @param allowsPosixNames whether files may get names that Windows cannot use; no unless told
 * @param closesDevice whether closing the file system closes the device; no unless told
 * @param editOptions the clock, and what else edits need
 */
public record NtfsFileSystemOptions(
    boolean isReadOnly,
    Set<Character> driveLetters,
    boolean showsMetafiles,
    boolean allowsPosixNames,
    boolean closesDevice,
    NtfsEditOptions editOptions) {

  /** Takes a copy of the letters. */
  public NtfsFileSystemOptions {
    driveLetters = Set.copyOf(driveLetters);
    Objects.requireNonNull(editOptions);
  }

  /** The options of a file system that can be written as far as its device can. */
  public static NtfsFileSystemOptions defaults() {
    return new NtfsFileSystemOptions(
        false, Set.of(), false, false, false, NtfsEditOptions.defaults());
  }

  /** The options of a file system for reading only. */
  public static NtfsFileSystemOptions readOnly() {
    return defaults().withReadOnly(true);
  }

  /** Forbids writing, or not. */
  public NtfsFileSystemOptions withReadOnly(boolean readOnly) {
    return new NtfsFileSystemOptions(
        readOnly, driveLetters, showsMetafiles, allowsPosixNames, closesDevice, editOptions);
  }

  /** Lets links with these drive letters mean the volume itself. */
  public NtfsFileSystemOptions withDriveLetters(Set<Character> letters) {
    return new NtfsFileSystemOptions(
        isReadOnly, letters, showsMetafiles, allowsPosixNames, closesDevice, editOptions);
  }

  /** Lists NTFS's own files, or not. */
  public NtfsFileSystemOptions withMetafiles(boolean shown) {
    return new NtfsFileSystemOptions(
        isReadOnly, driveLetters, shown, allowsPosixNames, closesDevice, editOptions);
  }

  /** Allows new names that Windows cannot use, or not. */
  public NtfsFileSystemOptions withPosixNames(boolean allowed) {
    return new NtfsFileSystemOptions(
        isReadOnly, driveLetters, showsMetafiles, allowed, closesDevice, editOptions);
  }

  /** Lets the file system close the device, or not. */
  public NtfsFileSystemOptions withDeviceClosed(boolean closed) {
    return new NtfsFileSystemOptions(
        isReadOnly, driveLetters, showsMetafiles, allowsPosixNames, closed, editOptions);
  }

  /** Edits in another way: with another clock, or other rules for short names. */
  public NtfsFileSystemOptions withEditOptions(NtfsEditOptions options) {
    return new NtfsFileSystemOptions(
        isReadOnly, driveLetters, showsMetafiles, allowsPosixNames, closesDevice, options);
  }
}
