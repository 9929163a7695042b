package io.vhdboot.bcdedit;

import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdListing;
import io.vhdboot.bcd.BcdObject;
import io.vhdboot.bcd.BcdObjectType;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.bcd.DeviceNamer;
import io.vhdboot.bcd.WellKnownObject;
import io.vhdboot.disk.WindowsGuid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** {@code /enum}: lists entries. */
final class EnumCommand {

  private static final int BOOT_STARTED = 2;

  private final Session session;

  EnumCommand(Session session) {
    this.session = session;
  }

  void run(List<String> words) throws Refusal, IOException {
    Words left = new Words("enum", words);
    String what = left.hasNext() ? left.next() : "active";
    left.end();
    List<BcdObject> objects = objects(what);
    if (objects.isEmpty() && session.json().isEmpty()) {
      session.say("There are no matching objects or the store is empty.");
      return;
    }
    BcdListing listing =
        BcdListing.of(session.store(), objects, session.drives(), session.isVerbose());
    Optional<Function<Object, String>> json = session.json();
    session.say(json.isPresent() ? json.get().apply(tree(listing)) : withoutEnd(listing.toText()));
    session.tellNotes();
  }

  private List<BcdObject> objects(String what) throws Refusal, IOException {
    BcdStore store = session.store();
    if (what.startsWith("{")) {
      return List.of(session.object(what));
    }
    return switch (what.toLowerCase(Locale.ROOT)) {
      case "active" -> menu(store, WellKnownObject.BOOT_MANAGER);
      case "firmware" -> menu(store, WellKnownObject.FIRMWARE_BOOT_MANAGER);
      case "bootapp" ->
          ordered(
              store,
              object ->
                  object.type().isApplication()
                      && (object.type().code() >>> 20 & 0xF) == BOOT_STARTED
                      && !object.type().equals(BcdObjectType.OS_LOADER)
                      && !object.type().equals(BcdObjectType.RESUME));
      case "bootmgr" -> ordered(store, object -> object.type().equals(BcdObjectType.BOOT_MANAGER));
      case "osloader" -> ordered(store, object -> object.type().equals(BcdObjectType.OS_LOADER));
      case "resume" -> ordered(store, object -> object.type().equals(BcdObjectType.RESUME));
      case "inherit" -> ordered(store, object -> object.type().isInherit());
      case "all" -> ordered(store, object -> true);
      default ->
          throw Refusal.syntax("The specified entry type is invalid.", Refusal.badParameter());
    };
  }

  private static List<BcdObject> ordered(BcdStore store, Predicate<BcdObject> wanted) {
    return BcdListing.of(store, DeviceNamer.OFFLINE).sections().stream()
        .map(BcdListing.Section::object)
        .filter(wanted)
        .toList();
  }

  /** A boot manager and the entries of its menu. */
  private static List<BcdObject> menu(BcdStore store, WellKnownObject manager) {
    Optional<BcdObject> found = store.object(manager);
    if (found.isEmpty()) {
      return List.of();
    }
    Set<BcdObject> objects = new LinkedHashSet<>();
    objects.add(found.get());
    found.get().objects(BcdElements.DISPLAY_ORDER).stream()
        .flatMap(id -> store.object(id).stream())
        .forEach(objects::add);
    return new ArrayList<>(objects);
  }

  private static String withoutEnd(String text) {
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  private static List<Object> tree(BcdListing listing) {
    List<Object> sections = new ArrayList<>();
    for (BcdListing.Section section : listing.sections()) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("heading", section.heading());
      facts.put("identifier", WindowsGuid.toString(section.object().id()));
      WellKnownObject.of(section.object().id())
          .ifPresent(known -> facts.put("alias", known.alias()));
      facts.put("type", section.object().type().toString());
      List<Object> elements = new ArrayList<>();
      for (BcdListing.Entry entry : section.entries()) {
        if (entry.element() != 0) {
          Map<String, Object> element = new LinkedHashMap<>();
          element.put("element", String.format("%08x", entry.element()));
          element.put("name", entry.name());
          element.put("values", entry.texts());
          elements.add(element);
        }
      }
      facts.put("elements", elements);
      sections.add(facts);
    }
    return sections;
  }
}
