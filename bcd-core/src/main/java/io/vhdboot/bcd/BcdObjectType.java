package io.vhdboot.bcd;

/**
 * What an object is: bits 28 to 31 tell its kind (1 application, 2 settings that others inherit, 3
 * device options), bits 20 to 23 who starts it or may inherit it, bits 0 to 19 which application.
 *
 * @param code the number as stored
 */
public record BcdObjectType(int code) {

  /** The firmware's boot manager: the order of its entries. */
  public static final BcdObjectType FIRMWARE_BOOT_MANAGER = new BcdObjectType(0x10100001);

  /** The Windows boot manager. */
  public static final BcdObjectType BOOT_MANAGER = new BcdObjectType(0x10100002);

  /** Another entry of the firmware. */
  public static final BcdObjectType FIRMWARE_APPLICATION = new BcdObjectType(0x101fffff);

  /** A Windows. */
  public static final BcdObjectType OS_LOADER = new BcdObjectType(0x10200003);

  /** Resuming a Windows from hibernation. */
  public static final BcdObjectType RESUME = new BcdObjectType(0x10200004);

  /** The memory test. */
  public static final BcdObjectType MEMORY_TESTER = new BcdObjectType(0x10200005);

  /** Settings that any object may inherit. */
  public static final BcdObjectType INHERIT_ANY = new BcdObjectType(0x20100000);

  /** Settings for loaders. */
  public static final BcdObjectType INHERIT_OS_LOADER = new BcdObjectType(0x20200003);

  /** Settings for resume objects. */
  public static final BcdObjectType INHERIT_RESUME = new BcdObjectType(0x20200004);

  /** Additional options of a device. */
  public static final BcdObjectType DEVICE_OPTIONS = new BcdObjectType(0x30000000);

  private static final int KIND_APPLICATION = 1;
  private static final int KIND_INHERIT = 2;
  private static final int APPLICATION_MASK = 0xFFFFF;

  /** Whether something can be started by it. */
  public boolean isApplication() {
    return code >>> 28 == KIND_APPLICATION;
  }

  /** Whether it holds settings that others inherit. */
  public boolean isInherit() {
    return code >>> 28 == KIND_INHERIT;
  }

  /**
   * The application's number, 0 for none: 1 and 2 boot managers, 3 loader, 4 resume, 5 memory test.
   */
  int application() {
    return isApplication() || isInherit() ? code & APPLICATION_MASK : 0;
  }

  /** The number in hexadecimal. */
  @Override
  public String toString() {
    return String.format("%08x", code);
  }
}
