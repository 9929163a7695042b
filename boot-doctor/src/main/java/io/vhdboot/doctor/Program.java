package io.vhdboot.doctor;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.util.Optional;

/**
 * What the headers of a Windows or EFI program say, as far as its start depends on it:
 *
 * <pre>
 * 000  2  "MZ"
 * 03C  4  where the next header is
 * +00  4  "PE", two NULs
 * +04  2  machine
 * +14  2  bytes of the optional header
 * +18  2  10Bh or 20Bh: of 32 or 64 bits
 * +5C  2  subsystem
 * </pre>
 *
 * <p>Source: Microsoft, "PE Format".
 *
 * @param machine the number of the machine
 * @param subsystem the number of the subsystem
 */
record Program(int machine, int subsystem) {

  static final int EFI_APPLICATION = 10;
  static final int WINDOWS_BOOT_APPLICATION = 16;

  private static final int HEAD = 4096;
  private static final int PE_POINTER = 0x3C;
  private static final int LEAST_SIZE = 0x5E;

  /** Reads the headers; nothing where the file is no program. */
  static Optional<Program> read(BlockDevice file) throws IOException {
    byte[] head = file.read(0, (int) Math.min(HEAD, file.size()));
    if (head.length < PE_POINTER + 4 || LittleEndian.u16(head, 0) != 0x5A4D) {
      return Optional.empty();
    }
    long pe = LittleEndian.u32(head, PE_POINTER);
    if (pe > head.length - LEAST_SIZE || LittleEndian.i32(head, (int) pe) != 0x4550) {
      return Optional.empty();
    }
    int kind = LittleEndian.u16(head, (int) pe + 0x18);
    return kind == 0x10B || kind == 0x20B
        ? Optional.of(
            new Program(
                LittleEndian.u16(head, (int) pe + 4), LittleEndian.u16(head, (int) pe + 0x5C)))
        : Optional.empty();
  }

  /** What the machine is called. */
  String machineName() {
    return machineName(machine);
  }

  static String machineName(int machine) {
    return switch (machine) {
      case 0x014C -> "x86";
      case 0x8664 -> "x64";
      case 0x01C4 -> "ARM";
      case 0xAA64 -> "ARM64";
      default -> String.format("machine %04xh", machine);
    };
  }

  /** The machine whose firmware looks for a file name; 0 for another name. */
  static int machineOf(String fallbackName) {
    return switch (fallbackName) {
      case "bootia32.efi" -> 0x014C;
      case "bootx64.efi" -> 0x8664;
      case "bootarm.efi" -> 0x01C4;
      case "bootaa64.efi" -> 0xAA64;
      default -> 0;
    };
  }
}
