package io.vhdboot.udf;

import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/** Walks through the directories of a disc. */
final class DiscWalk {

  private final Disc disc;
  private final DiscVisitor visitor;
  private final int maxDepth;

  /** The directories on the way down, by where they lie, so that one within itself is noticed. */
  private final Set<Long> entered = new HashSet<>();

  private record Level(String path, long place, Iterator<DiscFile> files) {}

  DiscWalk(Disc disc, DiscVisitor visitor, int maxDepth) {
    this.disc = disc;
    this.visitor = visitor;
    this.maxDepth = maxDepth;
  }

  void run(DiscFile directory) throws IOException {
    Deque<Level> levels = new ArrayDeque<>();
    levels.push(enter("", directory));
    while (!levels.isEmpty()) {
      Level level = levels.peek();
      if (!level.files.hasNext()) {
        entered.remove(level.place);
        levels.pop();
        continue;
      }
      DiscFile file = level.files.next();
      String path = level.path.isEmpty() ? file.name() : level.path + "/" + file.name();
      visitor.visit(path, file);
      if (file.isDirectory()) {
        if (levels.size() == maxDepth) {
          throw new CorruptFormatException(
              disc.name(),
              CorruptFormatException.NO_OFFSET,
              path + " lies deeper than " + maxDepth + " directories");
        }
        levels.push(enter(path, file));
      }
    }
  }

  private Level enter(String path, DiscFile directory) throws IOException {
    if (!entered.add(directory.place())) {
      throw new CorruptFormatException(
          disc.name(), directory.place(), "directory " + path + " is inside itself");
    }
    return new Level(path, directory.place(), directory.list().iterator());
  }
}
