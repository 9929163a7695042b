package io.vhdboot.bcd;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.WindowsGuid;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.hive.RegistryType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The value of an element; its kind follows from the element's format:
 *
 * <pre>
 * 1  device        REG_BINARY    GUID of the additional options or zeros, then a descriptor
 * 2  string        REG_SZ
 * 3  GUID          REG_SZ        lower case, in braces
 * 4  GUID list     REG_MULTI_SZ
 * 5  integer       REG_BINARY    8 bytes; 1 to 8 are read
 * 6  boolean       REG_BINARY    1 byte
 * 7  integer list  REG_BINARY    8 bytes each
 * </pre>
 *
 * <p>A value that is not of its format's shape is {@link Raw} and is written back as it was.
 */
public sealed interface BcdValue {

  /**
   * A device.
   *
   * @param device the device
   * @param options the object with additional options, of a RAM disk
   */
  record Device(BcdDevice device, Optional<UUID> options) implements BcdValue {}

  /**
   * A text.
   *
   * @param text the text
   */
  record Text(String text) implements BcdValue {}

  /**
   * An object.
   *
   * @param object its GUID
   */
  record ObjectId(UUID object) implements BcdValue {}

  /**
   * Objects in order.
   *
   * @param objects their GUIDs
   */
  record ObjectList(List<UUID> objects) implements BcdValue {

    /** Takes a copy. */
    public ObjectList {
      objects = List.copyOf(objects);
    }
  }

  /**
   * A number.
   *
   * @param number the number, unsigned
   */
  record Number(long number) implements BcdValue {}

  /**
   * Yes or no.
   *
   * @param flag whether yes
   */
  record Flag(boolean flag) implements BcdValue {}

  /**
   * Numbers in order.
   *
   * @param numbers the numbers, unsigned
   */
  record NumberList(List<Long> numbers) implements BcdValue {

    /** Takes a copy. */
    public NumberList {
      numbers = List.copyOf(numbers);
    }
  }

  /**
   * A value that is not of its format's shape.
   *
   * @param type its registry type
   * @param data its data
   */
  record Raw(RegistryType type, byte[] data) implements BcdValue {

    /** Takes a copy. */
    public Raw {
      data = data.clone();
    }

    /** A copy of the data. */
    @Override
    public byte[] data() {
      return data.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Raw raw && type.equals(raw.type) && Arrays.equals(data, raw.data);
    }

    @Override
    public int hashCode() {
      return 31 * type.hashCode() + Arrays.hashCode(data);
    }
  }

  /** A device without additional options. */
  static BcdValue of(BcdDevice device) {
    return new Device(device, Optional.empty());
  }

  /** A text. */
  static BcdValue of(String text) {
    return new Text(text);
  }

  /** An object. */
  static BcdValue of(UUID object) {
    return new ObjectId(object);
  }

  /** Objects in order. */
  static BcdValue ofObjects(UUID... objects) {
    return new ObjectList(List.of(objects));
  }

  /** A number. */
  static BcdValue of(long number) {
    return new Number(number);
  }

  /** Yes or no. */
  static BcdValue of(boolean flag) {
    return new Flag(flag);
  }

  /** Numbers in order. */
  static BcdValue ofNumbers(Long... numbers) {
    return new NumberList(List.of(numbers));
  }

  /** The value that a registry value holds for an element. */
  static BcdValue decode(int element, HiveValue value) {
    BcdValue decoded =
        switch (BcdElements.formatOf(element)) {
          case BcdElements.FORMAT_DEVICE -> device(value);
          case BcdElements.FORMAT_STRING -> isText(value) ? new Text(value.asString()) : null;
          case BcdElements.FORMAT_GUID ->
              isText(value) ? guid(value.asString()).map(ObjectId::new).orElse(null) : null;
          case BcdElements.FORMAT_GUID_LIST -> guids(value);
          case BcdElements.FORMAT_INTEGER -> number(value);
          case BcdElements.FORMAT_BOOLEAN ->
              isBinary(value) && value.size() == 1 ? new Flag(value.asNumber() != 0) : null;
          case BcdElements.FORMAT_INTEGER_LIST -> numbers(value);
          default -> null;
        };
    return decoded != null ? decoded : new Raw(value.type(), value.data());
  }

