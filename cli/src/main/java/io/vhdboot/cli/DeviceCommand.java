package io.vhdboot.cli;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.image.DiskUsage;
import io.vhdboot.image.VirtualDisk;
import io.vhdboot.usb.DeviceCatalog;
import io.vhdboot.usb.DeviceComparison;
import io.vhdboot.usb.DeviceObjection;
import io.vhdboot.usb.DeviceRules;
import io.vhdboot.usb.DeviceWriter;
import io.vhdboot.usb.DiskDevice;
import io.vhdboot.usb.RawDevice;
import io.vhdboot.usb.UnusedRanges;
import io.vhdboot.usb.WriteReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot device}: the disks of this machine. */
@Command(
    name = "device",
    description = "Lists the disks of this machine, writes images to sticks, and verifies them.",
    mixinStandardHelpOptions = true,
    addMethodSubcommands = false)
final class DeviceCommand implements Runnable {

  private final DeviceAccess access;

  @Spec private CommandSpec spec;

  DeviceCommand(DeviceAccess access) {
    this.access = access;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "list, write or verify?");
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  @Command(
      name = "list",
      description = "Shows the disks, and why each may be written or not.",
      mixinStandardHelpOptions = true)
  int list(
      @Option(names = "--json", description = "Print JSON.") boolean json,
      @Mixin CommonOptions common)
      throws IOException {
    List<Map<String, Object>> all = new ArrayList<>();
    DeviceRules rules = access.rules().apply(DeviceRules.STRICT);
    for (DiskDevice disk : access.catalog().get().disks(List.of())) {
      List<DeviceObjection> objections = rules.judge(disk);
      if (json) {
        all.add(facts(disk, objections));
        continue;
      }
      out()
          .printf(
              "%s  %s  %s  %s%n",
              disk, disk.bus(), disk.identity(), objections.isEmpty() ? "may be written" : "");
      objections.forEach(objection -> out().println("    not written: " + objection));
    }
    if (json) {
      out().println(Json.text(all));
    }
    return ExitCode.DONE;
  }

