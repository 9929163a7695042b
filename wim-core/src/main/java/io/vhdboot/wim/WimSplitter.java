package io.vhdboot.wim;

import io.vhdboot.disk.OutputFile;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Splits a WIM into parts of a size, as for a FAT32 stick, which holds no file of 4 GiB: {@code
 * name.swm}, {@code name2.swm}, {@code name3.swm} and so on. Metadata are in the first part; blobs
 * are copied as they are stored and never cut, so a part is larger when a single blob is.
 *
 * <p>To join parts again, open any of them as a {@link WimFile} and {@link WimTarget#importImages
 * import} its images.
 */
public final class WimSplitter {

  private final WimFile source;
  private final Path first;
  private final long partSize;
  private boolean integrity;
  private boolean overwrite;
  private ProgressListener listener = ProgressListener.NONE;

  private WimSplitter(WimFile source, Path first, long partSize) {
    this.source = Objects.requireNonNull(source, "source");
    this.first = first.toAbsolutePath();
    this.partSize = partSize;
    this.integrity = source.hasIntegrityTable();
  }

  /**
   * A splitter.
   *
   * @param source what is split
   * @param first the name of the first part, from which the others' names are made
   * @param partSize the most bytes that a part should have
   */
  public static WimSplitter of(WimFile source, Path first, long partSize) {
    if (partSize <= 0) {
      throw new IllegalArgumentException("partSize (" + partSize + ") must be positive");
    }
    return new WimSplitter(source, first, partSize);
  }

  /** Gives each part an integrity table; unless called, they have one if the source has. */
  public WimSplitter integrity(boolean wanted) {
    this.integrity = wanted;
    return this;
  }

  /** Lets parts replace files that are there. */
  public WimSplitter overwrite(boolean allowed) {
    this.overwrite = allowed;
    return this;
  }

  /** Tells this listener of the bytes that are copied. */
  public WimSplitter progress(ProgressListener listener) {
    this.listener = Objects.requireNonNull(listener, "listener");
    return this;
  }

  /** What goes into one part. */
  private record Part(List<Blob> metadata, List<Blob> blobs) {}

  /**
   * Writes the parts. They get their names when all are complete.
   *
   * @return the parts, in order
   * @throws UnsupportedFormatException when the source has solid resources or is a pipable one,
   *     which no program splits: make a copy of another form first
   */
  public List<Path> split() throws IOException {
    if (source.header().isPipable() || source.blobs().stream().anyMatch(Blob::isSolid)) {
      throw new UnsupportedFormatException(
          source.name(),
          UnsupportedFormatException.NO_OFFSET,
          "a solid or pipable WIM cannot be split; export it to another form first");
    }
    List<Part> parts = plan();
    List<Path> targets = new ArrayList<>();
    for (int number = 1; number <= parts.size(); number++) {
      Path target = SplitSet.part(first, 1, number);
      OutputFile.checkFree(target, overwrite);
      targets.add(target);
    }
    listener.begin("content", source.blobs().stream().mapToLong(Blob::storedSize).sum());
    List<OutputFile> files = new ArrayList<>();
    try {
      for (int i = 0; i < parts.size(); i++) {
        OutputFile file = OutputFile.create(targets.get(i), 0, overwrite);
        files.add(file);
        write(parts.get(i), i + 1, parts.size(), file);
      }
      // The first last: it stands for the set.
      for (int i = files.size() - 1; i >= 0; i--) {
        files.get(i).commit();
      }
    } finally {
      for (OutputFile file : files) {
        file.close();
      }
    }
    return List.copyOf(targets);
  }

  private List<Part> plan() {
    long overhead = WimHeader.SIZE + 2L * source.xml().length() + 2;
    List<Blob> metadata = source.table().metadata();
    long size = overhead;
    for (Blob blob : metadata) {
      size += blob.storedSize() + BlobTable.ENTRY_SIZE;
    }
    List<Part> parts = new ArrayList<>();
    Part part = new Part(metadata, new ArrayList<>());
    parts.add(part);
    for (Blob blob : source.blobs().stream().sorted(Blob.BY_OFFSET).toList()) {
      long needed = blob.storedSize() + BlobTable.ENTRY_SIZE;
      boolean isBegun = !part.blobs.isEmpty() || !part.metadata.isEmpty();
      if (isBegun && size + needed > partSize) {
        part = new Part(List.of(), new ArrayList<>());
        parts.add(part);
        size = overhead;
      }
      part.blobs.add(blob);
      size += needed;
    }
    return parts;
  }

  private void write(Part part, int number, int count, OutputFile file) throws IOException {
    try (AppendedFile out = new AppendedFile(file.device(), WimHeader.SIZE)) {
      ResourceWriter resources = new ResourceWriter(out, null, Runnable::run, 1);
      List<WrittenBlob> blobs = copy(part.blobs, resources);
      List<WrittenBlob> metadata = copy(part.metadata, resources);
      ResourceHeader blobTable =
          resources.addPlain(BlobTable.toBytes(blobs, metadata, number), ResourceHeader.METADATA);
      final long end = out.position();
      ResourceHeader xml =
          resources.addPlain(
              WimXml.toBytes(source.xmlData().withoutImages(), source.images(), end),
              ResourceHeader.METADATA);
      ResourceHeader table =
          integrity
              ? resources.addPlain(
                  IntegrityTable.of(out.flushedDevice(), end), ResourceHeader.METADATA)
              : ResourceHeader.NONE;
      out.overwrite(0, header(number, count, metadata, blobTable, xml, table).toBytes());
      out.sync();
    }
    file.complete();
  }

  private List<WrittenBlob> copy(List<Blob> blobs, ResourceWriter resources) throws IOException {
    List<WrittenBlob> written = new ArrayList<>(blobs.size());
    for (Blob blob : blobs) {
      WrittenBlob copy = WrittenBlob.of(blob, null);
      copy.placeAt(resources.copy(source.device(), blob.resource()));
      written.add(copy);
      listener.advance(blob.storedSize());
    }
    return written;
  }

  private WimHeader header(
      int number,
      int count,
      List<WrittenBlob> metadata,
      ResourceHeader blobTable,
      ResourceHeader xml,
      ResourceHeader table) {
    WimHeader whole = source.header();
    int bootIndex = number == 1 ? source.bootIndex() : 0;
    return new WimHeader(
        false,
        whole.version(),
        whole.flags() & ~WimHeader.FLAG_WRITE_IN_PROGRESS | WimHeader.FLAG_SPANNED,
        whole.compression(),
        whole.chunkSize(),
        whole.guid(),
        number,
        count,
        whole.imageCount(),
        bootIndex,
        blobTable,
        xml,
        bootIndex == 0 ? ResourceHeader.NONE : metadata.get(bootIndex - 1).resource(),
        table);
  }
}
