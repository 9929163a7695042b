package io.vhdboot.cli;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.ntfs.NtfsResize;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.ntfs.UncleanVolumeException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot ntfs resize}: makes a volume larger or smaller in place. */
@Command(
    name = "resize",
    description = {
      "Makes a volume larger or smaller, in place, with all that it holds.",
      "A file that is nothing but the volume becomes as long as the volume; a partition stays as it"
          + " is: enlarge it before the volume grows, and make it smaller, if at all, afterwards."
    },
    mixinStandardHelpOptions = true)
final class NtfsResizeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "FILE[@N]", description = "The volume, or partition N of a disk.")
  private String path;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "The new size, such as 20GiB; all of its partition unless given.")
  private Long size;

  @Option(names = "--minimum", description = "Make the volume as small as it can be.")
  private boolean minimum;

  @Override
  public Integer call() throws IOException {
    if (minimum && size != null) {
      throw new ParameterException(spec.commandLine(), "--size and --minimum exclude each other");
    }
    try (VolumePath.Open open = VolumePath.of(path).open(false)) {
      long wanted = wanted(open);
      Optional<FileDevice> file = open.wholeFile();
      long before = open.volume().size();
      if (file.isPresent() && wanted > file.get().size()) {
        file.get().setSize(wanted);
      }
      resize(open, wanted, before);
      if (file.isPresent() && wanted < file.get().size()) {
        file.get().setSize(wanted);
      }
      spec.commandLine().getOut().println(path + ": " + wanted + " bytes");
    }
    return ExitCode.DONE;
  }

  private static void resize(VolumePath.Open open, long wanted, long before) throws IOException {
    try {
      NtfsResize.resize(open.volume(), wanted);
    } catch (UncleanVolumeException | NoSpaceException e) {
      // The volume is as large as it was, and so shall the file be.
      if (open.wholeFile().isPresent()) {
        open.wholeFile().get().setSize(before);
      }
      throw e;
    }
  }

  private long wanted(VolumePath.Open open) throws IOException {
    if (minimum) {
      return NtfsResize.minimumSize(open.volume());
    }
    int sector = NtfsVolume.open(open.volume()).sectorSize();
    return (size == null ? open.volume().size() : size) / sector * sector;
  }
}
