package io.vhdboot.usb;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * What an operating system tells of its disks and lets be done with them. It judges nothing: {@link
 * DeviceCatalog} and {@link DeviceRules} do.
 *
 * <p>Safe for several threads.
 */
public interface DeviceHost {

  /**
   * The system that this program runs on: Linux, Windows or macOS.
   *
   * @throws UnsupportedOperationException when it is another one
   */
  static DeviceHost system() {
    String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (name.startsWith("linux")) {
      return LinuxHost.running();
    }
    if (name.startsWith("windows")) {
      return new WindowsHost(NativeShim.find());
    }
    if (name.startsWith("mac")) {
      return new MacHost();
    }
    throw new UnsupportedOperationException(name + ": disks are found on Linux, Windows and macOS");
  }

  /**
   * All whole disks of the machine, as they are now.
   *
   * @param kept files and folders that must not be lost: a disk that they lie on is told to be used
   *     as {@link DiskUse.Kind#INPUT}
   * @throws IOException when they cannot all be told; a list that may lack a fact is never given
   */
  List<DiskDevice> disks(Collection<Path> kept) throws IOException;

  /**
   * What the system calls the disk, or a partition of one, that a user named; the same as was given
   * where it knows no other name.
   */
  default String canonicalName(String name) {
    return name;
  }

  /**
   * Opens a disk.
   *
   * @param forWriting whether it shall be written; it then is held as exclusively as the system
   *     lets it
   */
  RawDevice open(DiskDevice disk, boolean forWriting) throws IOException;

  /** Unmounts all volumes of a disk. */
  void unmount(DiskDevice disk) throws IOException;
}
