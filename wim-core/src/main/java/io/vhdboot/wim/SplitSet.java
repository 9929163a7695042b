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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The parts of a WIM that is split, one behind the other: {@code name.swm}, {@code name2.swm},
 * {@code name3.swm} and so on. Each has a header and a blob table of its own.
 */
final class SplitSet implements BlockDevice {

  private final String name;
  private final List<BlockDevice> parts;
  private final long[] starts;

  private SplitSet(String name, List<BlockDevice> parts) {
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
   * @param elsewhere files that may be parts too, for those that are not beside it
   * @throws NoSuchFileException when a part is nowhere
   * @throws CorruptFormatException when a file of a part's name is not that part
   */
  static SplitSet open(Path path, WimHeader header, List<Path> elsewhere) throws IOException {
    List<BlockDevice> parts = new ArrayList<>();
    try {
      Map<Integer, Path> known = find(header, elsewhere);
      for (int number = 1; number <= header.partCount(); number++) {
        Path part = known.getOrDefault(number, part(path, header.partNumber(), number));
        if (!Files.exists(part)) {
          throw new NoSuchFileException(
              part.toString(), null, "part " + number + " of " + header.partCount());
        }
        parts.add(FileDevice.openReadOnly(part));
        check(parts.get(number - 1), number, header, path.toString());
      }
      return new SplitSet(path + " in " + header.partCount() + " parts", parts);
    } catch (IOException | RuntimeException e) {
      for (Closeable part : parts) {
        part.close();
      }
      throw e;
    }
  }

  /**
   * Puts parts together that are open.
   *
   * @param parts all of them, in order; closed with the set
   * @throws CorruptFormatException when they are not the parts of one set
   */
  static SplitSet of(List<BlockDevice> parts) throws IOException {
    String first = parts.get(0).name();
    WimHeader header = WimHeader.read(parts.get(0));
    if (header.partCount() != parts.size()) {
      throw new CorruptFormatException(
          first, 0x2A, "has " + header.partCount() + " parts, but there are " + parts.size());
    }
    for (int i = 0; i < parts.size(); i++) {
      check(parts.get(i), i + 1, header, first);
    }
    return new SplitSet(first + " in " + parts.size() + " parts", List.copyOf(parts));
  }

  private static void check(BlockDevice part, int number, WimHeader header, String set)
      throws IOException {
    WimHeader found = WimHeader.read(part);
    if (!found.guid().equals(header.guid())
        || found.partNumber() != number
        || found.partCount() != header.partCount()
        || found.compression() != header.compression()
        || found.chunkSize() != header.chunkSize()) {
      throw new CorruptFormatException(
          part.name(), 0x18, "is not part " + number + " of the set of " + set);
    }
  }

  /** The files among some that are parts of a set, by their numbers. */
  private static Map<Integer, Path> find(WimHeader header, List<Path> files) throws IOException {
    Map<Integer, Path> found = new HashMap<>();
    for (Path file : files) {
      try (FileDevice device = FileDevice.openReadOnly(file)) {
        if (WimHeader.isPresent(device)) {
          WimHeader other = WimHeader.read(device);
          if (other.guid().equals(header.guid()) && other.partCount() == header.partCount()) {
            found.putIfAbsent(other.partNumber(), file);
          }
        }
      }
    }
    return found;
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
    for (BlockDevice part : parts) {
      part.close();
    }
  }
}
