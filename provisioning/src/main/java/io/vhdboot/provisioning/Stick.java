package io.vhdboot.provisioning;

import io.vhdboot.bootcode.BootCode;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.imaging.apply.BlobTargets;
import io.vhdboot.ntfs.FileMetadata;
import io.vhdboot.ntfs.NodeHandle;
import io.vhdboot.ntfs.NtfsFormatOptions;
import io.vhdboot.ntfs.NtfsImageBuilder;
import io.vhdboot.ntfs.NtfsImageWriter;
import io.vhdboot.ntfs.NtfsLayout;
import io.vhdboot.ntfs.StreamHandle;
import io.vhdboot.ntfs.VolumeRange;
import io.vhdboot.provisioning.bootfiles.BiosBootFiles;
import io.vhdboot.provisioning.bootfiles.BootFile;
import io.vhdboot.provisioning.bootfiles.BootSource;
import io.vhdboot.provisioning.bootfiles.StickSecurity;
import io.vhdboot.provisioning.bootfiles.WimBootSource;
import io.vhdboot.wim.Blob;
import io.vhdboot.wim.WimStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The stick's NTFS volume, planned: the VHD and, where a BIOS starts from it, the boot manager, its
 * folder and the boot configuration.
 *
 * @param layout where everything lies on the partition
 * @param targets where each blob goes on it
 * @param known content that does not come from the image
 * @param vhd the VHD file's content, which lies in one piece
 */
record Stick(
    NtfsLayout layout, BlobTargets targets, Map<StreamHandle, byte[]> known, StreamHandle vhd) {

  private static final int ARCHIVE = 0x20;

  /** Boot files come first, the VHD behind everything else. */
  private static final long VHD_PLACE = Long.MAX_VALUE;

  private static final long OWN_PLACE = Long.MAX_VALUE - 1;

  /** What the stick shall hold, of whatever size it will be. */
  static final class Content {

    private final FlashOptions options;
    private final List<BootFile> bootFiles;
    private final Optional<byte[]> child;
    private final Identifiers identifiers;
    private final Instant time;

    Content(
        FlashOptions options,
        List<BootFile> bootFiles,
        Optional<byte[]> child,
        Identifiers identifiers,
        Instant time) {
      this.options = options;
      this.bootFiles = bootFiles;
      this.child = child;
      this.identifiers = identifiers;
      this.time = time;
    }

    /** The least volume that holds a VHD file of a size beside everything else. */
    long minimumVolumeSize(long vhdFileSize) throws IOException {
      return new Planning(this, NtfsFormatOptions.LEAST_SIZE, 0, vhdFileSize)
          .volume.minimumVolumeSize();
    }

    /**
     * Plans a volume.
     *
     * @param offset where its partition begins, in bytes
     * @throws io.vhdboot.disk.NoSpaceException when all this does not fit
     */
    Stick plan(long offset, long volumeSize, long vhdFileSize) throws IOException {
      Planning planning = new Planning(this, volumeSize, offset, vhdFileSize);
      return new Stick(planning.volume.plan(), planning.targets, planning.known, planning.vhd);
    }
  }

  /** Where the VHD file lies on the volume: in one piece, as boot managers like it best. */
  VolumeRange vhdRange() {
    List<VolumeRange> extents = layout.extents(vhd);
    if (extents.size() != 1) {
      throw new IllegalStateException("the VHD lies in " + extents.size() + " pieces");
    }
    return extents.get(0);
  }

  /** Writes what does not come from the image. */
  void writeKnown(NtfsImageWriter writer) throws IOException {
    for (Map.Entry<StreamHandle, byte[]> content : known.entrySet()) {
      writer.write(content.getKey(), 0, ByteBuffer.wrap(content.getValue()));
    }
  }

  /** Begins to write to the stick's partition. */
  NtfsImageWriter writer(BlockDevice partition) throws IOException {
    return layout.writer(partition, true);
  }

  /** Tells a volume's builder all that belongs on a stick. */
  private static final class Planning {

    private final NtfsImageBuilder volume;
    private final BlobTargets targets = new BlobTargets();
    private final Map<StreamHandle, byte[]> known = new LinkedHashMap<>();
    private final StreamHandle vhd;

    private final FileMetadata fileMetadata;
    private final int fileSecurity;
    private final int folderSecurity;
    private final long time;
    private final Map<List<String>, NodeHandle> folders = new HashMap<>();

    Planning(Content content, long volumeSize, long offset, long vhdFileSize) {
      time = FileTime100ns.of(content.time);
      volume =
          NtfsImageBuilder.create(
              NtfsFormatOptions.ofSize(volumeSize)
                  .label(content.options.label())
                  .hiddenSectors(offset / DiskGeometry.SECTOR_SIZE)
                  .serial(content.identifiers.volumeSerial("stick volume"))
                  .bootCode(BootCode.ntfsBootRecord())
                  .time(time)
                  .build());
      fileSecurity = volume.securityDescriptor(StickSecurity.file());
      folderSecurity = volume.securityDescriptor(StickSecurity.folder());
      fileMetadata = FileMetadata.of(time, ARCHIVE, fileSecurity);
      folders.put(List.of(), volume.root());
      for (BootFile file : content.bootFiles) {
        addBootFile(file);
      }
      content.child.ifPresent(child -> addChild(content.options.childName().orElseThrow(), child));
      NodeHandle vhdFile = volume.addFile(volume.root(), content.options.vhdName(), fileMetadata);
      vhd = volume.addStream(vhdFile, "", vhdFileSize, VHD_PLACE);
    }

    private void addBootFile(BootFile file) {
      String name = file.path().get(file.path().size() - 1);
      Optional<BootSource> source = file.source();
      FileMetadata metadata =
          source.isEmpty()
              ? FileMetadata.of(time, file.attributes(), fileSecurity)
              : new FileMetadata(
                  source.get().created(),
                  source.get().modified(),
                  source.get().modified(),
                  source.get().accessed(),
                  file.attributes(),
                  fileSecurity);
      NodeHandle node =
          volume.addFile(folder(file.path().subList(0, file.path().size() - 1)), name, metadata);
      Optional<Blob> blob =
          source
              .flatMap(copied -> ((WimBootSource) copied).inode().data())
              .flatMap(WimStream::blob);
      StreamHandle stream =
          volume.addStream(node, "", file.size(), blob.map(Blob::offset).orElse(OWN_PLACE));
      // The boot manager and what it loads must lie in clusters, whatever their size.
      if (file.size() > 0) {
        volume.demandNonResident(stream);
      }
      blob.ifPresent(content -> targets.add(content, stream));
      if (blob.isEmpty() && file.size() > 0) {
        known.put(stream, file.ownContent());
      }
    }

    private void addChild(String name, byte[] child) {
      NodeHandle node = volume.addFile(volume.root(), name, fileMetadata);
      StreamHandle stream = volume.addStream(node, "", child.length, OWN_PLACE);
      volume.demandNonResident(stream);
      known.put(stream, child);
    }

    /** The folder of a path, made where there is none yet, in whatever case it was made first. */
    private NodeHandle folder(List<String> path) {
      List<String> key = path.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
      NodeHandle folder = folders.get(key);
      if (folder == null) {
        int last = path.size() - 1;
        int attributes = path.size() == 1 ? BiosBootFiles.FOLDER_ATTRIBUTES : 0;
        folder =
            volume.addDirectory(
                folder(path.subList(0, last)),
                path.get(last),
                FileMetadata.of(time, attributes, folderSecurity));
        folders.put(key, folder);
      }
      return folder;
    }
  }
}
