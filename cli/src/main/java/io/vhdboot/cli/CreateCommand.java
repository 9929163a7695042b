package io.vhdboot.cli;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.image.BootPrograms;
import io.vhdboot.provisioning.FlashImage;
import io.vhdboot.provisioning.FlashPlan;
import io.vhdboot.provisioning.PlanProblem;
import io.vhdboot.provisioning.StickFirmware;
import io.vhdboot.usb.DeviceBuild;
import io.vhdboot.usb.DeviceCatalog;
import io.vhdboot.usb.DeviceRules;
import io.vhdboot.usb.DiskDevice;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vhdboot create}: a Windows image in, a bootable flash image out. */
@Command(
    name = "create",
    description = "Makes a flash image that boots a Windows from a VHD on it.",
    mixinStandardHelpOptions = true)
final class CreateCommand implements Callable<Integer> {

  /** The reproducible-builds convention: seconds since 1970 for all times in the output. */
  private final DeviceAccess access;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private DeviceOptions deviceOptions;

  CreateCommand(DeviceAccess access) {
    this.access = access;
  }

  @Option(
      names = "--image",
      required = true,
      paramLabel = "FILE",
      description = {
        "The WIM that holds the Windows, such as install.wim, or the setup ISO with one;",
        "- for the standard input."
      })
  private Path image;

