package io.vhdboot.bcdedit;

import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdListing;
import io.vhdboot.bcd.BcdObject;
import io.vhdboot.bcd.BcdValue;
import io.vhdboot.bcd.WellKnownObject;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** {@code /emssettings}, {@code /dbgsettings} and {@code /hypervisorsettings}. */
final class SettingsCommands {

  private static final int EMS_PORT = 0x15000022;
  private static final int EMS_BAUD_RATE = 0x15000023;

  private static final long TYPE_SERIAL = 0;
  private static final long TYPE_1394 = 1;
  private static final long TYPE_USB = 2;
  private static final long TYPE_NET = 3;
  private static final long TYPE_LOCAL = 4;

  /** Letters and digits of a key of the network debugger: four groups of thirteen. */
  private static final int KEY_GROUPS = 4;

  private static final int KEY_RADIX = 36;

  private static final Map<String, Integer> DEBUGGER =
      Map.ofEntries(
          Map.entry("debugport", BcdElements.DEBUG_PORT),
          Map.entry("baudrate", BcdElements.DEBUG_BAUD_RATE),
          Map.entry("channel", 0x15000015),
          Map.entry("targetname", 0x12000016),
          Map.entry("busparams", 0x12000019),
          Map.entry("hostip", 0x1500001a),
          Map.entry("port", 0x1500001b),
          Map.entry("key", 0x1200001d));

  private static final Map<String, Integer> HYPERVISOR =
      Map.ofEntries(
          Map.entry("debugport", BcdElements.HYPERVISOR_DEBUG_PORT),
          Map.entry("baudrate", BcdElements.HYPERVISOR_BAUD_RATE),
          Map.entry("channel", 0x250000f6),
          Map.entry("busparams", 0x220000f9),
          Map.entry("hostip", 0x250000fd),
          Map.entry("port", 0x250000fe),
          Map.entry("key", 0x22000110));

  private static final int DEBUGGER_DHCP = 0x1600001c;
  private static final int DEBUGGER_START = 0x15000018;
  private static final int DEBUGGER_NOUMEX = 0x16000017;
  private static final int HYPERVISOR_DHCP = 0x26000114;

  private final Session session;

  SettingsCommands(Session session) {
    this.session = session;
  }

  void ems(List<String> words) throws Refusal, IOException {
    Words left = new Words("emssettings", words);
    if (!left.hasNext()) {
      throw Refusal.badCommand("emssettings");
    }
    BcdObject settings = ValueCommands.settings(session, WellKnownObject.EMS_SETTINGS);
    while (left.hasNext()) {
      String word = left.next();
      if (word.equalsIgnoreCase("bios")) {
        settings.remove(EMS_PORT);
        settings.remove(EMS_BAUD_RATE);
        continue;
      }
      String value = after(word, "emssettings");
      switch (name(word)) {
        case "emsport" -> settings.set(EMS_PORT, BcdValue.of(ValueSyntax.number(value)));
        case "emsbaudrate" -> settings.set(EMS_BAUD_RATE, BcdValue.of(ValueSyntax.number(value)));
        default -> throw Refusal.badCommand("emssettings");
      }
    }
    session.done();
  }

  void debugger(List<String> words) throws Refusal, IOException {
    if (words.isEmpty()) {
      show(WellKnownObject.DEBUGGER_SETTINGS);
      return;
    }
    BcdObject settings = ValueCommands.settings(session, WellKnownObject.DEBUGGER_SETTINGS);
    Words left = new Words("dbgsettings", words);
    long type =
        switch (left.next().toLowerCase(Locale.ROOT)) {
          case "serial" -> TYPE_SERIAL;
          case "1394" -> TYPE_1394;
          case "usb" -> TYPE_USB;
          case "net" -> TYPE_NET;
          case "local" -> TYPE_LOCAL;
          default -> throw Refusal.badCommand("dbgsettings");
        };
    settings.set(BcdElements.DEBUG_TYPE, BcdValue.of(type));
    Parameters parameters =
        new Parameters("dbgsettings", settings, DEBUGGER, DEBUGGER_DHCP, type == TYPE_NET);
    while (left.hasNext()) {
      String word = left.next();
      switch (word.toLowerCase(Locale.ROOT)) {
        case "/start" ->
            settings.set(
                DEBUGGER_START,
                BcdValue.of(
                    new ValueSyntax(session, settings.type()).number(DEBUGGER_START, left.next())));
        case "/noumex" -> settings.set(DEBUGGER_NOUMEX, BcdValue.of(true));
        default -> parameters.take(word);
      }
    }
    finish(parameters);
  }

