package io.vhdboot.provisioning;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.fat.FatEditor;
import io.vhdboot.fat.FatFile;
import io.vhdboot.fat.FatFormat;
import io.vhdboot.fat.FatFormatOptions;
import io.vhdboot.fat.FatTime;
import io.vhdboot.fat.FatType;
import io.vhdboot.provisioning.bootfiles.BootFile;
import io.vhdboot.provisioning.bootfiles.WimBootSource;
import io.vhdboot.wim.Blob;
import io.vhdboot.wim.WimStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The stick's EFI system partition, planned: the boot manager for UEFI with all that it loads, and
 * the boot configuration. Files get their clusters, each in one piece, before the first byte of
 * content comes.
 *
 * @param files what it shall hold
 * @param identifiers what the serial number comes from
 * @param time what is new bears this time
 */
record EfiVolume(List<BootFile> files, Identifiers identifiers, Instant time) {

  /** As Windows 10 makes it where sectors have 512 bytes. */
  private static final long USUAL_LENGTH = 100L << 20;

  /** Later versions of the files need some room too. */
  private static final long SPARE = 32L << 20;

  private static final int LARGEST_CLUSTER = 4096;

  EfiVolume {
    files = List.copyOf(files);
  }

  /** Bytes of the partition. */
  long length() {
    long content = 0;
    for (BootFile file : files) {
      // A directory for each file is more than there can be.
      content += file.size() + 2 * LARGEST_CLUSTER;
    }
    return Math.max(USUAL_LENGTH, DiskGeometry.roundUp(content + SPARE));
  }

  /** The blobs of the image that belong on it. */
  Collection<Blob> blobs() {
    return files.stream().map(EfiVolume::blob).flatMap(Optional::stream).toList();
  }

  private static Optional<Blob> blob(BootFile file) {
    return file.source()
        .map(source -> ((WimBootSource) source).inode())
        .flatMap(inode -> inode.data())
        .flatMap(WimStream::blob);
  }

  /** Formats the partition and gives all files their places. */
  Writing beginWriting(BlockDevice partition, long hiddenSectors) throws IOException {
    FatFormat.format(
        partition,
        FatFormatOptions.ofSize(partition.size())
            .type(FatType.FAT32)
            .hiddenSectors(hiddenSectors)
            .serial((int) identifiers.volumeSerial("efi volume"))
            .time(FatTime.of(time))
            .build());
    Writing writing = new Writing(FatEditor.open(partition, () -> time));
    for (BootFile file : files) {
      writing.add(file);
    }
    return writing;
  }

  /** The partition while it is written. */
  static final class Writing {

    private final FatEditor editor;
    private final Map<Blob, List<ResizableBlockDevice>> targets = new IdentityHashMap<>();
    private final Map<List<String>, FatFile> folders = new HashMap<>();
    private final List<ResizableBlockDevice> open = new ArrayList<>();
    private final Map<FatFile, BootFile> written = new IdentityHashMap<>();

    private Writing(FatEditor editor) {
      this.editor = editor;
      folders.put(List.of(), editor.volume().root());
    }

    private void add(BootFile file) throws IOException {
      int last = file.path().size() - 1;
      FatFile node =
          editor.createFile(
              folder(file.path().subList(0, last)), file.path().get(last), file.attributes());
      ResizableBlockDevice content = editor.reserve(node, file.size());
      open.add(content);
      written.put(node, file);
      Optional<Blob> blob = blob(file);
      if (blob.isPresent()) {
        targets.computeIfAbsent(blob.get(), key -> new ArrayList<>(1)).add(content);
      } else {
        content.write(0, ByteBuffer.wrap(file.ownContent()));
      }
    }

    private FatFile folder(List<String> path) throws IOException {
      List<String> key = path.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
      FatFile folder = folders.get(key);
      if (folder == null) {
        int last = path.size() - 1;
        folder = editor.createDirectory(folder(path.subList(0, last)), path.get(last));
        folders.put(key, folder);
      }
      return folder;
    }

    /** Writes a piece of a blob to every file that has it as its content. */
    void write(Blob blob, long offset, ByteBuffer piece) throws IOException {
      for (ResizableBlockDevice target : targets.getOrDefault(blob, List.of())) {
        target.write(offset, piece.duplicate());
      }
    }

    /** Writes what is left when all content is there: times, attributes, tables. */
    void finish() throws IOException {
      for (ResizableBlockDevice content : open) {
        content.close();
      }
      for (Map.Entry<FatFile, BootFile> file : written.entrySet()) {
        Optional<Instant> modified =
            file.getValue().source().map(source -> FileTime100ns.toInstant(source.modified()));
        Optional<Instant> created =
            file.getValue().source().map(source -> FileTime100ns.toInstant(source.created()));
        editor.setTimes(file.getKey(), created, modified, Optional.empty());
        editor.setAttributes(file.getKey(), file.getValue().attributes());
      }
      editor.close();
    }
  }
}
