package io.vhdboot.image;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImageInfo;
import java.io.IOException;

/** Inspects a WIM: its form and its images. */
final class WimInspection {

  private WimInspection() {}

  static Inspection inspect(String name, BlockDevice device) throws IOException {
    try (WimFile wim = WimFile.open(device)) {
      Inspection.Builder found =
          Inspection.of(
                  "wim",
                  String.format(
                      "%s: WIM, %s, %d image%s",
                      name,
                      wim.compression(),
                      wim.images().size(),
                      wim.images().size() == 1 ? "" : "s"))
              .property("compression", wim.compression().toString())
              .property("chunkSize", wim.chunkSize())
              .property("guid", wim.guid().toString())
              .property("bootIndex", wim.bootIndex());
      for (WimImageInfo image : wim.images()) {
        Inspection.Builder part =
            Inspection.of("image", "image " + image.index() + ": " + image.name())
                .property("index", image.index())
                .property("name", image.name());
        image.version().ifPresent(version -> part.property("windows", version));
        image.editionId().ifPresent(edition -> part.property("edition", edition));
        image.architecture().ifPresent(architecture -> part.property("architecture", architecture));
        image.totalBytes().ifPresent(bytes -> part.property("totalBytes", bytes));
        found.content(part.build());
      }
      return found.build();
    }
  }
}
