package io.vhdboot.cli;

import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveCheck;
import io.vhdboot.hive.HiveDiff;
import io.vhdboot.hive.HiveFinding;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.hive.RegFile;
import io.vhdboot.hive.RegistryPath;
import io.vhdboot.image.HiveFile;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot hive}: registry hives, in files and inside images. */
@Command(
    name = "hive",
    description = {
      "Reads and edits registry hives, in files and inside images.",
      "A key is named from the hive's root, Select, or as Windows does, HKLM\\SYSTEM\\Select."
    },
    mixinStandardHelpOptions = true)
final class HiveCommand implements Runnable {

  private static final String DEFAULT_VALUE = "@";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "ls, get, set, delete, export, import, check, compact or diff?");
  }

  /** The hive that a command is about. */
  static final class Target {

    @Parameters(
        index = "0",
        paramLabel = "HIVE",
        description =
            "A file, or a path inside an image such as x.vhd@1/Windows/System32/config/SYSTEM.")
    private String file;

    @Option(
        names = "--prefix",
        paramLabel = "KEY",
        description = "Where the hive lies in a registry; by its file's name unless given.")
    private String prefix;

    @Option(
        names = "--as-it-is",
        description =
            "Edit a hive whose transaction logs are missing without what they would hold.")
    private boolean asItIs;

    private RegistryPath place(Hive hive) {
      return RegistryPath.of(hive, prefix != null ? prefix : RegistryPath.prefixOf(file));
    }

    private HiveKey key(Hive hive, String path) throws IOException {
      String within = path == null ? "" : place(hive).from(path);
      return hive.root()
          .find(within)
          .orElseThrow(() -> new FileSystemException(file, null, "has no key \"" + within + "\""));
    }
  }

  @Command(
      name = "ls",
      description = "Lists a key: its values, then its subkeys.",
      mixinStandardHelpOptions = true)
  int list(
      @Mixin Target target,
      @Parameters(
              index = "1",
              arity = "0..1",
              paramLabel = "KEY",
              description = "The root unless given.")
          String path,
      @Option(
              names = {"-r", "--recursive"},
              description = "List all that is below, too.")
          boolean recursive,
      @Option(names = "--json", description = "Print JSON.") boolean json,
      @Mixin CommonOptions common)
      throws IOException {
    PrintWriter out = out();
    try (HiveFile file = HiveFile.open(target.file)) {
      warnOfState(file.hive());
      HiveKey top = target.key(file.hive(), path);
      if (json) {
        out.println(Json.text(HiveText.tree(top, recursive)));
        return ExitCode.DONE;
      }
      String prefix = target.place(file.hive()).prefix();
      Deque<HiveKey> open = new ArrayDeque<>(List.of(top));
      while (!open.isEmpty()) {
        HiveKey key = open.pop();
        out.println(HiveText.path(prefix, key));
        for (HiveValue value : key.values()) {
          out.println(
              "    "
                  + HiveText.name(value)
                  + "    "
                  + value.type()
                  + "    "
                  + HiveText.data(value));
        }
        out.println();
        List<HiveKey> subkeys = key.subkeys();
        for (int i = subkeys.size() - 1; recursive && i >= 0; i--) {
          open.push(subkeys.get(i));
        }
        for (int i = 0; !recursive && i < subkeys.size(); i++) {
          out.println(HiveText.path(prefix, subkeys.get(i)));
        }
      }
    }
    return ExitCode.DONE;
  }

  @Command(
      name = "get",
      description = "Prints the data of a value: text, numbers in decimal, bytes in hexadecimal.",
      mixinStandardHelpOptions = true)
  int get(
      @Mixin Target target,
      @Parameters(index = "1", paramLabel = "KEY", description = "The key.") String path,
      @Parameters(
              index = "2",
              arity = "0..1",
              paramLabel = "NAME",
              description = "The value; @ or none for the key's default value.")
          String name,
      @Option(names = "--json", description = "Print JSON.") boolean json,
      @Mixin CommonOptions common)
      throws IOException {
    try (HiveFile file = HiveFile.open(target.file)) {
      warnOfState(file.hive());
      HiveValue value =
          target
              .key(file.hive(), path)
              .value(valueName(name))
              .orElseThrow(() -> noValue(target, path, name));
      if (json) {
        out().println(Json.text(HiveText.facts(value)));
      } else {
        HiveText.lines(value).forEach(out()::println);
      }
    }
    return ExitCode.DONE;
  }

  @Command(
      name = "set",
      description = "Makes a key, or sets a value of it.",
      mixinStandardHelpOptions = true)
  int set(
      @Mixin Target target,
      @Parameters(index = "1", paramLabel = "KEY", description = "The key; made if it is missing.")
          String path,
      @Parameters(
              index = "2",
              arity = "0..1",
              paramLabel = "NAME",
              description = "The value; @ for the key's default value. None makes the key only.")
          String name,
      @Parameters(
              index = "3..*",
              paramLabel = "DATA",
              description = "Text, a number, hexadecimal bytes, or several texts.")
          List<String> data,
      @Option(
              names = "--type",
              defaultValue = "SZ",
              paramLabel = "TYPE",
              description = {
                "NONE, SZ, EXPAND_SZ, BINARY, DWORD, DWORD_BIG_ENDIAN, LINK, MULTI_SZ, QWORD,",
                "or a number; ${DEFAULT-VALUE} unless given."
              })
          String type,
      @Mixin CommonOptions common)
      throws IOException {
    HiveValue value =
        name == null
            ? null
            : HiveText.parse(valueName(name), type, data == null ? List.of() : data);
    try (HiveFile file = editable(target)) {
      HiveKey key = file.hive().root().createPath(target.place(file.hive()).from(path));
      if (value != null) {
        key.setValue(value);
      }
      file.save();
    }
    return ExitCode.DONE;
  }

  @Command(
      name = "delete",
      description = "Deletes a key with all that is in it, or a value.",
      mixinStandardHelpOptions = true)
  int delete(
      @Mixin Target target,
      @Parameters(index = "1", paramLabel = "KEY", description = "The key.") String path,
      @Parameters(
              index = "2",
              arity = "0..1",
              paramLabel = "NAME",
              description = "The value; @ for the key's default value. None deletes the key.")
          String name,
      @Mixin CommonOptions common)
      throws IOException {
    try (HiveFile file = editable(target)) {
      HiveKey key = target.key(file.hive(), path);
      if (name != null) {
        if (!key.deleteValue(valueName(name))) {
          throw noValue(target, path, name);
        }
      } else {
        key.parent()
            .orElseThrow(() -> new FileSystemException(target.file, null, "must keep its root key"))
            .deleteSubkey(key.name());
      }
      file.save();
    }
    return ExitCode.DONE;
  }

  @Command(
      name = "export",
      description = "Writes a key with all that is in it as a .reg file.",
      mixinStandardHelpOptions = true)
  int export(
      @Mixin Target target,
      @Parameters(
              index = "1",
              arity = "0..1",
              paramLabel = "KEY",
              description = "The root unless given.")
          String path,
      @Option(
              names = {"-o", "--output"},
              paramLabel = "FILE",
              description = "The .reg file to make; the standard output unless given.")
          Path output,
      @Option(names = "--overwrite", description = "Replace the file if it exists.")
          boolean overwrite,
      @Mixin CommonOptions common)
      throws IOException {
    try (HiveFile file = HiveFile.open(target.file)) {
      warnOfState(file.hive());
      HiveKey key = target.key(file.hive(), path);
      String name = HiveText.path(target.place(file.hive()).prefix(), key);
      if (output == null) {
        OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out));
        RegFile.write(key, name, out);
        out.flush();
        return ExitCode.DONE;
      }
      if (!overwrite && Files.exists(output)) {
        throw new FileAlreadyExistsException(output.toString());
      }
      Path beside = output.resolveSibling(output.getFileName() + ".part");
      try {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(beside))) {
          RegFile.write(key, name, out);
        }
        Files.move(beside, output, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(beside);
      }
    }
    return ExitCode.DONE;
  }

  @Command(
      name = "import",
      description = "Does what .reg files say: all of it, or nothing when one is not understood.",
      mixinStandardHelpOptions = true)
  int importFiles(
      @Mixin Target target,
      @Parameters(
              index = "1..*",
              arity = "1..*",
              paramLabel = "FILE",
              description = "The .reg files.")
          List<Path> files,
      @Mixin CommonOptions common)
      throws IOException {
    List<RegFile> read = new ArrayList<>();
    for (Path file : files) {
      read.add(RegFile.read(file));
    }
    try (HiveFile file = editable(target)) {
      for (RegFile each : read) {
        each.apply(file.hive(), target.place(file.hive()).prefix());
      }
      file.save();
    }
    return ExitCode.DONE;
  }

  @Command(
      name = "check",
      description = "Looks at every cell of a hive and tells what is wrong.",
      mixinStandardHelpOptions = true)
  int check(
      @Mixin Target target,
      @Option(names = "--json", description = "Print JSON.") boolean json,
      @Mixin CommonOptions common)
      throws IOException {
    try (HiveFile file = HiveFile.open(target.file)) {
      warnOfState(file.hive());
      List<HiveFinding> findings = HiveCheck.check(file.hive());
      if (json) {
        out()
            .println(
                Json.text(
                    findings.stream()
                        .map(
                            each ->
                                Map.of(
                                    "severity", each.severity().name().toLowerCase(Locale.ROOT),
                                    "place", each.place(),
                                    "problem", each.problem()))
                        .toList()));
      } else {
        findings.forEach(out()::println);
      }
      boolean bad =
          findings.stream().anyMatch(each -> each.severity() == HiveFinding.Severity.ERROR);
      return bad ? ExitCode.FAILED : ExitCode.DONE;
    }
  }

  @Command(
      name = "compact",
      description = "Writes a hive anew without the room that is free in it.",
      mixinStandardHelpOptions = true)
  int compact(@Mixin Target target, @Mixin CommonOptions common) throws IOException {
    try (HiveFile file = editable(target)) {
      int before = file.hive().binsSize();
      Hive compacted = file.hive().compacted();
      file.save(compacted);
      out().printf("%,d bytes before, %,d now%n", before, compacted.binsSize());
    }
    return ExitCode.DONE;
  }

  @Command(
      name = "diff",
      description = {
        "Tells what differs from one hive to another: values, class names, security descriptors.",
        "Exits with 1 when something does."
      },
      mixinStandardHelpOptions = true)
  int diff(
      @Parameters(index = "0", paramLabel = "HIVE", description = "The one hive.") String left,
      @Parameters(index = "1", paramLabel = "OTHER", description = "The other.") String right,
      @Parameters(
              index = "2",
              arity = "0..1",
              paramLabel = "KEY",
              description = "The root unless given.")
          String path,
      @Option(names = "--json", description = "Print JSON.") boolean json,
      @Mixin CommonOptions common)
      throws IOException {
    Target first = new Target();
    first.file = left;
    Target second = new Target();
    second.file = right;
    try (HiveFile one = HiveFile.open(left);
        HiveFile other = HiveFile.open(right)) {
      warnOfState(one.hive());
      warnOfState(other.hive());
      List<HiveDiff.Difference> found =
          HiveDiff.of(first.key(one.hive(), path), second.key(other.hive(), path));
      if (json) {
        out().println(Json.text(found.stream().map(HiveCommand::facts).toList()));
      } else {
        found.stream().map(HiveText::lines).forEach(lines -> lines.forEach(out()::println));
      }
      return found.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  private static Map<String, Object> facts(HiveDiff.Difference difference) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("kind", difference.kind().name().toLowerCase(Locale.ROOT));
    facts.put("key", difference.path());
    difference.before().ifPresent(value -> facts.put("before", HiveText.facts(value)));
    difference.after().ifPresent(value -> facts.put("after", HiveText.facts(value)));
    return facts;
  }

  private HiveFile editable(Target target) throws IOException {
    HiveFile file = HiveFile.edit(target.file);
    file.hive().setEditTime(Instant.now());
    if (target.asItIs) {
      file.hive().discardMissingChanges();
    }
    return file;
  }

  /** Reading goes on, but whoever reads should know. */
  private void warnOfState(Hive hive) {
    switch (hive.state()) {
      case DIRTY ->
          spec.commandLine()
              .getErr()
              .println(
                  "vhdboot: "
                      + hive.name()
                      + " is dirty: changes are missing that its transaction logs would hold");
      case RECOVERED ->
          spec.commandLine()
              .getErr()
              .println("vhdboot: " + hive.name() + " is shown with what its transaction logs hold");
      default -> {}
    }
  }

  private static String valueName(String name) {
    return name == null || name.equals(DEFAULT_VALUE) ? "" : name;
  }

  private static IOException noValue(Target target, String path, String name) {
    return new FileSystemException(
        target.file,
        null,
        "has no value \"" + (name == null ? DEFAULT_VALUE : name) + "\" in \"" + path + "\"");
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
