package io.vhdboot.bcdedit;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.bcd.BcdObject;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.bcd.WellKnownObject;
import io.vhdboot.disk.WindowsGuid;
import io.vhdboot.image.HiveFile;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/** What a command works with: the store, the drives, and where the answer goes. */
final class Session implements Closeable {

  /** Where a volume that a machine starts from has its store. */
  private static final List<String> SYSTEM_STORES = List.of("Boot/BCD", "EFI/Microsoft/Boot/BCD");

  private final PrintWriter out;
  private final Drives drives;
  private final Supplier<UUID> identifiers;
  private final InstantSource clock;
  private final Function<Object, String> json;
  private final boolean verbose;
  private final Set<String> notes = new LinkedHashSet<>();
  private String storePath;
  private String systemVolume;
  private HiveFile file;
  private BcdStore store;

  Session(
      PrintWriter out,
      Drives drives,
      Supplier<UUID> identifiers,
      InstantSource clock,
      Function<Object, String> json,
      String storePath,
      boolean verbose) {
    this.out = out;
    this.drives = drives;
    this.identifiers = identifiers;
    this.clock = clock;
    this.json = json;
    this.storePath = storePath;
    this.verbose = verbose;
  }

  void say(String line) {
    out.println(line);
  }

  /** What a listing is written with as JSON; empty when it shall have bcdedit's look. */
  Optional<Function<Object, String>> json() {
    return Optional.ofNullable(json);
  }

  boolean isVerbose() {
    return verbose;
  }

  Drives drives() {
    return drives;
  }

  UUID newIdentifier() {
    return identifiers.get();
  }

  InstantSource clock() {
    return clock;
  }

  boolean hasStoreOption() {
    return storePath != null;
  }

  BcdStore store() {
    return store;
  }

  HiveFile file() {
    return file;
  }

  /** Opens the store that was named, or the one of the drive that a machine would start from. */
  void open(boolean readOnly) throws Refusal, IOException {
    String path = storePath == null ? systemStore() : drives.place(storePath);
    storePath = path;
    try {
      file = readOnly ? HiveFile.open(path) : HiveFile.edit(path);
      if (!readOnly) {
        file.hive().setEditTime(clock.instant());
      }
      store = BcdStore.of(file.hive());
    } catch (NoSuchFileException e) {
      throw Refusal.noStore("The system cannot find the file specified.");
    }
  }

  /** Takes the system store of a volume where no store is named. */
  void systemVolume(String volume) {
    systemVolume = volume;
  }

  private String systemStore() throws Refusal {
    if (systemVolume != null) {
      return storeOn(drives.place(systemVolume).replaceFirst("[/\\\\]+$", ""))
          .orElseThrow(() -> Refusal.noStore("The device has no system store."));
    }
    Map<Character, String> volumes = drives.volumes();
    for (char letter = 'A'; letter <= 'Z'; letter++) {
      String volume = volumes.get(letter);
      Optional<String> found = volume == null ? Optional.empty() : storeOn(volume);
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw Refusal.noStore(
        "No drive has one, and that of this machine is left alone: say /store FILE.");
  }

  private static Optional<String> storeOn(String volume) {
    for (String path : SYSTEM_STORES) {
      try (OpenImage image = ImagePath.of(volume + "/" + path).open(true)) {
        image.device();
        return Optional.of(volume + "/" + path);
      } catch (IOException e) {
        // Not there, or not a volume that can be read: the next one may be.
        continue;
      }
    }
    return Optional.empty();
  }

  /**
   * The GUID of an identifier. {@code {current}} is the Windows that runs, of which a store knows
   * nothing; it stands for the default one, and the answer says so.
   */
  UUID identifier(String text) throws Refusal, IOException {
    boolean isCurrent = text.equalsIgnoreCase("{current}");
    Optional<UUID> found = store.resolve(text);
    if (!text.startsWith("{") || !text.endsWith("}")) {
      throw Refusal.badIdentifier();
    }
    if (found.isEmpty()) {
      throw isCurrent || text.equalsIgnoreCase("{default}")
          ? Refusal.noEntry()
          : Refusal.badIdentifier();
    }
    if (isCurrent) {
      notes.add(
          "({current} is "
              + WindowsGuid.toString(found.get())
              + " here, the default entry: no Windows runs from this store.)");
    }
    return found.get();
  }

  BcdObject object(String identifier) throws Refusal, IOException {
    return store.object(identifier(identifier)).orElseThrow(Refusal::noEntry);
  }

  BcdObject object(WellKnownObject known) throws Refusal {
    return store.object(known).orElseThrow(Refusal::noEntry);
  }

  /** The Nth partition of the disk on which the store lies. */
  BcdDevice volume(int number) throws Refusal, IOException {
    if (!file.isInImage()) {
      throw Refusal.badDevice("The store lies in no image, so there is no such volume.");
    }
    String inside;
    try (OpenImage image = ImagePath.of(storePath).open(true)) {
      inside = image.path();
    }
    String volume = storePath.substring(0, storePath.length() - inside.length());
    String disk = volume.replaceFirst("[/\\\\]+$", "").replaceFirst("@\\d*$", "");
    return Drives.deviceOf(disk + "@" + number);
  }

  /** Saves the edits and says that all is well. */
  void done() throws IOException {
    done("The operation completed successfully.");
  }

  void done(String answer) throws IOException {
    file.save();
    say(answer);
    tellNotes();
  }

  void tellNotes() {
    notes.forEach(this::say);
    notes.clear();
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
