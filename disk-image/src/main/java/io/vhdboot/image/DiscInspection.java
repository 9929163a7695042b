package io.vhdboot.image;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.udf.Disc;
import io.vhdboot.udf.DiscFile;
import io.vhdboot.udf.DiscFormat;
import io.vhdboot.udf.ElTorito;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Inspects a disc: its formats, what firmware starts from it, and the Windows it would set up. */
final class DiscInspection {

  private static final List<String> IMAGES =
      List.of("sources/install.wim", "sources/install.esd", "sources/boot.wim");

  private static final List<String> PROGRAMS =
      List.of("efi/boot/bootx64.efi", "efi/boot/bootaa64.efi", "efi/boot/bootia32.efi");

  private DiscInspection() {}

  static Inspection inspect(String name, BlockDevice device, int depth) throws IOException {
    Disc disc = Disc.open(device);
    List<String> formats = disc.formats().stream().map(DiscFormat::toString).toList();
    Inspection.Builder found =
        Inspection.of("disc", name + ": disc " + disc.label() + ", " + String.join(", ", formats))
            .property("label", disc.label())
            .property("formats", formats);
    for (ElTorito.Entry entry : disc.elTorito().map(ElTorito::entries).orElse(List.of())) {
      String platform =
          switch (entry.platform()) {
            case ElTorito.BIOS -> "BIOS";
            case ElTorito.UEFI -> "UEFI";
            default -> String.format("%02x", entry.platform());
          };
      found.content(
          Inspection.of("boot-image", "starts on " + platform)
              .property("platform", platform)
              .property("bootable", entry.isBootable())
              .property("position", entry.position())
              .build());
    }
    for (String path : PROGRAMS) {
      Optional<DiscFile> program = disc.find(path);
      if (program.isPresent() && !program.get().isDirectory()) {
        found.content(
            ProgramInspection.inspect(path, program.get().size(), program.get().device()));
      }
    }
    if (depth < DiskInspector.MAX_DEPTH) {
      for (String path : IMAGES) {
        Optional<DiscFile> image = disc.find(path);
        if (image.isPresent() && !image.get().isDirectory()) {
          found.content(DiskInspector.inspectWithin(image.get().device(), path, depth + 1));
        }
      }
    }
    return found.build();
  }
}
