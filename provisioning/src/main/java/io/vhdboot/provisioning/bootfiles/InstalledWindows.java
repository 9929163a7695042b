package io.vhdboot.provisioning.bootfiles;

import io.vhdboot.bcd.BcdStore;
import io.vhdboot.bcd.WindowsVersion;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsVolume;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/**
 * A Windows that is installed on a volume, as far as its boot depends on it.
 *
 * @param folder the Windows folder
 * @param root the folder's path from the root of its volume, such as {@code \Windows}
 * @param version what its registry says
 * @param architecture the number of its architecture: 0 for x86, 5 for ARM, 9 for x64, 12 for ARM64
 */
record InstalledWindows(BootSource folder, String root, WindowsVersion version, int architecture) {

  private static final String CURRENT_VERSION = "Microsoft\\Windows NT\\CurrentVersion";
  private static final int MAX_HIVE = 1 << 30;
  private static final int MAX_TEMPLATE = 16 << 20;
  private static final int PE_OFFSET = 0x3C;
  private static final int MACHINE_OFFSET = 4;
  private static final int HEAD = 4096;

  /**
   * Reads what there is to know.
   *
   * @param path the Windows folder's path on the volume, with slashes or backslashes
   * @throws NoSuchFileException when there is no such folder, or it holds no Windows
   */
  static InstalledWindows read(NtfsVolume volume, String path) throws IOException {
    NtfsFile folder = volume.file(path);
    String root = "\\" + path.replace('/', '\\').replaceAll("^\\\\+|\\\\+$", "");
    String name = root.substring(root.lastIndexOf('\\') + 1);
    return new InstalledWindows(
        NtfsBootSource.of(volume, name, folder),
        root,
        version(volume, path),
        architecture(volume, path));
  }

  /** The store from which this Windows makes stores, as far as it has one. */
  Optional<BcdStore> template() throws IOException {
    Optional<BootSource> file = folder.find("System32", "config", "BCD-Template");
    if (file.isEmpty()) {
      return Optional.empty();
    }
    if (file.get().size() > MAX_TEMPLATE) {
      throw new UnsupportedFormatException(
          root, DiskFormatException.NO_OFFSET, "has a BCD-Template too large to read");
    }
    return Optional.of(BcdStore.read(((NtfsBootSource) file.get()).file().stream("").device()));
  }

  private static WindowsVersion version(NtfsVolume volume, String path) throws IOException {
    NtfsFile file = volume.file(path + "/System32/config/SOFTWARE");
    if (file.size() > MAX_HIVE) {
      throw new UnsupportedFormatException(
          volume.toString(),
          DiskFormatException.NO_OFFSET,
          "has a SOFTWARE hive too large to read");
    }
    Hive hive = Hive.read(file.stream("").device());
    HiveKey key =
        hive.root()
            .find(CURRENT_VERSION)
            .orElseThrow(
                () ->
                    new CorruptFormatException(
                        hive.name(),
                        DiskFormatException.NO_OFFSET,
                        "lacks the key " + CURRENT_VERSION));
    int build = number(text(key, "CurrentBuild").orElse("0"));
    boolean isServer =
        text(key, "InstallationType").orElse("").startsWith("Server")
            || text(key, "ProductName").orElse("").contains("Server");
    Optional<HiveValue> major = key.value("CurrentMajorVersionNumber");
    if (major.isPresent() && major.get().asDword() >= 10) {
      return new WindowsVersion(10, 0, build, isServer);
    }
    String[] parts = text(key, "CurrentVersion").orElse("6.3").split("\\.");
    int minor = parts.length > 1 ? number(parts[1]) : 3;
    return build >= 10_000
        ? new WindowsVersion(10, 0, build, isServer)
        : new WindowsVersion(6, Math.min(Math.max(minor, 1), 3), build, isServer);
  }

  private static Optional<String> text(HiveKey key, String name) throws IOException {
    return key.value(name).map(HiveValue::asString);
  }

  private static int number(String text) {
    return text.matches("\\d{1,8}") ? Integer.parseInt(text) : 0;
  }

  /** The machine that the kernel is for; x64 where it does not say. */
  private static int architecture(NtfsVolume volume, String path) throws IOException {
    BlockDevice kernel = volume.file(path + "/System32/ntoskrnl.exe").stream("").device();
    byte[] head = kernel.read(0, (int) Math.min(HEAD, kernel.size()));
    int header = head.length < PE_OFFSET + 4 ? -1 : LittleEndian.i32(head, PE_OFFSET);
    if (header < 0 || header > head.length - MACHINE_OFFSET - 2) {
      return 9;
    }
    return switch (LittleEndian.u16(head, header + MACHINE_OFFSET)) {
      case 0x014C -> 0;
      case 0x01C4 -> 5;
      case 0xAA64 -> 12;
      default -> 9;
    };
  }
}
