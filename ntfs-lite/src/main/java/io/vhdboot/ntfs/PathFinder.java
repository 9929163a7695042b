package io.vhdboot.ntfs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Finds the paths of files in findings, by the names that the files give themselves. */
final class PathFinder {

  private static final int MAX_DEPTH = 64;

  private final CheckedVolume volume;

  PathFinder(CheckedVolume volume) {
    this.volume = volume;
  }

  /** The path of a file from the root, or nothing where no way leads up to it. */
  String find(long number) throws IOException {
    Deque<String> names = new ArrayDeque<>();
    long at = number;
    while (at != MasterFileTable.ROOT) {
      FileName name = name(at);
      if (name == null || names.size() == MAX_DEPTH) {
        return "";
      }
      names.push(name.name());
      if (!volume.files().isLiveDirectory(name.parent())) {
        return "";
      }
      at = FileReference.record(name.parent());
    }
    return names.isEmpty() ? "/" : String.join("/", names);
  }

  /** A name of a file, the long one if there is a choice. */
  private FileName name(long number) throws IOException {
    if (volume.files().state(number) != CheckedRecord.State.BASE) {
      return null;
    }
    CheckedFile file = volume.readAgain(number);
    FileName best = null;
    for (FileName name : file == null ? List.<FileName>of() : NameCheck.of(file)) {
      if (best == null || best.namespace() == FileName.DOS) {
        best = name;
      }
    }
    return best;
  }
}
