package io.vhdboot.diskpart;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.ntfs.NtfsVolume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * What a volume is formatted with, as far as a listing shows it.
 *
 * @param name its name, such as {@code NTFS}; {@code RAW} where there is none that is known
 * @param label the volume's label
 * @param freeBytes what is free on it; empty where that is not known
 */
record FileSystem(String name, String label, OptionalLong freeBytes) {

  private static final int HEAD_SIZE = 512;
  private static final FileSystem RAW = new FileSystem("RAW", "", OptionalLong.empty());

  static FileSystem of(BlockDevice volume) throws IOException {
    if (volume.size() < HEAD_SIZE) {
      return RAW;
    }
    byte[] head = volume.read(0, HEAD_SIZE);
    if (at(head, 0x03, "NTFS    ")) {
      try {
        NtfsVolume ntfs = NtfsVolume.open(volume);
        return new FileSystem(
            "NTFS", ntfs.label(), OptionalLong.of(ntfs.countFreeClusters() * ntfs.clusterSize()));
      } catch (IOException e) {
        // A damaged volume is shown as one that is not formatted.
        return RAW;
      }
    }
    if (at(head, 0x52, "FAT32   ")) {
      return new FileSystem("FAT32", text(head, 0x47, 11), OptionalLong.empty());
    }
    if (at(head, 0x36, "FAT")) {
      return new FileSystem("FAT", text(head, 0x2B, 11), OptionalLong.empty());
    }
    return at(head, 0x03, "EXFAT   ") ? new FileSystem("exFAT", "", OptionalLong.empty()) : RAW;
  }

  boolean isRaw() {
    return equals(RAW);
  }

  boolean isNtfs() {
    return name.equals("NTFS");
  }

  private static boolean at(byte[] head, int offset, String mark) {
    return new String(head, offset, mark.length(), StandardCharsets.ISO_8859_1).equals(mark);
  }

  private static String text(byte[] head, int offset, int length) {
    return new String(head, offset, length, StandardCharsets.ISO_8859_1).strip();
  }
}
