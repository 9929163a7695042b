package io.vhdboot.usb;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a disk of a Linux says of itself: of USB devices what the device says, which has a serial
 * number, and otherwise what the disk says.
 *
 * @param vendor who made it
 * @param model what it is called
 * @param serial its serial number; all may be empty
 */
record UsbFacts(String vendor, String model, String serial) {

  private static final int MAX_DEPTH = 32;

  static UsbFacts of(SysBlock.Device device, Path sys) {
    String vendor = device.text("device/vendor");
    String model = device.text("device/model");
    if (vendor.startsWith("0x")) {
      vendor = ""; // virtio has a number there
    }
    if (model.isEmpty()) {
      model = device.text("device/name");
    }
    String serial = device.text("device/serial");
    if (serial.isEmpty()) {
      serial = device.text("serial");
    }
    Path usb = device.location().contains("/usb") ? usbDevice(device, sys) : null;
    if (usb != null && !SysBlock.read(usb.resolve("serial")).isEmpty()) {
      serial = SysBlock.read(usb.resolve("serial"));
    }
    if (usb != null && model.isEmpty()) {
      vendor = SysBlock.read(usb.resolve("manufacturer"));
      model = SysBlock.read(usb.resolve("product"));
    }
    return new UsbFacts(vendor, model, serial);
  }

  /** The folder of the USB device that the disk is in: the nearest above that has a vendor's id. */
  private static Path usbDevice(SysBlock.Device device, Path sys) {
    Path at = Path.of(device.location());
    for (int depth = 0; depth < MAX_DEPTH && at != null && !at.equals(sys); depth++) {
      if (Files.exists(at.resolve("idVendor"))) {
        return at;
      }
      at = at.getParent();
    }
    return null;
  }
}
