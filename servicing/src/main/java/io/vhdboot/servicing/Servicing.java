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

  private final List<ServicingOption> options;
  private final Instant time;
  private final boolean asItIs;
  private final boolean force;

  private Servicing(List<ServicingOption> options, Instant time, boolean asItIs, boolean force) {
    this.options = List.copyOf(options);
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
    return new Servicing(List.of(), time, false, false);
  }

  /** Goes on in spite of hibernation; undoing takes back what somebody else has changed since. */
  public Servicing force(boolean yes) {
    return new Servicing(options, time, asItIs, yes);
  }

  /**
   * Edits hives whose transaction logs are missing without what these would hold; such a hive is
   * refused unless told.
   */
  public Servicing asItIs(boolean yes) {
    return new Servicing(options, time, yes, force);
  }

  /** Makes it start from USB without stop 0x7B. */
  public Servicing usbBoot() {
    return with(new UsbBoot());
  }

  private Servicing with(ServicingOption option) {
    List<ServicingOption> more = new ArrayList<>(options);
    more.add(option);
    return new Servicing(more, time, asItIs, force);
  }

  /** Whether nothing is asked for. */
  public boolean isEmpty() {
    return options.isEmpty();
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
    ServicingEdit edit =
        new ServicingEdit(folder, windows, ServicingRecord.read(folder), time, asItIs);
    checkHibernation(windows);
    for (ServicingOption option : options) {
      edit.begin(option.name());
      option.apply(edit);
    }
    if (write) {
      edit.write();
    }
    return new ServicingReport(windows, edit.changes(), edit.notes());
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
    Undo undo = new Undo(folder, record, time, asItIs, force);
    undo.plan();
    if (write) {
      undo.write();
    }
    return new ServicingReport(
        windows,
        undo.changes(),
        undo.changes().isEmpty() ? List.of("there is no record of changes to undo") : List.of());
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
