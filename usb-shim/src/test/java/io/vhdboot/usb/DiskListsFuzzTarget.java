package io.vhdboot.usb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads any text as what a system's tool told of its disks: it must be refused by an IOException,
 * or be a list of disks. The first byte says of which system.
 */
public final class DiskListsFuzzTarget {

  private DiskListsFuzzTarget() {}

  /** The entry that fuzzers call. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    String text = new String(Arrays.copyOfRange(data, 1, data.length), StandardCharsets.UTF_8);
    try {
      read(data[0] & 3, text);
    } catch (IOException e) {
      // Refused as it should be.
      return;
    }
  }

  private static void read(int system, String text) throws IOException {
    switch (system) {
      case 0 -> {
        for (DiskDevice disk :
            WindowsDisks.parse(text).disks(List.of(Path.of("x")), List.of("C:\\Users"))) {
          DeviceRules.STRICT.judge(disk);
        }
      }
      case 1 -> {
        MacDisks disks = new MacDisks(text);
        disks.addUsb(text);
        disks.disksOf(text);
        for (String name : disks.wholeDisks()) {
          disks.addInfo(name, text);
        }
        for (DiskDevice disk : disks.disks(Optional.of(Map.of()), Map.of())) {
          DeviceRules.STRICT.judge(disk);
        }
      }
      case 2 -> MountTable.containing(MountTable.parse(text), "/home");
      default -> SwapTable.parse(text);
    }
  }
}
