package io.vhdboot.ntfs.nio;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.nio.file.spi.FileSystemProvider;

/**
 * Opens volumes as file systems: those in any device here, those in files of the host also through
 * {@link java.nio.file.FileSystems}.
 */
public final class NtfsFileSystems {

  private NtfsFileSystems() {}

  /**
   * Opens the volume that a device holds. The device must stay open as long as the file system is
   * used.
   *
   * @throws io.vhdboot.disk.DiskFormatException when the device holds no NTFS volume, or one that
   *     is damaged or not supported
   */
  public static NtfsFileSystem newFileSystem(BlockDevice device, NtfsFileSystemOptions options)
      throws IOException {
    NtfsFileSystem opened =
        NtfsFileSystem.open(device, options, options.closesDevice() ? device : () -> {});
    NtfsFileSystemProvider.OPEN.addAs(NtfsUri.escape(device.name()), opened);
    return opened;
  }

  /** Opens the volume that a device holds, to be written as far as the device can. */
  public static NtfsFileSystem newFileSystem(BlockDevice device) throws IOException {
    return newFileSystem(device, NtfsFileSystemOptions.defaults());
  }

  /** The one provider: that which Java has installed, or one of our own where it has none. */
  static NtfsFileSystemProvider provider() {
    return Provider.INSTANCE;
  }

  /** Looked for when first asked for, since Java loads providers late. */
  private static final class Provider {
    static final NtfsFileSystemProvider INSTANCE =
        FileSystemProvider.installedProviders().stream()
            .filter(NtfsFileSystemProvider.class::isInstance)
            .map(NtfsFileSystemProvider.class::cast)
            .findFirst()
            .orElseGet(NtfsFileSystemProvider::new);
  }
}
