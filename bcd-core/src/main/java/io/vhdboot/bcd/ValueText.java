package io.vhdboot.bcd;

import io.vhdboot.disk.WindowsGuid;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Values of elements as bcdedit shows them. */
final class ValueText {

  private final BcdStore store;
  private final DeviceNamer namer;
  private final boolean verbose;

  ValueText(BcdStore store, DeviceNamer namer, boolean verbose) {
    this.store = store;
    this.namer = namer;
    this.verbose = verbose;
  }

  /** An object's alias, {@code {default}} for the default one, else its GUID. */
  String identifier(UUID id) {
    if (verbose) {
      return WindowsGuid.toString(id);
    }
    if (store.defaultObject().filter(id::equals).isPresent() && WellKnownObject.of(id).isEmpty()) {
      return "{default}";
    }
    return WellKnownObject.name(id);
  }

  List<String> of(BcdObjectType type, int element, BcdValue value) {
    if (value instanceof BcdValue.ObjectList list) {
      return list.objects().isEmpty()
          ? List.of("")
          : list.objects().stream().map(this::identifier).toList();
    }
    if (value instanceof BcdValue.NumberList list) {
      return list.numbers().stream().map(number -> String.format("0x%x", number)).toList();
    }
    return List.of(single(type, element, value));
  }

  private String single(BcdObjectType type, int element, BcdValue value) {
    if (value instanceof BcdValue.Device device) {
      String text =
          verbose ? device.device().toText(namer) : DeviceText.brief(device.device(), namer);
      return device.options().map(options -> text + "," + identifier(options)).orElse(text);
    }
    if (value instanceof BcdValue.Text text) {
      return text.text();
    }
    if (value instanceof BcdValue.ObjectId id) {
      return identifier(id.object());
    }
    if (value instanceof BcdValue.Number number) {
      Optional<String> name =
          ElementInfo.of(type, element).map(info -> info.valueNames().get(number.number()));
      return name.orElseGet(() -> plain(type, element, number.number()));
    }
    if (value instanceof BcdValue.Flag flag) {
      return flag.flag() ? "Yes" : "No";
    }
    BcdValue.Raw raw = (BcdValue.Raw) value;
    return "unreadable:" + HexFormat.of().formatHex(raw.data());
  }

  /** A number in decimal, an address of a host in its four parts. */
  private static String plain(BcdObjectType type, int element, long number) {
    if (!ElementInfo.isAddress(ElementInfo.nameOf(type, element)) || number >>> 32 != 0) {
      return Long.toUnsignedString(number);
    }
    return String.format(
        "%d.%d.%d.%d", number >>> 24, number >>> 16 & 0xFF, number >>> 8 & 0xFF, number & 0xFF);
  }
}
