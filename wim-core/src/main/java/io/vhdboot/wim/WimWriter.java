package io.vhdboot.wim;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * Writes a WIM. Each image is a tree of {@link NewFile}s; streams of the same bytes are stored
 * once. The same trees and settings always give the same bytes: times and the GUID are the
 * caller's.
 *
 * <pre>{@code
 * try (WimWriter writer = WimWriter.to(path).compression(WimCompression.LZX).guid(guid).open()) {
 *   writer.addImage(WimImageInfo.builder().name("Sample").build(), root);
 *   writer.finish();
 * }
 * }</pre>
 *
 * <p>The file is written beside its place under another name, which {@link #finish} changes;
 * closing without that deletes it. Not for use by several threads at the same time.
 */
public final class WimWriter implements Closeable {

  private final Settings settings;
  private final Path target;
  private final Path partial;
  private final ResourceWriter resources;
  private final List<WimImageInfo> images = new ArrayList<>();
  private final List<ResourceWriter.Written> metadata = new ArrayList<>();
  private boolean finished;

  private WimWriter(Settings settings) throws IOException {
    this.settings = settings;
    this.target = settings.target.toAbsolutePath();
    if (!settings.overwrite && Files.exists(target)) {
      throw new FileAlreadyExistsException(target.toString(), null, "exists already");
    }
    this.partial =
        target.resolveSibling(
            "." + target.getFileName() + ".vhdboot-" + ProcessHandle.current().pid());
    ChunkEncoder encoder =
        settings.compression == WimCompression.NONE
            ? null
            : ChunkEncoder.of(settings.compression, settings.chunkSize);
    this.resources = new ResourceWriter(partial, encoder);
  }

  /** Begins with the settings of a file that is not compressed and holds nothing yet. */
  public static Settings to(Path target) {
    return new Settings(target);
  }

  /** How a file shall be written. */
  public static final class Settings {

    private final Path target;
    private WimCompression compression = WimCompression.NONE;
    private int chunkSize;
    private UUID guid = new UUID(0, 0);
    private int bootIndex;
    private boolean reparseFixed;
    private boolean integrity;
    private boolean overwrite;

    private Settings(Path target) {
      this.target = Objects.requireNonNull(target, "target");
    }

    /** Compresses in chunks of 32 KiB, as Microsoft's software does. */
    public Settings compression(WimCompression compression) {
      return compression(
          compression, compression == WimCompression.NONE ? 0 : WimCompression.DEFAULT_CHUNK_SIZE);
    }

    /** Compresses in chunks of some other size, which Microsoft's software may not take. */
    public Settings compression(WimCompression compression, int chunkSize) {
      if (compression != WimCompression.NONE && !compression.takesChunksOf(chunkSize)) {
        throw new IllegalArgumentException(
            "chunkSize (" + chunkSize + ") must be one that " + compression + " has");
      }
      this.compression = compression;
      this.chunkSize = chunkSize;
      return this;
    }

    /** Sets the GUID, which should be unlike any other file's. */
    public Settings guid(UUID guid) {
      this.guid = Objects.requireNonNull(guid, "guid");
      return this;
    }

    /** Sets which image boots from here, from 1; 0 for none. */
    public Settings bootIndex(int index) {
      this.bootIndex = index;
      return this;
    }

    /** Says that absolute targets of links were made relative to the root of the image. */
    public Settings reparseFixed(boolean fixed) {
      this.reparseFixed = fixed;
      return this;
    }

    /** Adds an integrity table. */
    public Settings integrity(boolean wanted) {
      this.integrity = wanted;
      return this;
    }

    /** Lets the new file replace one that is there. */
    public Settings overwrite(boolean allowed) {
      this.overwrite = allowed;
      return this;
    }

    /**
     * Opens the file for writing.
     *
     * @throws FileAlreadyExistsException when there is a file of that name and it may not be
     *     replaced
     */
    public WimWriter open() throws IOException {
      return new WimWriter(this);
    }
  }

  /**
   * Adds an image: writes its blobs, as far as they are new, and its metadata.
   *
   * @param info what is said of it; its index and counts are set here
   * @param root the root directory
   */
  public void addImage(WimImageInfo info, NewFile root) throws IOException {
    if (!root.isDirectory() || root.isReparsePoint()) {
      throw new IllegalArgumentException("root must be a directory");
    }
    if (images.size() == WimHeader.MAX_IMAGES) {
      throw new IllegalArgumentException("images must be at most " + WimHeader.MAX_IMAGES);
    }
    MetadataWriter writer = new MetadataWriter(resources);
    byte[] bytes = writer.write(root);
    metadata.add(resources.addMetadata(bytes));
    images.add(writer.describe(info, images.size() + 1));
  }

  /**
   * Writes what belongs to the whole and gives the file its name.
   *
   * @throws IllegalArgumentException when the boot index names no image
   */
  public void finish() throws IOException {
    if (settings.bootIndex < 0 || settings.bootIndex > images.size()) {
      throw new IllegalArgumentException(
          "bootIndex (" + settings.bootIndex + ") must be 0 to " + images.size());
    }
    ResourceHeader blobTable =
        resources.addPlain(BlobTable.toBytes(resources.blobs(), metadata), ResourceHeader.METADATA);
    long end = resources.position();
    ResourceHeader xml = resources.addPlain(WimXml.toBytes(images, end), ResourceHeader.METADATA);
    ResourceHeader integrity =
        settings.integrity
            ? resources.addPlain(resources.integrityTable(end), ResourceHeader.METADATA)
            : ResourceHeader.NONE;
    ResourceHeader boot =
        settings.bootIndex == 0
            ? ResourceHeader.NONE
            : metadata.get(settings.bootIndex - 1).resource();
    resources.finish(
        new WimHeader(
            false,
            WimHeader.VERSION,
            flags(),
            settings.compression,
            settings.chunkSize,
            settings.guid,
            1,
            1,
            images.size(),
            settings.bootIndex,
            blobTable,
            xml,
            boot,
            integrity));
    resources.close();
    move();
    finished = true;
  }

  private int flags() {
    return WimHeader.compressionFlags(settings.compression)
        | (settings.reparseFixed ? WimHeader.FLAG_REPARSE_FIXED : 0);
  }

  private void move() throws IOException {
    if (!settings.overwrite) {
      // Never replaces: a file that appeared meanwhile stays.
      Files.move(partial, target);
      return;
    }
    try {
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Closes the file; what was not finished is deleted. */
  @Override
  public void close() throws IOException {
    try {
      resources.close();
    } finally {
      if (!finished) {
        Files.deleteIfExists(partial);
      }
    }
  }
}
