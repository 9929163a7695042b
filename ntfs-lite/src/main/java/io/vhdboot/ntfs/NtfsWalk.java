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
  private final StringBuilder path = new StringBuilder();

  /** A directory on the way, whose path is that much of the whole. */
  private record Level(int pathLength, DirectoryEntries entries) {}

  NtfsWalk(NtfsVolume volume, NtfsVisitor visitor) {
    this.volume = volume;
    this.visitor = visitor;
  }

  void run(NtfsFile start) throws IOException {
    enter(start);
    while (!levels.isEmpty()) {
      Level level = levels.peek();
      path.setLength(level.pathLength());
      NtfsDirectoryEntry entry;
      try {
        entry = level.entries().next();
      } catch (IOException e) {
        levels.pop();
        visitor.failed(path.toString(), e);
        continue;
      }
      if (entry == null) {
        levels.pop();
        continue;
      }
      path.append(path.isEmpty() ? "" : "/").append(entry.name());
      if (visitor.visit(path.toString(), entry) && entry.isDirectory()) {
        try {
          enter(volume.file(entry));
        } catch (IOException e) {
          visitor.failed(path.toString(), e);
        }
      }
    }
  }

  private void enter(NtfsFile directory) throws IOException {
    // A directory has one parent: one that comes twice is a loop, or worse than one.
    int number = (int) Math.min(directory.recordNumber(), Integer.MAX_VALUE - 1);
    if (path.length() > MAX_PATH || entered.get(number)) {
      throw new CorruptFormatException(
          directory.toString(),
          CorruptFormatException.NO_OFFSET,
          "the directory is reached twice, or by a path longer than " + MAX_PATH);
    }
    entered.set(number);
    levels.push(new Level(path.length(), directory.entries()));
  }
}
