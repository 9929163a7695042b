package io.vhdboot.cli;

import io.vhdboot.wim.WimEditor;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImageInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot wim set}: changes what a WIM says of itself and its images. */
@Command(
    name = "set",
    description = "Changes what a WIM says of itself or of an image.",
    mixinStandardHelpOptions = true)
final class WimSetCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(index = "0", paramLabel = "FILE", description = "The WIM.")
  private Path file;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "IMAGE",
      description = "Which image, by number or name; not needed where there is one.")
  private String image;

  @Option(names = "--name", paramLabel = "TEXT", description = "The image's name.")
  private String name;

  @Option(names = "--description", paramLabel = "TEXT", description = "The image's description.")
  private String description;

  @Option(names = "--display-name", paramLabel = "TEXT", description = "The name that setup shows.")
  private String displayName;

  @Option(
      names = "--display-description",
      paramLabel = "TEXT",
      description = "The description that setup shows.")
  private String displayDescription;

  @Option(
      names = "--flags",
      paramLabel = "EDITION",
      description = "The edition that the image is marked with, such as Professional.")
  private String flags;

  @Option(
      names = "--image-property",
      paramLabel = "NAME=VALUE",
      description = "Anything that is said of the image, such as WINDOWS/EDITIONID=x.")
  private List<String> properties = new ArrayList<>();

  @Option(
      names = "--boot-index",
      paramLabel = "N",
      description = "The number of the image that boots from the WIM, 0 for none.")
  private Integer bootIndex;

  @Option(
      names = "--read-only",
      negatable = true,
      description = "Whether the WIM says that it is not to be changed.")
  private Boolean readOnly;

  @Override
  public Integer call() throws IOException {
    addProperty("NAME", name);
    addProperty("DESCRIPTION", description);
    addProperty("DISPLAYNAME", displayName);
    addProperty("DISPLAYDESCRIPTION", displayDescription);
    addProperty("FLAGS", flags);
    int index = 0;
    if (!properties.isEmpty()) {
      try (WimFile wim = WimFile.open(file)) {
        index = WimInput.index(wim, image);
      }
    }
    try (WimEditor editor =
        WimEditor.of(file).ignoreReadOnly(Boolean.FALSE.equals(readOnly)).open()) {
      if (index > 0) {
        WimImageInfo.Builder info = editor.images().get(index - 1).toBuilder();
        ImageProperties.set(info, properties);
        editor.describe(index, info.build());
      }
      if (bootIndex != null) {
        editor.setBootIndex(bootIndex);
      }
      if (readOnly != null) {
        editor.setReadOnly(readOnly);
      }
      editor.finish();
    }
    spec.commandLine().getOut().println(file + ": changed");
    return ExitCode.DONE;
  }

  private void addProperty(String property, String value) {
    if (value != null) {
      properties.add(property + "=" + value);
    }
  }
}
