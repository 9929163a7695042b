package io.vhdboot.usb;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A Linux: disks from {@code /sys} and {@code /proc}, opened by plain channels. */
final class LinuxHost implements DeviceHost {

  /** What Java demands of direct reads: the block size of the file system that holds the nodes. */
  private static final int ALIGNMENT = 4096;

  private final Path root;
  private final Optional<NativeShim> shim;

  LinuxHost(Path root, Optional<NativeShim> shim) {
    this.root = root;
    this.shim = shim;
  }

  static LinuxHost running() {
    return new LinuxHost(Path.of("/"), NativeShim.find());
  }

  @Override
  public List<DiskDevice> disks(Collection<Path> kept) throws IOException {
    return LinuxDisks.read(root).disks(kept);
  }

  @Override
  public String canonicalName(String name) {
    Path node = Path.of(name.contains("/") ? name : "/dev/" + name);
    try {
      return Files.exists(node) ? node.toRealPath().toString() : name;
    } catch (IOException e) {
      return name;
    }
  }

  @Override
  public RawDevice open(DiskDevice disk, boolean forWriting) throws IOException {
    Path node = Path.of(disk.path());
    List<Closeable> opened = new ArrayList<>();
    try {
      if (forWriting && shim.isPresent()) {
        opened.add(shim.get().hold(disk.path()));
      }
      FileChannel channel =
          forWriting
              ? FileChannel.open(node, StandardOpenOption.READ, StandardOpenOption.WRITE)
              : FileChannel.open(node, StandardOpenOption.READ);
      opened.add(channel);
      FileChannel direct = FileChannel.open(node, Set.of(StandardOpenOption.READ, direct()));
      opened.add(direct);
      Collections.reverse(opened);
      return ChannelDevice.of(disk, channel, channel.size())
          .reading(direct, ALIGNMENT)
          .readOnly(!forWriting)
          .checking(forWriting ? () -> requireThere(disk) : () -> {})
          .closing(opened, forWriting ? () -> rereadTable(disk) : () -> {})
          .build();
    } catch (AccessDeniedException e) {
      close(opened);
      throw new FileSystemException(disk.path(), null, "access denied; it takes root (sudo)");
    } catch (IOException | RuntimeException e) {
      close(opened);
      throw e;
    }
  }

  /** Past the cache; asked for by name, since newer compilers warn of what is not of Java SE. */
  private static OpenOption direct() throws IOException {
    try {
      Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
      return (OpenOption) options.getField("DIRECT").get(null);
    } catch (ReflectiveOperationException e) {
      throw new IOException("this Java cannot read past the system's cache", e);
    }
  }

  private static void close(List<Closeable> opened) throws IOException {
    for (Closeable each : opened) {
      each.close();
    }
  }

  /** That it is gone is told by name, and not as an input/output error somewhere. */
  private void requireThere(DiskDevice disk) throws IOException {
    for (DiskDevice now : disks(List.of())) {
      if (now.isSame(disk)) {
        return;
      }
    }
    throw new DeviceChangedException(disk + " is not there any more");
  }

  /** Closing a disk that was written lets udev do the same; without udev it takes the shim. */
  private void rereadTable(DiskDevice disk) {
    if (shim.isPresent()) {
      try {
        shim.get().rereadTable(disk.path());
      } catch (IOException e) {
        // What is written is written; plugging it in again does the same.
        System.getLogger(LinuxHost.class.getName())
            .log(System.Logger.Level.DEBUG, "{0}: {1}", disk.path(), e.toString());
      }
    }
  }

  @Override
  public void unmount(DiskDevice disk) throws IOException {
    List<String> places = new ArrayList<>();
    disk.volumes().forEach(volume -> places.addAll(volume.mountPoints()));
    // What was mounted last, perhaps below another, goes first.
    Collections.reverse(places);
    for (String place : places) {
      if (shim.isPresent()) {
        shim.get().dismount(place);
      } else {
        SystemTool.run(List.of("umount", "--", place));
      }
    }
  }
}
