package io.vhdboot.cli;

import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import io.vhdboot.imaging.capture.CapturedTree;
import io.vhdboot.imaging.capture.ExclusionList;
import io.vhdboot.imaging.capture.FolderCapture;
import io.vhdboot.imaging.capture.VolumeCapture;
import io.vhdboot.imaging.capture.WindowsProperties;
import io.vhdboot.wim.WimImageInfo;
import io.vhdboot.wim.WimTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is captured, into which WIM, and what is said of it. */
final class CaptureSource {

  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description = {
        "What to capture: a folder of the host, or of an NTFS volume inside an image, such as",
        "disk.vhd@1/Windows."
      })
  private String source;

  @Parameters(index = "1", paramLabel = "FILE", description = "The WIM.")
  private Path file;

  @Parameters(index = "2", arity = "0..1", paramLabel = "NAME", description = "The image's name.")
  private String name;

  @Parameters(
      index = "3",
      arity = "0..1",
      paramLabel = "DESCRIPTION",
      description = "The image's description.")
  private String description;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Leave out what this list says (wimscript.ini); there is a usual one.")
  private Path config;

  @Option(names = "--no-exclusions", description = "Leave nothing out.")
  private boolean noExclusions;

  @Option(names = "--norpfix", description = "Leave absolute links as they are.")
  private boolean noLinkFix;

  @Option(
      names = "--flags",
      paramLabel = "EDITION",
      description = "The edition that the image is marked with, such as Professional.")
  private String flags;

  @Option(
      names = "--image-property",
      paramLabel = "NAME=VALUE",
      description = "Say something of the image, such as DISPLAYNAME=x or WINDOWS/EDITIONID=x.")
  private List<String> properties = new ArrayList<>();

  /** The WIM. */
  Path file() {
    return file;
  }

  /** Whether links of the source are made relative to the image's root. */
  boolean fixesLinks() {
    return !noLinkFix && !ImagePath.of(source).isInsideImage();
  }

  /** The name that an image has unless it is given one. */
  static String usualName(String source) {
    String[] parts = source.split("[/\\\\]");
    return parts.length == 0 || parts[parts.length - 1].isEmpty()
        ? source
        : parts[parts.length - 1];
  }

  /**
   * Captures the source and adds the image.
   *
   * @return how many names it has
   */
  long addTo(WimTarget target, Instant time, CommandSpec spec) throws IOException {
    String chosen = name == null ? usualName(source) : name;
    checkName(target, chosen);
    if (Files.isDirectory(Path.of(source))) {
      FolderCapture capture =
          FolderCapture.of(Path.of(source)).exclusions(exclusions()).fixLinks(!noLinkFix);
      return add(target, capture.capture(), chosen, time, spec);
    }
    try (OpenImage image = ImagePath.of(source).open(true)) {
      VolumeCapture capture =
          VolumeCapture.of(image.volume(), "/" + image.path()).exclusions(exclusions());
      return add(target, capture.capture(), chosen, time, spec);
    }
  }

  private ExclusionList exclusions() throws IOException {
    if (noExclusions) {
      return ExclusionList.NONE;
    }
    return config == null ? ExclusionList.DEFAULT : ExclusionList.read(config);
  }

  private long add(
      WimTarget target, CapturedTree tree, String imageName, Instant time, CommandSpec spec)
      throws IOException {
    long fileTime = FileTime100ns.of(time);
    WimImageInfo.Builder info =
        WimImageInfo.builder().creationTime(fileTime).lastModificationTime(fileTime);
    List<String> warnings = new ArrayList<>(tree.warnings());
    WindowsProperties.describe(tree.root(), info, warnings);
    info.name(imageName);
    if (description != null) {
      info.description(description);
    }
    if (flags != null) {
      info.property("FLAGS", flags);
    }
    ImageProperties.set(info, properties);
    warnings.forEach(
        warning -> spec.commandLine().getErr().println("vhdboot: warning: " + warning));
    target.addImage(info.build(), tree.root());
    return tree.names();
  }

  /** Throws when a file has an image of a name already: commands find images by it. */
  static void checkName(WimTarget target, String name) {
    for (WimImageInfo info : target.images()) {
      if (!name.isEmpty() && info.name().equalsIgnoreCase(name)) {
        throw new IllegalArgumentException(
            "image " + info.index() + " is named " + name + " already; give another name");
      }
    }
  }
}
