package io.vhdboot.fat.nio;

import io.vhdboot.fat.FatAttributes;
import java.io.IOException;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;

/** Reads and sets what a FAT volume knows of a file. */
final class FatFileView implements DosFileAttributeView {

  private final FatPath path;

  FatFileView(FatPath path) {
    this.path = path;
  }

  @Override
  public String name() {
    return "dos";
  }

  @Override
  public FatFileAttributes readAttributes() throws IOException {
    return new FatFileAttributes(path.getFileSystem().find(path));
  }

  private static Optional<Instant> instant(FileTime time) {
    return Optional.ofNullable(time).map(FileTime::toInstant);
  }

  @Override
  public void setTimes(FileTime modified, FileTime accessed, FileTime created) throws IOException {
    FatFileSystem fileSystem = path.getFileSystem();
    if (fileSystem.find(path).isRoot()) {
      return; // It has none, and copying a whole tree must not fail for that.
    }
    fileSystem
        .editor()
        .setTimes(fileSystem.find(path), instant(created), instant(modified), instant(accessed));
  }

  private void set(int attribute, boolean isSet) throws IOException {
    FatFileSystem fileSystem = path.getFileSystem();
    int now = fileSystem.find(path).attributes();
    fileSystem
        .editor()
        .setAttributes(fileSystem.find(path), isSet ? now | attribute : now & ~attribute);
  }

  @Override
  public void setReadOnly(boolean isSet) throws IOException {
    set(FatAttributes.READ_ONLY, isSet);
  }

  @Override
  public void setHidden(boolean isSet) throws IOException {
    set(FatAttributes.HIDDEN, isSet);
  }

  @Override
  public void setSystem(boolean isSet) throws IOException {
    set(FatAttributes.SYSTEM, isSet);
  }

  @Override
  public void setArchive(boolean isSet) throws IOException {
    set(FatAttributes.ARCHIVE, isSet);
  }
}
