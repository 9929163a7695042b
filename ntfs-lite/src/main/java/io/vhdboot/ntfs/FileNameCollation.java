package io.vhdboot.ntfs;

import java.util.Comparator;

/**
 * The order of names in a directory: unit by unit as capitals, the shorter first; names that differ
 * only in case by their own units.
 */
final class FileNameCollation implements Comparator<String> {

  private final UpCaseTable capitals;

  FileNameCollation(UpCaseTable capitals) {
    this.capitals = capitals;
  }

  /** The table of capitals by which it goes. */
  UpCaseTable capitals() {
    return capitals;
  }

  @Override
  public int compare(String a, String b) {
    int order = compareIgnoringCase(a, b);
    // Equal as capitals means equally long, where the strings' own order is that of their units.
    return order != 0 ? order : a.compareTo(b);
  }

  /** A name in capitals. */
  String toUpperCase(String name) {
    return capitals.toUpperCase(name);
  }

  /** As {@link #compare}, but 0 for names that differ only in case. */
  int compareIgnoringCase(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        int order = capitals.get(x) - capitals.get(y);
        if (order != 0) {
          return order;
        }
      }
    }
    return a.length() - b.length();
  }
}
