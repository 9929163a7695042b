package io.vhdboot.servicing;

import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Changes to a Windows that does not run, so that it starts where it shall.
 *
 * <p>Each change is told with what was there before, is left out where it is so already, and is
 * recorded in the Windows folder ({@code vhdboot\record}), from which {@link #undo} takes it back.
 * Hives and files are replaced whole or not at all; the record is there before what it tells of. So
 * after a stop at any moment, the same servicing done again does the rest, and undoing takes back
 * what was done.
 *
 * <p>Immutable; each method of the first kind gives a changed copy. Nothing looks at the clock.
 */
public final class Servicing {

  /** The name of {@link #usbBoot}. */
  public static final String USB_BOOT = "usb-boot";

  /** The name of {@link #portable}. */
  public static final String PORTABLE = "portable";

  /** The name of {@link #noVhdExpansion}. */
  public static final String NO_VHD_EXPANSION = "no-vhd-expansion";

  private final List<ServicingOption> options;
  private final List<Path> bootStores;
  private final Instant time;
  private final boolean asItIs;
  private final boolean force;

  private Servicing(
      List<ServicingOption> options,
      List<Path> bootStores,
      Instant time,
      boolean asItIs,
      boolean force) {
    this.options = List.copyOf(options);
    this.bootStores = List.copyOf(bootStores);
    this.time = Objects.requireNonNull(time);
    this.asItIs = asItIs;
    this.force = force;
  }

  /**
   * Servicing for nothing yet.
   *
   * @param time the time stamped on what is changed in hives
   */
  public static Servicing at(Instant time) {
    return new Servicing(List.of(), List.of(), time, false, false);
  }

  /** Goes on in spite of hibernation; undoing takes back what somebody else has changed since. */
  public Servicing force(boolean yes) {
    return new Servicing(options, bootStores, time, asItIs, yes);
  }

  /**
   * Edits hives whose transaction logs are missing without what these would hold; such a hive is
   * refused unless told.
   */
  public Servicing asItIs(boolean yes) {
    return new Servicing(options, bootStores, time, yes, force);
  }

  /** Makes it start from USB without stop 0x7B. */
  public Servicing usbBoot() {
    return with(new UsbBoot());
  }

  /**
   * Makes it behave on a stick that goes from machine to machine: as Windows To Go, disks of the
   * machine offline, no device encryption, no hibernation, a stop code stays on the screen.
   */
  public Servicing portable() {
    return with(new Portable());
  }

  /** Chooses its paging file. */
  public Servicing pagingFile(PagingFile choice) {
    return with(choice.option());
  }

  /** Lets the dynamic VHD that it starts from grow as it is filled, instead of at start. */
  public Servicing noVhdExpansion() {
    return with(new VhdExpansion());
  }

  /**
   * Gives it an answer file.
   *
   * @param source what messages call the file
   * @param xml its bytes
   * @throws io.vhdboot.disk.CorruptFormatException when it is not well-formed or no answer file
   */
  public Servicing unattend(String source, byte[] xml) throws IOException {
    return with(new Unattend(source, xml));
  }

  /**
   * Names the computer; after {@link #unattend}, where there is an answer file.
   *
   * @param name 1 to 15 letters, digits and hyphens
   */
  public Servicing computerName(String name) {
    return with(new ComputerName(name));
  }

  /** Sets what makes a feature. */
  public Servicing feature(RegistryFeature feature) {
    return with(feature.option());
  }

  /**
   * Lets its boot entries start the hypervisor; needs {@link #bootStores}.
   *
   * @param vhd the path of the VHD that holds it on its volume, such as {@code \\w.vhd}; empty
   *     where it lies in none
   */
  public Servicing hypervisor(String vhd) {
    return with(new Hypervisor(vhd));
  }

  /** Names the boot stores that start it, to change them, or to undo that. */
  public Servicing bootStores(List<Path> stores) {
    return new Servicing(options, stores, time, asItIs, force);
  }

  /**
   * Puts driver packages in: those that are for the Windows, of all in some folders and below them.
   * Drivers that its disk may depend on start with the loader, the others are installed by Plug and
   * Play. See {@link ServicingReport#drivers()}.
   *
   * @param folders folders, or INF files
   */
  public Servicing drivers(List<Path> folders) {
    return with(new DriverInjection(folders));
  }

  private Servicing with(ServicingOption option) {
    List<ServicingOption> more = new ArrayList<>(options);
    more.add(option);
    return new Servicing(more, bootStores, time, asItIs, force);
  }

  /** Whether nothing is asked for. */
  public boolean isEmpty() {
    return options.isEmpty();
  }

  /** The names of what is asked for, as reports have them, such as {@code usb-boot}. */
  public List<String> options() {
    return options.stream().map(ServicingOption::name).toList();
  }

  /** The same with another time. */
  public Servicing withTime(Instant newTime) {
    return new Servicing(options, bootStores, newTime, asItIs, force);
  }

  /** Tells what would be changed, and changes nothing. */
  public ServicingReport preview(Path windowsFolder) throws IOException {
    return run(windowsFolder, false);
  }

  /**
   * Changes a Windows.
   *
   * @param windowsFolder the Windows folder, or the root of the volume that holds it
   * @throws io.vhdboot.disk.DiskFormatException when it holds no Windows, a hive is damaged or
   *     lacks its logs, or the Windows hibernates; nothing was changed then
   */
  public ServicingReport apply(Path windowsFolder) throws IOException {
    return run(windowsFolder, true);
  }

  private ServicingReport run(Path windowsFolder, boolean write) throws IOException {
    WindowsFolder folder = WindowsFolder.at(windowsFolder);
    OfflineWindows windows = OfflineWindows.open(folder.path());
    EditedHives hives = new EditedHives(folder, bootStores, time, asItIs);
    ServicingEdit edit =
        new ServicingEdit(folder, windows, ServicingRecord.read(folder), hives, time);
    checkHibernation(windows);
    for (ServicingOption option : options) {
      edit.begin(option.name());
      option.apply(edit);
    }
    if (write) {
      edit.write();
    }
    return new ServicingReport(windows, edit.changes(), edit.notes(), edit.drivers());
  }

  /** Tells what undoing would take back, and changes nothing. */
  public ServicingReport previewUndo(Path windowsFolder) throws IOException {
    return undo(windowsFolder, false);
  }

  /**
   * Takes back all that the record in a Windows tells of, and then the record.
   *
   * @throws io.vhdboot.disk.DiskFormatException as {@link #apply} does, or when the record is
   *     damaged
   */
  public ServicingReport undo(Path windowsFolder) throws IOException {
    return undo(windowsFolder, true);
  }

  private ServicingReport undo(Path windowsFolder, boolean write) throws IOException {
    WindowsFolder folder = WindowsFolder.at(windowsFolder);
    OfflineWindows windows = OfflineWindows.open(folder.path());
    ServicingRecord record = ServicingRecord.read(folder);
    checkHibernation(windows);
    Undo undo =
        new Undo(folder, record, new EditedHives(folder, bootStores, time, asItIs), time, force);
    undo.plan();
    if (write) {
      undo.write();
    }
    return new ServicingReport(
        windows,
        undo.changes(),
        undo.changes().isEmpty() ? List.of("there is no record of changes to undo") : List.of(),
        List.of());
  }

  private void checkHibernation(OfflineWindows windows) throws UnsupportedFormatException {
    if (!force && windows.hibernation() == Hibernation.HIBERNATED) {
      throw new UnsupportedFormatException(
          windows.folder().toString(),
          UnsupportedFormatException.NO_OFFSET,
          "this Windows hibernates (hiberfil.sys), and what is changed under it damages its"
              + " volumes: shut it down, without fast startup, or force it");
    }
  }
}
