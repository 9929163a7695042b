package io.vhdboot.cli;

import io.vhdboot.bcdedit.BcdEdit;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot bcdedit}: the commands of bcdedit. */
@Command(
    name = "bcdedit",
    description = {
      "Carries out bcdedit's commands on a store in a file or inside an image, never on the host's.",
      "bcdedit /? lists them; without /store the store is that of the first drive that has one."
    },
    mixinStandardHelpOptions = true)
final class BcdeditCommand implements Callable<Integer> {

  private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private DriveOptions drives;

  @Parameters(
      paramLabel = "COMMAND",
      arity = "0..*",
      description = "Such as /store stick.img@1/Boot/BCD /set {default} nx OptIn.")
  private List<String> words = new ArrayList<>();

  @Option(names = "--json", description = "Print listings as JSON.")
  private boolean json;

  @Spec
  void setSpec(CommandSpec value) {
    spec = value;
    // bcdedit's own options may begin with a dash.
    spec.parser().unmatchedOptionsArePositionalParams(true);
  }

  @Override
  public Integer call() throws IOException {
    BcdEdit.Builder builder =
        BcdEdit.to(spec.commandLine().getOut(), UUID::randomUUID, Clock.systemUTC())
            .drives(drives.drives());
    if (json) {
      builder.json(Json::text);
    }
    return builder.build().run(words);
  }
}
