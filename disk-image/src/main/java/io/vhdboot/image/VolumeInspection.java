package io.vhdboot.image;

import io.vhdboot.ntfs.NtfsDirectoryEntry;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsVolume;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Inspects an NTFS volume: what it is, whether it starts a Windows, which VHDs are in its root. */
final class VolumeInspection {

  /** More VHDs than this are only counted. */
  private static final int MAX_VHDS = 16;

  private static final List<String> LANDMARKS =
      List.of(
          "\\bootmgr",
          "\\BOOTNXT",
          "\\Boot\\bootvhd.dll",
          "\\EFI\\Boot\\bootx64.efi",
          "\\EFI\\Microsoft\\Boot\\bootmgfw.efi",
          "\\Windows\\Boot\\EFI\\bootmgfw.efi",
          "\\Windows\\Boot\\EFI_EX\\bootmgfw_EX.efi",
          "\\Windows\\System32\\winload.exe",
          "\\Windows\\System32\\winload.efi",
          "\\Windows\\System32\\ntoskrnl.exe",
          "\\Windows\\System32\\config\\SYSTEM");

  private VolumeInspection() {}

  static Inspection inspect(String name, NtfsVolume volume, int depth) throws IOException {
    Inspection.Builder found =
        Inspection.of(
                "ntfs",
                String.format(
                    "%s: NTFS %s%s, clusters of %s",
                    name,
                    volume.version(),
                    volume.label().isEmpty() ? "" : " \"" + volume.label() + "\"",
                    Quantity.ofBytes(volume.clusterSize())))
            .property("label", volume.label())
            .property("serial", String.format("%016x", volume.serial()))
            .property("clusterSize", volume.clusterSize())
            .property("clusters", volume.clusterCount())
            .property("freeClusters", volume.countFreeClusters())
            .property("hiddenSectors", volume.hiddenSectors())
            .property("dirty", volume.isDirty())
            .property("log", volume.logState().toString().toLowerCase(Locale.ROOT));
    for (String path : LANDMARKS) {
      Optional<NtfsFile> file = volume.find(path);
      if (file.isPresent() && !file.get().isDirectory()) {
        found.content(
            ProgramInspection.inspect(path, file.get().size(), file.get().stream("").device()));
      }
    }
    if (depth < DiskInspector.MAX_DEPTH) {
      addVhds(volume, depth, found);
    }
    return found.build();
  }

  private static void addVhds(NtfsVolume volume, int depth, Inspection.Builder found)
      throws IOException {
    int count = 0;
    for (NtfsDirectoryEntry entry : volume.root().list()) {
      if (entry.isDirectory() || !isVhdName(entry.name())) {
        continue;
      }
      count++;
      if (count <= MAX_VHDS) {
        NtfsFile file = volume.file(entry);
        found.content(
            DiskInspector.inspectWithin(file.stream("").device(), "\\" + entry.name(), depth + 1));
      }
    }
    if (count > MAX_VHDS) {
      found.property("moreVhds", count - MAX_VHDS);
    }
  }

  private static boolean isVhdName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".vhd") || lower.endsWith(".vhdx");
  }
}
