package io.vhdboot.ntfs;

import java.util.Arrays;

/** The names in a directory. */
final class DirectoryIndex extends IndexSource {

  static final String NAME = "$I30";

  private static final LinkHandle[] NONE = {};
  private static final int FIRST_CAPACITY = 4;

  private LinkHandle[] links = NONE;
  private int count;

  DirectoryIndex(int ordinal) {
    super(ordinal, NAME, IndexRoot.COLLATION_FILE_NAME);
  }

  void add(LinkHandle link) {
    if (count == links.length) {
      links = Arrays.copyOf(links, Math.max(FIRST_CAPACITY, count + (count >> 1)));
    }
    links[count++] = link;
  }

  void remove(LinkHandle link) {
    for (int i = 0; i < count; i++) {
      if (links[i] == link) {
        System.arraycopy(links, i + 1, links, i, --count - i);
        return;
      }
    }
  }

  /** Sorts the names; those added one after the other in order cost next to nothing. */
  void sort(FileNameCollation collation) {
    Arrays.sort(links, 0, count, (a, b) -> collation.compare(a.name, b.name));
  }

  /** Whether one of the names, which are sorted, is the same but for its case. */
  boolean contains(String name, FileNameCollation collation) {
    int from = 0;
    int to = count;
    while (from < to) {
      int middle = from + to >>> 1;
      int order = collation.compareIgnoringCase(links[middle].name, name);
      if (order == 0) {
        return true;
      }
      if (order < 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return false;
  }

  LinkHandle get(int i) {
    return links[i];
  }

  @Override
  int count() {
    return count;
  }

  @Override
  int entrySize(int i) {
    return IndexEntry.size(FileName.size(links[i].name.length()));
  }

  @Override
  int put(int i, byte[] bytes, int offset, long child, ImageState state) {
    FileName key = state.fileName(links[i]);
    key.put(bytes, offset + IndexEntry.HEADER_SIZE);
    return IndexEntry.put(
        bytes, offset, state.reference(links[i].node), entrySize(i), key.size(), child);
  }
}
