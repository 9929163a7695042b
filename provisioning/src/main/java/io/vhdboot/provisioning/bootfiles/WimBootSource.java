package io.vhdboot.provisioning.bootfiles;

import io.vhdboot.wim.WimEntry;
import io.vhdboot.wim.WimInode;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of an image in a WIM.
 *
 * @param entry the file
 */
public record WimBootSource(WimEntry entry) implements BootSource {

  /** The file, whatever its names. */
  public WimInode inode() {
    return entry.inode();
  }

  @Override
  public String name() {
    return entry.name();
  }

  @Override
  public boolean isDirectory() {
    return inode().isDirectory();
  }

  @Override
  public boolean isReparsePoint() {
    return inode().isReparsePoint();
  }

  @Override
  public List<BootSource> children() {
    List<BootSource> children = new ArrayList<>();
    entry.children().forEach(child -> children.add(new WimBootSource(child)));
    return children;
  }

  @Override
  public long size() {
    return inode().data().map(data -> data.size()).orElse(0L);
  }

  @Override
  public long created() {
    return inode().creationTime();
  }

  @Override
  public long modified() {
    return inode().lastWriteTime();
  }

  @Override
  public long accessed() {
    return inode().lastAccessTime();
  }
}
