package io.vhdboot.image;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.vhdx.MissingParentException;
import io.vhdboot.vhdx.Vhdx;
import io.vhdboot.vhdx.VhdxAccess;
import io.vhdboot.vhdx.VhdxInfo;
import io.vhdboot.vhdx.VhdxType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Inspects a VHDX file and the disk in it: through its parents where they are files of the host
 * beside it; what a child within a volume holds is not shown.
 */
final class VhdxInspection {

  private VhdxInspection() {}

  static Inspection inspect(String name, BlockDevice file, int depth) throws IOException {
    VhdxInfo info = Vhdx.identify(file).orElseThrow();
    Inspection.Builder found =
        Inspection.of(
                "vhdx",
                String.format(
                    "%s: %s VHDX, disk of %s",
                    name, info.type(), Quantity.ofBytes(info.diskSize())))
            .property("type", info.type().toString())
            .property("diskSize", info.diskSize())
            .property("fileSize", file.size())
            .property("diskId", info.diskId().toString())
            .property("creator", info.creator())
            .property("logicalSectorSize", info.logicalSectorSize())
            .property("physicalSectorSize", info.physicalSectorSize())
            .property("blockSize", info.blockSize())
            .property("blocksPresent", info.presentBlockCount())
            .property("blocks", info.blockCount())
            .property("logDirty", info.logDirty());
    info.parent().ifPresent(locator -> found.property("parentPaths", locator.paths()));
    if (info.type() == VhdxType.DIFFERENCING && !(file instanceof FileDevice)) {
      return found.build();
    }
    List<String> findings = new ArrayList<>(info.findings());
    try (Vhdx vhdx = Vhdx.open(file, VhdxAccess.readOnly())) {
      if (depth < DiskInspector.MAX_DEPTH) {
        found.content(DiskInspector.inspectWithin(vhdx, "disk", depth + 1));
      }
    } catch (DiskFormatException | MissingParentException e) {
      findings.add(e.getMessage());
    }
    if (!findings.isEmpty()) {
      found.property("findings", findings);
    }
    return found.build();
  }
}
