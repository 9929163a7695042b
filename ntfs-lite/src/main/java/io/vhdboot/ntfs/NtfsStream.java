package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A data stream of a file, however NTFS stores it: in the MFT record, in clusters, with holes,
 * compressed by NTFS or by the Windows overlay filter. Holds nothing that would have to be closed.
 * Safe for use by several threads.
 */
public final class NtfsStream {

  private final NtfsFile file;
  private final NtfsAttribute attribute;
  private StreamContent content;

  NtfsStream(NtfsFile file, NtfsAttribute attribute) {
    this.file = file;
    this.attribute = attribute;
  }

  /** The name, empty for the unnamed stream, which is the file's content. */
  public String name() {
    return attribute.name();
  }

  /** The size in bytes. */
  public long size() {
    return attribute.size();
  }

  /** The size up to which it was ever written; what lies behind reads as zeros. */
  public long validDataLength() {
    return attribute.initialisedSize();
  }

  /** The bytes that it takes on the volume. */
  public long storedSize() {
    return attribute.storedSize();
  }

  /** Whether it lies in the MFT record itself. */
  public boolean isResident() {
    return attribute.isResident();
  }

  /** Whether it may have holes. */
  public boolean isSparse() {
    return attribute.isSparse();
  }

  /** Whether NTFS compressed it. */
  public boolean isCompressed() {
    return attribute.isCompressed();
  }

  /** Whether it is encrypted and hence cannot be read. */
  public boolean isEncrypted() {
    return attribute.isEncrypted();
  }

  /** Whether the Windows overlay filter compressed it: its bytes lie in another stream. */
  public boolean isOverlay() throws IOException {
    return name().isEmpty() && file.isOverlay();
  }

  /** Whether a filter of Windows says what its bytes are, or keeps them elsewhere. */
  boolean isFiltered() throws IOException {
    return name().isEmpty() && file.isFiltered(attribute);
  }

  /** The clusters in which it lies, in its own order; none when it is resident. */
  public List<NtfsExtent> extents() throws IOException {
    RunList runs = attribute.runs();
    List<NtfsExtent> extents = new ArrayList<>(runs.size());
    for (int i = 0; i < runs.size(); i++) {
      extents.add(new NtfsExtent(runs.vcn(i), runs.lcn(i), runs.length(i)));
    }
    return extents;
  }

  /**
   * Reads from a position on, until the buffer is full or the stream ends.
   *
   * @param position the position in the stream
   * @param target what is filled
   * @return how many bytes were read, or -1 when the position is not before the end
   * @throws UnsupportedFormatException when the stream is encrypted, or a filter of Windows keeps
   *     its bytes elsewhere
   */
  public int read(long position, ByteBuffer target) throws IOException {
    if (position < 0) {
      throw new IllegalArgumentException("position (" + position + ") must not be negative");
    }
    long left = size() - position;
    if (left <= 0) {
      return -1;
    }
    int count = (int) Math.min(left, target.remaining());
    int limit = target.limit();
    target.limit(target.position() + count);
    try {
      content().read(position, target);
    } finally {
      target.limit(limit);
    }
    return count;
  }

  /** The bytes from the begin. Closing the stream does nothing. */
  public InputStream newInputStream() throws IOException {
    return new StreamInput(this, content().size());
  }

  /**
   * The stream as a device that cannot be written, such as the VHD that it holds. Reads go straight
   * to the volume's device; holes of the stream show as such. Closing it does nothing.
   */
  public BlockDevice device() throws IOException {
    return new StreamDevice(toString(), content(), file.volume().sectorSize());
  }

  private synchronized StreamContent content() throws IOException {
    if (content == null) {
      content = file.content(attribute);
    }
    return content;
  }

  @Override
  public String toString() {
    return file.label() + (name().isEmpty() ? "" : ":" + name());
  }
}
