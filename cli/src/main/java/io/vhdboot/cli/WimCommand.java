package io.vhdboot.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vhdboot wim}: Windows imaging files. */
@Command(
    name = "wim",
    description = "Shows, verifies, takes apart, makes and changes Windows imaging files.",
    mixinStandardHelpOptions = true,
    subcommands = {
      WimInfoCommand.class,
      WimDirCommand.class,
      WimVerifyCommand.class,
      WimCaptureCommand.class,
      WimAppendCommand.class,
      WimExportCommand.class,
      WimDeleteCommand.class,
      WimSplitCommand.class,
      WimJoinCommand.class,
      WimOptimizeCommand.class,
      WimSetCommand.class,
      WimExtractCommand.class,
      WimApplyCommand.class,
    })
final class WimCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "one of " + String.join(", ", spec.subcommands().keySet()) + "?");
  }
}
