package io.vhdboot.cli;

import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import io.vhdboot.provisioning.bootfiles.BootRecords;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot bootsect}: puts our boot code onto a volume and its disk, and nothing else. */
@Command(
    name = "bootsect",
    description = "Puts boot code that starts bootmgr onto a volume, and with /mbr onto its disk.",
    mixinStandardHelpOptions = true)
final class BootsectCommand implements Callable<Integer> {

  private static final Set<String> FLAGS = Set.of("/nt60", "/nt52", "/mbr", "/force");

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(
      arity = "1..*",
      paramLabel = "/nt60 TARGET [/mbr]",
      hideParamSyntax = true,
      description = {
        "TARGET   the volume, such as stick.img@1",
        "/nt60    what starts Windows Vista and later",
        "/mbr     the first sector of the disk too; its partition table stays",
        "/force   understood; nobody else has the volume open here"
      })
  private List<String> arguments;

  @Override
  public Integer call() throws IOException {
    SlashOptions options;
    try {
      options = SlashOptions.parse(arguments, FLAGS, Set.of(), Set.of());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    if (options.has("/nt52")) {
      throw new ParameterException(
          spec.commandLine(), "/nt52 would start ntldr, for which there is no boot code here");
    }
    if (!options.has("/nt60") || options.arguments().size() != 1) {
      throw new ParameterException(spec.commandLine(), "/nt60 and one TARGET are needed");
    }
    try (OpenImage image = ImagePath.of(options.arguments().get(0)).open(false)) {
      BootRecords.writeVolume(image.isGoneInto() ? image.device() : image.disk());
      if (options.has("/mbr")) {
        BootRecords.writeDisk(image.wholeDisk());
      }
      image.flush();
    }
    spec.commandLine()
        .getOut()
        .println("Bootcode was successfully updated on all targeted volumes.");
    return ExitCode.DONE;
  }
}
