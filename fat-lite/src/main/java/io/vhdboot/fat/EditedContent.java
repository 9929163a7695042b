package io.vhdboot.fat;

import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.fat.AllocationTable.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** The content of a file that is edited, shared by all that have it open. */
final class EditedContent implements ResizableBlockDevice {

  private static final long MAX_SIZE = 0xFFFF_FFFFL;

  private final FatEditor editor;
  private final FatVolume volume;
  private final String name;
  private final ClusterChain chain;
  private long position;
  private long size;
  private int openCount;
  private boolean isWritten;
  private boolean isDeleted;

  private EditedContent(
      FatEditor editor, String name, ClusterChain chain, long position, long size) {
    this.editor = editor;
    this.volume = editor.volume();
    this.name = name;
    this.chain = chain;
    this.position = position;
    this.size = size;
  }

  static EditedContent open(FatEditor editor, String name, ShortEntry entry, long position)
      throws IOException {
    FatVolume volume = editor.volume();
    long first = entry.firstCluster(volume.type());
    // Throws where there are too few clusters; there may be more, which belong to the file too.
    ClusterChain.read(volume.table(), first, volume.clustersOf(entry.size()), volume.name(), name);
    ClusterChain chain =
        ClusterChain.readAll(volume.table(), first, volume.clusterCount(), volume.name(), name);
    return new EditedContent(editor, name, chain, position, entry.size());
  }

  void opened() {
    openCount++;
  }

  void moveTo(long newPosition) {
    position = newPosition;
  }

  void detach() {
    isDeleted = true;
  }

  private void checkThere() throws NoSuchFileException {
    if (isDeleted) {
      throw new NoSuchFileException(name, null, "was deleted");
    }
  }

  /** Gives clusters without clearing them. */
  void reserve(long newSize) throws IOException {
    synchronized (editor) {
      checkThere();
      checkSize(newSize);
      editor.begin();
      grow(newSize);
      size = newSize;
      writeEntry();
    }
  }

  private void checkSize(long newSize) throws FileSystemException {
    if (newSize < 0) {
      throw new IllegalArgumentException("size (" + newSize + ") must not be negative");
    }
    if (newSize > MAX_SIZE) {
      throw new FileSystemException(
          name, null, "cannot have " + newSize + " bytes: on FAT a file has less than 4 GiB");
    }
  }

  private void grow(long newSize) throws IOException {
    long missing = volume.clustersOf(newSize) - chain.clusterCount();
    if (missing > 0) {
      chain.append(volume.table().allocate(missing, chain.last()));
    }
  }

  @Override
  public void setSize(long newSize) throws IOException {
    synchronized (editor) {
      checkThere();
      checkSize(newSize);
      editor.begin();
      long old = size;
      if (newSize > old) {
        grow(newSize);
        size = newSize;
        zero(old, newSize - old);
        writeEntry();
      } else if (newSize < old) {
        List<Run> cut = chain.truncate(volume.clustersOf(newSize));
        size = newSize;
        writeEntry();
        if (chain.last() != 0) {
          volume.table().set(chain.last(), volume.type().endOfChain());
        }
        volume.table().free(cut);
      }
    }
  }

  private void writeEntry() throws IOException {
    isWritten = false;
    FatTime now = editor.now();
    ShortEntry entry = editor.read(position).withContent(chain.first(), size);
    editor.write(
        position,
        entry
            .withModified(now)
            .withAccessed(now)
            .withAttributes(entry.attributes() | FatAttributes.ARCHIVE));
  }

  /** Brings the entry up to date. */
  void settle() throws IOException {
    if (isWritten && !isDeleted) {
      writeEntry();
    }
  }

  @Override
  public String name() {
    return volume.name() + ": " + name;
  }

  @Override
  public long size() {
    synchronized (editor) {
      return size;
    }
  }

  @Override
  public void read(long at, ByteBuffer target) throws IOException {
    synchronized (editor) {
      checkThere();
      checkRange(at, target.remaining());
      FileContent.transfer(volume, chain, at, target, volume.device()::read);
    }
  }

  @Override
  public void write(long at, ByteBuffer source) throws IOException {
    synchronized (editor) {
      checkThere();
      checkRange(at, source.remaining());
      editor.begin();
      isWritten = true;
      FileContent.transfer(volume, chain, at, source, volume.device()::write);
    }
  }

  @Override
  public void zero(long at, long length) throws IOException {
    synchronized (editor) {
      checkThere();
      checkRange(at, length);
      editor.begin();
      isWritten = true;
      long clusterSize = volume.clusterSize();
      long end = at + length;
      for (long from = at; from < end; ) {
        long index = from / clusterSize;
        long count =
            Math.min(end - from, chain.contiguous(index) * clusterSize - from % clusterSize);
        volume
            .device()
            .zero(volume.clusterPosition(chain.cluster(index)) + from % clusterSize, count);
        from += count;
      }
    }
  }

  @Override
  public void flush() throws IOException {
    editor.flush();
  }

  @Override
  public void close() throws IOException {
    synchronized (editor) {
      if (openCount > 0 && --openCount == 0) {
        settle();
        if (!isDeleted) {
          editor.forget(position);
        }
      }
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
