package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.Zeros;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Map;

/** A file as it will be when its log is replayed, for reading; nothing is written. */
final class ReplayedDevice implements BlockDevice {

  private final BlockDevice file;
  private final LogReplay replay;

  ReplayedDevice(BlockDevice file, LogReplay replay) {
    this.file = file;
    this.replay = replay;
  }

  @Override
  public String name() {
    return file.name();
  }

  @Override
  public long size() {
    return replay.fileSize();
  }

  @Override
  public boolean isReadOnly() {
    return true;
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    checkRange(position, target.remaining());
    long end = position + target.remaining();
    int start = target.position();
    int limit = target.limit();
    long fromFile = Math.max(0, Math.min(end, file.size()) - position);
    target.limit(start + (int) fromFile);
    file.read(position, target);
    target.limit(limit);
    Zeros.fill(target);
    for (LogEntry.Update zero : replay.zeros()) {
      long from = Math.max(position, zero.position());
      long to = Math.min(end, zero.position() + zero.length());
      if (from < to) {
        Zeros.fill(
            target
                .duplicate()
                .position(at(start, from - position))
                .limit(at(start, to - position)));
      }
    }
    long firstPage = position & -LogEntry.SECTOR_SIZE;
    for (Map.Entry<Long, byte[]> page : replay.pages().subMap(firstPage, end).entrySet()) {
      long from = Math.max(position, page.getKey());
      long to = Math.min(end, page.getKey() + LogEntry.SECTOR_SIZE);
      int inPage = (int) (from - page.getKey());
      target
          .duplicate()
          .position(at(start, from - position))
          .put(page.getValue(), inPage, (int) (to - from));
    }
  }

  private static int at(int start, long distance) {
    return start + (int) distance;
  }

  @Override
  public void write(long position, ByteBuffer source) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public MappedExtent map(long position) throws IOException {
    checkRange(position, 1);
    if (position < file.size()) {
      return new MappedExtent(position, file.size() - position, MappedExtent.Kind.DATA);
    }
    Long page = replay.pages().floorKey(position);
    if (page != null && page + LogEntry.SECTOR_SIZE > position) {
      return new MappedExtent(
          position, page + LogEntry.SECTOR_SIZE - position, MappedExtent.Kind.DATA);
    }
    Long next = replay.pages().higherKey(position);
    long end = next == null ? size() : next;
    return new MappedExtent(position, end - position, MappedExtent.Kind.ZERO);
  }

  @Override
  public void flush() {}

  @Override
  public void close() throws IOException {
    file.close();
  }

  @Override
  public String toString() {
    return name();
  }
}
