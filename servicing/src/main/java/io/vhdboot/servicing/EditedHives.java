package io.vhdboot.servicing;

import io.vhdboot.hive.Hive;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The hives that are edited, in memory: those of a Windows by their names, and boot stores, which
 * are hives too, by {@code BCD} and their path on the volume that the machine starts from.
 */
final class EditedHives {

  private static final String STORE = "BCD ";
  private static final List<String> STORE_PATHS = List.of("EFI/Microsoft/Boot/BCD", "Boot/BCD");

  private final WindowsFolder folder;
  private final Map<String, StoredHive> stores = new LinkedHashMap<>();
  private final Instant time;
  private final boolean asItIs;
  private final Map<String, Hive> hives = new LinkedHashMap<>();
  private final Map<String, StoredHive> stored = new LinkedHashMap<>();
  private final Set<String> changed = new HashSet<>();

  EditedHives(WindowsFolder folder, List<Path> bootStores, Instant time, boolean asItIs)
      throws IOException {
    this.folder = folder;
    this.time = time;
    this.asItIs = asItIs;
    for (Path store : bootStores) {
      stores.put(nameOfStore(store), StoredHive.at(store));
    }
  }

  /** The same name wherever the volume is, and another one for BIOS and UEFI. */
  private static String nameOfStore(Path store) {
    String path = store.toAbsolutePath().toString().replace('\\', '/');
    for (String usual : STORE_PATHS) {
      if (path.length() >= usual.length()
          && path.regionMatches(true, path.length() - usual.length(), usual, 0, usual.length())) {
        return STORE + "/" + usual;
      }
    }
    return STORE
        + (store.getFileSystem() == FileSystems.getDefault() ? "/" + store.getFileName() : path);
  }

  /** The names of the boot stores. */
  List<String> stores() {
    return List.copyOf(stores.keySet());
  }

  /** Whether a name is that of a boot store. */
  static boolean isStore(String name) {
    return name.startsWith(STORE);
  }

  /** The hive of that name, if there is one. */
  Optional<Hive> find(String name) throws IOException {
    Hive hive = hives.get(name);
    if (hive == null) {
      Optional<StoredHive> found = stored(name);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      hive = found.get().read(time, asItIs);
      stored.put(name, found.get());
      hives.put(name, hive);
    }
    return Optional.of(hive);
  }

  private Optional<StoredHive> stored(String name) throws IOException {
    return isStore(name)
        ? Optional.ofNullable(stores.get(name))
        : StoredHive.find(folder, WindowsHive.valueOf(name));
  }

  /** The hive of that name. */
  Hive get(String name) throws IOException {
    return find(name)
        .orElseThrow(() -> new NoSuchFileException(name, null, "this Windows has no such hive"));
  }

  /** Says that a hive differs from its file. */
  void markChanged(String name) {
    changed.add(name);
  }

  boolean isChanged() {
    return !changed.isEmpty();
  }

  /** Saves what is changed: boot stores, SOFTWARE and the others, SYSTEM; or in that order back. */
  void save(boolean systemLast) throws IOException {
    List<String> names = new ArrayList<>(changed);
    Comparator<String> order =
        Comparator.<String, Boolean>comparing(WindowsHive.SYSTEM.name()::equals)
            .thenComparing(Comparator.naturalOrder());
    names.sort(systemLast ? order : order.reversed());
    for (String name : names) {
      stored.get(name).save(hives.get(name));
    }
  }
}
