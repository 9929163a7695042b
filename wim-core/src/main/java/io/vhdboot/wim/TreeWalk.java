package io.vhdboot.wim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The entries of a tree, each directory before what it lists. */
record TreeWalk(WimEntry root) implements Iterable<WimEntry> {

  @Override
  public Iterator<WimEntry> iterator() {
    return new Walker(root);
  }

  private static final class Walker implements Iterator<WimEntry> {

    private final Deque<Position> above = new ArrayDeque<>();
    private WimEntry next;

    Walker(WimEntry root) {
      this.next = root;
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public WimEntry next() {
      WimEntry entry = next;
      if (entry == null) {
        throw new NoSuchElementException();
      }
      if (entry.childArray().length > 0) {
        above.push(new Position(entry.childArray()));
      }
      while (!above.isEmpty() && above.peek().isAtEnd()) {
        above.pop();
      }
      next = above.isEmpty() ? null : above.peek().take();
      return entry;
    }
  }

  private static final class Position {

    private final WimEntry[] entries;
    private int index;

    Position(WimEntry[] entries) {
      this.entries = entries;
    }

    boolean isAtEnd() {
      return index == entries.length;
    }

    WimEntry take() {
      return entries[index++];
    }
  }
}
