package io.vhdboot.bcd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** What differs between two stores: objects and elements, by GUID and number. */
public final class BcdDiff {

  private BcdDiff() {}

  /**
   * One difference.
   *
   * @param object the object's GUID
   * @param type the object's type, the second store's where both have it
   * @param element the element's number; 0 where a whole object, or its type, is concerned
   * @param before the value in the first store, as bcdedit shows it; empty when it has none
   * @param after the value in the second store, likewise
   */
  public record Difference(
      UUID object,
      BcdObjectType type,
      int element,
      Optional<String> before,
      Optional<String> after) {

    /** The element's name, or {@code object}. */
    public String name() {
      return element == 0 ? "object" : ElementInfo.nameOf(type, element);
    }
  }

  /** The differences from one store to another, with partitions named by a namer. */
  public static List<Difference> of(BcdStore left, BcdStore right, DeviceNamer namer) {
    List<Difference> found = new ArrayList<>();
    Map<String, UUID> all = new TreeMap<>();
    left.objects().forEach(object -> all.put(object.id().toString(), object.id()));
    right.objects().forEach(object -> all.put(object.id().toString(), object.id()));
    for (UUID id : all.values()) {
      Optional<BcdObject> before = left.object(id);
      Optional<BcdObject> after = right.object(id);
      BcdObjectType type = after.or(() -> before).orElseThrow().type();
      Optional<String> oldType = before.map(object -> object.type().toString());
      Optional<String> newType = after.map(object -> object.type().toString());
      if (!oldType.equals(newType)) {
        found.add(new Difference(id, type, 0, oldType, newType));
      }
      compare(
          id,
          type,
          before.map(BcdObject::elements).orElseGet(TreeMap::new),
          after.map(BcdObject::elements).orElseGet(TreeMap::new),
          new ValueText(left, namer, true),
          new ValueText(right, namer, true),
          found);
    }
    return List.copyOf(found);
  }

  private static void compare(
      UUID id,
      BcdObjectType type,
      SortedMap<Integer, BcdValue> before,
      SortedMap<Integer, BcdValue> after,
      ValueText oldText,
      ValueText newText,
      List<Difference> found) {
    TreeSet<Integer> elements = new TreeSet<>(Integer::compareUnsigned);
    elements.addAll(before.keySet());
    elements.addAll(after.keySet());
    for (int element : elements) {
      BcdValue oldValue = before.get(element);
      BcdValue newValue = after.get(element);
      if (oldValue == null || !oldValue.equals(newValue)) {
        found.add(
            new Difference(
                id,
                type,
                element,
                Optional.ofNullable(oldValue)
                    .map(value -> String.join(" ", oldText.of(type, element, value))),
                Optional.ofNullable(newValue)
                    .map(value -> String.join(" ", newText.of(type, element, value)))));
      }
    }
  }
}
