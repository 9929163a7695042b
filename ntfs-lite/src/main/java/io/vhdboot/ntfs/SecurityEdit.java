package io.vhdboot.ntfs;

import java.io.IOException;
import java.util.Optional;

/** The security descriptors that new files get. */
final class SecurityEdit {

  private final VolumeEdit volume;

  SecurityEdit(VolumeEdit volume) {
    this.volume = volume;
  }

  /** The security id of a new file in a directory. */
  int idOfNew(FileEdit directory, boolean isDirectory, Optional<byte[]> descriptor)
      throws IOException {
    int parent = directory.standard().securityId();
    return parent != 0 ? parent : SecurityDescriptorEntry.FIRST_ID;
  }
}
