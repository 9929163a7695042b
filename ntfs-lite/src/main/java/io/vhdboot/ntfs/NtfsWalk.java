package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/** Goes through all that is below a directory, holding one open index for each level of it. */
final class NtfsWalk {

  /** The longest path of Windows, in 16-bit units. */
  private static final int MAX_PATH = 32_767;

  private final NtfsVolume volume;
  private final NtfsVisitor visitor;
  private final Deque<Level> levels = new ArrayDeque<>();
  private final BitSet entered = new BitSet();

  private record Level(String path, DirectoryEntries entries) {}

  NtfsWalk(NtfsVolume volume, NtfsVisitor visitor) {
    this.volume = volume;
    this.visitor = visitor;
  }

  void run(NtfsFile start) throws IOException {
    enter("", start);
    while (!levels.isEmpty()) {
      Level level = levels.peek();
      NtfsDirectoryEntry entry;
      try {
        entry = level.entries().next();
      } catch (IOException e) {
        levels.pop();
        visitor.failed(level.path(), e);
        continue;
      }
      if (entry == null) {
        levels.pop();
        continue;
      }
      String path = level.path().isEmpty() ? entry.name() : level.path() + "/" + entry.name();
      if (visitor.visit(path, entry) && entry.isDirectory()) {
        try {
          enter(path, volume.file(entry));
        } catch (IOException e) {
          visitor.failed(path, e);
        }
      }
    }
  }

  private void enter(String path, NtfsFile directory) throws IOException {
    // A directory has one parent: one that comes twice is a loop, or worse than one.
    int number = Math.toIntExact(Math.min(directory.recordNumber(), Integer.MAX_VALUE - 1));
    if (path.length() > MAX_PATH || entered.get(number)) {
      throw new CorruptFormatException(
          directory.toString(),
          CorruptFormatException.NO_OFFSET,
          "the directory is reached twice, or by a path longer than " + MAX_PATH);
    }
    entered.set(number);
    levels.push(new Level(path, directory.entries()));
  }
}
