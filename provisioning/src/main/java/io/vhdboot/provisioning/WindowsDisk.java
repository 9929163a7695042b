package io.vhdboot.provisioning;

import io.vhdboot.bootcode.BootCode;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.ntfs.LinkHandle;
import io.vhdboot.ntfs.NtfsFormatOptions;
import io.vhdboot.ntfs.NtfsImageBuilder;
import io.vhdboot.ntfs.NtfsImageWriter;
import io.vhdboot.ntfs.NtfsLayout;
import io.vhdboot.ntfs.VolumeRange;
import io.vhdboot.provisioning.apply.BlobTargets;
import io.vhdboot.provisioning.apply.Compaction;
import io.vhdboot.provisioning.apply.ImageApplier;
import io.vhdboot.vhd.DynamicVhdLayout;
import io.vhdboot.vhd.FixedVhdLayout;
import io.vhdboot.vhd.VhdLayout;
import io.vhdboot.vhd.VhdOptions;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImage;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
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
 * @param vhd the VHD file
 * @param expandedSize bytes of the VHD file when Windows has expanded it, as it does at boot
 * @param warnings what could not be applied as it is
 */
record WindowsDisk(
    DiskGeometry geometry,
    NtfsLayout layout,
    BlobTargets targets,
    VhdLayout vhd,
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
    VhdOptions vhdOptions =
        VhdOptions.of(
            options.vhdSize() / DiskGeometry.SECTOR_SIZE * DiskGeometry.SECTOR_SIZE,
            identifiers.guid("vhd file"),
            time);
    DiskGeometry geometry =
        DiskGeometry.ofSize(vhdOptions.diskSize(), identifiers.diskSignature("vhd disk"));
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
    return new WindowsDisk(
        geometry,
        layout,
        applier.targets(),
        vhdLayout(options.vhdAllocation(), vhdOptions, layout),
        expandedSize(options.vhdAllocation(), vhdOptions),
        warnings(applier, layout));
  }

  private static List<String> warnings(ImageApplier applier, NtfsLayout layout) {
    List<String> warnings = new ArrayList<>(applier.warnings());
    for (LinkHandle link : layout.droppedShortNames()) {
      warnings.add(link + ": its short name is that of another file and was left out");
    }
    return warnings;
  }

  private static VhdLayout vhdLayout(
      VhdAllocation allocation, VhdOptions options, NtfsLayout layout) {
    if (allocation == VhdAllocation.FIXED) {
      return FixedVhdLayout.of(options);
    }
    BitSet blocks = new BitSet();
    DynamicVhdLayout.addRange(blocks, options, 0, DiskGeometry.SECTOR_SIZE);
    for (VolumeRange range : layout.usedRanges()) {
      DynamicVhdLayout.addRange(
          blocks, options, DiskGeometry.PARTITION_OFFSET + range.position(), range.length());
    }
    return DynamicVhdLayout.of(options, blocks);
  }

  private static long expandedSize(VhdAllocation allocation, VhdOptions options) {
    if (allocation == VhdAllocation.FIXED) {
      return FixedVhdLayout.of(options).fileSize();
    }
    BitSet all = new BitSet();
    all.set(0, options.blockCount());
    return DynamicVhdLayout.of(options, all).fileSize();
  }

  /** The disk while it is written. */
  record Writing(WindowsDisk plan, BlockDevice disk, NtfsImageWriter volume) {

    /**
     * Writes what is left when all content is there: the volume's metadata, the MBR, the footer.
     */
    void finish() throws IOException {
      volume.finish();
      plan.geometry.mbr(BootCode.mbr()).write(disk);
      disk.close();
    }
  }

  /** Begins to write the VHD to its place. */
  Writing beginWriting(BlockDevice vhdFile, Executor executor, int threads) throws IOException {
    BlockDevice disk = vhd.create(vhdFile);
    BlockDevice partition = disk.slice(DiskGeometry.PARTITION_OFFSET, geometry.partitionLength());
    return new Writing(this, disk, layout.writer(partition, true, executor, threads));
  }
}
