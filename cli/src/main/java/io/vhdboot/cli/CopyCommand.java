package io.vhdboot.cli;

import io.vhdboot.ntfs.nio.NtfsFileSystemOptions;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot cp}: copies files between the host and images, or between images. */
@Command(
    name = "cp",
    description = "Copies files from the host into an image, out of one, or from one to another.",
    mixinStandardHelpOptions = true)
final class CopyCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(
      paramLabel = "SOURCE... TARGET",
      hideParamSyntax = true,
      arity = "2..*",
      description = "Such as notes.txt stick.img@1/, or stick.img@1/w.vhd@1/Windows/*.log logs.")
  private List<String> paths;

  @Option(
      names = {"-r", "--recursive"},
      description = "Copy directories with all that is in them; links in them stay links.")
  private boolean recursive;

  @Option(
      names = {"-p", "--metadata"},
      description = {
        "Keep times and attributes, and within NTFS also security descriptors and",
        "extended attributes."
      })
  private boolean metadata;

  @Option(
      names = "--streams",
      description = {
        "Copy named streams. On a host without them they are files named file:stream,",
        "which become streams again in an image."
      })
  private boolean streams;

  @Option(names = "--overwrite", description = "Replace files that exist.")
  private boolean overwrite;

  @Option(
      names = "--posix-names",
      description = "Let files in an image have names that Windows cannot use.")
  private boolean posixNames;

  @Override
  public Integer call() throws IOException {
    String last = paths.get(paths.size() - 1);
    List<String> sources = paths.subList(0, paths.size() - 1);
    NtfsFileSystemOptions options = NtfsFileSystemOptions.defaults().withPosixNames(posixNames);
    try (FilePlace target = FilePlace.target(last, options);
        ConsoleProgress progress = new ConsoleProgress(common.quiet)) {
      FileCopying copying =
          new FileCopying(metadata, streams, overwrite, progress, spec.commandLine().getErr());
      boolean isInto =
          Files.isDirectory(target.path()) || last.endsWith("/") || last.endsWith("\\");
      if (isInto && !Files.isDirectory(target.path())) {
        throw new FileSystemException(last, null, "there is no such directory");
      }
      int count = 0;
      for (String text : sources) {
        try (FilePlace source = opened(text, target, options)) {
          for (Path match : source.matches()) {
            count++;
            if (count > 1 && !isInto) {
              throw new FileSystemException(
                  last, null, "must be a directory to take more than one file");
            }
            copy(match, source, isInto ? into(target, match, text) : target.path(), copying);
          }
        }
      }
      progress.end();
      return copying.isComplete() ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  private void copy(Path match, FilePlace source, Path target, FileCopying copying)
      throws IOException {
    if (!Files.isDirectory(match)) {
      copying.copy(match, target);
    } else if (recursive) {
      copying.copyTree(match, target);
    } else {
      throw new ParameterException(
          spec.commandLine(), source.text() + " is a directory; pass --recursive to copy it");
    }
  }

  /** A source in the very volume that is written must be read through it. */
  private static FilePlace opened(String text, FilePlace target, NtfsFileSystemOptions options)
      throws IOException {
    FilePlace source = FilePlace.source(text, options.withReadOnly(true));
    try {
      return source.isSameVolume(target) ? source.within(target) : source;
    } catch (IOException | RuntimeException e) {
      try (source) {
        throw e;
      }
    }
  }

  private static Path into(FilePlace target, Path source, String text) throws IOException {
    Path name = source.getFileName();
    if (name == null) {
      throw new FileSystemException(
          text, null, "is a whole volume, which has no name; say the directory to make of it");
    }
    return target.path().resolve(name.toString());
  }
}
