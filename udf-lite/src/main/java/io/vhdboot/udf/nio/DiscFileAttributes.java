package io.vhdboot.udf.nio;

import io.vhdboot.udf.DiscFile;
import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/**
 * What is known of a file. A disc tells of one time only.
 *
 * @param size bytes; 0 for a directory
 * @param time when it was changed
 * @param isDirectory whether it is a directory
 * @param isSymbolicLink whether it is a symbolic link
 */
record DiscFileAttributes(long size, FileTime time, boolean isDirectory, boolean isSymbolicLink)
    implements BasicFileAttributes {

  static DiscFileAttributes of(DiscFile file) throws IOException {
    return new DiscFileAttributes(
        file.size(),
        FileTime.from(file.modified().orElse(Instant.EPOCH)),
        file.isDirectory(),
        file.linkTarget().isPresent());
  }

  @Override
  public FileTime lastModifiedTime() {
    return time;
  }

  @Override
  public FileTime lastAccessTime() {
    return time;
  }

  @Override
  public FileTime creationTime() {
    return time;
  }

  @Override
  public boolean isRegularFile() {
    return !isDirectory && !isSymbolicLink;
  }

  @Override
  public boolean isOther() {
    return false;
  }

  @Override
  public Object fileKey() {
    return null;
  }
}
