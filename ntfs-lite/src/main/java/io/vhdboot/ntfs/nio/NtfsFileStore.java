package io.vhdboot.ntfs.nio;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;

/** The volume of an {@link NtfsFileSystem}. */
final class NtfsFileStore extends FileStore {

  private final NtfsFileSystem fileSystem;

  NtfsFileStore(NtfsFileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  /** The label, which may be empty. */
  @Override
  public String name() {
    return fileSystem.volume().label();
  }

  @Override
  public String type() {
    return "NTFS";
  }

  @Override
  public boolean isReadOnly() {
    return fileSystem.isReadOnly();
  }

  @Override
  public long getTotalSpace() {
    return fileSystem.volume().clusterCount() * fileSystem.volume().clusterSize();
  }

  @Override
  public long getUsableSpace() throws IOException {
    return isReadOnly() ? 0 : getUnallocatedSpace();
  }

  @Override
  public long getUnallocatedSpace() throws IOException {
    return fileSystem.freeSpace();
  }

  @Override
  public long getBlockSize() {
    return fileSystem.volume().clusterSize();
  }

  @Override
  public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
    return AttributeViews.isSupported(type);
  }

  @Override
  public boolean supportsFileAttributeView(String name) {
    return AttributeViews.NAMES.contains(name);
  }

  @Override
  public <V extends FileStoreAttributeView> V getFileStoreAttributeView(Class<V> type) {
    return null;
  }

  /**
   * An attribute of the volume: {@code totalSpace}, {@code usableSpace}, {@code unallocatedSpace},
   * and of its own {@code ntfs:serial} (a long), {@code ntfs:version}, {@code ntfs:isDirty}, {@code
   * ntfs:logState}, {@code ntfs:clusterSize} and {@code ntfs:readOnlyReason}.
   */
  @Override
  public Object getAttribute(String attribute) throws IOException {
    return switch (attribute) {
      case "totalSpace" -> getTotalSpace();
      case "usableSpace" -> getUsableSpace();
      case "unallocatedSpace" -> getUnallocatedSpace();
      case "ntfs:serial" -> fileSystem.volume().serial();
      case "ntfs:version" -> fileSystem.volume().version();
      case "ntfs:isDirty" -> fileSystem.volume().isDirty();
      case "ntfs:logState" -> fileSystem.volume().logState();
      case "ntfs:clusterSize" -> fileSystem.volume().clusterSize();
      case "ntfs:readOnlyReason" -> fileSystem.readOnlyReason().orElse("");
      default -> throw new UnsupportedOperationException("a volume has no attribute " + attribute);
    };
  }

  @Override
  public String toString() {
    return name().isEmpty() ? "NTFS" : name() + " (NTFS)";
  }
}
