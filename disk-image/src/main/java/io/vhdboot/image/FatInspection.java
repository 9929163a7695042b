package io.vhdboot.image;

import io.vhdboot.fat.FatFile;
import io.vhdboot.fat.FatVolume;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Inspects a FAT volume: what it is, and whether UEFI finds something to start on it. */
final class FatInspection {

  private static final List<String> LANDMARKS =
      List.of(
          "\\EFI\\Boot\\bootx64.efi",
          "\\EFI\\Boot\\bootaa64.efi",
          "\\EFI\\Boot\\bootia32.efi",
          "\\EFI\\Microsoft\\Boot\\bootmgfw.efi",
          "\\bootmgr");

  private FatInspection() {}

  static Inspection inspect(String name, FatVolume volume) throws IOException {
    Inspection.Builder found =
        Inspection.of(
                "fat",
                String.format(
                    "%s: %s%s, clusters of %s",
                    name,
                    volume.type(),
                    volume.label().isEmpty() ? "" : " \"" + volume.label() + "\"",
                    Quantity.ofBytes(volume.clusterSize())))
            .property("label", volume.label())
            .property("serial", String.format("%08x", volume.serial()))
            .property("clusterSize", volume.clusterSize())
            .property("clusters", volume.clusterCount())
            .property("freeClusters", volume.countFreeClusters())
            .property("hiddenSectors", volume.hiddenSectors())
            .property("dirty", volume.isDirty());
    for (String path : LANDMARKS) {
      Optional<FatFile> file = volume.find(path);
      if (file.isPresent() && !file.get().isDirectory()) {
        found.content(ProgramInspection.inspect(path, file.get().size(), file.get().device()));
      }
    }
    return found.build();
  }
}
