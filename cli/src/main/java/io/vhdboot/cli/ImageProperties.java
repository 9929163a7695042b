package io.vhdboot.cli;

import io.vhdboot.wim.WimImageInfo;
import java.util.List;
import java.util.Set;

/** What options of the form NAME=VALUE say of an image. */
final class ImageProperties {

  /** What is counted or follows from the place of the image. */
  private static final Set<String> FIXED =
      Set.of("DIRCOUNT", "FILECOUNT", "TOTALBYTES", "HARDLINKBYTES", "INDEX");

  private ImageProperties() {}

  static void set(WimImageInfo.Builder info, List<String> properties) {
    for (String property : properties) {
      int equals = property.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException("'" + property + "' is not NAME=VALUE");
      }
      String name = property.substring(0, equals);
      if (!name.matches("[A-Za-z_][A-Za-z0-9_.-]*(/[A-Za-z_][A-Za-z0-9_.-]*)*")
          || FIXED.contains(name)) {
        throw new IllegalArgumentException("'" + name + "' is not a property that can be set");
      }
      info.property(name, property.substring(equals + 1));
    }
  }
}