  void hypervisor(List<String> words) throws Refusal, IOException {
    if (words.isEmpty()) {
      show(WellKnownObject.HYPERVISOR_SETTINGS);
      return;
    }
    BcdObject settings = ValueCommands.settings(session, WellKnownObject.HYPERVISOR_SETTINGS);
    Words left = new Words("hypervisorsettings", words);
    long type =
        switch (left.next().toLowerCase(Locale.ROOT)) {
          case "serial" -> TYPE_SERIAL;
          case "1394" -> TYPE_1394;
          case "net" -> TYPE_NET;
          default -> throw Refusal.badCommand("hypervisorsettings");
        };
    settings.set(BcdElements.HYPERVISOR_DEBUG_TYPE, BcdValue.of(type));
    Parameters parameters =
        new Parameters(
            "hypervisorsettings", settings, HYPERVISOR, HYPERVISOR_DHCP, type == TYPE_NET);
    while (left.hasNext()) {
      parameters.take(left.next());
    }
    finish(parameters);
  }

  private void finish(Parameters parameters) throws Refusal, IOException {
    String key = parameters.finish();
    session.done(
        key.isEmpty()
            ? "The operation completed successfully."
            : "Key=" + key + "\nThe operation completed successfully.");
  }

  private void show(WellKnownObject known) throws Refusal {
    BcdObject settings = session.object(known);
    for (BcdListing.Entry entry :
        BcdListing.of(session.store(), List.of(settings), session.drives(), false)
            .sections()
            .get(0)
            .entries()) {
      if (entry.element() != 0) {
        session.say(String.format("%-23s %s", entry.name(), String.join(" ", entry.texts())));
      }
    }
    session.say("The operation completed successfully.");
  }

  private static String name(String word) {
    int colon = word.indexOf(':');
    return (colon < 0 ? word : word.substring(0, colon)).toLowerCase(Locale.ROOT);
  }

  private static String after(String word, String command) throws Refusal {
    int colon = word.indexOf(':');
    if (colon < 0 || colon == word.length() - 1) {
      throw Refusal.badCommand(command);
    }
    return word.substring(colon + 1);
  }

  /** Parameters of the form {@code name:value}. */
  private final class Parameters {

    private final String command;
    private final BcdObject settings;
    private final Map<String, Integer> elements;
    private final int dhcp;
    private final boolean isNet;
    private boolean wantsNewKey;

    Parameters(
        String command,
        BcdObject settings,
        Map<String, Integer> elements,
        int dhcp,
        boolean isNet) {
      this.command = command;
      this.settings = settings;
      this.elements = elements;
      this.dhcp = dhcp;
      this.isNet = isNet;
    }

    void take(String word) throws Refusal, IOException {
      String name = name(word);
      if (isNet && name.equals("nodhcp")) {
        settings.set(dhcp, BcdValue.of(false));
      } else if (isNet && name.equals("newkey")) {
        wantsNewKey = true;
      } else {
        Integer element = elements.get(name);
        if (element == null) {
          throw Refusal.badCommand(command);
        }
        settings.set(
            element,
            new ValueSyntax(session, settings.type())
                .value(element, List.of(after(word, command))));
      }
    }

    /** Sees to what the network needs; gives a key that was made. */
    String finish() throws Refusal, IOException {
      if (!isNet) {
        return "";
      }
      if (settings.get(elements.get("hostip")).isEmpty()
          || settings.get(elements.get("port")).isEmpty()) {
        throw Refusal.badCommand(command);
      }
      if (settings.get(dhcp).isEmpty()) {
        settings.set(dhcp, BcdValue.of(true));
      }
      if (!wantsNewKey && settings.get(elements.get("key")).isPresent()) {
        return "";
      }
      StringBuilder key = new StringBuilder();
      for (int i = 0; i < KEY_GROUPS; i += 2) {
        UUID random = session.newIdentifier();
        key.append(i == 0 ? "" : ".")
            .append(Long.toUnsignedString(random.getMostSignificantBits(), KEY_RADIX))
            .append('.')
            .append(Long.toUnsignedString(random.getLeastSignificantBits(), KEY_RADIX));
      }
      settings.set(elements.get("key"), BcdValue.of(key.toString()));
      return key.toString();
    }
  }
}
