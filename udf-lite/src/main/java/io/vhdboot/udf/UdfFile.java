package io.vhdboot.udf;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file of UDF, known by what its directory says; its own entry is read when it is first wanted.
 *
 * <p>A directory's content is a sequence of identifiers:
 *
 * <pre>
 * 00 16  {@link DescriptorTag}, kind 257
 * 12  1  characteristics: 1 hidden, 2 directory, 4 deleted, 8 parent
 * 13  1  length of the name
 * 14 16  {@link LongAllocation} of the file's entry
 * 24  2  length of what the implementation uses
 * 26     that, then the name, filled up to a multiple of 4
 * </pre>
 *
 * <p>Source: ECMA-167, 4/14.4.
 */
final class UdfFile extends DiscFile {

  private static final int HIDDEN = 1;
  private static final int IS_DIRECTORY = 2;
  private static final int DELETED = 4;
  private static final int PARENT = 8;
  private static final int IDENTIFIER_SIZE = 0x26;

  /** The most bytes of a directory, about 500,000 names. */
  private static final int MAX_DIRECTORY_SIZE = 64 << 20;

  private static final int MAX_LINK_SIZE = 1 << 16;

  private final UdfPartitions partitions;
  private final LongAllocation place;
  private final int characteristics;
  private FileEntry entry;

  private UdfFile(
      String name, UdfPartitions partitions, LongAllocation place, int characteristics) {
    super(name);
    this.partitions = partitions;
    this.place = place;
    this.characteristics = characteristics;
  }

  /** The root directory. */
  static UdfFile root(UdfPartitions partitions, LongAllocation place) throws IOException {
    UdfFile root = new UdfFile("", partitions, place, IS_DIRECTORY);
    if (root.entry().kind() != FileEntry.DIRECTORY) {
      throw new CorruptFormatException(
          partitions.source(), root.place(), "the root is no directory");
    }
    return root;
  }

  private synchronized FileEntry entry() throws IOException {
    if (entry == null) {
      entry = FileEntry.read(partitions, place);
    }
    return entry;
  }

  @Override
  public boolean isDirectory() {
    return (characteristics & IS_DIRECTORY) != 0;
  }

  @Override
  public boolean isHidden() {
    return (characteristics & HIDDEN) != 0;
  }

  @Override
  public Optional<String> linkTarget() throws IOException {
    if (isDirectory() || entry().kind() != FileEntry.SYMBOLIC_LINK) {
      return Optional.empty();
    }
    BlockDevice content = entry().device(toString());
    if (content.size() > MAX_LINK_SIZE) {
      throw new CorruptFormatException(
          partitions.source(), place(), "a link of " + content.size() + " bytes");
    }
    return Optional.of(path(content.read(0, (int) content.size())));
  }

  /** Puts the components of a path together: kind, length, version (2), name. */
  private String path(byte[] bytes) throws CorruptFormatException {
    StringBuilder path = new StringBuilder();
    int at = 0;
    while (at + 4 <= bytes.length) {
      int length = bytes[at + 1] & 0xFF;
      if (length > bytes.length - at - 4) {
        throw new CorruptFormatException(
            partitions.source(), place(), "a component of a link reaches out of it");
      }
      String component =
          switch (bytes[at]) {
            case 1, 2 -> "/";
            case 3 -> "..";
            case 4 -> ".";
            default -> CompressedUnicode.get(bytes, at + 4, length, partitions.source(), place());
          };
      if (path.length() > 0 && path.charAt(path.length() - 1) != '/') {
        path.append('/');
      }
      path.append(component);
      at += 4 + length;
    }
    return path.toString();
  }

  @Override
  public long size() throws IOException {
    return isDirectory() ? 0 : entry().size();
  }

  @Override
  public Optional<Instant> modified() throws IOException {
    return entry().modified();
  }

  @Override
  BlockDevice open() throws IOException {
    return entry().device(partitions.source() + ": " + this);
  }

  @Override
  long place() {
    return partitions.position(place.block());
  }

  @Override
  List<DiscFile> readDirectory() throws IOException {
    BlockDevice content = entry().device(toString());
    String source = partitions.source();
    if (content.size() > MAX_DIRECTORY_SIZE) {
      throw new CorruptFormatException(
          source, place(), "a directory of " + content.size() + " bytes is too large");
    }
    byte[] bytes = content.read(0, (int) content.size());
    List<DiscFile> files = new ArrayList<>();
    int at = 0;
    while (bytes.length - at >= IDENTIFIER_SIZE) {
      DescriptorTag tag = DescriptorTag.get(bytes, at, source, place());
      int flags = bytes[at + 0x12];
      int nameLength = bytes[at + 0x13] & 0xFF;
      int nameStart = at + IDENTIFIER_SIZE + LittleEndian.u16(bytes, at + 0x24);
      if (tag.kind() != DescriptorTag.FILE_IDENTIFIER || nameStart + nameLength > bytes.length) {
        throw new CorruptFormatException(
            source, place(), "at " + at + " of a directory stands no identifier of a file");
      }
      if ((flags & (DELETED | PARENT)) == 0) {
        String name = CompressedUnicode.get(bytes, nameStart, nameLength, source, place());
        files.add(new UdfFile(name, partitions, LongAllocation.get(bytes, at + 0x14), flags));
      }
      at = nameStart + nameLength + 3 & -4;
    }
    return files;
  }
}