  private static Map<String, Object> facts(DiskDevice disk, List<DeviceObjection> objections) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("path", disk.path());
    facts.put("size", disk.size());
    facts.put("sectorSize", disk.sectorSize());
    facts.put("bus", disk.bus().toString());
    facts.put("removable", disk.removable());
    facts.put("readOnly", disk.readOnly());
    facts.put("vendor", disk.vendor());
    facts.put("model", disk.model());
    facts.put("serial", disk.serial());
    facts.put("identity", disk.identity());
    facts.put(
        "volumes",
        disk.volumes().stream()
            .map(
                volume ->
                    Map.of(
                        "path", volume.path(),
                        "size", volume.size(),
                        "mountPoints", volume.mountPoints()))
            .toList());
    facts.put("uses", disk.uses().stream().map(use -> use.text()).toList());
    facts.put("writable", objections.isEmpty());
    facts.put(
        "objections",
        objections.stream()
            .map(each -> Map.of("kind", each.kind().name().toLowerCase(), "text", each.toString()))
            .toList());
    return facts;
  }

  @Command(
      name = "write",
      description = {
        "Writes an image (raw, VHD or VHDX) to a whole removable disk and reads it back.",
        "The partition table comes last: a stick that is interrupted never looks like a whole one."
      },
      mixinStandardHelpOptions = true)
  int write(
      @Parameters(index = "0", paramLabel = "IMAGE", description = "The image.") Path file,
      @Parameters(index = "1", paramLabel = "DEVICE", description = "The disk, as /dev/sdb.")
          String name,
      @Option(
              names = "--force",
              description = "Lift the rules about what the disk hangs on, its size and sectors.")
          boolean force,
      @Option(names = "--resume", description = "Go on where an interrupted attempt got.")
          boolean resume,
      @Option(names = "--all", description = "Write what volumes do not use as well, as with dd.")
          boolean all,
      @Mixin DeviceOptions options,
      @Mixin CommonOptions common)
      throws IOException {
    List<Path> kept = List.of(file);
    DeviceCatalog catalog = access.catalog().get();
    DeviceRules rules = options.rules(access, force, kept);
    ExecutorService executor = Workers.newExecutor();
    try (BlockDevice image = VirtualDisk.at(file).open(true);
        Cancellation cancellation = Cancellation.begin();
        ConsoleProgress progress = new ConsoleProgress(common.quiet)) {
      DeviceRules fitting = rules.image(image.size(), image.sectorSize());
      DiskDevice disk = options.find(spec.commandLine(), catalog, name, fitting, kept);
      DeviceWriter.Builder builder =
          DeviceWriter.builder(catalog, disk, rules, image)
              .unused(all ? UnusedRanges.NONE : unused(image))
              .resume(resume)
              .verify(options.verifies())
              .probe(options.probes())
              .executor(executor)
              .cancelled(cancellation)
              .progress(progress);
      journal(file).ifPresent(builder::journal);
      DeviceWriter writer = builder.build();
      if (options.isDryRun()) {
        out().println(file + " (" + image.size() + " bytes) would be written to " + disk);
        return ExitCode.DONE;
      }
      options.confirm(spec.commandLine(), access, disk, DeviceOptions.LOST);
      OptionalLong earlier = writer.resumable();
      if (earlier.isPresent() && !resume) {
        spec.commandLine()
            .getErr()
            .println("vhdboot: begins anew; --resume would go on at " + earlier.getAsLong());
      }
      StallWatch watch = StallWatch.of(writer::waiting, spec.commandLine().getErr());
      WriteReport report;
      try {
        report = writer.write();
      } finally {
        watch.close();
      }
      progress.end();
      out()
          .printf(
              "%s: %d bytes written, %d zero already, %d unused, %s%n",
              disk,
              report.written(),
              report.zero(),
              report.unused(),
              options.verifies() ? report.verified() + " verified" : "not verified");
      return ExitCode.DONE;
    } finally {
      executor.shutdownNow();
    }
  }

  /** Beside the image, where that can be written. */
  private static Optional<Path> journal(Path file) {
    Path absolute = file.toAbsolutePath();
    return Files.isWritable(absolute.getParent())
        ? Optional.of(absolute.resolveSibling("." + absolute.getFileName() + ".vhdboot-write"))
        : Optional.empty();
  }

  static UnusedRanges unused(BlockDevice image) throws IOException {
    try {
      DiskUsage usage = DiskUsage.ofVolumes(image);
      return usage::endOfUnused;
    } catch (DiskFormatException e) {
      // Of what is not understood all is written.
      return UnusedRanges.NONE;
    }
  }

  @Command(
      name = "verify",
      description = "Compares what a disk holds with an image; writes nothing.",
      mixinStandardHelpOptions = true)
  int verify(
      @Parameters(index = "0", paramLabel = "IMAGE", description = "The image.") Path file,
      @Parameters(index = "1", paramLabel = "DEVICE", description = "The disk, as /dev/sdb.")
          String name,
      @Option(
              names = "--all",
              description = "Compare what volumes do not use as well, as after dd.")
          boolean all,
      @Mixin CommonOptions common)
      throws IOException {
    DeviceCatalog catalog = access.catalog().get();
    DiskDevice disk = catalog.disk(name, List.of());
    ExecutorService executor = Workers.newExecutor();
    try (BlockDevice image = VirtualDisk.at(file).open(true);
        RawDevice device = catalog.openReadOnly(disk);
        ConsoleProgress progress = new ConsoleProgress(common.quiet)) {
      DeviceComparison found =
          DeviceComparison.compare(
              device, image, all ? UnusedRanges.NONE : unused(image), executor, progress);
      progress.end();
      if (found.isSame()) {
        out().println(disk + " holds " + file + ": " + found.compared() + " bytes are the same");
        return ExitCode.DONE;
      }
      out()
          .println(
              disk
                  + " does not hold "
                  + file
                  + ": the first difference is at offset "
                  + found.first().getAsLong());
      return ExitCode.FAILED;
    } finally {
      executor.shutdownNow();
    }
  }
}
