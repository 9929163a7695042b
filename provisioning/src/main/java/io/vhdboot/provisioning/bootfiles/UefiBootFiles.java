package io.vhdboot.provisioning.bootfiles;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What bcdboot copies for machines with UEFI: all of {@code \Windows\Boot\EFI}, {@code Fonts} and
 * {@code Resources} to {@code \EFI\Microsoft\Boot}, and the boot manager once more to where
 * firmware looks on a disk that it does not know.
 *
 * <p>Windows 7 does not put it there by itself, and sticks of it start all the same once it is.
 */
public final class UefiBootFiles {

  /** The folder that everything goes to. */
  public static final List<String> FOLDER = List.of("EFI", "Microsoft", "Boot");

  /** Where the store for recovery is. */
  public static final List<String> RECOVERY_FOLDER = List.of("EFI", "Microsoft", "Recovery");

  private static final List<String> FALLBACK_FOLDER = List.of("EFI", "Boot");
  private static final String BOOT_MANAGER = "bootmgfw.efi";
  private static final String NEWLY_SIGNED = "_EX";

  /** Where the boot manager itself goes. */
  static final List<String> MANAGER = List.of("EFI", "Microsoft", "Boot", BOOT_MANAGER);

  private UefiBootFiles() {}

  /** The names under which firmware looks for a program, by the architecture's number. */
  private static final Map<Integer, String> FALLBACK_NAMES =
      Map.of(0, "bootia32.efi", 5, "bootarm.efi", 9, "bootx64.efi", 12, "bootaa64.efi");

  /**
   * The name under which firmware looks for a program on a disk that it does not know.
   *
   * @param architecture 0 for x86, 5 for ARM, 9 for x64, 12 for ARM64, as WIMs and Windows number
   *     them
   */
  public static Optional<String> fallbackName(int architecture) {
    return Optional.ofNullable(FALLBACK_NAMES.get(architecture));
  }

  /** The path of the program of a name that firmware looks for. */
  public static List<String> fallback(String name) {
    return BootFolders.child(FALLBACK_FOLDER, name);
  }

  /**
   * Collects the files of a Windows.
   *
   * @param windows the Windows folder
   * @param fallbackName the name for the boot manager's copy
   * @param authority whose signature is wanted; where a file does not have it, the other is taken
   */
  public static List<BootFile> of(BootSource windows, String fallbackName, BootAuthority authority)
      throws IOException {
    List<BootFile> files = new ArrayList<>();
    addFolder(windows, "EFI", FOLDER, authority, files);
    addFolder(windows, "Fonts", BootFolders.child(FOLDER, "Fonts"), authority, files);
    addFolder(windows, "Resources", BootFolders.child(FOLDER, "Resources"), authority, files);
    Optional<BootFile> manager = bootManager(files);
    if (manager.isPresent()) {
      files.add(
          0,
          BootFile.copy(
              manager.get().source().orElseThrow(),
              BootFolders.child(FALLBACK_FOLDER, fallbackName),
              BootFile.ARCHIVE));
    }
    files.add(BootFile.status(FOLDER));
    return files;
  }

  /** Whether a Windows has boot files that the newer authority signed. */
  public static boolean hasNewlySigned(BootSource windows) throws IOException {
    return windows
        .find("Boot", "EFI" + NEWLY_SIGNED, "bootmgfw" + NEWLY_SIGNED + ".efi")
        .isPresent();
  }

  private static void addFolder(
      BootSource windows,
      String name,
      List<String> target,
      BootAuthority authority,
      List<BootFile> files)
      throws IOException {
    Map<String, BootFile> found = new LinkedHashMap<>();
    Optional<BootSource> folder = windows.find("Boot", name);
    if (folder.isPresent()) {
      put(folder.get(), target, found);
    }
    Optional<BootSource> newer =
        authority == BootAuthority.CA_2023
            ? windows.find("Boot", name + NEWLY_SIGNED)
            : Optional.empty();
    if (newer.isPresent()) {
      put(newer.get(), target, found);
    }
    files.addAll(found.values());
  }

  private static void put(BootSource folder, List<String> target, Map<String, BootFile> found)
      throws IOException {
    List<BootFile> files = new ArrayList<>();
    BootFolders.addBelow(folder, target, files);
    for (BootFile file : files) {
      List<String> path = new ArrayList<>(file.path());
      path.replaceAll(UefiBootFiles::plainName);
      found.put(
          String.join("\\", path).toLowerCase(Locale.ROOT),
          new BootFile(path, file.attributes(), file.source(), file.ownContent()));
    }
  }

  /** {@code bootmgfw_EX.efi} becomes {@code bootmgfw.efi}. */
  private static String plainName(String name) {
    int dot = name.lastIndexOf('.');
    String base = dot < 0 ? name : name.substring(0, dot);
    return base.toUpperCase(Locale.ROOT).endsWith(NEWLY_SIGNED)
        ? base.substring(0, base.length() - NEWLY_SIGNED.length())
            + (dot < 0 ? "" : name.substring(dot))
        : name;
  }

  /** The boot manager among the files, where the image has one. */
  public static Optional<BootFile> bootManager(List<BootFile> files) {
    List<String> path = BootFolders.child(FOLDER, BOOT_MANAGER);
    return files.stream()
        .filter(file -> file.toString().equalsIgnoreCase("\\" + String.join("\\", path)))
        .findFirst();
  }
}
