package io.vhdboot.cli;

import io.vhdboot.imaging.apply.ImageTransfer;
import io.vhdboot.imaging.capture.ExclusionList;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What {@code wim extract} and {@code wim apply} let the user choose of a transfer. */
final class TransferChoices {

  @Option(names = "--overwrite", description = "Replace files that exist.")
  private boolean overwrite;

  @Option(
      names = "--rpfix",
      negatable = true,
      description = {
        "Let links to the image's root lead to the target; unless given, where the image was",
        "captured so."
      })
  private Boolean reparseFixups;

  @Option(
      names = "--streams",
      description = "To a host: write named streams too, as files such as file:stream.")
  private boolean streams;

  @Option(
      names = "--metadata",
      paramLabel = "FILE",
      description = {
        "To a host: write what it does not keep, such as security descriptors, to this file,",
        "a line of JSON for each name."
      })
  private Path metadata;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Leave out what the [ExclusionList] of this file names, as in wimscript.ini.")
  private Path exclusions;

  /** Sets a transfer up as was chosen. */
  void apply(ImageTransfer transfer) throws IOException {
    transfer.overwrite(overwrite).streamsAsFiles(streams);
    if (reparseFixups != null) {
      transfer.reparseFixups(reparseFixups);
    }
    if (metadata != null) {
      transfer.metadataList(metadata);
    }
    if (exclusions != null) {
      ExclusionList list = ExclusionList.read(exclusions);
      transfer.exclude(entry -> list.excludes(entry.path()));
    }
  }
}
