package io.vhdboot.bcdedit;

import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdObject;
import io.vhdboot.bcd.BcdObjectType;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.bcd.BcdValue;
import io.vhdboot.bcd.WellKnownObject;
import io.vhdboot.disk.WindowsGuid;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** {@code /create}, {@code /copy}, {@code /delete} and {@code /mirror}: whole entries. */
final class EntryCommands {

  private static final Map<String, Integer> APPLICATIONS =
      Map.of(
          "bootsector", 0x10400008,
          "osloader", 0x10200003,
          "resume", 0x10200004,
          "startup", 0x10400009,
          "bootapp", 0x1020000a);

  private static final Map<String, Integer> INHERITED =
      Map.of(
          "fwbootmgr", 0x20200001,
          "bootmgr", 0x20200002,
          "osloader", 0x20200003,
          "resume", 0x20200004,
          "memdiag", 0x20200005,
          "ntldr", 0x20200006,
          "setupldr", 0x20200007,
          "bootsector", 0x20200008,
          "startup", 0x20200009,
          "device", 0x20300000);

  private final Session session;

  EntryCommands(Session session) {
    this.session = session;
  }

  void create(List<String> words) throws Refusal, IOException {
    Words left = new Words("create", words);
    Optional<String> identifier = left.nextIf(word -> word.startsWith("{"));
    Optional<String> description = Optional.empty();
    Optional<BcdObjectType> type = Optional.empty();
    while (left.hasNext()) {
      String option = left.next().toLowerCase(Locale.ROOT);
      switch (option) {
        case "/d" -> description = Optional.of(left.next());
        case "/application" -> type = Optional.of(type(APPLICATIONS, left.next()));
        case "/inherit" -> {
          Optional<String> name = left.nextIf(word -> !word.startsWith("/"));
          type =
              Optional.of(
                  name.isPresent() ? type(INHERITED, name.get()) : BcdObjectType.INHERIT_ANY);
        }
        case "/device" -> type = Optional.of(BcdObjectType.DEVICE_OPTIONS);
        default -> throw Refusal.badCommand("create");
      }
    }
    BcdObject made = create(identifier, type);
    if (description.isPresent()) {
      made.set(BcdElements.DESCRIPTION, BcdValue.of(description.get()));
    }
    session.done("The entry " + made.name() + " was successfully created.");
  }

  private BcdObject create(Optional<String> identifier, Optional<BcdObjectType> type)
      throws Refusal, IOException {
    BcdStore store = session.store();
    Optional<WellKnownObject> known = identifier.flatMap(WellKnownObject::ofAlias);
    Optional<UUID> given =
        identifier.isPresent()
            ? Optional.of(session.identifier(identifier.get()))
            : Optional.empty();
    known = known.or(() -> given.flatMap(WellKnownObject::of));
    if (known.isPresent() == type.isPresent()) {
      throw Refusal.badCommand("create");
    }
    UUID id = given.isPresent() ? given.get() : session.newIdentifier();
    if (store.object(id).isPresent()) {
      throw Refusal.of(
          "The specified entry already exists.",
          "Cannot create a file when that file already exists.");
    }
    return known.isPresent()
        ? store.createObject(known.get())
        : store.createObject(id, type.orElseThrow());
  }

  private static BcdObjectType type(Map<String, Integer> types, String name) throws Refusal {
    Integer code = types.get(name.toLowerCase(Locale.ROOT));
    if (code == null) {
      throw Refusal.badCommand("create");
    }
    return new BcdObjectType(code);
  }

  void copy(List<String> words) throws Refusal, IOException {
    Words left = new Words("copy", words);
    BcdObject original = session.object(left.next());
    BcdObject copy = session.store().copyObject(original, session.newIdentifier());
    if (left.hasNext()) {
      left.expect("/d");
      copy.set(BcdElements.DESCRIPTION, BcdValue.of(left.next()));
    }
    left.end();
    session.done("The entry was successfully copied to " + WindowsGuid.toString(copy.id()) + ".");
  }

  void mirror(List<String> words) throws Refusal, IOException {
    Words left = new Words("mirror", words);
    BcdObject original = session.object(left.next());
    left.end();
    BcdObject copy = session.store().copyObject(original, session.newIdentifier());
    session.done("The entry was successfully mirrored to " + WindowsGuid.toString(copy.id()) + ".");
  }

  void delete(List<String> words) throws Refusal, IOException {
    Words left = new Words("delete", words);
    BcdObject object = session.object(left.next());
    boolean force = false;
    boolean cleanup = true;
    while (left.hasNext()) {
      switch (left.next().toLowerCase(Locale.ROOT)) {
        case "/f" -> force = true;
        case "/cleanup" -> cleanup = true;
        case "/nocleanup" -> cleanup = false;
        default -> throw Refusal.badCommand("delete");
      }
    }
    if (WellKnownObject.of(object.id()).isPresent() && !force) {
      throw Refusal.of(
          "The entry " + object.name() + " is a well-known entry; it is deleted with /f only.",
          Refusal.badParameter());
    }
    Optional<UUID> resume =
        object.type().equals(BcdObjectType.OS_LOADER)
            ? object.object(BcdElements.LOADER_RESUME_OBJECT)
            : Optional.empty();
    session.store().deleteObject(object.id());
    if (cleanup) {
      session.store().removeReferences(object.id());
      if (resume.isPresent()) {
        deleteUnused(resume.get());
      }
    }
    session.done();
  }

  /** A resume object that no loader names any more goes with the last one. */
  private void deleteUnused(UUID resume) throws IOException {
    BcdStore store = session.store();
    boolean isUsed =
        store.objects().stream()
            .filter(object -> object.type().equals(BcdObjectType.OS_LOADER))
            .anyMatch(
                object ->
                    object.object(BcdElements.LOADER_RESUME_OBJECT).equals(Optional.of(resume)));
    if (!isUsed && store.deleteObject(resume)) {
      store.removeReferences(resume);
    }
  }
}
