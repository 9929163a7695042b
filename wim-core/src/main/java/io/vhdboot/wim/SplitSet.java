package io.vhdboot.wim;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.FileDevice;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a WIM that is split, one behind the other: {@code name.swm}, {@code name2.swm},
 * {@code name3.swm} and so on. Each has a header and a blob table of its own.
 */
final class SplitSet implements BlockDevice {

  private final String name;
  private final List<FileDevice> parts;
  private final long[] starts;

  private SplitSet(String name, List<FileDevice> parts) {
    this.name = name;
    this.parts = parts;
    this.starts = new long[parts.size() + 1];
    for (int i = 0; i < parts.size(); i++) {
      starts[i + 1] = starts[i] + parts.get(i).size();
    }
  }

  /**
   * Opens all parts of the set that a file belongs to.
   *
   * @param header the header of that file
   * @throws NoSuchFileException when a part is not beside it
   * @throws CorruptFormatException when a file of a part's name is not that part
   */
  static SplitSet open(Path path, WimHeader header) throws IOException {
    List<FileDevice> parts = new ArrayList<>();
    try {
      for (int number = 1; number <= header.partCount(); number++) {
        Path part = part(path, header.partNumber(), number);
        if (!Files.exists(part)) {
          throw new NoSuchFileException(
              part.toString(), null, "part " + number + " of " + header.partCount());
        }
        parts.add(FileDevice.openReadOnly(part));
        WimHeader found = WimHeader.read(parts.get(number - 1));
        if (!found.guid().equals(header.guid())
            || found.partNumber() != number
            || found.partCount() != header.partCount()
            || found.compression() != header.compression()
            || found.chunkSize() != header.chunkSize()) {
          throw new CorruptFormatException(
              part.toString(), 0x18, "is not part " + number + " of the set of " + path);
        }
      }
      return new SplitSet(path + " in " + header.partCount() + " parts", parts);
    } catch (IOException | RuntimeException e) {
      for (Closeable part : parts) {
        part.close();
      }
      throw e;
    }
  }

  /** The file of another part of the set that a part belongs to. */
  static Path part(Path path, int itsNumber, int wanted) {
    String file = path.getFileName().toString();
    int dot = file.lastIndexOf('.');
    String extension = dot < 0 ? "" : file.substring(dot);
    String base = dot < 0 ? file : file.substring(0, dot);
    String suffix = Integer.toString(itsNumber);
    if (itsNumber > 1 && base.endsWith(suffix)) {
      base = base.substring(0, base.length() - suffix.length());
    }
    return path.resolveSibling(base + (wanted == 1 ? "" : wanted) + extension);
  }

  /** The headers of the parts, with places that count from the begin of the set. */
  List<WimHeader> headers() throws IOException {
    List<WimHeader> headers = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      headers.add(WimHeader.read(parts.get(i)).shifted(starts[i]));
    }
    return headers;
  }

  /** Where a part begins, by its number from 1. */
  long startOf(int part) {
    return starts[part - 1];
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() {
    return starts[parts.size()];
  }

  @Override
  public boolean isReadOnly() {
    return true;
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    checkRange(position, target.remaining());
    int limit = target.limit();
    long at = position;
    for (int i = 0; target.hasRemaining(); i++) {
      if (at < starts[i + 1]) {
        int count = (int) Math.min(target.remaining(), starts[i + 1] - at);
        target.limit(target.position() + count);
        parts.get(i).read(at - starts[i], target);
        target.limit(limit);
        at += count;
      }
    }
  }

  @Override
  public void write(long position, ByteBuffer source) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void flush() {}

  @Override
  public void close() throws IOException {
    for (FileDevice part : parts) {
      part.close();
    }
  }
}
