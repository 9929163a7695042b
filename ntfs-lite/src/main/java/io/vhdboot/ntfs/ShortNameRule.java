package io.vhdboot.ntfs;

import java.io.IOException;

/** Whether new names of a volume get a short one. */
final class ShortNameRule {

  private static final int MAX_LOOKS = 256;

  private final VolumeEdit volume;
  private Boolean applies;

  ShortNameRule(VolumeEdit volume) {
    this.volume = volume;
  }

  boolean applies() throws IOException {
    if (applies == null) {
      applies =
          switch (volume.options().shortNames()) {
            case ON -> true;
            case OFF -> false;
            case AS_VOLUME -> hasShortNames();
          };
    }
    return applies;
  }

  /** Whether one of the user's files in the root has a short name. */
  private boolean hasShortNames() throws IOException {
    AttributeSet root = AttributeSet.read(volume.table(), MasterFileTable.ROOT);
    IndexCursor cursor = IndexCursor.open(root, DirectoryEntries.INDEX, volume.clusters());
    for (int looks = 0; looks < MAX_LOOKS && cursor.next(); looks++) {
      int key = cursor.entry().keyPosition();
      FileName name =
          FileName.get(cursor.bytes(), key, key + cursor.entry().keyLength(), cursor.source());
      boolean isUsers =
          FileReference.record(cursor.entry().reference()) >= RecordAllocator.FIRST_FOR_FILES;
      if (isUsers && name.namespace() != FileName.POSIX) {
        return true;
      }
    }
    return false;
  }
}
