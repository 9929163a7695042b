package io.vhdboot.cli;

import io.vhdboot.disk.ProgressListener;
import io.vhdboot.wim.PipableCopy;
import io.vhdboot.wim.WimEditor;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImageInfo;
import io.vhdboot.wim.WimTarget;
import io.vhdboot.wim.WimWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot wim export}: copies images from one WIM to another. */
@Command(
    name = "export",
    description = {
      "Copies images from one WIM to another, which is made where there is none.",
      "Files that are stored in the form of the other WIM are copied as they are."
    },
    mixinStandardHelpOptions = true)
final class WimExportCommand implements Callable<Integer> {

  private static final String ALL = "all";

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private WimForm form;
  @Mixin private NewIdentity identity;

  @Parameters(index = "0", paramLabel = "SOURCE", description = WimInput.DESCRIPTION)
  private String source;

  @Parameters(
      index = "1",
      paramLabel = "IMAGE",
      description = "Which image, by number or name; all for all of them.")
  private String image;

  @Parameters(
      index = "2",
      paramLabel = "FILE",
      description = "The WIM to export to; - for the standard output, with --pipable.")
  private Path file;

  @Parameters(
      index = "3",
      arity = "0..1",
      paramLabel = "NAME",
      description = "The image's name there, where one is exported.")
  private String name;

  @Parameters(
      index = "4",
      arity = "0..1",
      paramLabel = "DESCRIPTION",
      description = "The image's description there.")
  private String description;

  @Option(
      names = "--boot",
      description = "Let the image boot from the WIM; of all, the one that did before.")
  private boolean boot;

  @Option(names = "--recompress", description = "Compress anew what could be copied.")
  private boolean recompress;

  @Option(
      names = "--pipable",
      description = "Make a file that wimlib can apply as it arrives, and only wimlib reads.")
  private boolean pipable;

  @Override
  public Integer call() throws IOException {
    ExecutorService executor = Workers.newExecutor();
    if (isStandardOutput() && !pipable) {
      throw new IllegalArgumentException("the standard output (-) takes --pipable only");
    }
    try (ConsoleProgress progress = new ConsoleProgress(common.quiet);
        WimFile wim = WimInput.open(source)) {
      List<WimImageInfo> chosen = chosen(wim);
      if (pipable) {
        pipe(wim, chosen, executor, progress);
      } else if (Files.exists(file)) {
        if (form.isGiven() || recompress) {
          throw new IllegalArgumentException(
              file + " exists already: images take its form, without --compress and the like");
        }
        addTo(wim, chosen, executor, progress);
      } else {
        create(file, wim, chosen, executor, progress);
      }
      progress.end();
      if (!isStandardOutput()) {
        spec.commandLine().getOut().printf("%s: exported %d images%n", file, chosen.size());
      }
    } finally {
      executor.shutdownNow();
    }
    return ExitCode.DONE;
  }

  private List<WimImageInfo> chosen(WimFile wim) {
    List<WimImageInfo> chosen = new ArrayList<>();
    if (image.equalsIgnoreCase(ALL)) {
      if (name != null) {
        throw new IllegalArgumentException("a name (" + name + ") is for one image, not for all");
      }
      chosen.addAll(wim.images());
      return chosen;
    }
    WimImageInfo.Builder info = wim.images().get(WimInput.index(wim, image) - 1).toBuilder();
    if (name != null) {
      info.name(name);
    }
    if (description != null) {
      info.description(description);
    }
    chosen.add(info.build());
    return chosen;
  }

  /** The place among the chosen images of the one that is to boot, from 1; 0 for none. */
  private int bootPlace(WimFile wim, List<WimImageInfo> chosen) {
    for (int i = 0; i < chosen.size(); i++) {
      if (boot && (chosen.size() == 1 || chosen.get(i).index() == wim.bootIndex())) {
        return i + 1;
      }
    }
    return 0;
  }

  private boolean isStandardOutput() {
    return file.toString().equals(WimInput.STANDARD_INPUT);
  }

  /** Makes the file in the usual form first: what is written at its end comes first in a pipe. */
  private void pipe(
      WimFile wim, List<WimImageInfo> chosen, ExecutorService executor, ProgressListener progress)
      throws IOException {
    Path folder =
        isStandardOutput()
            ? Files.createTempDirectory("vhdboot-pipe")
            : Files.createTempDirectory(file.toAbsolutePath().getParent(), ".vhdboot-pipe");
    Path usual = folder.resolve("usual.wim");
    Path piped = folder.resolve("piped.wim");
    try {
      create(usual, wim, chosen, executor, progress);
      try (WimFile made = WimFile.open(usual);
          OutputStream out =
              isStandardOutput()
                  ? new FileOutputStream(FileDescriptor.out)
                  : Files.newOutputStream(piped)) {
        PipableCopy.write(made, out, progress);
      }
      if (!isStandardOutput()) {
        Files.move(piped, file);
      }
    } finally {
      Files.deleteIfExists(usual);
      Files.deleteIfExists(piped);
      Files.delete(folder);
    }
  }

  private void create(
      Path target,
      WimFile wim,
      List<WimImageInfo> chosen,
      ExecutorService executor,
      ProgressListener progress)
      throws IOException {
    try (WimWriter writer =
        form.apply(WimWriter.to(target), wim)
            .guid(identity.id())
            .integrity(form.wantsIntegrity(wim.hasIntegrityTable()))
            .reparseFixed(wim.isReparseFixed())
            .recompress(recompress)
            .bootIndex(bootPlace(wim, chosen))
            .executor(executor, Workers.COUNT)
            .progress(progress)
            .open()) {
      add(writer, wim, chosen);
      writer.finish();
    }
  }

  private void addTo(
      WimFile wim, List<WimImageInfo> chosen, ExecutorService executor, ProgressListener progress)
      throws IOException {
    try (WimEditor editor =
        WimEditor.of(file).executor(executor, Workers.COUNT).progress(progress).open()) {
      int before = editor.images().size();
      add(editor, wim, chosen);
      int place = bootPlace(wim, chosen);
      if (place > 0) {
        editor.setBootIndex(before + place);
      }
      editor.finish();
    }
  }

  private static void add(WimTarget target, WimFile wim, List<WimImageInfo> chosen)
      throws IOException {
    for (WimImageInfo info : chosen) {
      CaptureSource.checkName(target, info.name());
    }
    target.importImages(wim, chosen);
  }
}
