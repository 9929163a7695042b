package io.vhdboot.fat.nio;

import io.vhdboot.fat.FatVolume;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;

/** The volume of a file system. */
final class FatFileStore extends FileStore {

  private final FatFileSystem fileSystem;

  FatFileStore(FatFileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  @Override
  public String name() {
    return fileSystem.volume().name();
  }

  @Override
  public String type() {
    return fileSystem.volume().type().toString();
  }

  @Override
  public boolean isReadOnly() {
    return fileSystem.isReadOnly();
  }

  @Override
  public long getTotalSpace() {
    FatVolume volume = fileSystem.volume();
    return volume.clusterCount() * volume.clusterSize();
  }

  @Override
  public long getUsableSpace() throws IOException {
    return isReadOnly() ? 0 : getUnallocatedSpace();
  }

  @Override
  public long getUnallocatedSpace() throws IOException {
    FatVolume volume = fileSystem.volume();
    return volume.countFreeClusters() * volume.clusterSize();
  }

  @Override
  public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
    return type == BasicFileAttributeView.class || type == DosFileAttributeView.class;
  }

  @Override
  public boolean supportsFileAttributeView(String name) {
    return name.equals("basic") || name.equals("dos");
  }

  @Override
  public <V extends FileStoreAttributeView> V getFileStoreAttributeView(Class<V> type) {
    return null;
  }

  @Override
  public Object getAttribute(String attribute) throws IOException {
    return switch (attribute) {
      case "totalSpace" -> getTotalSpace();
      case "usableSpace" -> getUsableSpace();
      case "unallocatedSpace" -> getUnallocatedSpace();
      default -> throw new UnsupportedOperationException("no attribute " + attribute);
    };
  }

  @Override
  public String toString() {
    return name();
  }
}
