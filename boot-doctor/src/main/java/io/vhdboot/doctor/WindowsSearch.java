package io.vhdboot.doctor;

import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.Partition;
import io.vhdboot.image.BootPath.VhdFile;
import io.vhdboot.image.OpenDisk;
import io.vhdboot.ntfs.NtfsDirectoryEntry;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.vhd.ParentReference;
import io.vhdboot.vhd.Vhd;
import io.vhdboot.vhdx.Vhdx;
import io.vhdboot.vhdx.VhdxInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for what could be meant where an entry leads nowhere: each Windows on the disk, on a
 * partition or in a VHD in the root folder of one or a folder below it.
 */
final class WindowsSearch {

  private static final String KERNEL = "Windows\\System32\\ntoskrnl.exe";

  /** A folder or stick with more VHDs than this is not searched to its end. */
  private static final int MOST = 64;

  /** Folders of a running Windows, in which no VHDs to start are kept. */
  private static final Set<String> PASSED_OVER =
      Set.of(
          "windows",
          "program files",
          "program files (x86)",
          "programdata",
          "system volume information",
          "$recycle.bin",
          "efi",
          "$extend");

  private final Patient patient;
  private final OpenDisk disk;
  private List<Place> found;

  WindowsSearch(Patient patient, OpenDisk disk) {
    this.patient = patient;
    this.disk = disk;
  }

  /**
   * A Windows.
   *
   * @param path the path of its folder, through images
   * @param volume the volume that it is on
   * @param host the partition of the disk that it, or its VHD, is on
   * @param vhd the path of its VHD there
   */
  record Place(String path, NtfsVolume volume, Partition host, Optional<String> vhd) {}

  /** The one Windows that there is; nothing where there are none or several. */
  Optional<Place> only() throws IOException {
    return all().size() == 1 ? Optional.of(all().get(0)) : Optional.empty();
  }

  /** A file of the one Windows, below its folder. */
  Optional<BlockDevice> file(String path) throws IOException {
    if (only().isEmpty()) {
      return Optional.empty();
    }
    Optional<NtfsFile> file =
        only().get().volume().find("Windows/" + path).filter(each -> !each.isDirectory());
    return file.isPresent() ? Optional.of(file.get().stream("").device()) : Optional.empty();
  }

  /** The command that puts boot files onto a partition, and sees to the entry. */
  String bcdboot(Partition partition, BootFirmware firmware) throws IOException {
    String windows = only().map(Place::path).orElse("PATH-TO-WINDOWS");
    return "vhdboot bcdboot " + windows + " /s " + patient.path(partition) + " /f " + firmware;
  }

  /** Every Windows; a VHD that is another one's parent does not count. */
  List<Place> all() throws IOException {
    if (found == null) {
      found = new ArrayList<>();
      Set<String> parents = new HashSet<>();
      for (Partition partition : disk.partitions()) {
        Optional<NtfsVolume> volume = disk.volume(partition);
        if (volume.isPresent()) {
          try {
            search(volume.get(), partition, parents);
          } catch (IOException e) {
            // A volume that is too damaged to be searched holds nothing that could be meant.
          }
        }
      }
      found.removeIf(
          place -> place.vhd().filter(path -> parents.contains(nameOf(path))).isPresent());
    }
    return found;
  }

  private void search(NtfsVolume volume, Partition partition, Set<String> parents)
      throws IOException {
    if (volume.find(KERNEL).isPresent()) {
      found.add(new Place(patient.path(partition, "Windows"), volume, partition, Optional.empty()));
    }
    List<String> files = new ArrayList<>();
    try {
      for (NtfsDirectoryEntry entry : volume.root().list()) {
        if (!entry.isDirectory()) {
          addVhd("\\" + entry.name(), files);
        } else if (!PASSED_OVER.contains(entry.name().toLowerCase(Locale.ROOT))) {
          for (NtfsDirectoryEntry below : volume.file(entry).list()) {
            if (!below.isDirectory()) {
              addVhd("\\" + entry.name() + "\\" + below.name(), files);
            }
          }
        }
      }
    } catch (DiskFormatException e) {
      // What was listed so far is searched.
    }
    for (String file : files) {
      try {
        searchVhd(volume, partition, file, parents);
      } catch (IOException e) {
        // A VHD that cannot be opened holds no Windows that could be meant.
      }
    }
  }

  private static void addVhd(String path, List<String> files) {
    String name = path.toLowerCase(Locale.ROOT);
    if (files.size() < MOST && (name.endsWith(".vhd") || name.endsWith(".vhdx"))) {
      files.add(path);
    }
  }

  private void searchVhd(NtfsVolume volume, Partition partition, String path, Set<String> parents)
      throws IOException {
    NtfsFile file = volume.file(path);
    BlockDevice device = file.stream("").device();
    if (Vhdx.isVhdx(device)) {
      Vhdx.identify(device)
          .flatMap(VhdxInfo::parent)
          .ifPresent(parent -> parent.paths().forEach(each -> parents.add(nameOf(each))));
    } else {
      Vhd.parentReference(device)
          .map(ParentReference::name)
          .map(WindowsSearch::nameOf)
          .ifPresent(parents::add);
    }
    OpenDisk inner = new VhdFile(volume, partition, path, file).open();
    for (Partition within : inner.partitions()) {
      Optional<NtfsVolume> windows = inner.volume(within);
      if (windows.isPresent() && windows.get().find(KERNEL).isPresent()) {
        found.add(
            new Place(
                patient.path(partition, path) + "@" + within.number() + "/Windows",
                windows.get(),
                partition,
                Optional.of(path)));
      }
    }
  }

  private static String nameOf(String path) {
    return path.substring(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1)
        .toLowerCase(Locale.ROOT);
  }
}
