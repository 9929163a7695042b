package io.vhdboot.udf.nio;

import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/** The view {@code basic} of a file. */
record DiscFileView(DiscPath path, boolean follow) implements BasicFileAttributeView {

  @Override
  public String name() {
    return "basic";
  }

  @Override
  public BasicFileAttributes readAttributes() throws IOException {
    return DiscFileAttributes.of(path.getFileSystem().find(path, follow).file());
  }

  @Override
  public void setTimes(FileTime modified, FileTime accessed, FileTime created) throws IOException {
    throw DiscFileSystem.readOnly(path);
  }
}
