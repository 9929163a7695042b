package io.vhdboot.hive;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Brings a dirty hive up to date from its transaction logs. */
final class TransactionLog {

  private static final List<String> EXTENSIONS = List.of(".LOG", ".LOG1", ".LOG2");

  private TransactionLog() {}

  /** A hive's content after its logs. */
  record Replayed(BaseBlock base, byte[] bins) {}

  /** The logs that lie beside a hive file, empty ones left out. */
  static List<Path> besideOf(Path file) throws IOException {
    List<Path> logs = new ArrayList<>();
    for (String extension : EXTENSIONS) {
      for (String name : List.of(extension, extension.toLowerCase(java.util.Locale.ROOT))) {
        Path log = file.resolveSibling(file.getFileName() + name);
        if (Files.isRegularFile(log)
            && Files.size(log) > 0
            && logs.stream().noneMatch(known -> isSame(known, log))) {
          logs.add(log);
        }
      }
    }
    return logs;
  }

  static Replayed replay(BlockDevice hive, BaseBlock base, List<? extends BlockDevice> logs)
      throws IOException {
    return null;
  }

  private static boolean isSame(Path left, Path right) {
    try {
      return Files.isSameFile(left, right);
    } catch (IOException e) {
      return false;
    }
  }
}
