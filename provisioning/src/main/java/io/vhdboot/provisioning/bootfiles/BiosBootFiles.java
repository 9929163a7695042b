package io.vhdboot.provisioning.bootfiles;

import io.vhdboot.wim.WimEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What bcdboot copies for machines with a BIOS: all of {@code \Windows\Boot\PCAT}, {@code Fonts}
 * and {@code Resources} to {@code \Boot}, except the boot manager itself and its marker file, which
 * stand in the root, and {@code bootfix.bin}, which belongs onto install media. From Windows 10 on
 * {@code \Boot\bootvhd.dll} comes with it, without which the boot manager opens no VHD
 * (0xc00000bb).
 */
public final class BiosBootFiles {

  /** The folder that everything but the boot manager goes to. */
  public static final String BOOT_FOLDER = "Boot";

  /** Hidden and system, as bcdboot marks the folder. */
  public static final int BOOT_FOLDER_ATTRIBUTES = 0x06;

  /** Hidden and system, as bcdboot marks the store. */
  public static final int STORE_ATTRIBUTES = 0x26;

  private static final String BOOT_MANAGER = "bootmgr";
  private static final String BOOT_MARKER = "bootnxt";
  private static final String INSTALL_MEDIA_ONLY = "bootfix.bin";

  private static final int ARCHIVE = 0x20;
  private static final int READ_ONLY_HIDDEN_SYSTEM_ARCHIVE = 0x27;
  private static final int HIDDEN_SYSTEM_ARCHIVE = 0x26;

  /** The boot manager's log, which it rewrites in place: all zeros in the beginning. */
  private static final int BOOT_STATUS_SIZE = 65_536;

  private BiosBootFiles() {}

  /**
   * Collects the files from an image.
   *
   * @param windows the image's Windows folder
   * @return the files in the order of their sources, the boot manager first where there is one
   */
  public static List<BootFile> of(WimEntry windows) {
    List<BootFile> files = new ArrayList<>();
    Optional<WimEntry> boot = windows.child("Boot");
    boot.flatMap(folder -> folder.child("PCAT")).ifPresent(pcat -> addPcat(pcat, files));
    for (String name : List.of("Fonts", "Resources")) {
      boot.flatMap(folder -> folder.child(name))
          .ifPresent(folder -> addBelow(folder, List.of(BOOT_FOLDER, name), files));
    }
    files.add(
        new BootFile(
            List.of(BOOT_FOLDER, "BOOTSTAT.DAT"),
            HIDDEN_SYSTEM_ARCHIVE,
            Optional.empty(),
            BOOT_STATUS_SIZE));
    return files;
  }

  /** The boot manager among the files, where the image has one. */
  public static Optional<BootFile> bootManager(List<BootFile> files) {
    return files.stream()
        .filter(file -> file.path().size() == 1 && isNamed(file.path().get(0), BOOT_MANAGER))
        .findFirst();
  }

  private static void addPcat(WimEntry pcat, List<BootFile> files) {
    for (WimEntry entry : pcat.children()) {
      String name = entry.name();
      if (entry.inode().isDirectory()) {
        addBelow(entry, List.of(BOOT_FOLDER, name), files);
      } else if (isNamed(name, BOOT_MANAGER)) {
        files.add(0, copy(entry, List.of(BOOT_MANAGER), READ_ONLY_HIDDEN_SYSTEM_ARCHIVE));
      } else if (isNamed(name, BOOT_MARKER)) {
        files.add(copy(entry, List.of("BOOTNXT"), HIDDEN_SYSTEM_ARCHIVE));
      } else if (!isNamed(name, INSTALL_MEDIA_ONLY)) {
        files.add(copy(entry, List.of(BOOT_FOLDER, name), ARCHIVE));
      }
    }
  }

  private static void addBelow(WimEntry folder, List<String> path, List<BootFile> files) {
    record Place(WimEntry folder, List<String> path) {}
    Deque<Place> open = new ArrayDeque<>();
    open.add(new Place(folder, path));
    while (!open.isEmpty()) {
      Place place = open.remove();
      for (WimEntry entry : place.folder.children()) {
        List<String> entryPath = new ArrayList<>(place.path);
        entryPath.add(entry.name());
        if (entry.inode().isReparsePoint()) {
          continue;
        }
        if (entry.inode().isDirectory()) {
          open.add(new Place(entry, entryPath));
        } else {
          files.add(copy(entry, entryPath, ARCHIVE));
        }
      }
    }
  }

  private static BootFile copy(WimEntry source, List<String> path, int attributes) {
    return new BootFile(path, attributes, Optional.of(source.inode()), 0);
  }

  private static boolean isNamed(String name, String other) {
    return name.toLowerCase(Locale.ROOT).equals(other);
  }
}
