package io.vhdboot.udf;

import io.vhdboot.testing.ExternalTool;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** 7-Zip, which reads discs as our judge; skips or fails the running test where it is missing. */
final class SevenZip {

  private SevenZip() {}

  private static ExternalTool tool() {
    for (String name : new String[] {"7zz", "7z"}) {
      if (ExternalTool.isPresent(name)) {
        return ExternalTool.named(name);
      }
    }
    return ExternalTool.named("7zz");
  }

  /** The paths on a disc, with the size of a file and -1 for a directory. */
  static Map<String, Long> list(Path disc, String type) {
    Map<String, Long> files = new TreeMap<>();
    String listing = tool().output("l", "-slt", "-t" + type, disc);
    for (String entry : listing.substring(listing.indexOf("----------")).split("\n\n")) {
      Map<String, String> fields = new TreeMap<>();
      for (String line : entry.split("\n")) {
        int sign = line.indexOf(" = ");
        if (sign > 0) {
          fields.put(line.substring(0, sign), line.substring(sign + 3));
        }
      }
      String path = fields.get("Path");
      if (path != null && !path.startsWith("[BOOT]")) {
        boolean isFolder = "+".equals(fields.get("Folder"));
        files.put(path, isFolder ? -1 : Long.parseLong(fields.get("Size")));
      }
    }
    return files;
  }

  /** Unpacks a disc. */
  static void extract(Path disc, String type, Path target) {
    tool().output("x", "-y", "-t" + type, "-o" + target, disc);
  }
}
