package io.vhdboot.wim;

import io.vhdboot.disk.CorruptFormatException;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A WIM that takes images: a new one, which a {@link WimWriter} makes, or one that a {@link
 * WimEditor} changes. Nothing counts until {@link #finish} has returned.
 *
 * <p>Not for use by several threads at the same time.
 */
public abstract sealed class WimTarget implements Closeable permits WimWriter, WimEditor {

  final WriteOptions options;
  final AppendedFile out;
  final ResourceWriter resources;
  final BlobWriter blobs;
  final List<TargetImage> images = new ArrayList<>();

  WimTarget(WriteOptions options, AppendedFile out) {
    this.options = options;
    this.out = out;
    this.resources =
        new ResourceWriter(out, options.newEncoders(), options.executor(), options.parallelism());
    this.blobs = new BlobWriter(out, resources, options);
  }

  /** An image of the file. */
  record TargetImage(WimImageInfo info, WrittenBlob metadata) {}

  /** What is said of the images so far, in their order. */
  public final List<WimImageInfo> images() {
    List<WimImageInfo> infos = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      infos.add(images.get(i).info.toBuilder().index(i + 1).build());
    }
    return Collections.unmodifiableList(infos);
  }

  /**
   * Adds an image behind those that there are: writes its blobs, as far as they are new, and its
   * metadata.
   *
   * @param info what is said of it; its index and counts are set here
   * @param root the root directory
   * @throws IOException also when a source gives other bytes the second time it is read
   */
  public final void addImage(WimImageInfo info, NewFile root) throws IOException {
    if (!root.isDirectory() || root.isReparsePoint()) {
      throw new IllegalArgumentException("root must be a directory");
    }
    begin(1);
    MetadataWriter writer = new MetadataWriter(root);
    blobs.add(writer.slots());
    WrittenBlob metadata = resources.addMetadata(writer.toBytes());
    images.add(new TargetImage(writer.describe(info, images.size() + 1), metadata));
  }

  /**
   * Adds an image of another file, with everything that it holds.
   *
   * @param source that file, which may be split
   * @param index the image's index in it
   * @param info what is said of the image here; its index is set
   */
  public final void importImage(WimFile source, int index, WimImageInfo info) throws IOException {
    importImages(source, List.of(info.toBuilder().index(index).build()));
  }

  /**
   * Adds images of another file. Blobs are copied as they are stored where they would be stored so
   * here, which does not verify them; otherwise they are decoded, verified and encoded anew.
   *
   * @param source that file, which may be split
   * @param infos what is said of them here; the index of each says which image of the source it is,
   *     and becomes what it is here
   * @throws CorruptFormatException when the source is damaged, or has not all blobs of an image
   */
  public final void importImages(WimFile source, List<WimImageInfo> infos) throws IOException {
    begin(infos.size());
    Map<Sha1, BlobWriter.Wanted> wanted = new LinkedHashMap<>();
    for (WimImageInfo info : infos) {
      collect(source.image(info.index()), wanted);
    }
    blobs.importBlobs(source, wanted.values());
    for (WimImageInfo info : infos) {
      WrittenBlob metadata = resources.addMetadata(source.metadata(info.index()));
      images.add(new TargetImage(info.toBuilder().index(images.size() + 1).build(), metadata));
    }
  }

  /** Finds the blobs of an image, each counted for each name. */
  static void collect(WimImage image, Map<Sha1, BlobWriter.Wanted> wanted)
      throws CorruptFormatException {
    for (WimEntry entry : image.entries()) {
      for (WimStream stream : entry.inode().streams()) {
        if (stream.isMissing()) {
          throw new CorruptFormatException(
              image.name(),
              CorruptFormatException.NO_OFFSET,
              Text.printable(entry.path())
                  + " has a stream whose blob, "
                  + stream.sha1()
                  + ", is not in the file");
        }
        if (stream.blob().isPresent()) {
          wanted
              .computeIfAbsent(
                  stream.sha1(), sha1 -> new BlobWriter.Wanted(stream.blob().get(), entry.name()))
              .addReference();
        }
      }
    }
  }

  private void begin(int count) throws IOException {
    if (images.size() > WimHeader.MAX_IMAGES - count) {
      throw new IllegalArgumentException("images must be at most " + WimHeader.MAX_IMAGES);
    }
    beginAppending();
  }

  /** Called before anything is appended. */
  abstract void beginAppending() throws IOException;

  /**
   * Writes what belongs to the whole and makes the changes count.
   *
   * @throws IllegalArgumentException when the boot index names no image
   */
  public abstract void finish() throws IOException;

  final void checkBootIndex(int index) {
    if (index < 0 || index > images.size()) {
      throw new IllegalArgumentException("bootIndex (" + index + ") must be 0 to " + images.size());
    }
  }

  /** Writes the blob table. */
  final ResourceHeader writeBlobTable() throws IOException {
    return resources.addPlain(
        BlobTable.toBytes(blobs.blobs(), images.stream().map(TargetImage::metadata).toList(), 1),
        ResourceHeader.METADATA);
  }

  /** Writes the XML data. */
  final ResourceHeader writeXml(XmlElement others) throws IOException {
    return resources.addPlain(
        WimXml.toBytes(others, images(), out.position()), ResourceHeader.METADATA);
  }

  /**
   * The header of a file that is whole.
   *
   * @param flags all but those of the compression
   */
  final WimHeader header(
      int flags,
      UUID guid,
      int bootIndex,
      ResourceHeader blobTable,
      ResourceHeader xml,
      ResourceHeader integrity) {
    boolean isSolid = blobs.blobs().stream().anyMatch(blob -> blob.solid() != null);
    return new WimHeader(
        false,
        isSolid || options.compression() == WimCompression.LZMS
            ? WimHeader.VERSION_SOLID
            : WimHeader.VERSION,
        flags | WimHeader.compressionFlags(options.compression()),
        options.compression(),
        options.chunkSize(),
        guid,
        1,
        1,
        images.size(),
        bootIndex,
        blobTable,
        xml,
        bootIndex == 0 ? ResourceHeader.NONE : images.get(bootIndex - 1).metadata.resource(),
        integrity);
  }
}
