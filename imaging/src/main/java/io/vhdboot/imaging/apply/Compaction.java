package io.vhdboot.imaging.apply;

import io.vhdboot.ntfs.WofAlgorithm;
import io.vhdboot.wim.WimEntry;
import io.vhdboot.wim.WimInode;
import io.vhdboot.wim.WimStream;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which files of a Windows are compressed as CompactOS does, and how. What the boot loader, the
 * kernel or its first drivers read before the overlay filter is there stays as it is.
 *
 * <p>The list is the one that Microsoft's deployment tools and wimlib go by: the loaders and their
 * fonts and data, the kernel and the libraries it is linked with, drivers, code pages, registry
 * hives.
 */
public final class Compaction {

  /** The first Windows with the filter's file provider. */
  public static final int FIRST_BUILD = 10240;

  /** A file that fits in a cluster would gain nothing. */
  private static final long LEAST_SIZE = 4097;

  /** Patterns of paths below the Windows folder, in lower case. */
  private static final List<String> PLAIN =
      List.of(
          "apppatch/drvmain.sdb",
          "boot/*",
          "bootstat.dat",
          "fonts/vgaoem.fon",
          "fonts/vgasys.fon",
          "inf/errata.inf",
          "system32/config/*",
          "system32/ntkrnlpa.exe",
          "system32/ntoskrnl.exe",
          "system32/bootvid.dll",
          "system32/ci.dll",
          "system32/hal*.dll",
          "system32/mcupdate_*.dll",
          "system32/pshed.dll",
          "system32/apisetschema.dll",
          "system32/api-ms-win*.dll",
          "system32/ext-ms-win*.dll",
          "system32/kernelbase.dll",
          "system32/drivers/*.sys",
          "system32/*.nls",
          "system32/kbd*.dll",
          "system32/kd*.dll",
          "system32/clfs.sys",
          "system32/codeintegrity/driver.stl",
          "*winload.*",
          "*winresume.*");

  private final WofAlgorithm algorithm;
  private final String windowsFolder;
  private final List<Pattern> patterns;

  private Compaction(WofAlgorithm algorithm, String windowsFolder) {
    this.algorithm = algorithm;
    this.windowsFolder = windowsFolder.toLowerCase(Locale.ROOT).replace('\\', '/') + "/";
    this.patterns = PLAIN.stream().map(Compaction::pattern).toList();
  }

  /**
   * Creates the rule for a Windows.
   *
   * @param windowsFolder the path of its folder, such as {@code \Windows}
   */
  public static Compaction of(WofAlgorithm algorithm, String windowsFolder) {
    return new Compaction(algorithm, windowsFolder);
  }

  /** How files are compressed. */
  WofAlgorithm algorithm() {
    return algorithm;
  }

  /** Whether a file may be compressed as far as what it is goes. */
  static boolean isCandidate(WimInode inode) {
    return !inode.isDirectory()
        && !inode.isReparsePoint()
        && !inode.isEncrypted()
        && inode.data().map(WimStream::size).orElse(0L) >= LEAST_SIZE;
  }

  /** Whether a name of a file demands that it stays plain. */
  boolean staysPlain(WimEntry entry) {
    String path = entry.path().toLowerCase(Locale.ROOT);
    if (path.equals("/bootmgr") || path.startsWith("/boot/") || path.startsWith("/efi/")) {
      return true;
    }
    if (!path.startsWith(windowsFolder)) {
      return false;
    }
    String below = path.substring(windowsFolder.length());
    return patterns.stream().anyMatch(pattern -> pattern.matcher(below).matches());
  }

  /** A pattern where an asterisk stands for anything, folders included. */
  private static Pattern pattern(String text) {
    return Pattern.compile("\\Q" + text.replace("*", "\\E.*\\Q") + "\\E", Pattern.DOTALL);
  }
}
