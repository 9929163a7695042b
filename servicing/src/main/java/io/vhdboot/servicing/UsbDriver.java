package io.vhdboot.servicing;

import java.util.List;

/**
 * A driver on the way from the bus to a disk on USB.
 *
 * @param service its service
 * @param file its file in {@code System32\drivers}
 * @param with files that it loads, and that must be there with it
 * @param group the group in which the loader starts it
 * @param bootFlags when the loader brings it though its service is not one that starts with it
 */
record UsbDriver(String service, String file, List<String> with, String group, int bootFlags) {

  /**
   * Host controllers hang on the bus that PCI is, hubs and disks on what those find. Recipes differ
   * in which of the two groups they use; both come before the group of disk drivers, and this split
   * is the order in which the devices are found.
   */
  private static final String BUS = "Boot Bus Extender";

  private static final String BELOW = "System Bus Extender";

  /** {@code BootFlags}: from USB; from USB 3. */
  private static final int USB = 0x04;

  private static final int USB_ANY = 0x14;

  /** The drivers of Windows 7 and Server 2008 R2. */
  static final List<UsbDriver> WINDOWS_7 =
      List.of(
          controller("usbehci"),
          controller("usbuhci"),
          controller("usbohci"),
          new UsbDriver("usbhub", "usbhub.sys", List.of("usbd.sys"), BELOW, USB),
          new UsbDriver("usbccgp", "usbccgp.sys", List.of("usbd.sys"), BELOW, USB),
          new UsbDriver("USBSTOR", "USBSTOR.SYS", List.of(), BELOW, USB));

  /**
   * Drivers for USB 3 and UASP that makers of controllers have for Windows 7, by the names of their
   * services; and Microsoft's own, where somebody has brought them.
   */
  static final List<UsbDriver> ADDED =
      List.of(
          added("iusb3xhc", BUS),
          added("iusb3hub", BELOW),
          added("nusb3xhc", BUS),
          added("nusb3hub", BELOW),
          added("amdxhc", BUS),
          added("amdhub30", BELOW),
          added("amdxhc31", BUS),
          added("amdhub31", BELOW),
          added("asmtxhci", BUS),
          added("asmthub3", BELOW),
          added("xhcdrv", BUS),
          added("VUSB3HUB", BELOW),
          added("FLxHCIc", BUS),
          added("FLxHCIh", BELOW),
          added("EtronXHCI", BUS),
          added("EtronHub3", BELOW),
          added("tixhci", BUS),
          added("tihub3", BELOW),
          added("Ucx01000", BUS),
          added("USBXHCI", BUS),
          added("USBHUB3", BELOW),
          added("UASPStor", BELOW),
          added("asstor", BELOW));

  /**
   * What Windows 8 and later bring themselves, with the flags that Windows 10 gives them. The
   * controllers of USB 1 have none there.
   */
  static final List<UsbDriver> WINDOWS_8 =
      List.of(
          inbox("usbehci", USB),
          inbox("usbhub", USB),
          inbox("usbccgp", USB_ANY),
          inbox("USBSTOR", USB_ANY),
          inbox("UASPStor", USB_ANY),
          inbox("Ucx01000", 0x10),
          inbox("USBXHCI", 0x10),
          inbox("USBHUB3", 0x10));

  private static UsbDriver controller(String service) {
    return new UsbDriver(service, service + ".sys", List.of("usbport.sys", "usbd.sys"), BUS, USB);
  }

  private static UsbDriver added(String service, String group) {
    return new UsbDriver(service, service + ".sys", List.of(), group, USB_ANY);
  }

  private static UsbDriver inbox(String service, int flags) {
    return new UsbDriver(service, service + ".sys", List.of(), "", flags);
  }
}
