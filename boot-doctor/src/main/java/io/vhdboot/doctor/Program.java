package io.vhdboot.doctor;

import io.vhdboot.authenticode.PeImage;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import java.io.IOException;
import java.util.Optional;

/**
 * A Windows or EFI program, as far as its start depends on it.
 *
 * @param machine the number of the machine that it is for
 * @param isFirmwareProgram whether it is one that firmware starts
 */
record Program(int machine, boolean isFirmwareProgram) {

  /** Reads the headers; nothing where the file is no program, or a damaged one. */
  static Optional<Program> read(BlockDevice file) throws IOException {
    try {
      PeImage image = PeImage.open(file);
      return Optional.of(new Program(image.machine(), image.isFirmwareProgram()));
    } catch (DiskFormatException e) {
      return Optional.empty();
    }
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
