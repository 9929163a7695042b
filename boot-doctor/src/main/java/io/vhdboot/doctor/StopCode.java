package io.vhdboot.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What stop codes mean for a Windows that runs from a stick or a VHD on one. Source: Microsoft's
 * bug check code reference; what it means on a stick is known from users' reports.
 */
final class StopCode {

  /** What a code is called and what follows from it. */
  private record Entry(String name, String meaning) {}

  private static final String READ_FAILED =
      "the stick did not answer, or gave what was not written: another port, another stick, and"
          + " vhdboot ntfs check on both volumes";

  private static final Map<Long, Entry> ENTRIES =
      Map.ofEntries(
          entry(0x0A, "IRQL_NOT_LESS_OR_EQUAL", "a driver for other hardware than this machine's"),
          entry(0x1E, "KMODE_EXCEPTION_NOT_HANDLED", "a driver failed; see the parameters"),
          entry(0x24, "NTFS_FILE_SYSTEM", "the volume is damaged, or " + READ_FAILED),
          entry(
              0x50, "PAGE_FAULT_IN_NONPAGED_AREA", "a driver or the stick itself: " + READ_FAILED),
          entry(0x51, "REGISTRY_ERROR", "a hive could not be read: " + READ_FAILED),
          entry(
              0x6B,
              "PROCESS1_INITIALIZATION_FAILED",
              "the first program did not start: a system file is damaged or missing"),
          entry(
              0x74,
              "BAD_SYSTEM_CONFIG_INFO",
              "the SYSTEM hive lacks what the kernel looks for: vhdboot hive check"),
          entry(0x77, "KERNEL_STACK_INPAGE_ERROR", READ_FAILED),
          entry(0x7A, "KERNEL_DATA_INPAGE_ERROR", READ_FAILED),
          entry(
              0x7B,
              "INACCESSIBLE_BOOT_DEVICE",
              "the kernel does not reach the volume that it came from: no driver for the USB"
                  + " controller, or one that starts too late"),
          entry(0x7E, "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED", "a driver failed; see its name"),
          entry(0x9F, "DRIVER_POWER_STATE_FAILURE", "a driver hung: no sleep on a stick"),
          entry(0xC000_0218L, "STATUS_CANNOT_LOAD_REGISTRY_FILE", "a hive is damaged or missing"),
          entry(0xC000_0221L, "STATUS_IMAGE_CHECKSUM_MISMATCH", "a system file is damaged"),
          entry(
              0xED,
              "UNMOUNTABLE_BOOT_VOLUME",
              "the volume is damaged or of a form that this Windows does not know: vhdboot ntfs"
                  + " check --repair"),
          entry(0xEF, "CRITICAL_PROCESS_DIED", "a system program ended, often for want of a read"),
          entry(0xF4, "CRITICAL_OBJECT_TERMINATION", READ_FAILED),
          entry(
              0x12F,
              "VHD_BOOT_INITIALIZATION_FAILED",
              "the kernel did not open the VHD that it came from"),
          entry(
              0x136,
              "VHD_BOOT_HOST_VOLUME_NOT_ENOUGH_SPACE",
              "a dynamic VHD may not grow to its full size: a larger stick, a smaller VHD, or"
                  + " VirtualDiskExpandOnMount = 4"),
          entry(0x154, "UNEXPECTED_STORE_EXCEPTION", READ_FAILED));

  private static final Map<Long, String> MOUNT_STEPS =
      Map.of(
          1L, "the boot device said nothing of a VHD",
          2L, "the stick did not appear in time: a late USB driver, as for 0x7B",
          3L, "the path of the VHD could not be made out",
          4L, "the path of the VHD could not be made out",
          5L,
              "the VHD could not be mounted: sparse, compressed or encrypted on the stick, damaged,"
                  + " or its parent is missing",
          6L, "sleep could not be turned off",
          7L, "the VHD did not say what it is",
          8L, "the VHD did not say what it is");

  private StopCode() {}

  private static Map.Entry<Long, Entry> entry(long code, String name, String meaning) {
    return Map.entry(code, new Entry(name, meaning));
  }

  static List<String> meaning(long code, List<Long> parameters) {
    List<String> meaning = new ArrayList<>();
    Entry entry = ENTRIES.get(code & ~0x1000_0000L);
    if (entry == null) {
      meaning.add("a stop that says nothing of the stick by itself");
      return meaning;
    }
    meaning.add(entry.name);
    meaning.add(entry.meaning);
    int second = parameters.get(1).intValue();
    if (code == 0x7B) {
      meaning.add(secondOfInaccessibleDevice(second));
    } else if (code == 0x12F) {
      meaning.add(MOUNT_STEPS.getOrDefault(parameters.get(0), "at an unknown step"));
    } else if (code == 0xED || code == 0x24 || code == 0x7A || code == 0x77) {
      status(code == 0xED || code == 0x7A ? second : parameters.get(0).intValue())
          .ifPresent(meaning::add);
    }
    return meaning;
  }

  private static String secondOfInaccessibleDevice(int status) {
    return switch (status) {
      case 0xC0000034 ->
          "no driver brought the stick up in time: vhdboot service with --usb-boot for Windows 7, a"
              + " driver for this controller, or another port (USB 2)";
      case 0xC000000E -> "the disk is not there (any more): vhdboot doctor, and another port";
      case 0xC000014F -> "the volume is of no known file system, or damaged: vhdboot ntfs check";
      case 0xC0000010, 0xC0000011 -> "the disk does not answer: another port or stick";
      case 0 -> "the first parameter is a device that Windows does not know how to start";
      default -> String.format("status 0x%08X", status);
    };
  }

  private static Optional<String> status(int status) {
    return Optional.ofNullable(
        switch (status) {
          case 0xC0000032 -> "the volume's structures are damaged";
          case 0xC000009C -> "a sector cannot be read: the stick is failing";
          case 0xC000009D -> "the stick is gone: pulled out, or its power fails";
          case 0xC000000E -> "the stick is gone: pulled out, or its power fails";
          case 0xC0000185 -> "the stick answered with an error: a bad contact, port or stick";
          case 0xC000016A -> "a sector cannot be read: the stick is failing";
          case 0xC0000043 -> "something else has the volume locked";
          default -> null;
        });
  }
}
