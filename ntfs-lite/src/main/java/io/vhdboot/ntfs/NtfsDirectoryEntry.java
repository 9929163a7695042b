package io.vhdboot.ntfs;

import java.util.Optional;

/**
 * What a directory knows of a file in it. All but name and reference is a copy that Windows brings
 * up to date late, or in one of several directories only: what {@link NtfsFile} says is what
 * counts.
 *
 * @param name the name, whose units may be anything but NUL and slash
 * @param shortName the 8.3 name beside it, or the name itself where it is its own short name
 * @param reference the file reference: record number and sequence number
 * @param created when the file was created, 100 ns since 1601
 * @param modified when its content was modified
 * @param changed when its record was changed
 * @param accessed when it was last read
 * @param attributes the bits of {@link FileAttributes}
 * @param size the size of the unnamed stream
 */
public record NtfsDirectoryEntry(
    String name,
    Optional<String> shortName,
    long reference,
    long created,
    long modified,
    long changed,
    long accessed,
    int attributes,
    long size) {

  /** The first record that is not one of NTFS's own files. */
  private static final long FIRST_USER_RECORD = 16;

  static NtfsDirectoryEntry of(FileName name, long reference, Optional<String> shortName) {
    boolean isDirectory = (name.attributes() & FileAttributes.NAME_DIRECTORY) != 0;
    int stored = name.attributes() & ~(FileAttributes.NAME_DIRECTORY | FileAttributes.VIEW_INDEX);
    return new NtfsDirectoryEntry(
        name.name(),
        shortName,
        reference,
        name.created(),
        name.modified(),
        name.changed(),
        name.accessed(),
        isDirectory ? stored | FileAttributes.DIRECTORY : stored,
        name.dataSize());
  }

  /** The number of the file's MFT record. */
  public long recordNumber() {
    return FileReference.record(reference);
  }

  /** Whether it is a directory. */
  public boolean isDirectory() {
    return (attributes & FileAttributes.DIRECTORY) != 0;
  }

  /** Whether it is one of the files in the root in which NTFS keeps its own records. */
  public boolean isMetafile() {
    return recordNumber() < FIRST_USER_RECORD;
  }
}
