package io.vhdboot.provisioning.bootfiles;

import io.vhdboot.ntfs.NtfsDirectoryEntry;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsVolume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A file of a Windows that is installed on a volume. */
final class NtfsBootSource implements BootSource {

  private final NtfsVolume volume;
  private final String name;
  private final NtfsFile file;
  private final long created;
  private final long modified;
  private final long accessed;
  private final boolean isReparsePoint;

  private NtfsBootSource(NtfsVolume volume, String name, NtfsFile file) throws IOException {
    this.volume = volume;
    this.name = name;
    this.file = file;
    this.created = file.created();
    this.modified = file.modified();
    this.accessed = file.accessed();
    this.isReparsePoint = file.reparseTag().isPresent();
  }

  static NtfsBootSource of(NtfsVolume volume, String name, NtfsFile file) throws IOException {
    return new NtfsBootSource(volume, name, file);
  }

  NtfsFile file() {
    return file;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean isDirectory() {
    return file.isDirectory();
  }

  @Override
  public boolean isReparsePoint() {
    // A compacted file is read like any other.
    return isReparsePoint && file.isDirectory();
  }

  @Override
  public List<BootSource> children() throws IOException {
    List<BootSource> children = new ArrayList<>();
    if (isDirectory()) {
      for (NtfsDirectoryEntry entry : file.list()) {
        children.add(of(volume, entry.name(), volume.file(entry)));
      }
    }
    return children;
  }

  @Override
  public long size() {
    return isDirectory() ? 0 : file.size();
  }

  @Override
  public long created() {
    return created;
  }

  @Override
  public long modified() {
    return modified;
  }

  @Override
  public long accessed() {
    return accessed;
  }
}
