package io.vhdboot.doctor;

import io.vhdboot.ntfs.NtfsDirectoryEntry;
import io.vhdboot.ntfs.NtfsFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds what a Windows that stopped left behind. */
final class CrashDumps {

  /** The latest ones by name; small dumps are named by day and number. */
  private static final int MOST = 16;

  private CrashDumps() {}

  /** The dumps of a Windows; files that are none, or were not finished, are passed over. */
  static List<CrashDump> of(WindowsSearch.Place windows) {
    List<CrashDump> dumps = new ArrayList<>();
    for (NtfsFile file : files(windows)) {
      try {
        if (dumps.size() < MOST) {
          dumps.add(CrashDump.read(file.stream("").device()));
        }
      } catch (IOException e) {
        // No dump, or one that was never finished.
      }
    }
    return dumps;
  }

  private static List<NtfsFile> files(WindowsSearch.Place windows) {
    List<NtfsFile> files = new ArrayList<>();
    try {
      windows.volume().find("\\Windows\\MEMORY.DMP").ifPresent(files::add);
      Optional<NtfsFile> folder = windows.volume().find("\\Windows\\Minidump");
      if (folder.isPresent() && folder.get().isDirectory()) {
        for (NtfsDirectoryEntry entry : folder.get().list()) {
          if (!entry.isDirectory() && entry.name().toLowerCase(Locale.ROOT).endsWith(".dmp")) {
            files.add(windows.volume().file(entry));
          }
        }
      }
    } catch (IOException e) {
      // The folder is damaged; what was listed is read.
    }
    return files;
  }
}
