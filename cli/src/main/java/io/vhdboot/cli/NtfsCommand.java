package io.vhdboot.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vhdboot ntfs}: makes, shows and resizes NTFS volumes. */
@Command(
    name = "ntfs",
    description = "Makes, shows and resizes NTFS volumes.",
    mixinStandardHelpOptions = true,
    subcommands = {NtfsFormatCommand.class, NtfsInfoCommand.class, NtfsResizeCommand.class})
final class NtfsCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "format, info or resize?");
  }
}
