package io.vhdboot.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The vhdboot command: see {@code vhdboot --help}. */
@Command(
    name = "vhdboot",
    description = "Makes and inspects Windows disks that boot from a VHD, without Windows.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    subcommands = {
      CreateCommand.class,
      InspectCommand.class,
      WimCommand.class,
      IsoCommand.class,
      VhdCommand.class,
      DiskCommand.class,
      DiskpartCommand.class,
      HiveCommand.class,
      BcdeditCommand.class,
      BcdCommand.class,
      NtfsCommand.class,
      DemoCommand.class,
      ListCommand.class,
      CatCommand.class,
      CopyCommand.class,
      StatCommand.class,
      TreeCommand.class,
      HelpCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:done",
      " 1:failed, or something was found wrong",
      " 2:the command line was not understood",
      " 3:the input is bad or not supported"
    })
public final class Vhdboot implements Runnable {

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
    CommandLine commandLine =
        new CommandLine(new Vhdboot())
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(new ErrorReporter());
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

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command?");
  }
}
