package io.vhdboot.bcd;

/**
 * Numbers of elements. A number is made of a class (bits 28 to 31: 1 library, for any object; 2
 * application, whose meaning depends on the object's type; 3 device; 4 template; 5 firmware maker),
 * a format (bits 24 to 27) and the rest. These are the ones this library writes; {@link
 * ElementInfo} knows the names of all.
 */
public final class BcdElements {

  /** The volume a program is started from, or a boot manager's own. */
  public static final int DEVICE = 0x11000001;

  /** The program's path on it. */
  public static final int PATH = 0x12000002;

  /** What the boot menu shows. */
  public static final int DESCRIPTION = 0x12000004;

  /** The language, such as en-US. */
  public static final int LOCALE = 0x12000005;

  /** Objects whose elements count where this one has none. */
  public static final int INHERIT = 0x14000006;

  /** Objects to start when this one fails. */
  public static final int RECOVERY_SEQUENCE = 0x14000008;

  /** Whether failing starts the recovery sequence. */
  public static final int RECOVERY_ENABLED = 0x16000009;

  /** Whether memory that is known to be bad is used. */
  public static final int BAD_MEMORY_ACCESS = 0x1600000b;

  /** What the debugger is connected with. */
  public static final int DEBUG_TYPE = 0x15000011;

  /** The debugger's serial port. */
  public static final int DEBUG_PORT = 0x15000013;

  /** The debugger's baud rate. */
  public static final int DEBUG_BAUD_RATE = 0x15000014;

  /** Whether emergency management services are on for boot programs. */
  public static final int BOOT_EMS = 0x16000020;

  /** The policy on integrity services, Windows 8 and 8.1. */
  public static final int INTEGRITY_SERVICES = 0x1500004b;

  /** Whether a program is started in a context of its own, UEFI. */
  public static final int ISOLATED_CONTEXT = 0x16000060;

  /** Boot manager of servers: whether shutting down from the menu is off. */
  public static final int BOOT_SHUTDOWN_DISABLED = 0x16000074;

  /** Elements that may be changed in memory. */
  public static final int ALLOWED_IN_MEMORY_SETTINGS = 0x17000077;

  /** The element that {@link #ALLOWED_IN_MEMORY_SETTINGS} lists in all stores of Windows 8 on. */
  public static final int PERFORMANCE_FREQUENCY = 0x15000075;

  /** Boot manager: the entries of the menu. */
  public static final int DISPLAY_ORDER = 0x24000001;

  /** Boot manager: the entries to start once. */
  public static final int BOOT_SEQUENCE = 0x24000002;

  /** Boot manager: the entry to start when the time is up. */
  public static final int DEFAULT = 0x23000003;

  /** Boot manager: seconds the menu waits. */
  public static final int TIMEOUT = 0x25000004;

  /** Boot manager: the object that resumes from hibernation. */
  public static final int RESUME_OBJECT = 0x23000006;

  /** Boot manager: the tools below the menu. */
  public static final int TOOLS_DISPLAY_ORDER = 0x24000010;

  /** Loader: the volume Windows is on. */
  public static final int OS_DEVICE = 0x21000001;

  /** Loader: the folder Windows is in. */
  public static final int SYSTEM_ROOT = 0x22000002;

  /** Loader: the object that resumes this Windows from hibernation. */
  public static final int LOADER_RESUME_OBJECT = 0x23000003;

  /** Loader: whether kernel and HAL are chosen anew at every start. */
  public static final int DETECT_HAL = 0x26000010;

  /** Loader: the policy on memory that must not be executed. */
  public static final int NX = 0x25000020;

  /** Loader: the kind of boot menu, Windows 8 on. */
  public static final int BOOT_MENU_POLICY = 0x250000c2;

  /** Loader: whether the hypervisor is started; 0 not, 1 where it is installed. */
  public static final int HYPERVISOR_LAUNCH_TYPE = 0x250000f0;

  /** Hypervisor settings: what its debugger is connected with. */
  public static final int HYPERVISOR_DEBUG_TYPE = 0x250000f3;

  /** Hypervisor settings: its debugger's serial port. */
  public static final int HYPERVISOR_DEBUG_PORT = 0x250000f4;

  /** Hypervisor settings: its debugger's baud rate. */
  public static final int HYPERVISOR_BAUD_RATE = 0x250000f5;

  /** Resume: the volume the hibernation file is on. */
  public static final int HIBERNATION_FILE_DEVICE = 0x21000001;

  /** Resume: the hibernation file's path. */
  public static final int HIBERNATION_FILE_PATH = 0x22000002;

  /** Resume: the kind of boot menu, Windows 8 on. */
  public static final int RESUME_BOOT_MENU_POLICY = 0x25000008;

  /** Device options: the volume boot.sdi is on. */
  public static final int RAM_DISK_SDI_DEVICE = 0x31000003;

  /** Device options: the path of boot.sdi. */
  public static final int RAM_DISK_SDI_PATH = 0x32000004;

  static final int FORMAT_DEVICE = 1;
  static final int FORMAT_STRING = 2;
  static final int FORMAT_GUID = 3;
  static final int FORMAT_GUID_LIST = 4;
  static final int FORMAT_INTEGER = 5;
  static final int FORMAT_BOOLEAN = 6;
  static final int FORMAT_INTEGER_LIST = 7;

  static final int CLASS_LIBRARY = 1;
  static final int CLASS_APPLICATION = 2;
  static final int CLASS_DEVICE = 3;
  static final int CLASS_TEMPLATE = 4;

  private BcdElements() {}

  static int formatOf(int element) {
    return element >>> 24 & 0xF;
  }

  static int classOf(int element) {
    return element >>> 28;
  }
}
