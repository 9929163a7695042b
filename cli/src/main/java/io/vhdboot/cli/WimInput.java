package io.vhdboot.cli;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.SpooledDevice;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImageInfo;
import io.vhdboot.wim.WimWarning;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** The WIM that an argument names. */
final class WimInput {

  /** What commands say of the argument. */
  static final String DESCRIPTION =
      "The WIM, .esd or a part of a split one; - for the standard input.";

  /** What commands say of the option for further parts. */
  static final String PARTS =
      "Where further parts of a split WIM are, if not beside it; the name may have * and ?.";

  /** The argument that stands for the standard input. */
  static final String STANDARD_INPUT = "-";

  private WimInput() {}

  /** Opens it; what comes from the standard input is kept in a temporary file meanwhile. */
  static WimFile open(String file) throws IOException {
    return open(file, List.of());
  }

  /**
   * Opens it.
   *
   * @param references where further parts of a split WIM are, the last names of which may have
   *     {@code *} and {@code ?}; null for none
   */
  static WimFile open(String file, List<String> references) throws IOException {
    if (file.equals(STANDARD_INPUT)) {
      BlockDevice spooled = spooled();
      return WimFile.open(spooled, spooled);
    }
    List<Path> parts = new ArrayList<>();
    for (String reference : references == null ? List.<String>of() : references) {
      parts.addAll(files(reference));
    }
    return WimFile.open(Path.of(file), parts);
  }

  /** The files of the host that a path with wildcards names. */
  private static List<Path> files(String pattern) throws IOException {
    Path path = Path.of(pattern);
    if (Files.exists(path)) {
      return List.of(path);
    }
    String name = path.getFileName().toString();
    Path folder = path.toAbsolutePath().getParent();
    List<Path> found = new ArrayList<>();
    if (name.indexOf('*') >= 0 || name.indexOf('?') >= 0) {
      String glob = name.replaceAll("[\\[\\]{}\\\\]", "\\\\$0");
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, glob)) {
        files.forEach(found::add);
      }
    }
    if (found.isEmpty()) {
      throw new NoSuchFileException(pattern, null, "no file has such a name");
    }
    found.sort(null);
    return found;
  }

  /** All of the standard input. */
  static BlockDevice spooled() throws IOException {
    return SpooledDevice.of(
        System.in, "standard input", Path.of(System.getProperty("java.io.tmpdir")));
  }

  /**
   * The image that is meant.
   *
   * @param image a number from 1, or a name; null for the only one there is
   * @throws IllegalArgumentException when there is none, or it is not clear which one
   */
  static int index(WimFile wim, String image) {
    List<WimImageInfo> images = wim.images();
    if (image == null) {
      if (images.size() != 1) {
        throw new IllegalArgumentException(
            "which image? --index takes one of these: " + list(images));
      }
      return 1;
    }
    for (WimImageInfo info : images) {
      if (info.name().equalsIgnoreCase(image)) {
        return info.index();
      }
    }
    for (WimImageInfo info : images) {
      if (Integer.toString(info.index()).equals(image)) {
        return info.index();
      }
    }
    throw new IllegalArgumentException(
        "there is no image " + image + ": " + wim.name() + " holds " + list(images));
  }

  private static String list(List<WimImageInfo> images) {
    return images.isEmpty()
        ? "no image"
        : images.stream()
            .map(image -> image.index() + (image.name().isEmpty() ? "" : " (" + image.name() + ")"))
            .collect(Collectors.joining(", "));
  }

  /** Prints warnings. */
  static void warn(CommandSpec spec, List<WimWarning> warnings) {
    for (WimWarning warning : warnings) {
      spec.commandLine().getErr().println("vhdboot: warning: " + warning);
    }
  }
}
