package io.vhdboot.bcdedit;

import io.vhdboot.bcd.BcdElements;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Carries out the commands of bcdedit on a store in a file or inside an image, never on the host's
 * own, and answers in its words.
 *
 * <p>A command is its words, as a shell gives them: {@code /store FILE}, a command, its parameters.
 * Without {@code /store} it is about the store that a machine would start from which has the
 * drives. Not thread-safe.
 */
public final class BcdEdit {

  /** It was carried out. */
  public static final int EXIT_DONE = 0;

  /** It was not understood, or not carried out. */
  public static final int EXIT_FAILED = 1;

  private static final Pattern OPTION =
      Pattern.compile(
          "-(\\?|help|store|v|d|f|application|inherit|device|cleanup|nocleanup|addfirst|addlast|remove"
              + "|clean|start|noumex|offline|sysstore|createstore|export|import|copy|create|delete|mirror|set"
              + "|deletevalue|enum|bootsequence|default|displayorder|timeout|toolsdisplayorder"
              + "|bootems|ems|emssettings|bootdebug|debug|dbgsettings|hypervisorsettings|event)",
          Pattern.CASE_INSENSITIVE);

  private static final int EVENT = 0x26000141;
  private static final int BOOT_DEBUG = 0x16000010;
  private static final int DEBUG = 0x260000a0;
  private static final int EMS = 0x260000b0;

  private final PrintWriter out;
  private final Supplier<UUID> identifiers;
  private final InstantSource clock;
  private final Drives drives;
  private final Function<Object, String> json;

  private BcdEdit(Builder builder) {
    this.out = builder.out;
    this.identifiers = builder.identifiers;
    this.clock = builder.clock;
    this.drives = builder.drives;
    this.json = builder.json;
  }

  /** What a command does, given its words. */
  private interface Action {
    void run(List<String> words) throws Refusal, IOException;
  }

  /** How a command uses the store. */
  private enum Use {
    NONE,
    READ,
    EDIT
  }

  private record Command(Use use, Action action) {}

  /**
   * Begins with where the answers go.
   *
   * @param identifiers gives every new entry its GUID
   * @param clock tells the time of what is changed
   */
  public static Builder to(PrintWriter out, Supplier<UUID> identifiers, InstantSource clock) {
    return new Builder(out, identifiers, clock);
  }

  /** Collects what a command begins with. Not thread-safe. */
  public static final class Builder {

    private final PrintWriter out;
    private final Supplier<UUID> identifiers;
    private final InstantSource clock;
    private Drives drives = Drives.of(Map.of());
    private Function<Object, String> json;

    private Builder(PrintWriter out, Supplier<UUID> identifiers, InstantSource clock) {
      this.out = out;
      this.identifiers = identifiers;
      this.clock = clock;
    }

    /** Which volume has which letter; none has one unless this is called. */
    public Builder drives(Drives value) {
      this.drives = value;
      return this;
    }

    /** Writes listings as JSON: a tree of maps, lists and texts is given to the function. */
    public Builder json(Function<Object, String> writer) {
      this.json = writer;
      return this;
    }

    /** The commands. */
    public BcdEdit build() {
      return new BcdEdit(this);
    }
  }

  /**
   * Carries out one command.
   *
   * @param arguments its words, without {@code bcdedit}
   * @return one of the exit codes
   * @throws io.vhdboot.disk.DiskFormatException when a store or an image on the way to it is
   *     damaged or not supported
   * @throws IOException when reading or writing fails
   */
  public int run(List<String> arguments) throws IOException {
    try {
      carryOut(arguments);
      return EXIT_DONE;
    } catch (Refusal e) {
      out.println(e.getMessage());
      return EXIT_FAILED;
    } finally {
      out.flush();
    }
  }

