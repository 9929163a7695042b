package io.vhdboot.ntfs.nio;

import java.nio.file.attribute.DosFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.OptionalInt;

/** What a volume knows of a file, as it was when it was read. */
public interface NtfsFileAttributes extends DosFileAttributes {

  /** The bits of {@link io.vhdboot.ntfs.FileAttributes}. */
  int attributes();

  /** When the file's record was changed. */
  FileTime changeTime();

  /** The file reference: the number of its record and, in the upper 16 bits, of its reuse. */
  long fileId();

  /** How many names the file has; short ones do not count. */
  int linkCount();

  /** The bytes that the stream takes on the volume. */
  long allocatedSize();

  /** The tag of its reparse point, if it has one. */
  OptionalInt reparseTag();

  /** The names of its named streams. */
  List<String> streams();
}
