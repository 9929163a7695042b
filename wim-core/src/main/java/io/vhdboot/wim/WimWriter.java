package io.vhdboot.wim;

import io.vhdboot.disk.OutputFile;
import io.vhdboot.disk.ProgressListener;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executor;

/**
 * Writes a WIM. Images are trees of {@link NewFile}s or come from other files; streams of the same
 * bytes are stored once. The same images and settings always give the same bytes, however many
 * threads there are: times and the GUID are the caller's.
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
public final class WimWriter extends WimTarget {

  private final Settings settings;
  private final OutputFile file;

  private WimWriter(Settings settings, OutputFile file) {
    super(settings.options, new AppendedFile(file.device(), WimHeader.SIZE));
    this.settings = settings;
    this.file = file;
  }

  /** Begins with the settings of a file that is not compressed and holds nothing yet. */
  public static Settings to(Path target) {
    return new Settings(target);
  }

  /** How a file shall be written. */
  public static final class Settings {

    private final Path target;
    private final WriteOptions options = new WriteOptions();
    private XmlElement others = new XmlElement("WIM");
    private UUID guid = new UUID(0, 0);
    private int bootIndex;
    private boolean reparseFixed;
    private boolean readOnly;
    private boolean integrity;
    private boolean overwrite;

    private Settings(Path target) {
      this.target = Objects.requireNonNull(target, "target");
    }

    /** Compresses in chunks of the size that Microsoft's software writes. */
    public Settings compression(WimCompression compression) {
      return compression(compression, compression.usualChunkSize());
    }

    /** Compresses in chunks of some other size, which Microsoft's software may not take. */
    public Settings compression(WimCompression compression, int chunkSize) {
      options.setCompression(compression, chunkSize);
      return this;
    }

    /**
     * Puts blobs together into solid resources, as in an .esd: much smaller, slow to read at
     * random. What {@link #compression(WimCompression)} says then counts for metadata alone.
     *
     * @param compression how; {@link WimCompression#NONE} for none
     */
    public Settings solid(WimCompression compression) {
      return solid(compression, compression.usualSolidChunkSize());
    }

    /** Puts blobs together into solid resources in chunks of some other size. */
    public Settings solid(WimCompression compression, int chunkSize) {
      options.setSolid(compression, chunkSize);
      return this;
    }

    /** Encodes blobs of other files anew, also those that could be copied as they are stored. */
    public Settings recompress(boolean wanted) {
      options.setRecompressing(wanted);
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

    /** Says that the file is not to be changed. */
    public Settings readOnly(boolean wanted) {
      this.readOnly = wanted;
      return this;
    }

    /** Adds an integrity table. */
    public Settings integrity(boolean wanted) {
      this.integrity = wanted;
      return this;
    }

    /**
     * Takes over what another file has as a whole: compression, GUID, boot index, flags, an
     * integrity table if it has one, and what its XML data say besides images.
     */
    public Settings like(WimFile file) {
      compression(file.compression(), file.chunkSize());
      guid = file.guid();
      bootIndex = file.bootIndex();
      reparseFixed = file.isReparseFixed();
      readOnly = file.header().isReadOnly();
      integrity = file.hasIntegrityTable();
      others = file.xmlData().withoutImages();
      return this;
    }

    /** Lets the new file replace one that is there. */
    public Settings overwrite(boolean allowed) {
      this.overwrite = allowed;
      return this;
    }

    /**
     * Lets this executor read, hash and compress. It is not shut down.
     *
     * @param parallelism how many threads it has for this
     */
    public Settings executor(Executor executor, int parallelism) {
      options.setExecutor(executor, parallelism);
      return this;
    }

    /** Tells this listener of the uncompressed bytes that are done. */
    public Settings progress(ProgressListener listener) {
      options.setListener(listener);
      return this;
    }

    /**
     * Opens the file for writing.
     *
     * @throws FileAlreadyExistsException when there is a file of that name and it may not be
     *     replaced
     */
    public WimWriter open() throws IOException {
      return new WimWriter(this, OutputFile.create(target, 0, overwrite));
    }
  }

  @Override
  void beginAppending() {}

  @Override
  public void finish() throws IOException {
    checkBootIndex(settings.bootIndex);
    ResourceHeader blobTable = writeBlobTable();
    final long end = out.position();
    ResourceHeader xml = writeXml(settings.others);
    ResourceHeader integrity =
        settings.integrity
            ? resources.addPlain(
                IntegrityTable.of(out.flushedDevice(), end), ResourceHeader.METADATA)
            : ResourceHeader.NONE;
    WimHeader header =
        header(flags(), settings.guid, settings.bootIndex, blobTable, xml, integrity);
    out.overwrite(0, header.toBytes());
    out.sync();
    file.commit();
  }

  private int flags() {
    return (settings.reparseFixed ? WimHeader.FLAG_REPARSE_FIXED : 0)
        | (settings.readOnly ? WimHeader.FLAG_READ_ONLY : 0);
  }

  /** Closes the file; what was not finished is deleted. */
  @Override
  public void close() throws IOException {
    try {
      resources.stop();
    } finally {
      file.close();
    }
  }
}
