package io.vhdboot.image;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.vhd.MissingParentException;
import io.vhdboot.vhd.ParentReference;
import io.vhdboot.vhd.ParentResolver;
import io.vhdboot.vhd.Vhd;
import io.vhdboot.vhd.VhdCompaction;
import io.vhdboot.vhd.VhdFinding;
import io.vhdboot.vhd.VhdFooter;
import io.vhdboot.vhd.VhdMaintenance;
import io.vhdboot.vhd.VhdOptions;
import io.vhdboot.vhd.VhdType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** Files in the VHD format. */
final class VhdDisks implements VirtualDiskOperations {

  @Override
  public Vhd open(Path file, boolean readOnly) throws IOException {
    return Vhd.open(file, readOnly);
  }

  @Override
  public VirtualDiskInfo info(Path file) throws IOException {
    try (Vhd vhd = open(file, true)) {
      return info(vhd);
    } catch (MissingParentException e) {
      return infoOfOrphan(file, e);
    }
  }

  private static VirtualDiskInfo info(Vhd vhd) {
    boolean fixed = vhd.type() == VhdType.FIXED;
    return new VirtualDiskInfo(
        vhd.file().name(),
        VirtualDiskFormat.VHD,
        kind(vhd.type()),
        vhd.size(),
        vhd.file().size(),
        fixed ? OptionalLong.empty() : OptionalLong.of(vhd.blockSize()),
        vhd.blockCount(),
        vhd.presentBlockCount(),
        Optional.of(vhd.footer().uniqueId()),
        vhd.parent().map(VhdDisks::info),
        others(vhd.footer(), vhd.parentReference()),
        vhd.findings());
  }

  /** What can be told of a child whose parent is missing. */
  private static VirtualDiskInfo infoOfOrphan(Path file, MissingParentException missing)
      throws IOException {
    try (FileDevice device = FileDevice.openReadOnly(file)) {
      VhdFooter footer = Vhd.identify(device).orElseThrow(() -> missing);
      return new VirtualDiskInfo(
          file.toString(),
          VirtualDiskFormat.VHD,
          kind(footer.type()),
          footer.currentSize(),
          device.size(),
          OptionalLong.empty(),
          0,
          0,
          Optional.of(footer.uniqueId()),
          Optional.empty(),
          others(footer, Vhd.parentReference(device)),
          List.of(missing.getMessage()));
    }
  }

  private static VirtualDiskKind kind(VhdType type) {
    return VirtualDiskKind.valueOf(type.name());
  }

  private static Map<String, Object> others(VhdFooter footer, Optional<ParentReference> parent) {
    Map<String, Object> others = new LinkedHashMap<>();
    others.put("creator", footer.creatorApplication());
    others.put("created", footer.timestamp().toString());
    others.put("geometry", footer.geometry().toString());
    if (footer.savedState()) {
      others.put("savedState", true);
    }
    parent.ifPresent(
        reference -> {
          others.put("parentId", reference.uniqueId().toString());
          others.put(
              "parentPaths",
              reference.paths().stream()
                  .map(path -> path.form().name().toLowerCase(Locale.ROOT) + " " + path)
                  .toList());
          reference.modified().ifPresent(time -> others.put("parentModified", time.toString()));
        });
    return others;
  }

  @Override
  public MappedExtent mapOwn(BlockDevice disk, long position) throws IOException {
    return ((Vhd) disk).mapOwn(position);
  }

  @Override
  public Optional<Path> parent(Path file) throws IOException {
    try (Vhd vhd = open(file, true)) {
      return vhd.parent().map(parent -> Path.of(parent.file().name()));
    }
  }

  @Override
  public List<VirtualDiskFinding> check(Path file) throws IOException {
    try (FileDevice device = FileDevice.openReadOnly(file)) {
      return findings(VhdMaintenance.check(device, ParentResolver.beside(file)));
    }
  }

  @Override
  public List<VirtualDiskFinding> repair(Path file) throws IOException {
    try (FileDevice device = FileDevice.open(file)) {
      return findings(VhdMaintenance.repair(device, ParentResolver.beside(file)));
    }
  }

  private static List<VirtualDiskFinding> findings(List<VhdFinding> found) {
    return found.stream()
        .map(
            finding ->
                new VirtualDiskFinding(
                    finding.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    finding.kind().isDamage(),
                    finding.kind().isRepairable(),
                    finding.toString()))
        .toList();
  }

  @Override
  public void resize(Path file, long diskSize, boolean discardTail) throws IOException {
    try (FileDevice device = FileDevice.open(file)) {
      VhdMaintenance.resize(device, diskSize, discardTail, ParentResolver.beside(file));
    }
  }

  @Override
  public VirtualDiskCompaction compact(Path file, DiskUsage usage, ProgressListener progress)
      throws IOException {
    try (FileDevice device = FileDevice.open(file)) {
      VhdCompaction done =
          VhdMaintenance.compact(device, ParentResolver.beside(file), usage::endOfUnused, progress);
      return new VirtualDiskCompaction(
          done.sizeBefore(), done.sizeAfter(), done.droppedBlocks(), done.movedBlocks());
    }
  }

  @Override
  public void merge(Path child, Path parent, ProgressListener progress) throws IOException {
    long size;
    try (Vhd vhd = open(child, true)) {
      size = vhd.size();
    }
    long parentSize;
    try (Vhd vhd = open(parent, true)) {
      parentSize = vhd.size();
    }
    if (parentSize < size) {
      resize(parent, size, false);
    }
    try (FileDevice device = FileDevice.openReadOnly(child);
        Vhd vhd = open(parent, false)) {
      VhdMaintenance.merge(device, vhd, progress);
    }
  }

  @Override
  public void rebase(Path child, Path parent, boolean sameDisk, ProgressListener progress)
      throws IOException {
    try (FileDevice device = FileDevice.open(child);
        Vhd newParent = open(parent, true)) {
      ParentReference reference = ParentReference.onHost(child, parent, newParent);
      UUID formerParent = Vhd.parentReference(device).map(ParentReference::uniqueId).orElse(null);
      if (sameDisk || newParent.footer().uniqueId().equals(formerParent)) {
        VhdMaintenance.relink(device, reference);
      } else {
        VhdMaintenance.rebase(device, ParentResolver.beside(child), newParent, reference, progress);
      }
    }
  }

  @Override
  public BlockDevice create(ResizableBlockDevice file, VirtualDiskOptions options)
      throws IOException {
    VhdOptions vhd =
        new VhdOptions(
            options.diskSize(),
            options.blockSize().orElse(VhdOptions.DEFAULT_BLOCK_SIZE),
            options.uniqueId(),
            options.timestamp());
    return options.kind() == VirtualDiskKind.FIXED
        ? Vhd.createFixed(file, vhd)
        : Vhd.createDynamic(file, vhd);
  }

  @Override
  public void createChild(
      ResizableBlockDevice file, Path child, Path parent, UUID uniqueId, Instant timestamp)
      throws IOException {
    Vhd.createDifferencing(file, child, parent, uniqueId, timestamp).close();
  }
}