  private void carryOut(List<String> arguments) throws Refusal, IOException {
    List<String> words = new ArrayList<>();
    String store = null;
    String system = null;
    boolean verbose = false;
    for (int i = 0; i < arguments.size(); i++) {
      String word = withSlash(arguments.get(i));
      if (word.equalsIgnoreCase("/store")) {
        if (++i == arguments.size()) {
          throw Refusal.badCommand("store");
        }
        store = arguments.get(i);
      } else if (word.equalsIgnoreCase("/sysstore")) {
        if (++i == arguments.size()) {
          throw Refusal.badCommand("sysstore");
        }
        system = arguments.get(i);
      } else if (word.equalsIgnoreCase("/v")) {
        verbose = true;
      } else if (!word.equalsIgnoreCase("/offline")) {
        words.add(word);
      }
    }
    try (Session session = new Session(out, drives, identifiers, clock, json, store, verbose)) {
      if (system != null) {
        session.systemVolume(system);
      }
      Map<String, Command> commands = commands(session);
      String usual = system == null ? "/enum" : "/sysstore";
      String name = words.isEmpty() ? usual : words.get(0).toLowerCase(Locale.ROOT);
      if (name.equals("/?") || name.equals("/help")) {
        out.println("bcdedit [/store FILE] [/v] COMMAND");
        commands.keySet().forEach(out::println);
        return;
      }
      Command command = commands.get(name);
      if (command == null) {
        throw Refusal.unknownCommand();
      }
      if (command.use() != Use.NONE) {
        session.open(command.use() == Use.READ);
      }
      command.action().run(words.isEmpty() ? words : words.subList(1, words.size()));
    }
  }

  /** Options may begin with a dash as well. */
  private static String withSlash(String word) {
    return OPTION.matcher(word).matches() ? "/" + word.substring(1) : word;
  }

  private static Map<String, Command> commands(Session session) {
    Map<String, Command> commands = new LinkedHashMap<>();
    StoreCommands stores = new StoreCommands(session);
    commands.put("/sysstore", new Command(Use.NONE, stores::systemStore));
    commands.put("/createstore", new Command(Use.NONE, stores::create));
    commands.put("/export", new Command(Use.READ, stores::exportTo));
    commands.put("/import", new Command(Use.EDIT, stores::importFrom));
    EntryCommands entries = new EntryCommands(session);
    commands.put("/copy", new Command(Use.EDIT, entries::copy));
    commands.put("/create", new Command(Use.EDIT, entries::create));
    commands.put("/delete", new Command(Use.EDIT, entries::delete));
    commands.put("/mirror", new Command(Use.EDIT, entries::mirror));
    ValueCommands values = new ValueCommands(session);
    commands.put("/set", new Command(Use.EDIT, values::set));
    commands.put("/deletevalue", new Command(Use.EDIT, values::deleteValue));
    commands.put("/enum", new Command(Use.READ, new EnumCommand(session)::run));
    order(commands, values, "bootsequence", BcdElements.BOOT_SEQUENCE);
    commands.put("/default", new Command(Use.EDIT, values::defaultEntry));
    order(commands, values, "displayorder", BcdElements.DISPLAY_ORDER);
    commands.put("/timeout", new Command(Use.EDIT, values::timeout));
    order(commands, values, "toolsdisplayorder", BcdElements.TOOLS_DISPLAY_ORDER);
    toggle(commands, values, "bootems", BcdElements.BOOT_EMS);
    toggle(commands, values, "ems", EMS);
    SettingsCommands settings = new SettingsCommands(session);
    commands.put("/emssettings", new Command(Use.EDIT, settings::ems));
    toggle(commands, values, "bootdebug", BOOT_DEBUG);
    toggle(commands, values, "debug", DEBUG);
    commands.put("/dbgsettings", new Command(Use.EDIT, settings::debugger));
    commands.put("/hypervisorsettings", new Command(Use.EDIT, settings::hypervisor));
    toggle(commands, values, "event", EVENT);
    return commands;
  }

  private static void order(
      Map<String, Command> commands, ValueCommands values, String name, int element) {
    commands.put("/" + name, new Command(Use.EDIT, words -> values.order(name, element, words)));
  }

  private static void toggle(
      Map<String, Command> commands, ValueCommands values, String name, int element) {
    commands.put("/" + name, new Command(Use.EDIT, words -> values.toggle(name, element, words)));
  }
}