  @Option(names = "--out", paramLabel = "FILE", description = "The flash image to make.")
  private Path output;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = {
        "Instead, the removable disk to make it on, in one pass; vhdboot device list shows which.",
        "All data on it are lost."
      })
  private String device;

  @Option(
      names = "--firmware",
      paramLabel = "KIND",
      defaultValue = "all",
      description = {
        "The machines that the stick shall start on: bios, uefi or all (default:"
            + " ${DEFAULT-VALUE}).",
        "uefi makes a GPT, the others an MBR."
      })
  private StickFirmware firmware;

  @Option(
      names = "--stick-size",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "The stick's size, such as 16GB; as large as it must be unless given.")
  private Long stickSize;

  @Option(
      names = "--vhd-name",
      paramLabel = "NAME",
      description = "The VHD's file name on the stick (default: virtualharddisk.vhd or .vhdx).")
  private String vhdName;

  @Option(
      names = "--child",
      paramLabel = "NAME",
      description = {
        "Boot a differencing child of the VHD, of this name; the VHD stays as it is made.",
        "The stick is reset by putting an empty child in its place."
      })
  private String childName;

  @Option(names = "--label", paramLabel = "TEXT", description = "The label of the stick's volume.")
  private String label;

  @Option(
      names = "--seed",
      paramLabel = "HEX",
      description = {
        "Derive all identifiers from this, so that the same input gives the same bytes.",
        "Times are then those of the image; $SOURCE_DATE_EPOCH sets them, with or without a seed."
      })
  private String seed;

  @Option(names = "--overwrite", description = "Replace the output if it exists.")
  private boolean overwrite;

  @Option(
      names = "--force",
      description = "Go on in spite of what the plan finds, as far as it can be laid out.")
  private boolean force;

  @Mixin private WindowsChoices windows;
  @Mixin private ServicingArguments servicing;

  @Override
  public Integer call() throws IOException {
    if (!image.toString().equals(WimInput.STANDARD_INPUT)) {
      return create(flashImage().image(image));
    }
    try (BlockDevice spooled = WimInput.spooled()) {
      return create(flashImage().image(spooled));
    }
  }

  private int create(FlashImage.Builder builder) throws IOException {
    if ((output == null) == (device == null)) {
      throw new ParameterException(
          spec.commandLine(), "Either --out or --device is needed, not both");
    }
    return device == null ? createFile(builder.output(output).build()) : createOnDisk(builder);
  }

  private int createFile(FlashImage flashImage) throws IOException {
    ExecutorService executor = Workers.newExecutor();
    try (FlashPlan plan = acceptable(flashImage);
        ConsoleProgress progress = new ConsoleProgress(common.quiet)) {
      if (!deviceOptions.isDryRun()) {
        plan.write(executor, Workers.COUNT, progress);
      }
      progress.end();
      spec.commandLine().getOut().println(plan.summary());
      tellWhatWasServiced(plan);
      if (!deviceOptions.isDryRun()) {
        try (FileDevice stick = FileDevice.openReadOnly(output)) {
          tellWhereItStarts(plan, stick);
        }
      }
    } finally {
      executor.shutdownNow();
    }
    return ExitCode.DONE;
  }

  /** Tells who signed what UEFI starts from the stick that was made. */
  private void tellWhereItStarts(FlashPlan plan, BlockDevice stick) throws IOException {
    if (!plan.firmware().hasUefi()) {
      return;
    }
    PrintWriter out = spec.commandLine().getOut();
    try {
      // The first is what firmware finds by itself; the others are the same file.
      BootPrograms.find(stick).stream()
          .limit(1)
          .forEach(program -> SecureBootText.print(out, program));
    } catch (DiskFormatException e) {
      out.println("Secure Boot: " + e.getMessage());
    }
    if (plan.isNewlySignedToo()) {
      out.println(
          "  the image has the boot files as Windows UEFI CA 2023 signed them, too:"
              + " --secureboot 2023, for machines that refuse 2011");
    }
  }

  private int createOnDisk(FlashImage.Builder builder) throws IOException {
    if (stickSize != null) {
      throw new ParameterException(spec.commandLine(), "--device and --stick-size: which size?");
    }
    List<Path> kept = List.of(image);
    DeviceCatalog catalog = access.catalog().get();
    DeviceRules rules = deviceOptions.rules(access, false, kept).image(0, FlashImage.SECTOR_SIZE);
    DiskDevice disk = deviceOptions.find(spec.commandLine(), catalog, device, rules, kept);
    ExecutorService executor = Workers.newExecutor();
    try (FlashPlan plan = acceptable(builder.stickSize(disk.size()).build())) {
      if (deviceOptions.isDryRun()) {
        spec.commandLine().getOut().println(disk + " would be: " + plan.summary());
        return ExitCode.DONE;
      }
      deviceOptions.confirm(spec.commandLine(), access, disk, DeviceOptions.LOST);
      try (Cancellation cancellation = Cancellation.begin();
          ConsoleProgress progress = new ConsoleProgress(common.quiet);
          DeviceBuild build =
              DeviceBuild.begin(catalog, disk, rules, deviceOptions.probes(), cancellation)) {
        StallWatch watch = StallWatch.of(build::waiting, spec.commandLine().getErr());
        try {
          plan.writeTo(build, executor, Workers.COUNT, progress);
          build.complete(plan::endOfUnused, deviceOptions.verifies(), progress);
        } finally {
          watch.close();
        }
        progress.end();
        spec.commandLine().getOut().println(disk + ": " + plan.summary());
        tellWhatWasServiced(plan);
        tellWhereItStarts(plan, build);
      }
    } finally {
      executor.shutdownNow();
    }
    return ExitCode.DONE;
  }

  private FlashPlan acceptable(FlashImage flashImage) throws IOException {
    FlashPlan plan = flashImage.plan();
    try {
      plan.requireAcceptable();
    } catch (IOException e) {
      plan.close();
      throw e;
    }
    PrintWriter err = spec.commandLine().getErr();
    for (PlanProblem problem : plan.problems()) {
      err.println("vhdboot: warning: " + problem);
    }
    err.flush();
    return plan;
  }

  private void tellWhatWasServiced(FlashPlan plan) {
    PrintWriter err = spec.commandLine().getErr();
    plan.servicingProblem().ifPresent(text -> err.println("vhdboot: warning: " + text));
    plan.serviced()
        .ifPresent(report -> ServicingText.printSummary(report, spec.commandLine().getOut(), err));
    err.flush();
  }

  private FlashImage.Builder flashImage() throws IOException {
    FlashImage.Builder builder =
        windows
            .flashImage()
            .firmware(firmware)
            .bootAuthority(windows.bootAuthority())
            .locale(windows.locale())
            .overwrite(overwrite)
            .force(force);
    Optional.ofNullable(vhdName).ifPresent(builder::vhdName);
    Optional.ofNullable(stickSize).ifPresent(builder::stickSize);
    windows.description().ifPresent(builder::description);
    Optional.ofNullable(label).ifPresent(builder::label);
    Optional.ofNullable(childName).ifPresent(builder::childName);
    Optional.ofNullable(seed).map(Reproducible::seed).ifPresent(builder::seed);
    // The time is the stick's.
    builder.servicing(servicing.servicing(Instant.EPOCH)).hypervisor(servicing.isHypervisor());
    servicing.usbBoot().ifPresent(builder::usbBoot);
    return builder;
  }
}
