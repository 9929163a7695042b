package io.vhdboot.usb;

import java.util.ArrayList;
import java.util.List;

/** Where a Linux swaps to, as {@code /proc/swaps} tells (proc(5)): a heading, then a line each. */
final class SwapTable {

  private SwapTable() {}

  /** The files and devices in use. */
  static List<String> parse(String swaps) {
    List<String> paths = new ArrayList<>();
    String[] lines = swaps.split("\n");
    for (int i = 1; i < lines.length; i++) {
      String path = lines[i].split("[ \t]", 2)[0];
      if (!path.isEmpty()) {
        paths.add(MountTable.unescape(path));
      }
    }
    return paths;
  }
}
