package io.vhdboot.ntfs;

import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.disk.WindowsGuid;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The system files in $Extend of a volume that is edited. $ObjId and $Reparse follow each edit.
 * Quotas and the change journal cannot be carried on without knowing who writes and who reads, so
 * they are told once that something happened:
 *
 * <ul>
 *   <li>Where $Quota tracks who uses how much, its defaults are marked out of date. Windows then
 *       scans the volume when it mounts it, and counts anew; Linux's ntfs driver does the same, and
 *       its authors saw Windows XP do so.
 *   <li>Where $UsnJrnl records changes, it gets another id, and everything before its end counts as
 *       no longer valid. Whoever reads the journal, such as the search index, sees by the id that
 *       it missed something, and looks at all files; Windows itself continues at the end.
 * </ul>
 */
final class ExtendEdit {

  private static final long EXTEND = 11;
  private static final int MAX_OBJECT_ID = 256;
  private static final int DEFAULTS_OWNER = 1;

  private static final int QUOTA_VERSION = 2;
  private static final int QUOTA_TRACKED = 0x10;
  private static final int QUOTA_WANTED = 0x40;
  private static final int QUOTA_OUT_OF_DATE = 0x200;
  private static final int QUOTA_DELETES_PENDING = 0x800;

  /** $Max of the journal: its largest size, by what it grows, its id, the first valid number. */
  private static final int JOURNAL_SIZE = 32;

  private static final int JOURNAL_ID = 0x10;
  private static final int JOURNAL_FIRST_VALID = 0x18;

  private final VolumeEdit volume;

  ExtendEdit(VolumeEdit volume) {
    this.volume = volume;
  }

  /** A file of $Extend, where there is one. */
  private Optional<FileEdit> file(String name) throws IOException {
    Optional<DirectoryEdit.Entry> entry = volume.file(EXTEND).names().find(name);
    return entry.isEmpty()
        ? Optional.empty()
        : Optional.of(volume.file(FileReference.record(entry.get().reference())));
  }

  private Optional<IndexEditor> index(String name, String index) throws IOException {
    Optional<FileEdit> file = file(name);
    return file.isEmpty()
        ? Optional.empty()
        : Optional.of(RecordIndexStore.editor(file.get(), index));
  }

  private IndexEditor neededIndex(String name, String index) throws IOException {
    return index(name, index)
        .orElseThrow(
            () ->
                new UnsupportedFormatException(
                    volume.volume().name(),
                    UnsupportedFormatException.NO_OFFSET,
                    "the volume has no file $Extend\\" + name));
  }

  /** Takes a file that goes out of all indexes. */
  void forget(FileEdit file) throws IOException {
    forgetReparsePoint(file);
    forgetObjectId(file);
  }

  // Object ids.

  /**
   * Notes the object id of a file.
   *
   * @param value the 16 bytes of the id, or all 64 of the attribute
   * @throws FileAlreadyExistsException when another file of the volume has it
   */
  void addObjectId(FileEdit file, byte[] value) throws IOException {
    IndexEditor index = neededIndex("$ObjId", "$O");
    byte[] id = Arrays.copyOf(value, ViewIndex.ObjectIds.ID_SIZE);
    Optional<IndexItem> known = index.find(id);
    if (known.isPresent() && objectOf(known.get()) != file.reference()) {
      throw new FileAlreadyExistsException(
          volume.volume().name() + ": object id " + WindowsGuid.toString(WindowsGuid.get(id, 0)));
    }
    byte[] all = Arrays.copyOf(value, ViewIndex.ObjectIds.FULL_SIZE);
    byte[] data = new byte[8 + all.length - id.length];
    LittleEndian.put64(data, 0, file.reference());
    System.arraycopy(all, id.length, data, 8, all.length - id.length);
    index.put(IndexItem.ofView(id, data));
  }

