package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * The device of a volume that is edited: reads find the metadata that is newer in memory. Writes go
 * straight through and are for content only.
 */
final class EditedDevice implements BlockDevice {

  private final BlockDevice device;
  private final TreeMap<Long, Piece> pieces = new TreeMap<>();
  private int longest;
  private boolean isWritten;

  /** Gives the bytes of some metadata as they belong on disk. */
  interface Source {
    byte[] bytes();
  }

  private record Piece(Source source, int offset, int length) {}

  EditedDevice(BlockDevice device) {
    this.device = device;
  }

  /** Shows bytes of a source at a position, in place of what the device holds. */
  synchronized void show(long position, int length, Source source, int offset) {
    pieces.put(position, new Piece(source, offset, length));
    longest = Math.max(longest, length);
  }

  /** Shows what the device holds again. */
  synchronized void hide(long position) {
    pieces.remove(position);
  }

  @Override
  public String name() {
    return device.name();
  }

  @Override
  public long size() {
    return device.size();
  }

  @Override
  public int sectorSize() {
    return device.sectorSize();
  }

  @Override
  public boolean isReadOnly() {
    return device.isReadOnly();
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    ByteBuffer filled = target.slice();
    device.read(position, target);
    overlay(position, filled);
  }

  private synchronized void overlay(long position, ByteBuffer target) {
    if (pieces.isEmpty()) {
      return;
    }
    long end = position + target.limit();
    for (Map.Entry<Long, Piece> entry :
        pieces.subMap(position - longest + 1, true, end, false).entrySet()) {
      Piece piece = entry.getValue();
      long from = Math.max(position, entry.getKey());
      long to = Math.min(end, entry.getKey() + piece.length);
      if (from < to) {
        target.put(
            (int) (from - position),
            piece.source.bytes(),
            piece.offset + (int) (from - entry.getKey()),
            (int) (to - from));
      }
    }
  }

  @Override
  public void write(long position, ByteBuffer source) throws IOException {
    isWritten = true;
    device.write(position, source);
  }

  @Override
  public void zero(long position, long length) throws IOException {
    isWritten = true;
    device.zero(position, length);
  }

  @Override
  public MappedExtent map(long position) throws IOException {
    return device.map(position);
  }

  @Override
  public void flush() throws IOException {
    device.flush();
    isWritten = false;
  }

  /** Flushes the device if anything, content too, was written since it was flushed last. */
  void barrier() throws IOException {
    if (isWritten) {
      flush();
    }
  }

  /** Leaves the device open, which is the caller's. */
  @Override
  public void close() {}

  @Override
  public String toString() {
    return device.toString();
  }
}
