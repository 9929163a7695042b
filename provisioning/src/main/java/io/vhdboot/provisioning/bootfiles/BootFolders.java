package io.vhdboot.provisioning.bootfiles;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Copies whole folders of a Windows. */
final class BootFolders {

  /** Deeper ones are no folders of boot files. */
  private static final int MAX_DEPTH = 32;

  private BootFolders() {}

  /** Adds all files below a folder, links apart. */
  static void addBelow(BootSource folder, List<String> path, List<BootFile> files)
      throws IOException {
    record Place(BootSource folder, List<String> path) {}
    Deque<Place> open = new ArrayDeque<>();
    open.add(new Place(folder, path));
    while (!open.isEmpty()) {
      Place place = open.remove();
      for (BootSource entry : place.folder.children()) {
        if (entry.isReparsePoint()) {
          continue;
        }
        List<String> entryPath = child(place.path, entry.name());
        if (!entry.isDirectory()) {
          files.add(BootFile.copy(entry, entryPath, BootFile.ARCHIVE));
        } else if (entryPath.size() < MAX_DEPTH) {
          open.add(new Place(entry, entryPath));
        }
      }
    }
  }

  /** A path and one name more. */
  static List<String> child(List<String> path, String name) {
    List<String> child = new ArrayList<>(path);
    child.add(name);
    return child;
  }
}
