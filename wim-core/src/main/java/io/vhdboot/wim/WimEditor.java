package io.vhdboot.wim;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Changes a WIM where it lies: adds images, deletes some, says other things of them.
 *
 * <p>Whatever is new is appended. The header, which is written last, tells where it is; so a file
 * whose writing was cut short opens with the images that it had. Blobs and metadata that are no
 * longer used stay in the file, as holes; {@link WimWriter} with {@link WimWriter.Settings#like}
 * and {@link #importImages} makes a copy without them.
 *
 * <pre>{@code
 * try (WimEditor editor = WimEditor.of(path).executor(threads, 2).open()) {
 *   editor.addImage(WimImageInfo.builder().name("Second").build(), root);
 *   editor.setBootIndex(2);
 *   editor.finish();
 * }
 * }</pre>
 *
 * <p>Closing without {@link #finish} takes everything back. Not for use by several threads at the
 * same time.
 */
public final class WimEditor extends WimTarget {

  private final ResizableBlockDevice device;
  private final WimFile file;
  private final WimHeader before;
  private final long sizeBefore;
  private final Boolean integrity;

  /** The images that the file had, as they are listed now; deleted ones are left out. */
  private final Map<TargetImage, Integer> present = new IdentityHashMap<>();

  private final List<Integer> deleted = new ArrayList<>();

  private int flags;
  private int bootIndex;
  private boolean isAppending;
  private boolean isContentChanged;
  private boolean isXmlChanged;
  private boolean isFinished;

  private WimEditor(
      Settings settings, ResizableBlockDevice device, WimFile file, WriteOptions options) {
    super(options, new AppendedFile(device, device.size()));
    this.device = device;
    this.file = file;
    this.before = file.header();
    this.sizeBefore = device.size();
    this.integrity = settings.integrity;
    this.flags = before.flags();
    this.bootIndex = file.bootIndex();
    Map<SolidResource, SolidPlace> places = new IdentityHashMap<>();
    for (Blob blob : file.blobs()) {
      SolidPlace place =
          blob.solid() == null
              ? null
              : places.computeIfAbsent(
                  blob.solid(),
                  solid -> new SolidPlace(solid.offset(), solid.storedSize(), solid.size()));
      blobs.put(WrittenBlob.of(blob, place));
    }
    for (WimImageInfo info : file.images()) {
      Blob metadata = file.table().metadata().get(info.index() - 1);
      TargetImage image = new TargetImage(info, WrittenBlob.of(metadata, null));
      images.add(image);
      present.put(image, info.index());
    }
  }

  /** Begins with the usual settings for a file. */
  public static Settings of(Path path) {
    return new Settings(() -> FileDevice.open(path));
  }

  /**
   * Begins with the usual settings for a device, which is closed with the editor, and when it
   * cannot be opened as a WIM.
   */
  public static Settings of(ResizableBlockDevice device) {
    return new Settings(() -> device);
  }

  private interface Opener {
    ResizableBlockDevice open() throws IOException;
  }

  /** How a file shall be changed. */
  public static final class Settings {

    private final Opener opener;
    private final WriteOptions options = new WriteOptions();
    private Boolean integrity;
    private boolean ignoreReadOnly;

    private Settings(Opener opener) {
      this.opener = opener;
    }

    /** Adds an integrity table, or drops it; unless called, the file has one if it had one. */
    public Settings integrity(boolean wanted) {
      this.integrity = wanted;
      return this;
    }

    /** Puts new blobs together into solid resources; {@link WimCompression#NONE} for none. */
    public Settings solid(WimCompression compression) {
      return solid(compression, compression.usualSolidChunkSize());
    }

    /** Puts new blobs together into solid resources in chunks of some other size. */
    public Settings solid(WimCompression compression, int chunkSize) {
      options.setSolid(compression, chunkSize);
      return this;
    }

    /** Changes the file even if it says that it is not to be changed. */
    public Settings ignoreReadOnly(boolean wanted) {
      this.ignoreReadOnly = wanted;
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
      options.setListener(Objects.requireNonNull(listener, "listener"));
      return this;
    }

    /**
     * Opens the file.
     *
     * @throws AccessDeniedException when it says that it is not to be changed
     * @throws UnsupportedFormatException when it is of a kind that cannot be changed: one part of a
     *     split file, a pipable one, or one that another program is writing or did not finish
     */
    public WimEditor open() throws IOException {
      ResizableBlockDevice device = opener.open();
      try {
        WimFile file = WimFile.open(device);
        check(file);
        options.setCompression(file.compression(), file.chunkSize());
        return new WimEditor(this, device, file, options);
      } catch (IOException | RuntimeException e) {
        device.close();
        throw e;
      }
    }

    private void check(WimFile file) throws IOException {
      WimHeader header = file.header();
      String problem = null;
      if (header.isPipable()) {
        problem = "a pipable WIM cannot be changed where it lies; make a copy";
      } else if (header.isWriteInProgress()) {
        problem = "another program is writing this file, or did not finish; make a copy";
      } else if (header.isReadOnly() && !ignoreReadOnly) {
        throw new AccessDeniedException(file.name(), null, "is marked as read-only");
      }
      if (problem != null) {
        throw new UnsupportedFormatException(file.name(), WimHeader.FLAGS_OFFSET, problem);
      }
    }
  }

  /** The index of the image that boots from here, 0 for none. */
  public int bootIndex() {
    return bootIndex;
  }

  /** Sets which image boots from here, from 1; 0 for none. */
  public void setBootIndex(int index) {
    checkBootIndex(index);
    bootIndex = index;
  }

  /** Says whether the file is not to be changed from now on. */
  public void setReadOnly(boolean wanted) {
    setFlag(WimHeader.FLAG_READ_ONLY, wanted);
  }

  /** Says whether absolute targets of links were made relative to the root of the image. */
  public void setReparseFixed(boolean fixed) {
    setFlag(WimHeader.FLAG_REPARSE_FIXED, fixed);
  }

  private void setFlag(int flag, boolean wanted) {
    flags = wanted ? flags | flag : flags & ~flag;
  }

  /**
   * Says other things of an image.
   *
   * @param index the index from 1
   * @param info everything that is said of it from now on; its index is set here
   */
  public void describe(int index, WimImageInfo info) {
    TargetImage image = images.get(checkIndex(index));
    TargetImage changed = new TargetImage(info, image.metadata());
    images.set(index - 1, changed);
    Integer origin = present.remove(image);
    if (origin != null) {
      present.put(changed, origin);
    }
    isXmlChanged = true;
  }

  /**
   * Deletes an image; those behind it move up. What only it needed is no longer listed but stays in
   * the file.
   *
   * @param index the index from 1, of an image that was in the file when it was opened
   */
  public void deleteImage(int index) {
    Integer origin = present.remove(images.get(checkIndex(index)));
    if (origin == null) {
      throw new IllegalArgumentException("image (" + index + ") must not have been added just now");
    }
    images.remove(index - 1);
    deleted.add(origin);
    if (bootIndex == index) {
      bootIndex = 0;
    } else if (bootIndex > index) {
      bootIndex--;
    }
    isContentChanged = true;
  }

  private int checkIndex(int index) {
    if (index < 1 || index > images.size()) {
      throw new IllegalArgumentException("index (" + index + ") must be 1 to " + images.size());
    }
    return index - 1;
  }

  @Override
  void beginAppending() throws IOException {
    isContentChanged = true;
    markWriting();
  }

  /** Lets others see that the file is being written. */
  private void markWriting() throws IOException {
    if (!isAppending) {
      isAppending = true;
      writeFlags(before.flags() | WimHeader.FLAG_WRITE_IN_PROGRESS);
    }
  }

  private void writeFlags(int value) throws IOException {
    byte[] bytes = new byte[4];
    LittleEndian.put32(bytes, 0, value);
    device.write(WimHeader.FLAGS_OFFSET, ByteBuffer.wrap(bytes));
    device.flush();
  }

  @Override
  public void finish() throws IOException {
    checkBootIndex(bootIndex);
    boolean wantsIntegrity = integrity == null ? file.hasIntegrityTable() : integrity;
    ResourceHeader blobTable = before.blobTable();
    ResourceHeader xml = before.xmlData();
    ResourceHeader table = wantsIntegrity ? before.integrityTable() : ResourceHeader.NONE;
    if (isContentChanged) {
      markWriting();
      forgetDeleted();
      blobTable = writeBlobTable();
    }
    long end = blobTable.offset() + blobTable.storedSize();
    if (isContentChanged || isXmlChanged) {
      markWriting();
      xml = writeXml(file.xmlData().withoutImages());
    }
    if (wantsIntegrity && (isContentChanged || !table.isPresent())) {
      markWriting();
      table = resources.addPlain(integrityTable(end), ResourceHeader.METADATA);
    }
    out.sync();
    device.write(
        0,
        ByteBuffer.wrap(header(flags, before.guid(), bootIndex, blobTable, xml, table).toBytes()));
    device.flush();
    isFinished = true;
  }

  private byte[] integrityTable(long end) throws IOException {
    if (!file.hasIntegrityTable()) {
      return IntegrityTable.of(out.flushedDevice(), end);
    }
    ResourceHeader tableBefore = before.blobTable();
    return IntegrityTable.of(
        out.flushedDevice(),
        end,
        file.integrityTable(),
        tableBefore.offset() + tableBefore.storedSize());
  }

  /** Takes deleted images' references back, by what the images say: counts in files are wrong. */
  private void forgetDeleted() throws IOException {
    if (deleted.isEmpty()) {
      return;
    }
    Map<Sha1, Long> remaining = new HashMap<>();
    for (int index : present.values()) {
      count(index).forEach((sha1, count) -> remaining.merge(sha1, count, Long::sum));
    }
    Map<Sha1, Long> counted = new HashMap<>();
    for (int index : deleted) {
      for (Sha1 sha1 : count(index).keySet()) {
        long added = blobs.get(sha1).references() - file.blob(sha1).orElseThrow().referenceCount();
        counted.put(sha1, added + remaining.getOrDefault(sha1, 0L));
      }
    }
    counted.forEach(
        (sha1, references) -> {
          if (references == 0) {
            blobs.remove(sha1);
          } else {
            blobs.get(sha1).setReferences(references);
          }
        });
  }

  /** How often an image of the file names each blob. */
  private Map<Sha1, Long> count(int index) throws IOException {
    Map<Sha1, Long> counts = new LinkedHashMap<>();
    for (WimEntry entry : file.image(index).entries()) {
      for (WimStream stream : entry.inode().streams()) {
        if (stream.blob().isPresent()) {
          counts.merge(stream.sha1(), 1L, Long::sum);
        }
      }
    }
    return counts;
  }

  /** Closes the file; what was not finished is taken back. */
  @Override
  public void close() throws IOException {
    try {
      resources.stop();
      if (isAppending && !isFinished) {
        device.setSize(sizeBefore);
        writeFlags(before.flags());
      }
    } finally {
      out.close();
    }
  }
}
