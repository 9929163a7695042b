package io.vhdboot.image;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.vhdx.MissingParentException;
import io.vhdboot.vhdx.ParentLocator;
import io.vhdboot.vhdx.Vhdx;
import io.vhdboot.vhdx.VhdxAccess;
import io.vhdboot.vhdx.VhdxCheck;
import io.vhdboot.vhdx.VhdxCompaction;
import io.vhdboot.vhdx.VhdxInfo;
import io.vhdboot.vhdx.VhdxMaintenance;
import io.vhdboot.vhdx.VhdxOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Files in the VHDX format. A new file's ids follow from the one that its options have; whoever
 * changes a file gets random ones, since by them children see that their parent is another now, and
 * they must never come again.
 */
final class VhdxDisks implements VirtualDiskOperations {

  private static final int ID_SIZE = 20;

  /** To change a file, with ids that never recur. */
  static VhdxAccess writing() {
    return VhdxAccess.writing(UUID::randomUUID);
  }

  /** Ids that follow from one. */
  private static Supplier<UUID> idsFrom(UUID first) {
    ByteBuffer seed = ByteBuffer.allocate(ID_SIZE);
    seed.putLong(first.getMostSignificantBits()).putLong(first.getLeastSignificantBits());
    int[] count = new int[1];
    return () -> UUID.nameUUIDFromBytes(seed.putInt(2 * Long.BYTES, ++count[0]).array());
  }

  @Override
  public Vhdx open(Path file, boolean readOnly) throws IOException {
    return Vhdx.open(file, readOnly ? VhdxAccess.readOnly() : writing());
  }

  @Override
  public VirtualDiskInfo info(Path file) throws IOException {
    try (Vhdx vhdx = open(file, true)) {
      return info(vhdx);
    } catch (MissingParentException e) {
      try (FileDevice device = FileDevice.openReadOnly(file)) {
        VhdxInfo info = identify(device);
        return info(file.toString(), info, Optional.empty(), List.of(e.getMessage()));
      }
    }
  }

  private static VhdxInfo identify(BlockDevice device) throws IOException {
    return Vhdx.identify(device)
        .orElseThrow(
            () -> new IllegalArgumentException("file (" + device.name() + ") must be a VHDX"));
  }

  private static VirtualDiskInfo info(Vhdx vhdx) {
    return info(
        vhdx.file().name(), vhdx.info(), vhdx.parent().map(VhdxDisks::info), vhdx.findings());
  }

  private static VirtualDiskInfo info(
      String name, VhdxInfo info, Optional<VirtualDiskInfo> parent, List<String> findings) {
    Map<String, Object> others = new LinkedHashMap<>();
    others.put("creator", info.creator());
    others.put("logicalSectorSize", info.logicalSectorSize());
    others.put("physicalSectorSize", info.physicalSectorSize());
    others.put("dataWriteId", info.dataWriteId().toString());
    if (info.logDirty()) {
      others.put("logDirty", true);
    }
    info.parent().ifPresent(locator -> others.put("parentPaths", locator.paths()));
    return new VirtualDiskInfo(
        name,
        VirtualDiskFormat.VHDX,
        VirtualDiskKind.valueOf(info.type().name()),
        info.diskSize(),
        info.fileSize(),
        OptionalLong.of(info.blockSize()),
        info.blockCount(),
        info.presentBlockCount(),
        Optional.of(info.diskId()),
        parent,
        others,
        findings);
  }

  @Override
  public MappedExtent mapOwn(BlockDevice disk, long position) throws IOException {
    return ((Vhdx) disk).mapOwn(position);
  }

  @Override
  public Optional<Path> parent(Path file) throws IOException {
    try (Vhdx vhdx = open(file, true)) {
      return vhdx.parent().map(parent -> Path.of(parent.file().name()));
    }
  }

  @Override
  public List<VirtualDiskFinding> check(Path file) throws IOException {
    try (FileDevice device = FileDevice.openReadOnly(file)) {
      return findings(VhdxMaintenance.check(device));
    }
  }

  @Override
  public List<VirtualDiskFinding> repair(Path file) throws IOException {
    try (FileDevice device = FileDevice.open(file)) {
      return findings(VhdxMaintenance.repair(device, UUID::randomUUID));
    }
  }

  private static List<VirtualDiskFinding> findings(VhdxCheck check) {
    List<VirtualDiskFinding> findings = new ArrayList<>();
    for (VhdxCheck.Problem problem : check.problems()) {
      findings.add(
          new VirtualDiskFinding(
              problem.part().name().toLowerCase(Locale.ROOT),
              true,
              problem.remedy() != VhdxCheck.Remedy.NONE,
              problem.description()));
    }
    if (check.logDirty()) {
      findings.add(
          new VirtualDiskFinding(
              "log-dirty", false, true, "the log has changes that must still be replayed"));
    }
    if (check.leakedBytes() > 0) {
      findings.add(
          new VirtualDiskFinding(
              "leaked", false, false, check.leakedBytes() + " bytes of the file serve nothing"));
    }
    return findings;
  }

  @Override
  public void resize(Path file, long diskSize, boolean discardTail) throws IOException {
    try (Vhdx vhdx = open(file, false)) {
      VhdxMaintenance.resize(vhdx, diskSize, discardTail);
    }
  }

  @Override
  public VirtualDiskCompaction compact(Path file, DiskUsage usage, ProgressListener progress)
      throws IOException {
    try (Vhdx vhdx = open(file, false)) {
      VhdxCompaction done = VhdxMaintenance.compact(vhdx, usage::endOfUnused, progress);
      return new VirtualDiskCompaction(
          done.sizeBefore(), done.sizeAfter(), done.droppedBlocks(), done.movedBlocks());
    }
  }

  @Override
  public void merge(Path child, Path parent, ProgressListener progress) throws IOException {
    try (FileDevice device = FileDevice.open(child)) {
      VhdxMaintenance.mergeIntoParent(device, writing(), progress);
    }
  }

  @Override
  public void rebase(Path child, Path parent, boolean sameDisk, ProgressListener progress)
      throws IOException {
    try (FileDevice device = FileDevice.open(child);
        FileDevice newParent = FileDevice.openReadOnly(parent)) {
      ParentLocator locator =
          ParentLocator.onHost(child, parent, identify(newParent).dataWriteId());
      VhdxMaintenance.rebase(device, newParent, locator, sameDisk, writing(), progress);
    }
  }

  @Override
  public BlockDevice create(ResizableBlockDevice file, VirtualDiskOptions options)
      throws IOException {
    Supplier<UUID> ids = idsFrom(options.uniqueId());
    VhdxOptions usual = VhdxOptions.of(options.diskSize(), ids);
    VhdxOptions vhdx =
        new VhdxOptions(
            usual.diskSize(),
            options.blockSize().orElse(VhdxOptions.DEFAULT_BLOCK_SIZE),
            usual.logicalSectorSize(),
            usual.physicalSectorSize(),
            options.uniqueId(),
            usual.fileWriteId(),
            usual.dataWriteId());
    return options.kind() == VirtualDiskKind.FIXED
        ? Vhdx.createFixed(file, vhdx, ids)
        : Vhdx.createDynamic(file, vhdx, ids);
  }

  @Override
  public void createChild(
      ResizableBlockDevice file, Path child, Path parent, UUID uniqueId, Instant timestamp)
      throws IOException {
    Vhdx.createDifferencing(file, child, parent, idsFrom(uniqueId)).close();
  }
}
