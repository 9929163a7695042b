package io.vhdboot.image;

import io.vhdboot.authenticode.SecureBootReport;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.fat.FatFile;
import io.vhdboot.fat.FatVolume;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsVolume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The programs that UEFI starts from a disk or a volume, and who signed them. */
public final class BootPrograms {

  /** Where firmware looks on a disk that it does not know, and where Windows has its own. */
  private static final List<String> PLACES =
      List.of(
          "\\EFI\\Boot\\bootx64.efi",
          "\\EFI\\Boot\\bootaa64.efi",
          "\\EFI\\Boot\\bootia32.efi",
          "\\EFI\\Boot\\bootarm.efi",
          "\\EFI\\Microsoft\\Boot\\bootmgfw.efi");

  private BootPrograms() {}

  /**
   * A program.
   *
   * @param path where it is: {@code @2\EFI\Boot\bootx64.efi} in partition 2, and without a number
   *     on a volume of its own
   * @param report what its signatures mean
   */
  public record Program(String path, SecureBootReport report) {}

  /**
   * Looks for them. Volumes that do not open are passed over; {@link DiskInspector} says why.
   *
   * @throws io.vhdboot.disk.DiskFormatException when one of them is damaged
   */
  public static List<Program> find(BlockDevice device) throws IOException {
    List<Program> found = new ArrayList<>();
    if (addFrom(device, "", found) || !PartitionTable.isPresent(device)) {
      return found;
    }
    for (Partition partition : PartitionTable.read(device).partitions()) {
      addFrom(partition.open(device), "@" + partition.number(), found);
    }
    return found;
  }

  private static boolean addFrom(BlockDevice volume, String prefix, List<Program> found)
      throws IOException {
    boolean isNtfs = NtfsVolume.isPresent(volume);
    if (!isNtfs && !FatVolume.isPresent(volume)) {
      return false;
    }
    for (String place : PLACES) {
      Optional<BlockDevice> program = isNtfs ? onNtfs(volume, place) : onFat(volume, place);
      if (program.isPresent()) {
        found.add(new Program(prefix + place, SecureBootReport.of(program.get())));
      }
    }
    return true;
  }

  private static Optional<BlockDevice> onNtfs(BlockDevice volume, String place) throws IOException {
    Optional<NtfsFile> file = NtfsVolume.open(volume).find(place);
    return file.isEmpty() || file.get().isDirectory()
        ? Optional.empty()
        : Optional.of(file.get().stream("").device());
  }

  private static Optional<BlockDevice> onFat(BlockDevice volume, String place) throws IOException {
    Optional<FatFile> file = FatVolume.open(volume).find(place);
    return file.isEmpty() || file.get().isDirectory()
        ? Optional.empty()
        : Optional.of(file.get().device());
  }
}
