package io.vhdboot.ntfs;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Deletes a directory with all that is below it, name by name, so that neither memory nor an edit
 * grows with the tree.
 */
final class TreeDeletion {

  private final VolumeEdit volume;
  private final TreeEdit tree;

  /** A directory that is being emptied, and the name under which it goes then. */
  private record Level(long parent, String name, long directory) {}

  TreeDeletion(VolumeEdit volume, TreeEdit tree) {
    this.volume = volume;
    this.tree = tree;
  }

  void run(long parent, String name) throws IOException {
    Deque<Level> path = new ArrayDeque<>();
    remove(parent, name, path);
    while (!path.isEmpty()) {
      Level level = path.peek();
      Optional<String> next = firstName(level.directory);
      if (next.isPresent()) {
        remove(level.directory, next.get(), path);
      } else {
        path.pop();
        volume.editWithReserve(
            () -> {
              tree.unlink(level.parent, level.name);
              return null;
            });
      }
    }
  }

  /** Removes a name, or notes that it is that of a directory which must be emptied before. */
  private void remove(long parent, String name, Deque<Level> path) throws IOException {
    FileEdit directory = volume.file(parent, name);
    DirectoryEdit.Entry entry =
        directory
            .names()
            .find(name)
            .orElseThrow(() -> new NoSuchFileException(directory.source() + ": " + name));
    FileEdit file = volume.file(entry.reference(), name);
    if (file.isDirectory() && !file.names().isEmpty()) {
      TreeEdit.checkOwn(file);
      path.push(new Level(parent, entry.name().name(), entry.reference()));
      return;
    }
    volume.editWithReserve(
        () -> {
          tree.unlink(parent, entry.name().name());
          return null;
        });
  }

  /** The first name in a directory, which is none when it is empty. */
  private Optional<String> firstName(long directory) throws IOException {
    AttributeSet attributes = AttributeSet.read(volume.table(), FileReference.record(directory));
    IndexCursor cursor = IndexCursor.open(attributes, DirectoryEntries.INDEX, volume.clusters());
    if (!cursor.next()) {
      return Optional.empty();
    }
    int key = cursor.entry().keyPosition();
    return Optional.of(
        FileName.get(cursor.bytes(), key, key + cursor.entry().keyLength(), cursor.source())
            .name());
  }
}
