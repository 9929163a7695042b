package io.vhdboot.examples;

import io.vhdboot.wim.WimEntry;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImageInfo;
import java.io.IOException;
import java.nio.file.Path;

/** Lists the images of a WIM and the root of the first: wim-core. */
public final class ListWimImages {

  private ListWimImages() {}

  /** Takes a WIM. */
  public static void main(String[] arguments) throws IOException {
    try (WimFile wim = WimFile.open(Path.of(arguments[0]))) {
      for (WimImageInfo image : wim.images()) {
        System.out.println(
            image.index() + ": " + image.name() + image.version().map(v -> " " + v).orElse(""));
      }
      for (WimEntry entry : wim.image(1).root().children()) {
        System.out.println(entry.path() + (entry.inode().isDirectory() ? "/" : ""));
      }
    }
  }
}
