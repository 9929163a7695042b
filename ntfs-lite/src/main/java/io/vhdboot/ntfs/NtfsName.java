package io.vhdboot.ntfs;

import java.util.Optional;

/**
 * One of the names of a file, that is, a hard link to it.
 *
 * @param parent the file reference of the directory that has the name
 * @param name the name
 * @param shortName the 8.3 name beside it, or the name itself where it is its own short name
 */
public record NtfsName(long parent, String name, Optional<String> shortName) {

  /** The number of the directory's MFT record. */
  public long parentRecordNumber() {
    return FileReference.record(parent);
  }
}
