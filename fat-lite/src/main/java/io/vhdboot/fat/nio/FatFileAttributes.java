package io.vhdboot.fat.nio;

import io.vhdboot.fat.FatAttributes;
import io.vhdboot.fat.FatFile;
import java.nio.file.attribute.DosFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;

/** What a FAT volume knows of a file. Immutable. */
public final class FatFileAttributes implements DosFileAttributes {

  private final FatFile file;

  FatFileAttributes(FatFile file) {
    this.file = file;
  }

  /** The attributes' bits: those of {@link FatAttributes}. */
  public int attributes() {
    return file.attributes();
  }

  /** The short name; empty for the root. */
  public String shortName() {
    return file.shortName();
  }

  private static FileTime time(Optional<Instant> instant) {
    return FileTime.from(instant.orElse(Instant.EPOCH));
  }

  private boolean has(int attribute) {
    return (file.attributes() & attribute) != 0;
  }

  @Override
  public boolean isReadOnly() {
    return has(FatAttributes.READ_ONLY);
  }

  @Override
  public boolean isHidden() {
    return has(FatAttributes.HIDDEN);
  }

  @Override
  public boolean isArchive() {
    return has(FatAttributes.ARCHIVE);
  }

  @Override
  public boolean isSystem() {
    return has(FatAttributes.SYSTEM);
  }

  @Override
  public FileTime lastModifiedTime() {
    return time(file.modified());
  }

  /** The day of the last access. */
  @Override
  public FileTime lastAccessTime() {
    return time(file.accessed());
  }

  @Override
  public FileTime creationTime() {
    return time(file.created());
  }

  @Override
  public boolean isRegularFile() {
    return !file.isDirectory();
  }

  @Override
  public boolean isDirectory() {
    return file.isDirectory();
  }

  @Override
  public boolean isSymbolicLink() {
    return false;
  }

  @Override
  public boolean isOther() {
    return false;
  }

  @Override
  public long size() {
    return file.size();
  }

  @Override
  public Object fileKey() {
    return null;
  }
}
