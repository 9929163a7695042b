package io.vhdboot.cli;

import io.vhdboot.hive.Hive;
import io.vhdboot.image.HiveFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Copies of boot stores on the host. The volume that holds a store may hold the VHD that a Windows
 * is in as well, and a volume must be open once only to be written; so stores are changed as
 * copies, and put back when the Windows is closed.
 */
final class BootStoreCopies implements Closeable {

  private final Path folder;
  private final List<Copy> copies = new ArrayList<>();

  private record Copy(String store, Path file, byte[] before) {}

  private BootStoreCopies(Path folder) {
    this.folder = folder;
  }

  static BootStoreCopies of(List<String> stores) throws IOException {
    BootStoreCopies made = new BootStoreCopies(Files.createTempDirectory("vhdboot-stores"));
    try {
      for (String store : stores) {
        made.add(store);
      }
      return made;
    } catch (IOException | RuntimeException e) {
      try (made) {
        throw e;
      }
    }
  }

  private void add(String store) throws IOException {
    // Its path tells a store for BIOS from one for UEFI.
    String plain = store.replace('\\', '/');
    String usual =
        plain.toLowerCase(Locale.ROOT).endsWith("/efi/microsoft/boot/bcd")
            ? "EFI/Microsoft/Boot/BCD"
            : "Boot/BCD";
    Path file = folder.resolve(Integer.toString(copies.size())).resolve(usual);
    Files.createDirectories(file.getParent());
    try (HiveFile hive = HiveFile.open(store)) {
      byte[] bytes = hive.hive().toBytes();
      Files.write(file, bytes);
      copies.add(new Copy(store, file, bytes));
    }
  }

  /** The copies. */
  List<Path> files() {
    return copies.stream().map(Copy::file).toList();
  }

  /** Saves those that were changed in the place of the stores. */
  void putBack() throws IOException {
    for (Copy copy : copies) {
      byte[] after = Files.readAllBytes(copy.file());
      if (!Arrays.equals(after, copy.before())) {
        try (HiveFile store = HiveFile.edit(copy.store())) {
          store.save(Hive.read(copy.store(), after));
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
