package io.vhdboot.provisioning;

import io.vhdboot.bootcode.BootCode;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.imaging.apply.BlobTargets;
import io.vhdboot.imaging.apply.Compaction;
import io.vhdboot.imaging.apply.ImageApplier;
import io.vhdboot.ntfs.LinkHandle;
import io.vhdboot.ntfs.NtfsFormatOptions;
import io.vhdboot.ntfs.NtfsImageBuilder;
import io.vhdboot.ntfs.NtfsImageWriter;
import io.vhdboot.ntfs.NtfsLayout;
import io.vhdboot.ntfs.VolumeRange;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImage;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The disk in the VHD, planned: one partition, on it the image, and which blocks of the VHD that
 * needs.
 *
 * @param geometry the disk and its partition
 * @param layout where everything lies on the partition
 * @param targets where each blob goes on it
 * @param vhd the VHD file, or VHDX
 * @param child the differencing VHD or VHDX that boots instead, with the VHD as its parent
 * @param expandedSize bytes of that file, and of its child, when Windows has expanded what it boots
 * @param warnings what could not be applied as it is
 */
record WindowsDisk(
    DiskGeometry geometry,
    NtfsLayout layout,
    BlobTargets targets,
    DiskFileLayout vhd,
    Optional<DiskFileLayout> child,
    long expandedSize,
    List<String> warnings) {

  /**
   * Plans the disk.
   *
   * @throws NoSpaceException when the image does not fit; it then names the size that the disk
   *     needs
   */
  static WindowsDisk plan(
      FlashOptions options,
      WimFile wim,
      WimImage image,
      Optional<Compaction> compaction,
      Identifiers identifiers,
      Instant time)
      throws IOException {
    long diskSize = options.vhdSize() / DiskGeometry.SECTOR_SIZE * DiskGeometry.SECTOR_SIZE;
    DiskGeometry geometry = DiskGeometry.ofSize(diskSize, identifiers.diskSignature("vhd disk"));
    NtfsImageBuilder volume =
        NtfsImageBuilder.create(
            NtfsFormatOptions.ofSize(geometry.partitionLength())
                .hiddenSectors(DiskGeometry.PARTITION_OFFSET / DiskGeometry.SECTOR_SIZE)
                .serial(identifiers.volumeSerial("windows volume"))
                .bootCode(BootCode.ntfsBootRecord())
                .time(FileTime100ns.of(time))
                .build());
    ImageApplier applier = ImageApplier.apply(wim, image, volume, compaction);
    NtfsLayout layout;
    try {
      layout = volume.plan();
    } catch (NoSpaceException e) {
      long needed = DiskGeometry.forPartition(volume.minimumVolumeSize(), 0).size();
      throw new NoSpaceException("the disk in the VHD", needed, options.vhdSize());
    }
    DiskFileLayout vhd =
        DiskFileLayout.of(options.vhdAllocation(), diskSize, usedRanges(layout), identifiers, time);
    Optional<DiskFileLayout> child =
        options
            .childName()
            .map(
                name ->
                    DiskFileLayout.ofChild(
                        options.vhdAllocation(), diskSize, options.vhdName(), identifiers, time));
    return new WindowsDisk(
        geometry,
        layout,
        applier.targets(),
        vhd,
        child,
        child.map(booted -> vhd.fileSize() + booted.expandedSize()).orElse(vhd.expandedSize()),
        warnings(applier, layout));
  }

  private static List<String> warnings(ImageApplier applier, NtfsLayout layout) {
    List<String> warnings = new ArrayList<>(applier.warnings());
    for (LinkHandle link : layout.droppedShortNames()) {
      warnings.add(link + ": its short name is that of another file and was left out");
    }
    return warnings;
  }

  private static List<DiskFileLayout.Range> usedRanges(NtfsLayout layout) {
    List<DiskFileLayout.Range> used = new ArrayList<>();
    used.add(new DiskFileLayout.Range(0, DiskGeometry.SECTOR_SIZE));
    for (VolumeRange range : layout.usedRanges()) {
      used.add(
          new DiskFileLayout.Range(
              DiskGeometry.PARTITION_OFFSET + range.position(), range.length()));
    }
    return used;
  }

  /** The disk while it is written. */
  record Writing(WindowsDisk plan, BlockDevice disk, NtfsImageWriter volume) {

    /**
     * Writes what is left when all content is there: the volume's metadata, the MBR, what makes the
     * file complete.
     */
    void finish() throws IOException {
      volume.finish();
      plan.geometry.mbr(BootCode.mbr()).write(disk);
      disk.close();
    }
  }

  /** The bytes of the child's file; nothing where there is no child. */
  Optional<byte[]> childFile() throws IOException {
    if (child.isEmpty()) {
      return Optional.empty();
    }
    MemoryDevice file = MemoryDevice.ofSize("child", Math.toIntExact(child.get().fileSize()));
    child.get().creation().on(file).close();
    return Optional.of(file.toByteArray());
  }

  /** Begins to write the VHD to its place. */
  Writing beginWriting(BlockDevice vhdFile, Executor executor, int threads) throws IOException {
    BlockDevice disk = vhd.creation().on(vhdFile);
    BlockDevice partition = disk.slice(DiskGeometry.PARTITION_OFFSET, geometry.partitionLength());
    return new Writing(this, disk, layout.writer(partition, true, executor, threads));
  }
}