  /** Forgets the object id that a file has, if it has one. */
  void forgetObjectId(FileEdit file) throws IOException {
    Optional<AttributeEdit> attribute = file.find(AttributeType.OBJECT_ID);
    Optional<IndexEditor> index = attribute.isEmpty() ? Optional.empty() : index("$ObjId", "$O");
    if (index.isEmpty()) {
      return;
    }
    byte[] value = attribute.get().wholeValue(MAX_OBJECT_ID);
    byte[] id = Arrays.copyOf(value, ViewIndex.ObjectIds.ID_SIZE);
    Optional<IndexItem> known = index.get().find(id);
    if (known.isPresent() && objectOf(known.get()) == file.reference()) {
      index.get().remove(id);
    }
  }

  private static long objectOf(IndexItem item) {
    byte[] data = item.data();
    return data.length < 8 ? -1 : LittleEndian.i64(data, 0);
  }

  // Reparse points.

  /** Notes that a file is a reparse point. */
  void addReparsePoint(FileEdit file, int tag) throws IOException {
    neededIndex("$Reparse", "$R")
        .put(IndexItem.ofView(reparseKey(tag, file.reference()), new byte[0]));
  }

  /** Forgets that a file is a reparse point, if it is one. */
  void forgetReparsePoint(FileEdit file) throws IOException {
    Optional<AttributeEdit> attribute = file.find(AttributeType.REPARSE_POINT);
    Optional<IndexEditor> index = attribute.isEmpty() ? Optional.empty() : index("$Reparse", "$R");
    if (index.isPresent()) {
      byte[] value = attribute.get().wholeValue(ReparsePoint.MAX_SIZE);
      if (value.length >= 4) {
        index.get().remove(reparseKey(LittleEndian.i32(value, 0), file.reference()));
      }
    }
  }

  private static byte[] reparseKey(int tag, long reference) {
    byte[] key = new byte[12];
    LittleEndian.put32(key, 0, tag);
    LittleEndian.put64(key, 4, reference);
    return key;
  }

  // What is told once.

  /** Tells quotas and change journal that the volume is edited. */
  void begin() throws IOException {
    markQuotas();
    stampJournal();
  }

  private void markQuotas() throws IOException {
    Optional<IndexEditor> index = index("$Quota", "$Q");
    if (index.isEmpty()) {
      return;
    }
    byte[] key = new byte[4];
    LittleEndian.put32(key, 0, DEFAULTS_OWNER);
    Optional<IndexItem> defaults = index.get().find(key);
    if (defaults.isEmpty()) {
      return;
    }
    byte[] data = defaults.get().data();
    if (data.length < 8 || LittleEndian.i32(data, 0) != QUOTA_VERSION) {
      // Windows makes anew what it does not know.
      return;
    }
    int flags = LittleEndian.i32(data, 4);
    boolean isActive = (flags & (QUOTA_TRACKED | QUOTA_WANTED | QUOTA_DELETES_PENDING)) != 0;
    if (isActive && (flags & QUOTA_OUT_OF_DATE) == 0) {
      byte[] changed = defaults.get().bytes().clone();
      LittleEndian.put32(changed, LittleEndian.u16(changed, 0) + 4, flags | QUOTA_OUT_OF_DATE);
      index.get().replace(new IndexItem(changed));
    }
  }

  private void stampJournal() throws IOException {
    Optional<FileEdit> journal = file("$UsnJrnl");
    if (journal.isEmpty()) {
      return;
    }
    Optional<AttributeEdit> settings = journal.get().find(AttributeType.DATA, "$Max");
    Optional<AttributeEdit> records = journal.get().find(AttributeType.DATA, "$J");
    if (settings.isEmpty() || records.isEmpty() || settings.get().size() != JOURNAL_SIZE) {
      return;
    }
    byte[] value = settings.get().wholeValue(JOURNAL_SIZE);
    long id = LittleEndian.i64(value, JOURNAL_ID);
    long now = FileTime100ns.of(volume.options().clock().instant());
    LittleEndian.put64(value, JOURNAL_ID, Math.max(now, id + 1));
    LittleEndian.put64(value, JOURNAL_FIRST_VALID, records.get().size());
    journal.get().put(AttributeType.DATA, "$Max", value);
  }
}
