package io.vhdboot.doctor;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.image.BootPath.VhdFile;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import io.vhdboot.image.VolumeParents;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.vhd.Vhd;
import io.vhdboot.vhd.VhdFinding;
import io.vhdboot.vhd.VhdMaintenance;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What mends a VHD in its place on a volume. */
final class VhdCures {

  /** What is written again from what the file itself says, and loses nothing. */
  private static final Set<VhdFinding.Kind> SAFE =
      EnumSet.of(VhdFinding.Kind.FOOTER, VhdFinding.Kind.FOOTER_COPY, VhdFinding.Kind.CHECKSUM);

  private VhdCures() {}

  /** Writes footers again, where nothing else is damaged. */
  static Optional<Cure> repair(Patient patient, VhdFile vhd, BlockDevice device) {
    try {
      if (!Vhd.isVhd(device)) {
        return Optional.empty();
      }
      List<VhdFinding> damage = damage(device, vhd);
      if (damage.isEmpty() || !damage.stream().allMatch(each -> SAFE.contains(each.kind()))) {
        return Optional.empty();
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return Optional.of(
        () -> {
          try (OpenImage image = ImagePath.of(patient.path(vhd.partition()) + "/").open(false)) {
            NtfsEditor editor = image.editor();
            VolumeParents parents = VolumeParents.beside(editor.volume(), vhd.path());
            try (ResizableBlockDevice file = editor.stream(editor.volume().file(vhd.path()), "")) {
              VhdMaintenance.repair(file, parents);
            }
            image.flush();
          }
          return "wrote the footers of " + vhd.path() + " again";
        });
  }

  private static List<VhdFinding> damage(BlockDevice device, VhdFile vhd) throws IOException {
    try {
      return VhdMaintenance.check(device, VolumeParents.beside(vhd.host(), vhd.path())).stream()
          .filter(each -> each.kind().isDamage())
          .toList();
    } catch (DiskFormatException e) {
      return List.of();
    }
  }
}
