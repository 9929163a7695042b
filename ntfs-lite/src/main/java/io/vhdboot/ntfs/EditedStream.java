package io.vhdboot.ntfs;

import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;

/** A stream of a file as a device that can be written and resized. */
final class EditedStream implements ResizableBlockDevice {

  private final VolumeEdit volume;
  private final long reference;
  private final String stream;
  private final String name;

  /**
   * Opens a stream.
   *
   * @param reference the file
   * @param stream the name of the stream as it stands in the file
   * @param name what messages call it
   */
  EditedStream(VolumeEdit volume, long reference, String stream, String name) {
    this.volume = volume;
    this.reference = reference;
    this.stream = stream;
    this.name = name;
  }

  private AttributeEdit attribute() throws IOException {
    volume.checkOpen();
    return volume
        .file(reference, name)
        .find(AttributeType.DATA, stream)
        .orElseThrow(() -> new NoSuchFileException(name));
  }

  /**
   * The stream, if it can be written; that of a file that CompactOS compressed is stored plainly
   * before.
   *
   * @param keep how many of its bytes are still wanted
   */
  private AttributeEdit writable(long keep) throws IOException {
    AttributeEdit now = attribute();
    OverlayEdit.checkOther(now.file(), stream);
    if (stream.isEmpty() && OverlayEdit.isOverlay(now.file())) {
      volume.edit(
          () -> {
            OverlayEdit.store(attribute().file(), keep);
            return null;
          });
      now = attribute();
    }
    if (now.isEncrypted()) {
      throw new UnsupportedFormatException(
          name, UnsupportedFormatException.NO_OFFSET, "the stream is encrypted (EFS)");
    }
    if (isFiltered(now)) {
      throw new UnsupportedFormatException(
          name,
          UnsupportedFormatException.NO_OFFSET,
          "a filter of Windows keeps the bytes of the file elsewhere: it cannot be written");
    }
    return now;
  }

  /** Whether the file's reparse point says that the bytes are not those of the stream. */
  private boolean isFiltered(AttributeEdit now) throws IOException {
    return stream.isEmpty()
        && now.file().find(AttributeType.REPARSE_POINT).isPresent()
        && snapshot().isFiltered();
  }

  private NtfsStream snapshot() throws IOException {
    return volume.volume().file(FileReference.record(reference)).stream(stream);
  }

  @Override
  public String name() {
    return name;
  }

  /** The size now; 0 when the stream is gone. */
  @Override
  public long size() {
    try {
      return attribute().size();
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public int sectorSize() {
    return volume.volume().sectorSize();
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    checkRange(position, target.remaining());
    AttributeEdit now = attribute();
    if (now.isEncrypted() || isFiltered(now)) {
      snapshot().read(position, target);
    } else if (now.isCompressed()) {
      new CompressedStreamEdit(now).read(position, target);
    } else {
      now.read(position, target);
    }
  }

  @Override
  public void write(long position, ByteBuffer source) throws IOException {
    int length = source.remaining();
    checkRange(position, length);
    if (length == 0) {
      return;
    }
    AttributeEdit now = writable(Long.MAX_VALUE);
    if (new StreamEdit(now).isInPlace(position, length)) {
      volume.begin();
      now.write(position, source);
    } else {
      volume.edit(
          () -> {
            AttributeEdit stream = writable(Long.MAX_VALUE);
            if (stream.isCompressed()) {
              new CompressedStreamEdit(stream).write(position, source.duplicate());
            } else {
              new StreamEdit(stream).write(position, source.duplicate());
            }
            return null;
          });
      source.position(source.limit());
    }
    volume.settling().contentWritten(FileReference.record(reference));
  }

  @Override
  public void zero(long position, long length) throws IOException {
    checkRange(position, length);
    if (length == 0) {
      return;
    }
    volume.edit(
        () -> {
          AttributeEdit stream = writable(Long.MAX_VALUE);
          if (stream.isCompressed()) {
            new CompressedStreamEdit(stream).zero(position, length);
          } else {
            new StreamEdit(stream).zero(position, length);
          }
          return null;
        });
    volume.settling().contentWritten(FileReference.record(reference));
  }

  @Override
  public void setSize(long size) throws IOException {
    if (size < 0) {
      throw new IllegalArgumentException("size (" + size + ") must not be negative");
    }
    if (size == attribute().size()) {
      return;
    }
    VolumeEdit.Change<Void> change =
        () -> {
          AttributeEdit stream = writable(size);
          if (stream.isCompressed()) {
            new CompressedStreamEdit(stream).setSize(size);
          } else {
            new StreamEdit(stream).setSize(size);
          }
          return null;
        };
    if (size < attribute().size()) {
      volume.editWithReserve(change);
    } else {
      volume.edit(change);
    }
    volume.settling().contentWritten(FileReference.record(reference));
  }

  @Override
  public MappedExtent map(long position) throws IOException {
    checkRange(position, 1);
    AttributeEdit now = attribute();
    return now.isCompressed()
        ? new CompressedStreamEdit(now).map(position)
        : new StreamEdit(now).map(position);
  }

  /** Makes all edits of the volume durable. */
  @Override
  public void flush() throws IOException {
    volume.flush();
  }

  /** Brings the times and sizes that directories repeat up to date; the volume stays open. */
  @Override
  public void close() throws IOException {
    if (!volume.isClosed() && volume.isThere(reference)) {
      volume.settling().settle(FileReference.record(reference));
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
