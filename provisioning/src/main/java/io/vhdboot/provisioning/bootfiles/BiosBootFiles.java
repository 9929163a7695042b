package io.vhdboot.provisioning.bootfiles;

import io.vhdboot.wim.WimEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
  public static final List<String> FOLDER = List.of("Boot");

  /** Hidden and system, as bcdboot marks the folder. */
  public static final int FOLDER_ATTRIBUTES = 0x06;

  private static final String BOOT_MANAGER = "bootmgr";
  private static final String BOOT_MARKER = "bootnxt";
  private static final String INSTALL_MEDIA_ONLY = "bootfix.bin";
  private static final int READ_ONLY_HIDDEN_SYSTEM_ARCHIVE = 0x27;

  /** Where the boot manager itself goes. */
  static final List<String> MANAGER = List.of(BOOT_MANAGER);

  private BiosBootFiles() {}

  /**
   * Collects the files from an image.
   *
   * @param windows the image's Windows folder
   */
  public static List<BootFile> of(WimEntry windows) {
    try {
      return of(new WimBootSource(windows));
    } catch (IOException e) {
      throw new AssertionError("an image is in memory", e);
    }
  }

  /**
   * Collects the files of a Windows.
   *
   * @param windows the Windows folder
   * @return the files in the order of their sources, the boot manager first where there is one
   */
  public static List<BootFile> of(BootSource windows) throws IOException {
    List<BootFile> files = new ArrayList<>();
    Optional<BootSource> pcat = windows.find("Boot", "PCAT");
    if (pcat.isPresent()) {
      addPcat(pcat.get(), files);
    }
    for (String name : List.of("Fonts", "Resources")) {
      Optional<BootSource> folder = windows.find("Boot", name);
      if (folder.isPresent()) {
        BootFolders.addBelow(folder.get(), BootFolders.child(FOLDER, name), files);
      }
    }
    files.add(BootFile.status(FOLDER));
    return files;
  }

  /** The boot manager among the files, where the image has one. */
  public static Optional<BootFile> bootManager(List<BootFile> files) {
    return files.stream()
        .filter(
            file -> file.path().size() == 1 && file.path().get(0).equalsIgnoreCase(BOOT_MANAGER))
        .findFirst();
  }

  private static void addPcat(BootSource pcat, List<BootFile> files) throws IOException {
    for (BootSource entry : pcat.children()) {
      String name = entry.name();
      if (entry.isDirectory()) {
        BootFolders.addBelow(entry, BootFolders.child(FOLDER, name), files);
      } else if (name.equalsIgnoreCase(BOOT_MANAGER)) {
        files.add(0, BootFile.copy(entry, List.of(BOOT_MANAGER), READ_ONLY_HIDDEN_SYSTEM_ARCHIVE));
      } else if (name.equalsIgnoreCase(BOOT_MARKER)) {
        files.add(BootFile.copy(entry, List.of("BOOTNXT"), BootFile.HIDDEN_SYSTEM_ARCHIVE));
      } else if (!name.equalsIgnoreCase(INSTALL_MEDIA_ONLY)) {
        files.add(BootFile.copy(entry, BootFolders.child(FOLDER, name), BootFile.ARCHIVE));
      }
    }
  }
}
