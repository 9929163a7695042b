package io.vhdboot.bcdedit;

import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdFormat;
import io.vhdboot.bcd.BcdObject;
import io.vhdboot.bcd.BcdValue;
import io.vhdboot.bcd.ElementInfo;
import io.vhdboot.bcd.WellKnownObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** {@code /set}, {@code /deletevalue} and the commands that set one element: values of entries. */
final class ValueCommands {

  private static final String CURRENT = "{current}";
  private static final Set<String> LIST_SWITCHES = Set.of("/addfirst", "/addlast", "/remove");

  private final Session session;

  ValueCommands(Session session) {
    this.session = session;
  }

  void set(List<String> words) throws Refusal, IOException {
    Words left = new Words("set", words);
    BcdObject object = entry(left);
    ValueSyntax syntax = new ValueSyntax(session, object.type());
    int element = syntax.element(left.next());
    List<String> values = new ArrayList<>(left.rest());
    String last = values.isEmpty() ? "" : values.get(values.size() - 1).toLowerCase(Locale.ROOT);
    if (LIST_SWITCHES.contains(last)) {
      if (ElementInfo.formatOf(element) != BcdFormat.OBJECT_LIST || values.size() != 2) {
        throw Refusal.badCommand("set");
      }
      change(object, element, session.identifier(values.get(0)), last);
    } else {
      object.set(element, syntax.value(element, values));
    }
    session.done();
  }

  /** The entry that comes first, or the one that runs. */
  private BcdObject entry(Words words) throws Refusal, IOException {
    return session.object(words.nextIf(word -> word.startsWith("{")).orElse(CURRENT));
  }

  void deleteValue(List<String> words) throws Refusal, IOException {
    Words left = new Words("deletevalue", words);
    BcdObject object = entry(left);
    int element = new ValueSyntax(session, object.type()).element(left.next());
    left.end();
    if (!object.remove(element)) {
      throw Refusal.of(
          "An error occurred while attempting to delete the specified data element.",
          Refusal.notFound());
    }
    session.done();
  }

  /** {@code /ems}, {@code /debug} and the like: an entry and ON or OFF. */
  void toggle(String command, int element, List<String> words) throws Refusal, IOException {
    Words left = new Words(command, words);
    BcdObject object = entry(left);
    object.set(element, BcdValue.of(ValueSyntax.flag(left.next())));
    left.end();
    session.done();
  }

  /** {@code /displayorder} and the like: a list of the boot manager's. */
  void order(String command, int element, List<String> words) throws Refusal, IOException {
    List<String> identifiers = new ArrayList<>(words);
    if (identifiers.isEmpty()) {
      throw Refusal.badCommand(command);
    }
    BcdObject bootManager = session.object(WellKnownObject.BOOT_MANAGER);
    String last = identifiers.get(identifiers.size() - 1).toLowerCase(Locale.ROOT);
    if (LIST_SWITCHES.contains(last)) {
      identifiers.remove(identifiers.size() - 1);
      if (identifiers.isEmpty()) {
        throw Refusal.badCommand(command);
      }
      // Several that come first keep the order they are given in.
      for (int i = 0; i < identifiers.size(); i++) {
        int index = last.equals("/addfirst") ? identifiers.size() - 1 - i : i;
        change(bootManager, element, session.identifier(identifiers.get(index)), last);
      }
    } else {
      List<UUID> objects = new ArrayList<>();
      for (String identifier : identifiers) {
        objects.add(session.identifier(identifier));
      }
      bootManager.set(element, new BcdValue.ObjectList(objects));
    }
    session.done();
  }

  /** Moves an object within a list, or takes it out; an empty list goes. */
  private static void change(BcdObject object, int element, UUID id, String how)
      throws IOException {
    List<UUID> objects = new ArrayList<>(object.objects(element));
    objects.remove(id);
    if (how.equals("/addfirst")) {
      objects.add(0, id);
    } else if (how.equals("/addlast")) {
      objects.add(id);
    }
    if (objects.isEmpty()) {
      object.remove(element);
    } else {
      object.set(element, new BcdValue.ObjectList(objects));
    }
  }

  void defaultEntry(List<String> words) throws Refusal, IOException {
    Words left = new Words("default", words);
    BcdObject bootManager = session.object(WellKnownObject.BOOT_MANAGER);
    bootManager.set(BcdElements.DEFAULT, BcdValue.of(session.identifier(left.next())));
    left.end();
    session.done();
  }

  void timeout(List<String> words) throws Refusal, IOException {
    Words left = new Words("timeout", words);
    BcdObject bootManager = session.object(WellKnownObject.BOOT_MANAGER);
    bootManager.set(BcdElements.TIMEOUT, BcdValue.of(ValueSyntax.number(left.next())));
    left.end();
    session.done();
  }

  /** An entry that is made where the store has none. */
  static BcdObject settings(Session session, WellKnownObject known) throws IOException {
    Optional<BcdObject> found = session.store().object(known);
    return found.isPresent() ? found.get() : session.store().createObject(known);
  }
}
