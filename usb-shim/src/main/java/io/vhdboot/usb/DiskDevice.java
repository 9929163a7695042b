package io.vhdboot.usb;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A whole disk of this machine, as it was at one moment.
 *
 * @param path what is opened, such as {@code /dev/sdb}
 * @param size its size in bytes; 0 when there is no medium in it
 * @param sectorSize bytes per logical sector
 * @param bus what it hangs on
 * @param removable whether its medium can be taken out, as sticks say of themselves
 * @param readOnly whether it is write-protected
 * @param vendor who made it, as it says; may be empty
 * @param model what it is called, as it says; may be empty
 * @param serial its serial number; may be empty
 * @param attachment tells this plugging-in from another one of the same disk, where the system
 *     counts them; may be empty
 * @param backing the file that it is made of, if it is a loop device
 * @param volumes its partitions, or itself where it is mounted as a whole
 * @param uses what is done with it
 */
public record DiskDevice(
    String path,
    long size,
    int sectorSize,
    DeviceBus bus,
    boolean removable,
    boolean readOnly,
    String vendor,
    String model,
    String serial,
    String attachment,
    Optional<Path> backing,
    List<DiskVolume> volumes,
    List<DiskUse> uses) {

  /** Copies the lists, and takes out of what the disk says of itself all that hides or deceives. */
  public DiskDevice {
    vendor = printable(vendor);
    model = printable(model);
    serial = printable(serial);
    volumes = List.copyOf(volumes);
    uses = List.copyOf(uses);
  }

  private static String printable(String text) {
    // Control characters and marks of direction could show another name than there is.
    return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Co}\\p{Cs}]", "").strip();
  }

  /** Vendor and model in one. */
  public String title() {
    String title = (model.startsWith(vendor) ? model : vendor + " " + model).strip();
    return title.isEmpty() ? "disk without a name" : title;
  }

  /**
   * What a user repeats to say that this very disk is meant: the serial number, or name and size
   * where it has none.
   */
  public String identity() {
    return serial.isEmpty() ? (title() + " " + size).replace(' ', '-') : serial;
  }

  /** Whether this is the same disk at the same place, plugged in the same time. */
  public boolean isSame(DiskDevice other) {
    return path.equals(other.path) && attachment.equals(other.attachment) && isSameMedium(other);
  }

  /** Whether this is the same disk, wherever and whenever it is plugged in. */
  boolean isSameMedium(DiskDevice other) {
    return size == other.size
        && vendor.equals(other.vendor)
        && model.equals(other.model)
        && serial.equals(other.serial);
  }

  @Override
  public String toString() {
    return path + " (" + title() + ", " + ByteCount.text(size) + ")";
  }
}
