package io.vhdboot.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vhdboot ntfs}: what is done to whole NTFS volumes. */
@Command(
    name = "ntfs",
    description = "Makes, shows, checks, repairs and resizes NTFS volumes.",
    mixinStandardHelpOptions = true,
    subcommands = {
      NtfsFormatCommand.class,
      NtfsInfoCommand.class,
      NtfsCheckCommand.class,
      NtfsResizeCommand.class
    })
final class NtfsCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), String.join(", ", spec.subcommands().keySet()) + "?");
  }
}
