package io.vhdboot.wim;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A name in an image: what a directory lists. What it names is its {@link WimInode}.
 *
 * <p>Objects of this class do not change; they may be used by any thread.
 */
public final class WimEntry {

  /**
   * The order of a directory: by name without regard to case, names that differ in case only by
   * their 16-bit units. Case is that of single units, as Windows compares.
   */
  static final Comparator<WimEntry> BY_NAME = (a, b) -> compareNames(a.name, b.name);

  private static final WimEntry[] NO_CHILDREN = {};

  private final WimEntry parent;
  private final String name;
  private final String shortName;
  private WimInode inode;
  private WimEntry[] children = NO_CHILDREN;
  private WimEntry nextLink;

  WimEntry(WimEntry parent, String name, String shortName, WimInode inode) {
    this.parent = parent;
    this.name = name;
    this.shortName = shortName;
    this.inode = inode;
  }

  /**
   * The name, empty for the root: the 16-bit units of the file, which may hold characters that
   * Windows does not take and need not be well-formed text. Compare it with {@link String#equals},
   * and never turn it into UTF-8 on its way to another volume.
   */
  public String name() {
    return name;
  }

  /** The 8.3 name that this name has besides, or nothing. */
  public Optional<String> shortName() {
    return shortName.isEmpty() ? Optional.empty() : Optional.of(shortName);
  }

  /** What the name stands for. */
  public WimInode inode() {
    return inode;
  }

  /** The directory that lists this name; nothing for the root. */
  public Optional<WimEntry> parent() {
    return Optional.ofNullable(parent);
  }

  /** What a directory lists, sorted by name without regard to case; empty for anything else. */
  public List<WimEntry> children() {
    return Collections.unmodifiableList(Arrays.asList(children));
  }

  /**
   * The child of a name: the one that is spelled so, else the first one that differs in case only.
   */
  public Optional<WimEntry> child(String childName) {
    int low = 0;
    int high = children.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (compareIgnoringCase(children[middle].name, childName) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    WimEntry first = null;
    for (int i = low; i < children.length; i++) {
      WimEntry child = children[i];
      if (child.name.equals(childName)) {
        return Optional.of(child);
      }
      if (compareIgnoringCase(child.name, childName) != 0) {
        break;
      }
      if (first == null) {
        first = child;
      }
    }
    return Optional.ofNullable(first);
  }

  /** The path from the root, such as {@code /Windows/System32}; {@code /} for the root itself. */
  public String path() {
    if (parent == null) {
      return "/";
    }
    int length = 0;
    for (WimEntry entry = this; entry.parent != null; entry = entry.parent) {
      length += 1 + entry.name.length();
    }
    char[] path = new char[length];
    int at = length;
    for (WimEntry entry = this; entry.parent != null; entry = entry.parent) {
      at -= entry.name.length();
      entry.name.getChars(0, entry.name.length(), path, at);
      path[--at] = '/';
    }
    return new String(path);
  }

  /** The path as messages show it: what cannot be printed is spelled out, a long one cut. */
  public String printablePath() {
    return Text.printable(path());
  }

  /** Compares two names in the order of a directory. */
  static int compareNames(String a, String b) {
    int order = compareIgnoringCase(a, b);
    return order != 0 ? order : a.compareTo(b);
  }

  private static int compareIgnoringCase(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        x = Character.toUpperCase(x);
        y = Character.toUpperCase(y);
        if (x != y) {
          return x - y;
        }
      }
    }
    return a.length() - b.length();
  }

  void setChildren(WimEntry[] children) {
    this.children = children;
  }

  WimEntry[] childArray() {
    return children;
  }

  void setInode(WimInode inode) {
    this.inode = inode;
  }

  WimEntry nextLink() {
    return nextLink;
  }

  void setNextLink(WimEntry next) {
    this.nextLink = next;
  }

  @Override
  public String toString() {
    return path();
  }
}
