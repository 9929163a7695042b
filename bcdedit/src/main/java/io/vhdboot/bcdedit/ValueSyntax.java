package io.vhdboot.bcdedit;

import io.vhdboot.bcd.BcdFormat;
import io.vhdboot.bcd.BcdObjectType;
import io.vhdboot.bcd.BcdValue;
import io.vhdboot.bcd.ElementInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Reads an element's values as they are typed, and refuses what is not of its format. */
final class ValueSyntax {

  private static final String CUSTOM = "custom:";
  private static final int MAX_BYTE = 255;

  private final Session session;
  private final BcdObjectType type;

  ValueSyntax(Session session, BcdObjectType type) {
    this.session = session;
    this.type = type;
  }

  /** The element of a name, or of {@code custom:XXXXXXXX}. */
  int element(String name) throws Refusal {
    String lower = name.toLowerCase(Locale.ROOT);
    if (!lower.startsWith(CUSTOM)) {
      return ElementInfo.ofName(type, name).orElseThrow(Refusal::badElement).element();
    }
    String digits = lower.substring(CUSTOM.length()).replaceFirst("^0x", "");
    if (!digits.matches("[0-9a-f]{8}")) {
      throw Refusal.badElement();
    }
    int element = Integer.parseUnsignedInt(digits, 16);
    if (ElementInfo.formatOf(element) == BcdFormat.UNKNOWN) {
      throw Refusal.badElement();
    }
    return element;
  }

  BcdValue value(int element, List<String> words) throws Refusal, IOException {
    BcdFormat format = ElementInfo.formatOf(element);
    if (words.isEmpty()
        || words.size() > 1
            && format != BcdFormat.OBJECT_LIST
            && format != BcdFormat.INTEGER_LIST) {
      throw Refusal.badCommand("set");
    }
    String first = words.get(0);
    return switch (format) {
      case DEVICE -> new DeviceSyntax(session, element).parse(first);
      case STRING -> text(first);
      case OBJECT -> BcdValue.of(session.identifier(first));
      case OBJECT_LIST -> objects(words);
      case INTEGER -> BcdValue.of(number(element, first));
      case BOOLEAN -> BcdValue.of(flag(first));
      case INTEGER_LIST -> numbers(element, words);
      case UNKNOWN -> throw Refusal.badElement();
    };
  }

  private static BcdValue text(String text) throws Refusal {
    if (text.isEmpty() || text.indexOf('\0') >= 0) {
      throw Refusal.badData("string");
    }
    return BcdValue.of(text);
  }

  private BcdValue objects(List<String> words) throws Refusal, IOException {
    List<UUID> objects = new ArrayList<>();
    for (String word : words) {
      objects.add(session.identifier(word));
    }
    return new BcdValue.ObjectList(objects);
  }

  private BcdValue numbers(int element, List<String> words) throws Refusal {
    List<Long> numbers = new ArrayList<>();
    for (String word : words) {
      numbers.add(number(element, word));
    }
    return new BcdValue.NumberList(numbers);
  }

  static boolean flag(String text) throws Refusal {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "1", "on", "yes", "true" -> true;
      case "0", "off", "no", "false" -> false;
      default -> throw Refusal.badData("boolean");
    };
  }

  /** A number, the name of one of its values, or an address. */
  long number(int element, String text) throws Refusal {
    Optional<ElementInfo> info = ElementInfo.of(type, element);
    if (info.isPresent()) {
      for (Map.Entry<Long, String> name : info.get().valueNames().entrySet()) {
        if (name.getValue().equalsIgnoreCase(text)) {
          return name.getKey();
        }
      }
      if (ElementInfo.isAddress(info.get().name()) && text.indexOf('.') >= 0) {
        return address(text);
      }
    }
    return number(text);
  }

  static long number(String text) throws Refusal {
    try {
      return text.regionMatches(true, 0, "0x", 0, 2)
          ? Long.parseUnsignedLong(text.substring(2), 16)
          : Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw Refusal.badData("integer");
    }
  }

  /** An IPv4 address as a number. */
  static long address(String text) throws Refusal {
    String[] parts = text.split("\\.", -1);
    long address = 0;
    for (String part : parts) {
      long each = part.matches("\\d{1,3}") ? Long.parseLong(part) : MAX_BYTE + 1;
      if (each > MAX_BYTE || parts.length != Integer.BYTES) {
        throw Refusal.badData("integer");
      }
      address = address << Byte.SIZE | each;
    }
    return address;
  }
}
