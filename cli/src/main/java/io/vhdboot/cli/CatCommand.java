package io.vhdboot.cli;

import io.vhdboot.ntfs.nio.NtfsFileSystemOptions;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code vhdboot cat}: the bytes of files in images. */
@Command(
    name = "cat",
    description = "Writes files or streams inside an image to the standard output.",
    mixinStandardHelpOptions = true)
final class CatCommand implements Callable<Integer> {

  private static final int BUFFER = 256 << 10;

  @Mixin private CommonOptions common;

  @Parameters(
      paramLabel = "PATH",
      arity = "1..*",
      description = "Such as stick.img@1/Boot/BCD or x.vhd@1/file:stream.")
  private List<String> paths;

  @Override
  public Integer call() throws IOException {
    // The bytes as they are: the command's own output is text. It is flushed but stays open.
    OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER);
    for (String path : paths) {
      try (FilePlace place = FilePlace.source(path, NtfsFileSystemOptions.readOnly())) {
        for (Path match : place.matches()) {
          if (Files.isDirectory(match)) {
            throw new FileSystemException(place.text(), null, "is a directory");
          }
          try (InputStream in = Files.newInputStream(match)) {
            in.transferTo(out);
          }
        }
      }
    }
    out.flush();
    return ExitCode.DONE;
  }
}
