package io.vhdboot.image;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.vhd.ParentReference;
import io.vhdboot.vhd.Vhd;
import io.vhdboot.vhd.VhdFooter;
import io.vhdboot.vhd.VhdType;
import java.io.IOException;
import java.util.Optional;

/** Inspects a VHD file and the disk in it. */
final class VhdInspection {

  private VhdInspection() {}

  static Inspection inspect(String name, BlockDevice file, int depth) throws IOException {
    Optional<VhdFooter> footer = Vhd.identify(file);
    if (footer.isPresent() && footer.get().type() == VhdType.DIFFERENCING) {
      return Inspection.of("vhd", name + ": " + footer.get().type() + " VHD")
          .property("type", footer.get().type().toString())
          .property("diskSize", footer.get().currentSize())
          .property("uniqueId", footer.get().uniqueId().toString())
          .property("parent", Vhd.parentReference(file).map(ParentReference::name).orElse(""))
          .build();
    }
    try (Vhd vhd = Vhd.open(file, true)) {
      Inspection.Builder found =
          Inspection.of(
                  "vhd",
                  String.format(
                      "%s: %s VHD, disk of %s", name, vhd.type(), Quantity.ofBytes(vhd.size())))
              .property("type", vhd.type().toString())
              .property("diskSize", vhd.size())
              .property("fileSize", file.size())
              .property("uniqueId", vhd.footer().uniqueId().toString())
              .property("creator", vhd.footer().creatorApplication())
              .property("blockSize", vhd.blockSize())
              .property("blocksPresent", vhd.presentBlockCount())
              .property("blocks", vhd.blockCount());
      if (!vhd.findings().isEmpty()) {
        found.property("findings", vhd.findings());
      }
      if (depth < DiskInspector.MAX_DEPTH) {
        found.content(DiskInspector.inspectWithin(vhd, "disk", depth + 1));
      }
      return found.build();
    }
  }
}
