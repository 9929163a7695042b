package io.vhdboot.cli;

import io.vhdboot.usb.DeviceCatalog;
import io.vhdboot.usb.DeviceRefusedException;
import io.vhdboot.usb.DeviceRules;
import io.vhdboot.usb.DiskDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What every command that writes a disk of the machine can be told, and how it makes sure. */
final class DeviceOptions {

  /** What becomes of a disk that is written as a whole. */
  static final String LOST = "ALL DATA on it will be lost.";

  @Option(
      names = "--yes",
      description = "Do not ask; needs --expect-serial, which says which disk is meant.")
  private boolean yes;

  @Option(
      names = "--expect-serial",
      paramLabel = "SERIAL",
      description = "Write only the disk with this serial number, as device list shows it.")
  private String expected;

  @Option(names = "--unmount", description = "Unmount the disk's volumes first.")
  private boolean unmount;

  @Option(names = "--allow-large", description = "Let disks of more than 2 TB be written.")
  private boolean allowLarge;

  @Option(names = "--no-verify", description = "Do not read back what was written.")
  private boolean noVerify;

  @Option(
      names = "--no-probe",
      description = "Do not look first whether the disk has the room that it claims.")
  private boolean noProbe;

  @Option(names = "--dry-run", description = "Say what would be done; write nothing.")
  private boolean dryRun;

  boolean verifies() {
    return !noVerify;
  }

  boolean probes() {
    return !noProbe;
  }

  boolean isDryRun() {
    return dryRun;
  }

  /**
   * What a disk must comply with.
   *
   * @param force whether rules about its kind and size are lifted
   * @param kept files that must not be on it
   */
  DeviceRules rules(DeviceAccess access, boolean force, Collection<Path> kept) {
    DeviceRules rules =
        DeviceRules.STRICT.keep(kept).force(force).unmount(unmount).allowLarge(allowLarge);
    return access.rules().apply(expected == null ? rules : rules.expect(expected));
  }

  /**
   * The disk that a user named, if it may be written.
   *
   * @throws DeviceRefusedException when the rules forbid it
   */
  DiskDevice find(
      CommandLine command,
      DeviceCatalog catalog,
      String name,
      DeviceRules rules,
      Collection<Path> kept)
      throws IOException {
    if (yes && expected == null) {
      throw new ParameterException(command, "--yes needs --expect-serial: which disk is meant?");
    }
    DiskDevice disk = catalog.disk(name, kept);
    rules.require(disk);
    return disk;
  }

  /**
   * Has the user say once more that this disk is meant.
   *
   * @param fate what will become of what is on it
   */
  void confirm(CommandLine command, DeviceAccess access, DiskDevice disk, String fate) {
    if (yes) {
      return;
    }
    String question =
        disk + ": " + fate + "\nType " + disk.identity() + " to say that this disk is meant: ";
    String answer =
        access
            .prompt()
            .apply(question)
            .orElseThrow(
                () ->
                    new ParameterException(
                        command,
                        "Nobody can be asked here: say --yes --expect-serial " + disk.identity()));
    if (!answer.strip().equals(disk.identity())) {
      throw new ParameterException(command, "That is another disk; nothing was written.");
    }
  }
}
