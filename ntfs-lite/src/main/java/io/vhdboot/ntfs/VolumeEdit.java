package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.Utf16;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A volume that is edited: what its files, indexes and streams share. Each change is an {@link
 * #edit} that happens wholly or not at all, in memory; {@link #flush} brings it down.
 *
 * <p>One thread at a time.
 */
final class VolumeEdit implements WriteBack.Places {

  private static final long MFT = 0;
  private static final long MIRROR = 1;
  private static final long LOG_FILE = 2;
  private static final long VOLUME = 3;
  private static final long BITMAP = 6;
  private static final int CACHED_FILES = 256;
  private static final int LOG_STEP = 1 << 20;

  private final NtfsEditOptions options;
  private final NtfsVolume volume;
  private final MasterFileTable table;
  private final ClusterSpace clusters;
  private final FileNameCollation collation;
  private final WriteBack writeBack;
  private final AttributeEdit mirror;
  private final ClusterAllocator allocator;
  private final RecordAllocator records;
  private final SecurityEdit security = new SecurityEdit(this);
  private final ExtendEdit extend = new ExtendEdit(this);
  private final Map<Long, FileEdit> files = new LinkedHashMap<>(64, 0.75f, true);
  private final Map<Long, FileEdit> inEdit = new LinkedHashMap<>();
  private final Settling settling = new Settling(this);
  private boolean isEditing;
  private boolean hasBegun;
  private boolean isClosed;

  /** A change that can be made again from its begin, should it have been undone. */
  interface Change<T> {
    T make() throws IOException;
  }

  private VolumeEdit(EditedDevice device, NtfsVolume volume, NtfsEditOptions options)
      throws IOException {
    this.options = options;
    this.volume = volume;
    this.table = volume.table();
    this.clusters = volume.clusters();
    this.collation = volume.collation();
    this.writeBack = new WriteBack(device, volume.recordSize());
    table.prefer(writeBack);
    FileEdit mft = file(MFT);
    AttributeEdit data = mft.get(AttributeType.DATA, "");
    this.mirror = file(MIRROR).get(AttributeType.DATA, "");
    if (mirror.isResident()) {
      throw new CorruptFormatException(
          mirror.file().source(),
          CorruptFormatException.NO_OFFSET,
          mirror + " must be in clusters");
    }
    AttributeEdit clusterBits = file(BITMAP).get(AttributeType.DATA, "");
    AttributeEdit recordBits = mft.get(AttributeType.BITMAP, "");
    checkBits(clusterBits, clusters.clusterCount());
    checkBits(recordBits, volume.recordCount());
    this.allocator =
        new ClusterAllocator(
            clusters,
            new AllocationBitmap(writeBack, clusterBits, clusters.clusterCount()),
            options.reserve());
    this.records =
        new RecordAllocator(
            this, new AllocationBitmap(writeBack, recordBits, volume.recordCount()));
    allocator.keepZone(data.nearEnd());
  }

  private static void checkBits(AttributeEdit bits, long count) throws CorruptFormatException {
    if (bits.isResident() || bits.size() < (count + 7) / 8) {
      throw new CorruptFormatException(
          bits.file().source(),
          CorruptFormatException.NO_OFFSET,
          bits + " of " + bits.size() + " bytes cannot have a bit for each of " + count);
    }
  }

  /**
   * Opens a volume for editing.
   *
   * @throws UncleanVolumeException when its state on disk may not be what it means
   */
  static VolumeEdit open(BlockDevice device, NtfsEditOptions options) throws IOException {
    EditedDevice edited = new EditedDevice(device);
    NtfsVolume volume = NtfsVolume.open(edited);
    if (device.isReadOnly()) {
      throw new ReadOnlyFileSystemException();
    }
    if (volume.isBackupBootSectorUsed()) {
      throw new UncleanVolumeException(
          volume.name(), "the boot sector is damaged: repair the volume before it is edited");
    }
    if (volume.isDirty()) {
      throw new UncleanVolumeException(
          volume.name(),
          "the volume is marked dirty: it was not dismounted, or damage was met;"
              + " let it be checked before it is edited");
    }
    LogState log = volume.logState();
    if (log == LogState.PENDING || log == LogState.UNREADABLE) {
      throw new UncleanVolumeException(
          volume.name(),
          log == LogState.PENDING
              ? "$LogFile has changes that are not on the volume yet (Windows was not shut down,"
                  + " or hibernates): let Windows mount and dismount it before it is edited"
              : "$LogFile is damaged, so it cannot be told how the volume was left:"
                  + " let it be checked before it is edited");
    }
    return new VolumeEdit(edited, volume, options);
  }

  NtfsEditOptions options() {
    return options;
  }

  NtfsVolume volume() {
    return volume;
  }

  ClusterSpace clusters() {
    return clusters;
  }

  FileNameCollation collation() {
    return collation;
  }

  int recordSize() {
    return table.recordSize();
  }

  WriteBack writeBack() {
    return writeBack;
  }

  ClusterAllocator allocator() {
    return allocator;
  }

  @Override
  public AllocationBitmap clusterBits() {
    return allocator.bitmap();
  }

  @Override
  public AllocationBitmap recordBits() {
    return records.bitmap();
  }

  @Override
  public boolean hasTableGrown() {
    return records.hasGrown();
  }

  @Override
  public AttributeEdit tableData() throws IOException {
    return file(MFT).get(AttributeType.DATA, "");
  }

  @Override
  public AttributeEdit mirrorData() {
    return mirror;
  }

  RecordAllocator records() {
    return records;
  }

  MasterFileTable table() {
    return table;
  }

  /**
   * A file by the number of its base record. Within an edit it is the same object whenever it is
   * asked for; what was changed in it is stored when the edit is through.
   *
   * @throws CorruptFormatException when the record is damaged, free, or part of another file
   */
  FileEdit file(long number) throws IOException {
    FileEdit file = inEdit.get(number);
    if (file != null) {
      return file;
    }
    file = files.get(number);
    if (file == null || file.isDeleted()) {
      file = FileEdit.load(this, number);
      files.put(number, file);
      if (files.size() > CACHED_FILES) {
        files.remove(files.keySet().iterator().next());
      }
    }
    if (isEditing) {
      inEdit.put(number, file);
    }
    return file;
  }

  /**
   * A file by its reference.
   *
   * @param name what messages call it, which is turned into text for them only
   * @throws NoSuchFileException when it is gone
   */
  FileEdit file(long reference, Object name) throws IOException {
    if (!isThere(reference)) {
      throw new NoSuchFileException(volume.name() + ": " + name);
    }
    return file(FileReference.record(reference));
  }

  /** Whether a reference still leads to its file. */
  boolean isThere(long reference) throws IOException {
    long number = FileReference.record(reference);
    FileEdit known = known(number);
    if (known != null) {
      return known.reference() == reference;
    }
    FileRecord header = header(number);
    return header != null && header.sequence() == FileReference.sequence(reference);
  }

  /** A file that is held and was not deleted, or null. */
  private FileEdit known(long number) {
    FileEdit file = inEdit.get(number);
    if (file == null) {
      file = files.get(number);
    }
    return file == null || file.isDeleted() ? null : file;
  }

  /** The header of a record that is in use and the base of a file, or null. */
  private FileRecord header(long number) throws IOException {
    byte[] record = table.viewIfPresent(number);
    if (record == null) {
      return null;
    }
    FileRecord header = FileRecord.get(record, table.source(number));
    return header.isInUse() && !header.isExtension() ? header : null;
  }

  /** A new file without any attribute. */
  FileEdit createFile(int flags) throws IOException {
    FileEdit file = FileEdit.create(this, flags);
    files.put(file.number(), file);
    inEdit.put(file.number(), file);
    return file;
  }

  /** Gives clusters back; blocks of metadata that lie there are forgotten. */
  void release(DataRun run, int type) {
    if (run.isHole()) {
      return;
    }
    if (type == AttributeType.INDEX_ALLOCATION || type == AttributeType.BITMAP) {
      writeBack.dropBlocks(clusters.position(run.lcn()), clusters.position(run.length()));
    }
    allocator.free(run);
  }

  /**
   * Makes a change, wholly or not at all. Where clusters are short that earlier changes gave back,
   * these are brought down first and the change is made once more.
   */
  <T> T edit(Change<T> change) throws IOException {
    checkOpen();
    if (isEditing) {
      return change.make();
    }
    begin();
    if (writeBack.heldBytes() > options.memory() || settling.isDue()) {
      flush();
    }
    try {
      return editOnce(change);
    } catch (NoSpaceException e) {
      if (!allocator.bitmap().hasFreed() && !records.bitmap().hasFreed()) {
        throw e;
      }
      flush();
      return editOnce(change);
    }
  }

  /** Makes a change that gives room back, and may use what is kept for this. */
  <T> T editWithReserve(Change<T> change) throws IOException {
    return withReserve(() -> edit(change));
  }

  /** The same outside of another edit, and without a second attempt. */
  <T> T editOnceWithReserve(Change<T> change) throws IOException {
    return withReserve(() -> editOnce(change));
  }

  private <T> T withReserve(Change<T> change) throws IOException {
    boolean before = allocator.useReserve(true);
    try {
      return change.make();
    } finally {
      allocator.useReserve(before);
    }
  }

  private <T> T editOnce(Change<T> change) throws IOException {
    writeBack.begin();
    isEditing = true;
    boolean isDone = false;
    try {
      T result = change.make();
      for (FileEdit file : new ArrayList<>(inEdit.values())) {
        file.store();
      }
      isDone = true;
      return result;
    } finally {
      isEditing = false;
      inEdit.clear();
      settling.editEnded(isDone);
      if (isDone) {
        writeBack.commit();
        security.done();
      } else {
        undo();
      }
    }
  }

  private void undo() throws IOException {
    writeBack.rollback();
    files.clear();
    table.forget();
    records.undone();
    security.undone();
  }

  /** What files do not say of themselves yet. */
  Settling settling() {
    return settling;
  }

  /** Whether an edit is being made. */
  boolean isEditing() {
    return isEditing;
  }

  boolean isClosed() {
    return isClosed;
  }

  void checkOpen() throws IOException {
    if (isClosed) {
      throw new IOException(volume.name() + ": the editor is closed");
    }
  }

  /** Security descriptors. */
  SecurityEdit security() {
    return security;
  }

  /** Sets the label. */
  void setLabel(String label) throws IOException {
    byte[] value = new byte[2 * label.length()];
    Utf16.put(value, 0, label);
    file(VOLUME).put(AttributeType.VOLUME_NAME, "", value);
  }

  /** The files in $Extend. */
  ExtendEdit extend() {
    return extend;
  }

  /** Takes a file that goes out of the volume's own indexes. */
  void forget(FileEdit file) throws IOException {
    extend.forget(file);
  }

  /** The time, in file time. */
  long now() {
    return FileTime100ns.of(options.clock().instant());
  }

  /** Whether a record is in use and the base of a file. */
  boolean isFile(long number) throws IOException {
    return known(number) != null || header(number) != null;
  }

  /** Marks the volume as being edited, before anything else is written to it. */
  void begin() throws IOException {
    if (hasBegun) {
      return;
    }
    LogState log = volume.logState();
    setDirty(true);
    bringDown();
    if (log != LogState.EMPTY) {
      eraseLog();
    }
    editOnceWithReserve(
        () -> {
          extend.begin();
          return null;
        });
    hasBegun = true;
  }

  private void setDirty(boolean dirty) throws IOException {
    FileEdit file = file(VOLUME);
    AttributeEdit attribute = file.get(AttributeType.VOLUME_INFORMATION, "");
    byte[] value = attribute.wholeValue(VolumeInformation.SIZE);
    VolumeInformation now = VolumeInformation.get(value, 0, value.length, file.source());
    int flags =
        dirty
            ? now.flags() | VolumeInformation.FLAG_DIRTY
            : now.flags() & ~VolumeInformation.FLAG_DIRTY;
    byte[] changed = value.clone();
    new VolumeInformation(now.major(), now.minor(), flags).put(changed, 0);
    attribute.setValue(changed);
    file.store();
    volume.readInformation();
  }

  /** Makes the log one that nothing was ever written to, which Windows begins afresh. */
  private void eraseLog() throws IOException {
    AttributeEdit log = file(LOG_FILE).get(AttributeType.DATA, "");
    byte[] ones = new byte[LOG_STEP];
    Arrays.fill(ones, (byte) 0xFF);
    for (long at = 0; at < log.size(); at += LOG_STEP) {
      log.write(at, ByteBuffer.wrap(ones, 0, (int) Math.min(LOG_STEP, log.size() - at)));
    }
    clusters.device().flush();
  }

  /** Brings everything down; the volume on disk is then what it is in memory. */
  void flush() throws IOException {
    checkOpen();
    if (hasBegun) {
      settling.settleAll();
      bringDown();
    } else {
      clusters.device().flush();
    }
  }

  /** Brings down what is held; what files say of themselves may be old. */
  void bringDown() throws IOException {
    writeBack.flush(this);
    records.flushed();
    table.forget();
  }

  /** Brings everything down and says that the volume is clean. */
  void close() throws IOException {
    if (isClosed) {
      return;
    }
    if (hasBegun) {
      flush();
      setDirty(false);
      bringDown();
    }
    isClosed = true;
  }
}
