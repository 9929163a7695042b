package io.vhdboot.ntfs.nio;

import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.ntfs.NtfsFile;
import java.io.IOException;

/** Edits that the editor does not do. */
final class PendingEdits {
  private PendingEdits() {}

  static void setSecurityDescriptor(NtfsEditor editor, NtfsFile file, byte[] bytes)
      throws IOException {
    throw new UnsupportedOperationException("security descriptors are not set");
  }

  static void setObjectId(NtfsEditor editor, NtfsFile file, byte[] bytes) throws IOException {
    throw new UnsupportedOperationException("object ids are not set");
  }

  static void removeObjectId(NtfsEditor editor, NtfsFile file) throws IOException {
    throw new UnsupportedOperationException("object ids are not set");
  }
}
