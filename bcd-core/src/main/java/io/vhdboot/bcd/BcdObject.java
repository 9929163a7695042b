package io.vhdboot.bcd;

import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * An object of a store: its type and its elements.
 *
 * <pre>
 * {guid}
 *   Description          value Type, a REG_DWORD
 *   Elements
 *     XXXXXXXX           the element's number in hexadecimal
 *       value Element
 * </pre>
 */
public final class BcdObject {

  static final String DESCRIPTION_KEY = "Description";
  static final String ELEMENTS_KEY = "Elements";
  static final String TYPE_VALUE = "Type";

  private static final String ELEMENT_VALUE = "Element";
  private static final String ELEMENT_NAME = "[0-9A-Fa-f]{8}";

  private final HiveKey key;
  private final UUID id;
  private final BcdObjectType type;
  private final SortedMap<Integer, BcdValue> elements = new TreeMap<>(Integer::compareUnsigned);

  private BcdObject(HiveKey key, UUID id, BcdObjectType type) {
    this.key = key;
    this.id = id;
    this.type = type;
  }

  static BcdObject read(HiveKey key, UUID id) throws IOException {
    Optional<HiveKey> description = key.subkey(DESCRIPTION_KEY);
    int type = 0;
    if (description.isPresent()) {
      type = description.get().value(TYPE_VALUE).map(HiveValue::asDword).orElse(0);
    }
    BcdObject object = new BcdObject(key, id, new BcdObjectType(type));
    Optional<HiveKey> elements = key.subkey(ELEMENTS_KEY);
    for (HiveKey element : elements.isEmpty() ? List.<HiveKey>of() : elements.get().subkeys()) {
      Optional<HiveValue> value = element.value(ELEMENT_VALUE);
      if (value.isPresent() && element.name().matches(ELEMENT_NAME)) {
        int number = Integer.parseUnsignedInt(element.name(), 16);
        object.elements.put(number, BcdValue.decode(number, value.get()));
      }
    }
    return object;
  }

  /** The object's GUID. */
  public UUID id() {
    return id;
  }

  /** Its alias, or its GUID in braces. */
  public String name() {
    return WellKnownObject.name(id);
  }

  /** What it is. */
  public BcdObjectType type() {
    return type;
  }

  /** All elements by ascending number; a view. */
  public SortedMap<Integer, BcdValue> elements() {
    return Collections.unmodifiableSortedMap(elements);
  }

  /** An element's value. */
  public Optional<BcdValue> get(int element) {
    return Optional.ofNullable(elements.get(element));
  }

  /** The device of an element; empty when there is none or it is no device. */
  public Optional<BcdDevice> device(int element) {
    return get(element)
        .filter(BcdValue.Device.class::isInstance)
        .map(value -> ((BcdValue.Device) value).device());
  }

  /** The text of an element; empty when there is none or it is no text. */
  public Optional<String> text(int element) {
    return get(element)
        .filter(BcdValue.Text.class::isInstance)
        .map(value -> ((BcdValue.Text) value).text());
  }

  /** The object an element names; empty when there is none. */
  public Optional<UUID> object(int element) {
    return get(element)
        .filter(BcdValue.ObjectId.class::isInstance)
        .map(value -> ((BcdValue.ObjectId) value).object());
  }

  /** The objects an element lists; none when there is no such list. */
  public List<UUID> objects(int element) {
    return get(element)
        .filter(BcdValue.ObjectList.class::isInstance)
        .map(value -> ((BcdValue.ObjectList) value).objects())
        .orElse(List.of());
  }

  /** The number of an element; empty when there is none. */
  public Optional<Long> number(int element) {
    return get(element)
        .filter(BcdValue.Number.class::isInstance)
        .map(value -> ((BcdValue.Number) value).number());
  }

  /** Whether an element says yes; empty when there is none. */
  public Optional<Boolean> flag(int element) {
    return get(element)
        .filter(BcdValue.Flag.class::isInstance)
        .map(value -> ((BcdValue.Flag) value).flag());
  }

  /**
   * Sets an element.
   *
   * @param element its number
   * @param value a value of the kind that the number's format demands
   */
  public void set(int element, BcdValue value) throws IOException {
    if (!value.fits(element)) {
      throw new IllegalArgumentException(
          String.format("value (%s) must be of the format that element %08x has", value, element));
    }
    key.createSubkey(ELEMENTS_KEY)
        .createSubkey(String.format("%08x", element))
        .setValue(value.encode(ELEMENT_VALUE));
    elements.put(element, value);
  }

  /**
   * Removes an element.
   *
   * @return whether there was one
   */
  public boolean remove(int element) throws IOException {
    Optional<HiveKey> all = key.subkey(ELEMENTS_KEY);
    elements.remove(element);
    return all.isPresent() && all.get().deleteSubkey(String.format("%08x", element));
  }

  /** Copies the elements as they are stored; a key that is none by its name stays behind. */
  void copyElements(HiveKey target) throws IOException {
    Optional<HiveKey> all = key.subkey(ELEMENTS_KEY);
    for (HiveKey element : all.isEmpty() ? List.<HiveKey>of() : all.get().subkeys()) {
      if (!element.name().matches(ELEMENT_NAME)) {
        continue;
      }
      HiveKey copy = target.createSubkey(element.name());
      for (HiveValue value : element.values()) {
        copy.setValue(value);
      }
    }
  }

  /** The same elements in another store, whatever order or hive they lie in. */
  boolean hasSameContent(BcdObject other) {
    return id.equals(other.id) && type.equals(other.type) && elements.equals(other.elements);
  }

  @Override
  public String toString() {
    return name() + " " + type;
  }
}
