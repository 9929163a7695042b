package io.vhdboot.bcd;

import io.vhdboot.disk.WindowsGuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Looks for what is wrong in a store: objects that are named but not there, values of a wrong
 * shape, elements that an object of that type does not have, entries that cannot be started.
 */
public final class BcdLint {

  /** {@code startupsequence}, {@code bootsequence} and the like name what need not be there. */
  private static final Set<Integer> MENU =
      Set.of(BcdElements.DISPLAY_ORDER, BcdElements.TOOLS_DISPLAY_ORDER, BcdElements.BOOT_SEQUENCE);

  private final BcdStore store;
  private final List<Finding> findings = new ArrayList<>();

  private BcdLint(BcdStore store) {
    this.store = store;
  }

  /**
   * Something that is wrong.
   *
   * @param object the object, by its alias or GUID
   * @param element the element's number, 0 where the whole object is concerned
   * @param name bcdedit's name of the element, or {@code object}
   * @param problem what is wrong
   */
  public record Finding(String object, int element, String name, String problem) {

    @Override
    public String toString() {
      return object + " " + name + ": " + problem;
    }
  }

  /** What is wrong in a store, by itself; what its devices lead to is not looked at. */
  public static List<Finding> check(BcdStore store) {
    return List.copyOf(new BcdLint(store).run());
  }

  private List<Finding> run() {
    if (store.object(WellKnownObject.BOOT_MANAGER).isEmpty()) {
      findings.add(
          new Finding(WellKnownObject.BOOT_MANAGER.alias(), 0, "object", "is not in the store"));
    }
    for (BcdObject object : store.objects()) {
      checkObject(object);
      for (Map.Entry<Integer, BcdValue> element : object.elements().entrySet()) {
        checkElement(object, element.getKey(), element.getValue());
      }
    }
    return findings;
  }

  private void checkObject(BcdObject object) {
    Optional<WellKnownObject> known = WellKnownObject.of(object.id());
    if (known.isPresent() && !known.get().type().equals(object.type())) {
      add(object, 0, "is of type " + object.type() + ", not " + known.get().type());
    } else if (!object.type().isApplication()
        && !object.type().isInherit()
        && object.type().code() >>> 28 != BcdObjectType.DEVICE_OPTIONS.code() >>> 28) {
      add(object, 0, "is of type " + object.type() + ", which is none");
    }
    if (object.type().equals(BcdObjectType.OS_LOADER)) {
      need(object, BcdElements.DEVICE);
      need(object, BcdElements.PATH);
      need(object, BcdElements.OS_DEVICE);
      need(object, BcdElements.SYSTEM_ROOT);
    }
  }

  private void need(BcdObject object, int element) {
    boolean template = object.elements().keySet().stream().anyMatch(BcdLint::isOfTemplate);
    if (object.get(element).isEmpty() && !template) {
      add(object, element, "is missing: the entry cannot be started");
    }
  }

  private static boolean isOfTemplate(int element) {
    return BcdElements.classOf(element) == BcdElements.CLASS_TEMPLATE && element != 0x46000010;
  }

  private void checkElement(BcdObject object, int element, BcdValue value) {
    if (value instanceof BcdValue.Raw raw) {
      BcdFormat format = ElementInfo.formatOf(element);
      add(
          object,
          element,
          format == BcdFormat.UNKNOWN
              ? "is of no known format"
              : "holds a "
                  + raw.type()
                  + " of "
                  + raw.data().length
                  + " bytes, which is no "
                  + format.name().toLowerCase(Locale.ROOT).replace('_', ' '));
      return;
    }
    if (ElementInfo.of(object.type(), element).isEmpty()
        && BcdElements.classOf(element) <= BcdElements.CLASS_DEVICE) {
      add(object, element, "is not known of objects of type " + object.type());
    }
    for (UUID other : value.references()) {
      checkReference(object, element, other);
    }
    if (value instanceof BcdValue.Device device) {
      checkDevice(object, element, device.device());
    }
  }

  private void checkReference(BcdObject object, int element, UUID other) {
    boolean isVirtual =
        other.equals(WellKnownObject.DEFAULT) || other.equals(WellKnownObject.CURRENT);
    Optional<BcdObject> found = isVirtual ? store.find("{default}") : store.object(other);
    if (found.isEmpty()) {
      add(object, element, "names " + WindowsGuid.toString(other) + ", which is not in the store");
    } else if (MENU.contains(element)
        && object.type().equals(BcdObjectType.BOOT_MANAGER)
        && !found.get().type().isApplication()) {
      add(object, element, "names " + found.get().name() + ", which cannot be started");
    } else if (element == BcdElements.INHERIT && !found.get().type().isInherit()) {
      add(object, element, "names " + found.get().name() + ", which is no settings to inherit");
    }
  }

  private void checkDevice(BcdObject object, int element, BcdDevice device) {
    if (device instanceof BcdDevice.Unknown) {
      add(object, element, "is a device of an unknown form");
    } else if (device instanceof BcdDevice.LocateByElement locate
        && object.text(locate.element()).isEmpty()) {
      add(
          object,
          element,
          String.format(
              "is searched by %s, which the entry does not have",
              ElementInfo.nameOf(object.type(), locate.element())));
    }
  }

  private void add(BcdObject object, int element, String problem) {
    String name = element == 0 ? "object" : ElementInfo.nameOf(object.type(), element);
    findings.add(new Finding(object.name(), element, name, problem));
  }
}
