package io.vhdboot.usb;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A macOS: disks from {@code diskutil}, opened as {@code /dev/rdiskN}, which takes whole sectors
 * only and keeps no cache. Who is not root gets a stream from {@code authopen}, which has the
 * system ask.
 */
final class MacHost implements DeviceHost {

  private static final String DISKUTIL = "/usr/sbin/diskutil";
  private static final String AUTHOPEN = "/usr/libexec/authopen";

  @Override
  public List<DiskDevice> disks(Collection<Path> kept) throws IOException {
    MacDisks disks = new MacDisks(SystemTool.run(List.of(DISKUTIL, "list", "-plist")));
    for (String disk : disks.wholeDisks()) {
      disks.addInfo(disk, info(disk));
    }
    try {
      disks.addUsb(SystemTool.run(List.of("/usr/sbin/system_profiler", "-xml", "SPUSBDataType")));
    } catch (IOException e) {
      // Without it sticks are told by name and size.
      System.getLogger(MacHost.class.getName())
          .log(System.Logger.Level.DEBUG, "no serial numbers: {0}", e.toString());
    }
    Map<String, String> system = new LinkedHashMap<>();
    addDisks(disks, "/", system);
    boolean known = !system.isEmpty();
    for (String property : List.of("java.home", "user.dir", "user.home", "java.io.tmpdir")) {
      if (System.getProperty(property) != null) {
        addDisks(disks, System.getProperty(property), system);
      }
    }
    Map<String, String> keptOn = new LinkedHashMap<>();
    for (Path file : kept) {
      addDisks(disks, file.toAbsolutePath().toString(), keptOn);
    }
    return disks.disks(known ? Optional.of(system) : Optional.empty(), keptOn);
  }

  private static String info(String what) throws IOException {
    return SystemTool.run(List.of(DISKUTIL, "info", "-plist", what));
  }

  /** Notes which disks a path is on. */
  private static void addDisks(MacDisks disks, String path, Map<String, String> on)
      throws IOException {
    String[] lines = SystemTool.run(List.of("/bin/df", "-P", path)).split("\n");
    String device = lines[lines.length - 1].split("\\s+")[0];
    if (device.startsWith("/dev/")) {
      for (String disk : disks.disksOf(info(device))) {
        on.putIfAbsent(disk, path);
      }
    }
  }

  @Override
  public String canonicalName(String name) {
    String disk = name.replaceFirst("^(/dev/)?r?disk", "disk");
    return disk.matches("disk\\d+(s\\d+)*") ? "/dev/" + disk : name;
  }

  @Override
  public RawDevice open(DiskDevice disk, boolean forWriting) throws IOException {
    String raw = disk.path().replace("/dev/disk", "/dev/rdisk");
    try {
      RandomAccessFile file = new RandomAccessFile(raw, forWriting ? "rw" : "r");
      return ChannelDevice.of(disk, file.getChannel(), disk.size())
          .whole(disk.sectorSize())
          .readOnly(!forWriting)
          .closing(List.of(file), () -> {})
          .build();
    } catch (FileNotFoundException e) {
      if (Files.exists(Path.of(raw)) && Files.isExecutable(Path.of(AUTHOPEN))) {
        return new AuthopenDevice(disk, List.of(AUTHOPEN), raw, !forWriting);
      }
      throw new FileSystemException(
          raw,
          null,
          "cannot be opened; it takes root (sudo), and the terminal needs the right to use"
              + " removable volumes (System Settings, Privacy & Security): "
              + e.getMessage());
    }
  }

  @Override
  public void unmount(DiskDevice disk) throws IOException {
    SystemTool.run(List.of(DISKUTIL, "unmountDisk", disk.path()));
  }
}
