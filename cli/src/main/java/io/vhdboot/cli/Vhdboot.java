package io.vhdboot.cli;

import java.io.PrintWriter;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The vhdboot command: see {@code vhdboot --help}. */
@Command(
    name = "vhdboot",
    description = "Makes and inspects Windows disks that boot from a VHD, without Windows.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:done",
      " 1:failed, or something was found wrong",
      " 2:the command line was not understood",
      " 3:the input is bad or not supported"
    })
public final class Vhdboot implements Runnable {

  private static final List<Class<?>> COMMANDS =
      List.of(
          CreateCommand.class,
          AddCommand.class,
          InspectCommand.class,
          WimCommand.class,
          IsoCommand.class,
          VhdCommand.class,
          DiskCommand.class,
          DiskpartCommand.class,
          DeviceCommand.class,
          HiveCommand.class,
          BcdeditCommand.class,
          BcdCommand.class,
          ImagexCommand.class,
          BcdbootCommand.class,
          BootsectCommand.class,
          SecureBootCommand.class,
          ServiceCommand.class,
          NtfsCommand.class,
          DoctorCommand.class,
          DemoCommand.class,
          ListCommand.class,
          CatCommand.class,
          CopyCommand.class,
          StatCommand.class,
          TreeCommand.class,
          HelpCommand.class);

  @Spec private CommandSpec spec;

  /** Runs the command and ends the program with its exit code. */
  public static void main(String[] arguments) {
    // Names inside images are Unicode whatever the host's locale says.
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(out, err, arguments));
  }

  /** Runs the command and gives its exit code. */
  public static int run(PrintWriter out, PrintWriter err, String... arguments) {
    return run(out, err, DeviceAccess.SYSTEM, arguments);
  }

  /** The same with other disks than those of this machine. */
  static int run(PrintWriter out, PrintWriter err, DeviceAccess access, String... arguments) {
    CommandLine commandLine =
        withSubcommands(access, arguments)
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(new ErrorReporter());
    CommandLine imagex = commandLine.getSubcommands().get("imagex");
    if (imagex != null) {
      // Its options may begin with a hyphen and are not ours.
      imagex.setUnmatchedOptionsArePositionalParams(true);
    }
    int exitCode;
    try {
      exitCode = commandLine.execute(arguments);
    } catch (OutOfMemoryError e) {
      err.println("vhdboot: out of memory; set VHDBOOT_JAVA_OPTS=-Xmx1g or more");
      exitCode = ExitCode.FAILED;
    }
    out.flush();
    err.flush();
    return exitCode;
  }

  /**
   * The command with only those subcommands that the arguments call, as far as that is plain: to
   * make all of them takes longer than many a command's work.
   */
  private static CommandLine withSubcommands(DeviceAccess access, String... arguments) {
    CommandLine vhdboot = new CommandLine(new Vhdboot());
    IFactory factory = new CommandFactory(access);
    for (Class<?> type : called(COMMANDS, arguments, 0)) {
      CommandLine command = new CommandLine(type, factory);
      if (!type.getAnnotation(Command.class).addMethodSubcommands()) {
        for (Method method : called(CommandLine.getCommandMethods(type, null), arguments, 1)) {
          command.addSubcommand(new CommandLine(method));
        }
      }
      vhdboot.addSubcommand(command);
    }
    return vhdboot;
  }

  /** Makes commands, and gives those that write disks a way to them. */
  private record CommandFactory(DeviceAccess access) implements IFactory {

    @Override
    public <K> K create(Class<K> type) throws Exception {
      if (type == DeviceCommand.class) {
        return type.cast(new DeviceCommand(access));
      }
      if (type == AddCommand.class) {
        return type.cast(new AddCommand(access));
      }
      return type == CreateCommand.class
          ? type.cast(new CreateCommand(access))
          : CommandLine.defaultFactory().create(type);
    }
  }

  private static <T extends AnnotatedElement> List<T> called(
      List<T> commands, String[] arguments, int index) {
    for (T command : commands) {
      if (index < arguments.length
          && command != HelpCommand.class
          && command.getAnnotation(Command.class).name().equals(arguments[index])) {
        return List.of(command);
      }
    }
    return commands;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command?");
  }
}
