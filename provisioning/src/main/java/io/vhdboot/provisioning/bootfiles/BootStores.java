package io.vhdboot.provisioning.bootfiles;

import java.util.ArrayList;
import java.util.List;

/** The files of a boot configuration: the store itself, and its logs, which are empty. */
public final class BootStores {

  private static final List<String> LOGS = List.of("BCD.LOG", "BCD.LOG1", "BCD.LOG2");

  private BootStores() {}

  /**
   * The files in a folder.
   *
   * @param folder the folder's names from the root
   * @param store the store's bytes
   */
  public static List<BootFile> files(List<String> folder, byte[] store) {
    List<BootFile> files = new ArrayList<>();
    int attributes = BootFile.HIDDEN_SYSTEM_ARCHIVE;
    files.add(BootFile.of(BootFolders.child(folder, "BCD"), attributes, store));
    for (String log : LOGS) {
      files.add(BootFile.of(BootFolders.child(folder, log), attributes, new byte[0]));
    }
    return files;
  }
}
