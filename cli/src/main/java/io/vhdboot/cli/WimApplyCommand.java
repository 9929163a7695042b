package io.vhdboot.cli;

import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import io.vhdboot.imaging.apply.Compaction;
import io.vhdboot.imaging.apply.ImageTransfer;
import io.vhdboot.imaging.apply.TransferReport;
import io.vhdboot.ntfs.NtfsEditOptions;
import io.vhdboot.ntfs.WofAlgorithm;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot wim apply}: a whole image goes to a folder or onto a volume. */
@Command(
    name = "apply",
    description = {
      "Applies an image to a folder of the host or to a volume in an image file.",
      "The volume gets all metadata; with --format it is made anew."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:done",
      " 1:failed, or some files are left out",
      " 2:the command line was not understood",
      " 3:the input is bad or not supported"
    })
final class WimApplyCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private TransferChoices choices;

  @Parameters(index = "0", paramLabel = "FILE", description = WimInput.DESCRIPTION)
  private String file;

  @Parameters(
      index = "1",
      paramLabel = "TARGET",
      description = {
        "A folder of the host, or a path into an image file such as disk.vhd@1 or",
        "stick.img@1/windows.vhdx@2/folder."
      })
  private String target;

  @Option(
      names = "--index",
      paramLabel = "N",
      description = "Which image, by number or name; needed where there are several.")
  private String image;

  @Option(
      names = "--format",
      description = "Make a new volume of the image. All that the partition or file held is lost.")
  private boolean format;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "With --format: make a new file of this size, such as 20GiB, for the volume.")
  private Long size;

  @Option(
      names = "--label",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "With --format: the label of the volume.")
  private String label;

  @Option(
      names = "--cluster-size",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "With --format: bytes of a cluster, 512 to 2MiB.")
  private Long clusterSize;

  @Option(
      names = "--compact",
      paramLabel = "HOW",
      description = "With --format: compress files as CompactOS does: ${COMPLETION-CANDIDATES}.")
  private WofAlgorithm compact;

  @Option(
      names = "--acls",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Set security descriptors (default); files inherit theirs with --no-acls.")
  private boolean acls;

  @Option(names = "--ref", paramLabel = "FILE", description = WimInput.PARTS)
  private List<String> references;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (!format && (size != null || compact != null || clusterSize != null || !label.isEmpty())) {
      throw new ParameterException(
          spec.commandLine(), "--size, --label, --cluster-size and --compact go with --format");
    }
    ExecutorService executor = Workers.newExecutor();
    try (WimFile wim = WimInput.open(file, references);
        ConsoleProgress progress = new ConsoleProgress(common.quiet)) {
      WimImage opened = wim.image(WimInput.index(wim, image));
      WimInput.warn(spec, opened.warnings());
      ImageTransfer transfer =
          ImageTransfer.of(wim, opened)
              .security(acls)
              .executor(executor, Workers.COUNT)
              .progress(progress);
      choices.apply(transfer);
      TransferReport report = format ? newVolume(transfer, opened) : apply(transfer, target);
      progress.end();
      return TransferOutput.print(spec, report, target, json);
    } finally {
      executor.shutdownNow();
    }
  }

  /** To a folder of the host, or to a directory of a volume. */
  static TransferReport apply(ImageTransfer transfer, String target) throws IOException {
    ImagePath path = ImagePath.of(target);
    if (!path.isInsideImage()
        && (Files.isDirectory(Path.of(target)) || path.hostFile().isEmpty())) {
      return transfer.toFolder(Path.of(target));
    }
    NtfsEditOptions options =
        NtfsEditOptions.defaults().withShortNames(NtfsEditOptions.ShortNameCreation.OFF);
    try (OpenImage place = path.open(false)) {
      return transfer.toVolume(place.editor(options), place.path());
    }
  }

  private TransferReport newVolume(ImageTransfer transfer, WimImage applied) throws IOException {
    if (compact != null) {
      String windows = "\\" + applied.info().systemRoot().orElse("Windows");
      transfer.compaction(Compaction.of(compact, windows));
    }
    NewVolume volume = new NewVolume(target, label, clusterSize);
    return size == null ? volume.inPlace(transfer) : volume.inNewFile(transfer, size);
  }
}
