package io.vhdboot.bcd;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What bcdedit calls an element. The same number has different names in objects of different type.
 *
 * @param element the element's number
 * @param name bcdedit's name; empty when it takes the number only
 * @param valueNames names of the values of an enumerated number
 * @param since the first Windows version or release that knows it, such as {@code 6.1+}
 */
public record ElementInfo(int element, String name, Map<Long, String> valueNames, String since) {

  private static final String RESOURCE = "elements.tsv";
  private static final Map<String, ElementInfo> TABLE = load();

  /** Takes a copy of the map. */
  public ElementInfo {
    valueNames = Map.copyOf(valueNames);
  }

  /** What is known of an element of an object of that type. */
  public static Optional<ElementInfo> of(BcdObjectType type, int element) {
    String scope =
        switch (BcdElements.classOf(element)) {
          case BcdElements.CLASS_LIBRARY -> "library";
          case BcdElements.CLASS_DEVICE -> "device";
          case BcdElements.CLASS_TEMPLATE -> "template";
          case BcdElements.CLASS_APPLICATION -> applicationScope(type);
          default -> "";
        };
    ElementInfo found = TABLE.get(key(scope, element));
    if (found == null && BcdElements.classOf(element) == BcdElements.CLASS_APPLICATION) {
      found = TABLE.get(key("application", element));
    }
    return Optional.ofNullable(found);
  }

  /** The element that has a name in objects of that type, in any letter case. */
  public static Optional<ElementInfo> ofName(BcdObjectType type, String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return TABLE.values().stream()
        .filter(info -> info.name.equals(wanted))
        .filter(info -> of(type, info.element).filter(info::equals).isPresent())
        .min((left, right) -> Integer.compareUnsigned(left.element, right.element));
  }

  /** bcdedit's name for an element: {@code custom:XXXXXXXX} when it has none. */
  public static String nameOf(BcdObjectType type, int element) {
    return of(type, element)
        .map(ElementInfo::name)
        .filter(name -> !name.isEmpty())
        .orElseGet(() -> String.format("custom:%08x", element));
  }

  /** Whether an element of that name holds an IPv4 address, the first part in bits 24 to 31. */
  public static boolean isAddress(String name) {
    return name.endsWith("hostip");
  }

  /** The format of values that the element has. */
  public static BcdFormat formatOf(int element) {
    return BcdFormat.of(BcdElements.formatOf(element));
  }

  private static String applicationScope(BcdObjectType type) {
    return switch (type.application()) {
      case 1, 2 -> "bootmgr";
      case 3 -> "osloader";
      case 4 -> "resume";
      case 5 -> "memdiag";
      case 6, 7 -> "ntldr";
      case 9 -> "startup";
      case 10 -> "bootapp";
      default -> "application";
    };
  }

  private static String key(String scope, int element) {
    return scope + Integer.toHexString(element);
  }

  private static Map<String, ElementInfo> load() {
    Map<String, ElementInfo> table = new HashMap<>();
    try (InputStream in = ElementInfo.class.getResourceAsStream(RESOURCE);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.startsWith("#")) {
          String[] fields = line.split("\t");
          ElementInfo info = parse(fields);
          table.put(key(fields[0], info.element), info);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.copyOf(table);
  }

  private static ElementInfo parse(String[] fields) {
    Map<Long, String> names = new LinkedHashMap<>();
    if (!fields[3].equals("-")) {
      for (String pair : fields[3].split(",")) {
        int split = pair.indexOf('=');
        names.put(Long.parseLong(pair.substring(0, split)), pair.substring(split + 1));
      }
    }
    return new ElementInfo(
        Integer.parseUnsignedInt(fields[1], 16),
        fields[2].equals("-") ? "" : fields[2],
        names,
        fields[4]);
  }
}
