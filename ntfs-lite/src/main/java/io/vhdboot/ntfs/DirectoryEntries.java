package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Goes through the index of a directory, which is read block by block, and puts short names beside
 * their long ones. The short names are collected beforehand; nothing else is held.
 */
final class DirectoryEntries {

  /** The name of a directory's index. */
  static final String INDEX = "$I30";

  private final AttributeSet directory;
  private final Map<Long, String> shortNames = new HashMap<>();
  private final IndexCursor cursor;

  DirectoryEntries(AttributeSet directory, ClusterSpace clusters) throws IOException {
    this.directory = directory;
    StreamContent blocks = IndexCursor.blocks(directory, INDEX);
    StreamContent toWalk = blocks == null ? null : new ReadAhead(blocks);
    IndexCursor ahead = IndexCursor.open(directory, INDEX, toWalk, clusters);
    while (ahead.next()) {
      FileName name = fileName(ahead);
      if (name.namespace() == FileName.DOS) {
        shortNames.put(ahead.entry().reference(), name.name());
      }
    }
    this.cursor = IndexCursor.open(directory, INDEX, toWalk, clusters);
  }

  /** The next entry, or null behind the last. */
  NtfsDirectoryEntry next() throws IOException {
    while (cursor.next()) {
      long reference = cursor.entry().reference();
      FileName name = fileName(cursor);
      if (name.namespace() != FileName.DOS && !isSelf(directory, reference)) {
        return NtfsDirectoryEntry.of(name, reference, shortName(name, reference));
      }
    }
    return null;
  }

  private Optional<String> shortName(FileName name, long reference) {
    return switch (name.namespace()) {
      case FileName.WIN32 -> Optional.ofNullable(shortNames.get(reference));
      case FileName.WIN32_AND_DOS -> Optional.of(name.name());
      default -> Optional.empty();
    };
  }

  /**
   * The entry of a name, long or short, without regard to case; where several names differ only in
   * case, the exact one is preferred.
   */
  static Optional<NtfsDirectoryEntry> find(
      AttributeSet directory, String name, ClusterSpace clusters, FileNameCollation collation)
      throws IOException {
    IndexCursor cursor = IndexCursor.open(directory, INDEX, clusters);
    cursor.seek(
        (node, entry) ->
            collation.compareIgnoringCase(fileName(node, entry, cursor.source()).name(), name));
    FileName best = null;
    long reference = 0;
    while (cursor.next()) {
      FileName found = fileName(cursor);
      if (collation.compareIgnoringCase(found.name(), name) != 0) {
        break;
      }
      boolean isExact = found.name().equals(name);
      if ((best == null || isExact) && !isSelf(directory, cursor.entry().reference())) {
        best = found;
        reference = cursor.entry().reference();
      }
      if (isExact) {
        break;
      }
    }
    if (best == null) {
      return Optional.empty();
    }
    boolean isShort =
        best.namespace() == FileName.DOS || best.namespace() == FileName.WIN32_AND_DOS;
    return Optional.of(
        NtfsDirectoryEntry.of(
            best, reference, isShort ? Optional.of(best.name()) : Optional.empty()));
  }

  /** Whether an entry is that of the directory in itself, which the root has. */
  private static boolean isSelf(AttributeSet directory, long reference) {
    return FileReference.record(reference) == FileReference.record(directory.reference());
  }

  private static FileName fileName(IndexCursor cursor) throws CorruptFormatException {
    return fileName(cursor.bytes(), cursor.entry(), cursor.source());
  }

  private static FileName fileName(byte[] node, IndexEntry entry, String source)
      throws CorruptFormatException {
    int key = entry.keyPosition();
    return FileName.get(node, key, key + entry.keyLength(), source);
  }
}
