package io.vhdboot.provisioning;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.ntfs.NtfsEditOptions;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.ntfs.nio.NtfsFileSystem;
import io.vhdboot.ntfs.nio.NtfsFileSystemOptions;
import io.vhdboot.ntfs.nio.NtfsFileSystems;
import io.vhdboot.servicing.Servicing;
import io.vhdboot.servicing.ServicingReport;
import io.vhdboot.vhd.Vhd;
import io.vhdboot.vhdx.Vhdx;
import io.vhdboot.vhdx.VhdxAccess;
import java.io.IOException;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Changes the Windows in the VHD of a stick that is laid out. The volumes are edited in place, with
 * the stick's time and identifiers, so that the same input still gives the same bytes.
 */
final class StickServicing {

  private final Servicing servicing;
  private final boolean asked;
  private final String vhdName;
  private final String windowsRoot;
  private final Identifiers identifiers;
  private final Instant time;

  StickServicing(
      Servicing servicing,
      boolean asked,
      String vhdName,
      String windowsRoot,
      Identifiers identifiers,
      Instant time) {
    this.servicing = servicing;
    this.asked = asked;
    this.vhdName = vhdName;
    this.windowsRoot = windowsRoot;
    this.identifiers = identifiers;
    this.time = time;
  }

  /** Whether somebody asked for it, rather than that it is done by itself. */
  boolean isAsked() {
    return asked;
  }

  /**
   * Does it.
   *
   * @param partition the stick's NTFS partition
   * @param geometry where the Windows' volume lies on the disk in the VHD
   */
  ServicingReport run(BlockDevice partition, DiskGeometry geometry) throws IOException {
    NtfsEditOptions options = NtfsEditOptions.defaults().withClock(() -> time);
    try (NtfsEditor stick = NtfsEditor.open(partition, options);
        BlockDevice file = stick.stream(stick.volume().file("\\" + vhdName), "");
        BlockDevice disk = open(file);
        NtfsFileSystem windows =
            NtfsFileSystems.newFileSystem(
                disk.slice(DiskGeometry.PARTITION_OFFSET, geometry.partitionLength()),
                NtfsFileSystemOptions.defaults().withEditOptions(options))) {
      return servicing.apply(windows.getPath(windowsRoot));
    }
  }

  private BlockDevice open(BlockDevice file) throws IOException {
    return Vhdx.isVhdx(file)
        ? Vhdx.open(file, VhdxAccess.writing(identifiers("servicing")))
        : Vhd.open(file, false);
  }

  private Supplier<UUID> identifiers(String purpose) {
    int[] count = {0};
    return () -> identifiers.guid(purpose + " " + count[0]++);
  }
}
