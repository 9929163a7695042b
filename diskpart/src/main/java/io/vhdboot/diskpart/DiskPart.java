package io.vhdboot.diskpart;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Carries out the commands of diskpart on image files, never on disks of the host, and answers in
 * its words.
 *
 * <p>Disks are the images that the builder names and the virtual disks that a script attaches.
 * Keywords may be in any case and cut to three letters. A script ends at its first error unless the
 * command bears {@code noerr}. Not thread-safe; {@link #close()} closes the images.
 */
public final class DiskPart implements Closeable {

  /** Everything was carried out. */
  public static final int EXIT_DONE = 0;

  /** Reading or writing a file failed. */
  public static final int EXIT_FATAL = 1;

  /** A command was understood but could not be carried out. */
  public static final int EXIT_FAILED = 4;

  /** A command was not understood. */
  public static final int EXIT_SYNTAX = 5;

  private final PrintWriter out;
  private final Session session;
  private final List<Command> commands = new ArrayList<>();
  private boolean left;

  private DiskPart(Builder builder) throws IOException {
    this.out = builder.out;
    this.session = new Session(out, builder.letters, builder.identifiers, builder.clock);
    commands.addAll(new DiskCommands(session).commands());
    commands.addAll(new PartitionCommands(session).commands());
    commands.addAll(new VolumeCommands(session).commands());
    commands.addAll(new VolumeSizeCommands(session).commands());
    commands.addAll(new VirtualDiskCommands(session).commands());
    commands.addAll(new ListCommands(session).commands());
    commands.add(Command.of("exit", "", arguments -> leave()));
    commands.add(Command.of("help", "*", arguments -> help()));
    try {
      session.attachAgain();
      for (Path disk : builder.disks) {
        session.addDisk(disk);
      }
    } catch (IOException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /**
   * Begins with where the answers go.
   *
   * @param identifiers gives every new disk, partition and volume its identifier
   * @param clock tells the time of what is made
   */
  public static Builder to(PrintWriter out, Supplier<UUID> identifiers, InstantSource clock) {
    return new Builder(out, identifiers, clock);
  }

  /** Collects what a session begins with. Not thread-safe. */
  public static final class Builder {

    private final PrintWriter out;
    private final Supplier<UUID> identifiers;
    private final InstantSource clock;
    private final List<Path> disks = new ArrayList<>();
    private DriveLetters letters = new DriveLetters();

    private Builder(PrintWriter out, Supplier<UUID> identifiers, InstantSource clock) {
      this.out = out;
      this.identifiers = identifiers;
      this.clock = clock;
    }

    /** Adds a disk: a raw image or a VHD. Numbers follow those of disks that are attached. */
    public Builder disk(Path image) {
      disks.add(image);
      return this;
    }

    /** What earlier runs left, and where this one leaves what it does; saving is the caller's. */
    public Builder letters(DriveLetters value) {
      this.letters = value;
      return this;
    }

    /** Opens the images, those that an earlier run left attached among them. */
    public DiskPart open() throws IOException {
      return new DiskPart(this);
    }
  }

  /**
   * Carries out a script: a command a line.
   *
   * @return one of the exit codes
   */
  public int run(Reader script) throws IOException {
    BufferedReader reader = new BufferedReader(script);
    String line;
    while (!left && (line = reader.readLine()) != null) {
      int exitCode = execute(line);
      if (exitCode != EXIT_DONE) {
        return exitCode;
      }
    }
    return EXIT_DONE;
  }

  /**
   * Carries out one command.
   *
   * @return one of the exit codes; always {@link #EXIT_DONE} when the command bears {@code noerr}
   */
  public int execute(String line) {
    List<String> words = ScriptLine.selection(ScriptLine.words(line));
    if (words.isEmpty() || words.get(0).equalsIgnoreCase("rem")) {
      return EXIT_DONE;
    }
    boolean goOn = words.stream().anyMatch(word -> word.equalsIgnoreCase("noerr"));
    int exitCode = EXIT_DONE;
    try {
      carryOut(words);
    } catch (Refusal e) {
      session.say(e.getMessage());
      session.forgetEdits();
      exitCode = e.exitCode();
    } catch (IOException e) {
      session.say("DiskPart has encountered an error: " + e.getMessage());
      session.forgetEdits();
      exitCode = EXIT_FATAL;
    }
    out.flush();
    return goOn ? EXIT_DONE : exitCode;
  }

  private void carryOut(List<String> words) throws Refusal, IOException {
    Command command = find(words);
    Arguments arguments =
        Arguments.of(
            command.title(),
            words.subList(command.words().size(), words.size()),
            command.parameters());
    try {
      command.action().run(arguments);
    } catch (IllegalArgumentException e) {
      // What the libraries say of values that cannot be.
      throw Refusal.of(e.getMessage());
    } catch (ReadOnlyFileSystemException e) {
      throw Refusal.of("The media is write protected.");
    }
  }

  /** The command that a line begins with; one that could be several is none. */
  private Command find(List<String> words) throws Refusal {
    List<Command> found = commands.stream().filter(candidate -> candidate.begins(words)).toList();
    if (found.size() == 1) {
      return found.get(0);
    }
    if (commands.stream().noneMatch(c -> ScriptLine.stands(words.get(0), c.words().get(0)))) {
      help();
      throw Refusal.syntax("There is no command " + words.get(0) + ".");
    }
    throw Refusal.badArguments(words.get(0).toUpperCase(Locale.ROOT));
  }

  private void leave() {
    session.say("Leaving DiskPart...");
    left = true;
  }

  private void help() {
    session.say();
    for (Command command : commands) {
      out.println(
          (command.title() + " " + String.join(" ", command.parameters()).toUpperCase(Locale.ROOT))
              .strip());
    }
  }

  /** Whether the script said {@code exit}. */
  public boolean isLeft() {
    return left;
  }

  @Override
  public void close() throws IOException {
    session.close();
  }
}
