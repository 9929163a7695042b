package io.vhdboot.usb;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A Windows: disks from PowerShell, opened as {@code \\.\PhysicalDriveN}, which takes whole sectors
 * only and keeps no cache. Windows lets nobody write where a volume is mounted, so that partitions
 * are taken off the disk before it is written.
 */
final class WindowsHost implements DeviceHost {

  private static final String QUIET = "$ProgressPreference = 'SilentlyContinue'\n";

  private final Optional<NativeShim> shim;

  WindowsHost(Optional<NativeShim> shim) {
    this.shim = shim;
  }

  @Override
  public List<DiskDevice> disks(Collection<Path> kept) throws IOException {
    List<Path> absolute = kept.stream().map(Path::toAbsolutePath).toList();
    return WindowsDisks.parse(powershell(WindowsDisks.SCRIPT)).disks(absolute, ownFolders());
  }

  private static List<String> ownFolders() {
    List<String> folders = new ArrayList<>();
    for (String property : List.of("java.home", "user.dir", "user.home", "java.io.tmpdir")) {
      Optional.ofNullable(System.getProperty(property)).ifPresent(folders::add);
    }
    return folders;
  }

  private static String powershell(String script) throws IOException {
    // Encoded, so that nothing on the way takes its quotes for something else.
    byte[] encoded = (QUIET + script).getBytes(StandardCharsets.UTF_16LE);
    return SystemTool.run(
        List.of(
            "powershell.exe",
            "-NoLogo",
            "-NoProfile",
            "-NonInteractive",
            "-EncodedCommand",
            Base64.getEncoder().encodeToString(encoded)));
  }

  @Override
  public String canonicalName(String name) {
    String number = name.replaceFirst("(?i)^(\\\\\\\\\\.\\\\)?(physicaldrive|disk)? ?", "");
    return number.matches("\\d{1,4}") ? "\\\\.\\PhysicalDrive" + number : name;
  }

  @Override
  public RawDevice open(DiskDevice disk, boolean forWriting) throws IOException {
    if (forWriting) {
      takePartitionsOff(disk);
    }
    List<Closeable> opened = new ArrayList<>();
    try {
      if (forWriting && shim.isPresent()) {
        opened.add(shim.get().hold(disk.path()));
      }
      RandomAccessFile file = new RandomAccessFile(disk.path(), forWriting ? "rw" : "r");
      opened.add(0, file);
      return ChannelDevice.of(disk, file.getChannel(), disk.size())
          .whole(disk.sectorSize())
          .readOnly(!forWriting)
          .closing(opened, forWriting ? () -> refresh(disk) : () -> {})
          .build();
    } catch (FileNotFoundException e) {
      close(opened);
      throw new FileSystemException(
          disk.path(), null, "cannot be opened; it takes an administrator: " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      close(opened);
      throw e;
    }
  }

  private static void close(List<Closeable> opened) throws IOException {
    for (Closeable each : opened) {
      each.close();
    }
  }

  /** Asks in the same breath whether it still is that disk. */
  private static void takePartitionsOff(DiskDevice disk) throws IOException {
    String number = disk.path().replaceAll("\\D", "");
    String mark = disk.attachment().replace("'", "''");
    powershell(
        """
        $ErrorActionPreference = 'Stop'
        $disk = Get-Disk -Number %s
        if (([string]$disk.UniqueId).Trim() + ([string]$disk.Path).Trim() -ne '%s') {
          throw 'another disk is in its place'
        }
        if ($disk.PartitionStyle -ne 'RAW') {
          $disk | Clear-Disk -RemoveData -RemoveOEM -Confirm:$false
        }
        """
            .formatted(number, mark));
  }

  private static void refresh(DiskDevice disk) {
    try {
      powershell("Update-Disk -Number " + disk.path().replaceAll("\\D", ""));
    } catch (IOException e) {
      // What is written is written; plugging it in again does the same.
      System.getLogger(WindowsHost.class.getName())
          .log(System.Logger.Level.DEBUG, "{0}: {1}", disk.path(), e.toString());
    }
  }

  /** Nothing to do before {@link #open}, which takes the volumes off with their partitions. */
  @Override
  public void unmount(DiskDevice disk) {}
}