  /** The registry value that holds this, as this library writes it. */
  default HiveValue encode(String name) {
    if (this instanceof Device device) {
      byte[] descriptor = device.device().toBytes();
      byte[] bytes = new byte[WindowsGuid.SIZE + descriptor.length];
      device.options().ifPresent(options -> WindowsGuid.put(bytes, 0, options));
      System.arraycopy(descriptor, 0, bytes, WindowsGuid.SIZE, descriptor.length);
      return HiveValue.binary(name, bytes);
    }
    if (this instanceof Text text) {
      return HiveValue.string(name, text.text());
    }
    if (this instanceof ObjectId id) {
      return HiveValue.string(name, WindowsGuid.toString(id.object()));
    }
    if (this instanceof ObjectList list) {
      return HiveValue.multiString(
          name, list.objects().stream().map(WindowsGuid::toString).toList());
    }
    if (this instanceof Number number) {
      return numberBytes(name, List.of(number.number()));
    }
    if (this instanceof Flag flag) {
      return HiveValue.binary(name, new byte[] {(byte) (flag.flag() ? 1 : 0)});
    }
    if (this instanceof NumberList list) {
      return numberBytes(name, list.numbers());
    }
    Raw raw = (Raw) this;
    return new HiveValue(name, raw.type(), raw.data());
  }

  /** The objects that this names, be it as options of a device; none for most. */
  default List<UUID> references() {
    if (this instanceof ObjectId id) {
      return List.of(id.object());
    }
    if (this instanceof ObjectList list) {
      return list.objects();
    }
    return this instanceof Device device ? device.options().stream().toList() : List.of();
  }

  /** Whether this is a value that an element of that number can have. */
  default boolean fits(int element) {
    return switch (BcdElements.formatOf(element)) {
      case BcdElements.FORMAT_DEVICE -> this instanceof Device;
      case BcdElements.FORMAT_STRING -> this instanceof Text;
      case BcdElements.FORMAT_GUID -> this instanceof ObjectId;
      case BcdElements.FORMAT_GUID_LIST -> this instanceof ObjectList;
      case BcdElements.FORMAT_INTEGER -> this instanceof Number;
      case BcdElements.FORMAT_BOOLEAN -> this instanceof Flag;
      case BcdElements.FORMAT_INTEGER_LIST ->
          this instanceof NumberList list && !list.numbers().isEmpty();
      default -> this instanceof Raw;
    };
  }

  private static Device device(HiveValue value) {
    byte[] data = value.data();
    int descriptorSize = data.length - WindowsGuid.SIZE;
    if (!isBinary(value)
        || descriptorSize < DescriptorCodec.HEADER_SIZE
        || LittleEndian.u32(data, WindowsGuid.SIZE + 8) != descriptorSize) {
      return null;
    }
    UUID options = WindowsGuid.get(data, 0);
    boolean none = options.getMostSignificantBits() == 0 && options.getLeastSignificantBits() == 0;
    return new Device(
        BcdDevice.decode(Arrays.copyOfRange(data, WindowsGuid.SIZE, data.length)),
        none ? Optional.empty() : Optional.of(options));
  }

  private static ObjectList guids(HiveValue value) {
    if (!value.type().equals(RegistryType.MULTI_SZ)) {
      return null;
    }
    List<UUID> objects = new ArrayList<>();
    for (String text : value.asMultiString()) {
      Optional<UUID> object = guid(text);
      if (object.isEmpty()) {
        return null;
      }
      objects.add(object.get());
    }
    return new ObjectList(objects);
  }

  private static Number number(HiveValue value) {
    return isBinary(value) && value.size() >= 1 && value.size() <= Long.BYTES
        ? new Number(value.asNumber())
        : null;
  }

  private static NumberList numbers(HiveValue value) {
    byte[] data = value.data();
    if (!isBinary(value) || data.length == 0 || data.length % Long.BYTES != 0) {
      return null;
    }
    List<Long> numbers = new ArrayList<>();
    for (int i = 0; i < data.length; i += Long.BYTES) {
      numbers.add(LittleEndian.i64(data, i));
    }
    return new NumberList(numbers);
  }

  private static HiveValue numberBytes(String name, List<Long> numbers) {
    byte[] bytes = new byte[numbers.size() * Long.BYTES];
    for (int i = 0; i < numbers.size(); i++) {
      LittleEndian.put64(bytes, i * Long.BYTES, numbers.get(i));
    }
    return HiveValue.binary(name, bytes);
  }

  private static boolean isBinary(HiveValue value) {
    return value.type().equals(RegistryType.BINARY);
  }

  private static boolean isText(HiveValue value) {
    return value.type().equals(RegistryType.SZ);
  }

  private static Optional<UUID> guid(String text) {
    try {
      return Optional.of(WindowsGuid.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
