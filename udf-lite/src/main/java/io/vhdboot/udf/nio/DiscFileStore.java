package io.vhdboot.udf.nio;

import io.vhdboot.udf.Disc;
import java.nio.file.FileStore;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;

/** The disc of a {@link DiscFileSystem}. */
final class DiscFileStore extends FileStore {

  private final Disc disc;

  DiscFileStore(Disc disc) {
    this.disc = disc;
  }

  /** The label, which may be empty. */
  @Override
  public String name() {
    return disc.label();
  }

  /** The format by which it is read. */
  @Override
  public String type() {
    return disc.format().toString();
  }

  @Override
  public boolean isReadOnly() {
    return true;
  }

  @Override
  public long getTotalSpace() {
    return disc.size();
  }

  @Override
  public long getUsableSpace() {
    return 0;
  }

  @Override
  public long getUnallocatedSpace() {
    return 0;
  }

  @Override
  public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
    return type == BasicFileAttributeView.class;
  }

  @Override
  public boolean supportsFileAttributeView(String name) {
    return name.equals("basic");
  }

  @Override
  public <V extends FileStoreAttributeView> V getFileStoreAttributeView(Class<V> type) {
    return null;
  }

  @Override
  public Object getAttribute(String attribute) {
    return switch (attribute) {
      case "totalSpace" -> getTotalSpace();
      case "usableSpace" -> getUsableSpace();
      case "unallocatedSpace" -> getUnallocatedSpace();
      default -> throw new UnsupportedOperationException("a disc has no attribute " + attribute);
    };
  }

  @Override
  public String toString() {
    return name() + " (" + type() + ")";
  }
}
