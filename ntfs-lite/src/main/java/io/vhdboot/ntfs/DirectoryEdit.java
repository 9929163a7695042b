package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.util.Optional;

/** The entries of a directory that is edited. */
final class DirectoryEdit {

  private final FileEdit directory;
  private final IndexCollation ignoringCase;
  private final IndexEditor index;

  /**
   * Opens a directory.
   *
   * @throws CorruptFormatException when it has no index of names
   */
  DirectoryEdit(FileEdit directory) throws IOException {
    this.directory = directory;
    UpCaseTable capitals = directory.volume().collation().capitals();
    RecordIndexStore store = new RecordIndexStore(directory, DirectoryEntries.INDEX);
    this.ignoringCase = IndexCollation.ignoringCase(capitals);
    this.index =
        new IndexEditor(
            store, IndexCollation.of(IndexRoot.COLLATION_FILE_NAME, capitals, store.source()));
  }

  /**
   * What a directory has under a name.
   *
   * @param reference the file reference
   * @param name the name as it stands there
   */
  record Entry(long reference, FileName name) {}

  /** The entry of a name, long or short, exactly or else without regard to case. */
  Optional<Entry> find(String name) throws IOException {
    Optional<IndexItem> item = index.find(IndexCollation.nameKey(name), ignoringCase);
    if (item.isEmpty()) {
      return Optional.empty();
    }
    Entry entry = entry(item.get());
    return entry.name().name().equals(name)
        ? Optional.of(entry)
        : findExactly(name).or(() -> Optional.of(entry));
  }

  /** The entry of exactly this name. */
  Optional<Entry> findExactly(String name) throws IOException {
    Optional<IndexItem> item = index.find(IndexCollation.nameKey(name));
    return item.isPresent() ? Optional.of(entry(item.get())) : Optional.empty();
  }

  private Entry entry(IndexItem item) throws CorruptFormatException {
    byte[] key = item.key();
    return new Entry(item.reference(), FileName.get(key, 0, key.length, directory.source()));
  }

  void insert(long reference, FileName name) throws IOException {
    index.insert(IndexItem.ofFile(reference, name));
  }

  /**
   * Removes an entry.
   *
   * @throws CorruptFormatException when there is none
   */
  void remove(String name) throws IOException {
    if (!index.remove(IndexCollation.nameKey(name))) {
      throw new CorruptFormatException(
          directory.source(),
          CorruptFormatException.NO_OFFSET,
          "the directory has no entry of the name " + name);
    }
  }

  /** Brings what an entry says of its file up to date, where there is such an entry. */
  void refresh(long reference, FileName name) throws IOException {
    index.update(IndexItem.ofFile(reference, name));
  }

  /** Makes the root of the index as small as it can be. */
  void lowerRoot() throws IOException {
    index.lowerRoot();
  }

  /** Whether it has no entry. */
  boolean isEmpty() throws IOException {
    byte[] root = directory.get(AttributeType.INDEX_ROOT, DirectoryEntries.INDEX).value();
    IndexRoot header = IndexRoot.get(root, 0, root.length, directory.source());
    IndexEntry first =
        IndexEntry.get(
            root,
            IndexRoot.HEADER_OFFSET + header.header().firstEntry(),
            root.length,
            directory.source());
    return first.isEnd() && !first.hasChild();
  }

  /** The value of $INDEX_ROOT of a directory without entries. */
  static byte[] emptyRoot(NtfsBootSector boot) {
    int used = IndexHeader.SIZE + IndexEntry.HEADER_SIZE;
    byte[] value = new byte[IndexRoot.HEADER_OFFSET + used];
    new IndexRoot(
            AttributeType.FILE_NAME,
            IndexRoot.COLLATION_FILE_NAME,
            boot.indexBlockSize(),
            boot.indexBlockSize() / boot.indexUnit(),
            new IndexHeader(IndexHeader.SIZE, used, used, false))
        .put(value, 0);
    IndexEntry.putEnd(value, IndexRoot.SIZE, IndexEntry.NO_CHILD);
    return value;
  }
}
