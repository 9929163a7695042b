package io.vhdboot.cli;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.provisioning.FlashImage;
import io.vhdboot.provisioning.Identifiers;
import io.vhdboot.provisioning.PlanProblem;
import io.vhdboot.provisioning.StickAddition;
import io.vhdboot.usb.DeviceCatalog;
import io.vhdboot.usb.DeviceEdit;
import io.vhdboot.usb.DeviceRules;
import io.vhdboot.usb.DiskDevice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot add}: another Windows onto a stick that is there. */
@Command(
    name = "add",
    description = {
      "Puts another Windows onto a stick, in place: its VHD, an entry in the boot menu, newer boot files.",
      "The stick is an image file, or a disk of this machine."
    },
    mixinStandardHelpOptions = true)
final class AddCommand implements Callable<Integer> {

  private static final String FATE = "a Windows will be added to what is on it.";

  private final DeviceAccess access;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private DeviceOptions deviceOptions;
  @Mixin private WindowsChoices windows;

  @Parameters(paramLabel = "STICK", description = "The stick image, or the disk, as /dev/sdb.")
  private Path stick;

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description = "The WIM or .esd that holds the Windows, or the setup ISO with one.")
  private Path image;

  @Option(
      names = "--vhd",
      paramLabel = "FILE",
      description = "Instead, a VHD or VHDX with an installed Windows, which is copied as it is.")
  private Path vhd;

  @Option(
      names = "--vhd-name",
      paramLabel = "NAME",
      description = "The VHD's file name on the stick; one that is free unless given.")
  private String vhdName;

  @Option(names = "--default", description = "Let this Windows start by itself from now on.")
  private boolean makesDefault;

  @Option(
      names = "--seed",
      paramLabel = "HEX",
      description = "Derive all identifiers from this and from the VHD's name.")
  private String seed;

  @Option(names = "--force", description = "Go on in spite of what the plan finds.")
  private boolean force;

  AddCommand(DeviceAccess access) {
    this.access = access;
  }

  @Override
  public Integer call() throws IOException {
    if ((image == null) == (vhd == null)) {
      throw new ParameterException(
          spec.commandLine(), "Either --image or --vhd is needed, not both");
    }
    return Files.isRegularFile(stick) ? addToFile() : addToDisk();
  }

  private int addToFile() throws IOException {
    Path source = image == null ? vhd : image;
    if (Files.exists(source) && Files.isSameFile(source, stick)) {
      throw new ParameterException(spec.commandLine(), "The stick must not be the source itself");
    }
    try (FileDevice file =
            deviceOptions.isDryRun() ? FileDevice.openReadOnly(stick) : FileDevice.open(stick);
        StickAddition addition = acceptable(file)) {
      if (!deviceOptions.isDryRun()) {
        write(addition);
      }
      tell(stick.toString(), addition);
    }
    return ExitCode.DONE;
  }

  private int addToDisk() throws IOException {
    List<Path> kept = List.of(image == null ? vhd : image);
    DeviceCatalog catalog = access.catalog().get();
    DeviceRules rules = deviceOptions.rules(access, false, kept);
    DiskDevice disk = find(catalog, rules, kept);
    try (BlockDevice device = catalog.openReadOnly(disk);
        StickAddition addition = acceptable(device)) {
      if (deviceOptions.isDryRun()) {
        tell(disk.toString(), addition);
        return ExitCode.DONE;
      }
    }
    deviceOptions.confirm(spec.commandLine(), access, disk, FATE);
    try (DeviceEdit device = DeviceEdit.begin(catalog, disk, rules);
        StickAddition addition = acceptable(device)) {
      write(addition);
      if (deviceOptions.verifies()) {
        try (ConsoleProgress progress = new ConsoleProgress(common.quiet)) {
          device.verify(progress);
        }
      }
      tell(disk.toString(), addition);
    }
    return ExitCode.DONE;
  }

  private DiskDevice find(DeviceCatalog catalog, DeviceRules rules, List<Path> kept)
      throws IOException {
    try {
      return deviceOptions.find(spec.commandLine(), catalog, stick.toString(), rules, kept);
    } catch (NoSuchFileException e) {
      if (Files.exists(stick)) {
        throw e;
      }
      throw new NoSuchFileException(
          stick.toString(),
          null,
          "there is neither a file nor a disk of that name; vhdboot device list shows the disks");
    }
  }

  private void write(StickAddition addition) throws IOException {
    for (PlanProblem problem : addition.problems()) {
      spec.commandLine().getErr().println("vhdboot: warning: " + problem);
    }
    spec.commandLine().getErr().flush();
    ExecutorService executor = Workers.newExecutor();
    try (ConsoleProgress progress = new ConsoleProgress(common.quiet)) {
      addition.write(executor, Workers.COUNT, progress);
    } finally {
      executor.shutdownNow();
    }
  }

  private void tell(String where, StickAddition addition) {
    spec.commandLine()
        .getOut()
        .println(where + (deviceOptions.isDryRun() ? " would get: " : ": ") + addition.summary());
  }

  private StickAddition acceptable(BlockDevice device) throws IOException {
    StickAddition addition = addition().plan(device);
    try {
      addition.requireAcceptable();
      return addition;
    } catch (IOException e) {
      addition.close();
      throw e;
    }
  }

  private StickAddition.Builder addition() {
    StickAddition.Builder builder =
        StickAddition.builder()
            .locale(windows.locale())
            .bootAuthority(windows.bootAuthority())
            .makeDefault(makesDefault)
            .force(force);
    Optional.ofNullable(vhd).ifPresent(builder::vhd);
    Optional.ofNullable(vhdName).ifPresent(builder::name);
    windows.description().ifPresent(builder::description);
    Reproducible.sourceDate().ifPresent(builder::time);
    if (seed != null) {
      Identifiers identifiers = Identifiers.ofSeed(seedOfThisVhd());
      int[] count = {0};
      builder.identifiers(() -> identifiers.guid("boot entry " + ++count[0]));
    }
    if (image != null) {
      builder.image(flashImage());
    }
    return builder;
  }

  private FlashImage flashImage() {
    FlashImage.Builder builder = windows.flashImage().image(image).force(force);
    if (seed != null) {
      builder.seed(seedOfThisVhd());
    }
    return builder.build();
  }

  /** Two disks on one stick must not have one identifier. */
  private byte[] seedOfThisVhd() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(Reproducible.seed(seed));
    bytes.writeBytes(String.valueOf(vhdName).getBytes(StandardCharsets.UTF_8));
    return bytes.toByteArray();
  }
}
