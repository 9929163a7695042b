package io.vhdboot.bcd;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.WindowsGuid;
import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A store of boot configuration data: the file {@code \Boot\BCD} or {@code
 * \EFI\Microsoft\Boot\BCD}.
 *
 * <p>The whole store is read at once; edits change the {@link Hive} below it in memory, and {@link
 * #write(Path)} or {@link #toBytes()} gives the file. Everything that is not edited, unknown values
 * included, stays as it was, byte for byte. One thread at a time may use a store.
 */
public final class BcdStore {

  private static final String DESCRIPTION_KEY = "Description";
  private static final String OBJECTS_KEY = "Objects";

  /** What bcdedit and bcdboot name the root key. */
  private static final String ROOT_NAME = "NewStoreRoot";

  /**
   * Who may do what with the root key, as in nearly all real stores: administrators and the system
   * everything. Owner administrators, group system.
   */
  private static final byte[] ROOT_SECURITY = security("3f000f00");

  /** The other keys: administrators may read and must take permission before they change. */
  private static final byte[] KEY_SECURITY = security("19000600");

  private final Hive hive;
  private final Map<UUID, BcdObject> objects = new TreeMap<>(BcdStore::compareByName);

  private BcdStore(Hive hive) throws IOException {
    this.hive = hive;
    for (HiveKey key : objectsKey().subkeys()) {
      Optional<UUID> id = guid(key.name());
      if (id.isPresent()) {
        objects.put(id.get(), BcdObject.read(key, id.get()));
      }
    }
  }

  /**
   * Reads a store file; its logs are replayed in memory when it needs them.
   *
   * @throws CorruptFormatException when it is no hive, a damaged one, or holds no store
   */
  public static BcdStore read(Path file) throws IOException {
    return of(Hive.read(file));
  }

  /** Reads a store from a device, which is not closed. */
  public static BcdStore read(BlockDevice device) throws IOException {
    return of(Hive.read(device));
  }

  /** Reads a store from bytes; the name is for messages. */
  public static BcdStore read(String name, byte[] bytes) throws IOException {
    return of(Hive.read(name, bytes));
  }

  /**
   * The store that a hive holds.
   *
   * @throws CorruptFormatException when it holds none
   */
  public static BcdStore of(Hive hive) throws IOException {
    return new BcdStore(hive);
  }

  /**
   * Creates an empty store, as {@code bcdedit /createstore} does.
   *
   * @param time the time stamped on the hive and its keys
   */
  public static BcdStore create(Instant time) throws IOException {
    Hive hive = Hive.create(ROOT_NAME, ROOT_SECURITY, time);
    HiveKey description = hive.root().createSubkey(DESCRIPTION_KEY);
    description.setSecurityDescriptor(KEY_SECURITY);
    description.setValue(HiveValue.string("KeyName", "BCD00000000"));
    hive.root().createSubkey(OBJECTS_KEY).setSecurityDescriptor(KEY_SECURITY);
    return new BcdStore(hive);
  }

  /** Marks the store as one that a machine starts from, as bcdboot does. */
  public void markAsSystemStore() throws IOException {
    HiveKey description = hive.root().createSubkey(DESCRIPTION_KEY);
    description.setValue(HiveValue.dword("System", 1));
    description.setValue(HiveValue.dword("TreatAsSystem", 1));
  }

  /** Marks the store as the one beside it for recovery, as real ones are. */
  void markAsFirmwareStore() throws IOException {
    HiveKey description = hive.root().createSubkey(DESCRIPTION_KEY);
    description.setValue(HiveValue.string("KeyName", "BCD00000001"));
    description.setValue(HiveValue.dword("FirmwareModified", 1));
  }

  /** Whether the store is marked as one that a machine starts from. */
  public boolean isSystemStore() throws IOException {
    Optional<HiveKey> description = hive.root().subkey(DESCRIPTION_KEY);
    return description.isPresent()
        && description.get().value("System").map(HiveValue::asDword).orElse(0) != 0;
  }

  /** The hive that holds the store. */
  public Hive hive() {
    return hive;
  }

  /** All objects, by their GUIDs' text. */
  public List<BcdObject> objects() {
    return List.copyOf(objects.values());
  }

  /** The object of that GUID. */
  public Optional<BcdObject> object(UUID id) {
    return Optional.ofNullable(objects.get(id));
  }

  /** A well-known object. */
  public Optional<BcdObject> object(WellKnownObject object) {
    return object(object.id());
  }

  /**
   * The object of a GUID or alias. {@code {default}} is what the boot manager starts by default,
   * and so is {@code {current}}, since no Windows runs here.
   */
  public Optional<BcdObject> find(String idOrAlias) {
    return resolve(idOrAlias).flatMap(this::object);
  }

  /** The GUID of a GUID's text or of an alias; whether there is such an object does not matter. */
  public Optional<UUID> resolve(String idOrAlias) {
    String plain = idOrAlias.replaceAll("^\\{|}$", "");
    if (plain.equalsIgnoreCase("default") || plain.equalsIgnoreCase("current")) {
      return defaultObject();
    }
    Optional<WellKnownObject> known = WellKnownObject.ofAlias(idOrAlias);
    if (known.isPresent()) {
      return known.map(WellKnownObject::id);
    }
    return guid(idOrAlias)
        .flatMap(
            id ->
                id.equals(WellKnownObject.DEFAULT) || id.equals(WellKnownObject.CURRENT)
                    ? defaultObject()
                    : Optional.of(id));
  }

  /**
   * Takes an object out of all elements that name it; an element that names no other goes.
   *
   * @return how many elements named it
   */
  public int removeReferences(UUID id) throws IOException {
    int found = 0;
    for (BcdObject object : objects.values()) {
      for (Map.Entry<Integer, BcdValue> element : List.copyOf(object.elements().entrySet())) {
        if (!element.getValue().references().contains(id)) {
          continue;
        }
        found++;
        List<UUID> others =
            element.getValue().references().stream().filter(other -> !other.equals(id)).toList();
        if (element.getValue() instanceof BcdValue.ObjectList && !others.isEmpty()) {
          object.set(element.getKey(), new BcdValue.ObjectList(others));
        } else {
          object.remove(element.getKey());
        }
      }
    }
    return found;
  }

  /** What the boot manager starts by default. */
  public Optional<UUID> defaultObject() {
    return object(WellKnownObject.BOOT_MANAGER)
        .flatMap(bootManager -> bootManager.object(BcdElements.DEFAULT));
  }

  /**
   * Creates an object without elements.
   *
   * @throws IllegalArgumentException when there is an object of that GUID
   */
  public BcdObject createObject(UUID id, BcdObjectType type) throws IOException {
    if (objects.containsKey(id)) {
      throw new IllegalArgumentException(
          "id (" + WindowsGuid.toString(id) + ") must not be in the store already");
    }
    HiveKey key = objectsKey().createSubkey(WindowsGuid.toString(id));
    key.createSubkey(BcdObject.DESCRIPTION_KEY)
        .setValue(HiveValue.dword(BcdObject.TYPE_VALUE, type.code()));
    key.createSubkey(BcdObject.ELEMENTS_KEY);
    BcdObject object = BcdObject.read(key, id);
    objects.put(id, object);
    return object;
  }

  /** Creates a well-known object, which has its type. */
  public BcdObject createObject(WellKnownObject object) throws IOException {
    return createObject(object.id(), object.type());
  }

  /**
   * Copies an object with its elements, as they are stored.
   *
   * @param original the object to copy
   * @param id the copy's GUID
   * @throws IllegalArgumentException when there is an object of that GUID
   */
  public BcdObject copyObject(BcdObject original, UUID id) throws IOException {
    createObject(id, original.type());
    HiveKey key = objectsKey().createSubkey(WindowsGuid.toString(id));
    original.copyElements(key.createSubkey(BcdObject.ELEMENTS_KEY));
    BcdObject copy = BcdObject.read(key, id);
    objects.put(id, copy);
    return copy;
  }

  /**
   * Deletes an object; elements of others that name it stay as they are.
   *
   * @return whether there was one
   */
  public boolean deleteObject(UUID id) throws IOException {
    BcdObject removed = objects.remove(id);
    if (removed == null) {
      return false;
    }
    HiveKey all = objectsKey();
    for (HiveKey key : all.subkeys()) {
      if (guid(key.name()).filter(id::equals).isPresent()) {
        all.deleteSubkey(key.name());
      }
    }
    return true;
  }

  /** Whether another store has the same objects with the same elements. */
  public boolean hasSameContent(BcdStore other) {
    return objects.keySet().equals(other.objects.keySet())
        && objects.values().stream()
            .allMatch(object -> object.hasSameContent(other.objects.get(object.id())));
  }

  /** The store as a file. */
  public byte[] toBytes() throws IOException {
    return hive.toBytes();
  }

  /** Writes the store to a file: at any moment the old or the new content is there. */
  public void write(Path file) throws IOException {
    hive.write(file);
  }

  @Override
  public String toString() {
    return "BCD store " + hive.name() + ", " + objects.size() + " objects";
  }

  private HiveKey objectsKey() throws IOException {
    return hive.root()
        .subkey(OBJECTS_KEY)
        .orElseThrow(
            () ->
                new CorruptFormatException(
                    hive.name(),
                    CorruptFormatException.NO_OFFSET,
                    "a store of boot configuration data has a key \"Objects\": another hive?"));
  }

  private static Optional<UUID> guid(String text) {
    try {
      return Optional.of(WindowsGuid.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static int compareByName(UUID left, UUID right) {
    return left.toString().compareTo(right.toString());
  }

  /** A descriptor of two entries, administrators with the given rights and system with all. */
  private static byte[] security(String administratorRights) {
    return HexFormat.of()
        .parseHex(
            "010004804800000058000000000000001400000002003400020000000000"
                + "1800"
                + administratorRights
                + "01020000000000052000000020020000"
                + "000014003f000f00010100000000000512000000"
                + "01020000000000052000000020020000"
                + "010100000000000512000000");
  }
}
