package io.vhdboot.bootcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.Qemu;
import java.io.IOException;
import java.util.Locale;

/** How a test machine's start is to end. */
final class Booting {

  /** What every message of ours ends with. */
  static final String WAITING = "Press a key";

  private static final String SAMPLE = "vhdboot sample: ";

  private Booting() {}

  /** Expects the sample to be reached, whole, with what it must be handed over. */
  static void reachesSample(Qemu machine, int drive, long partitionOffset, int size) {
    Qemu.Output output = machine.runUntil("SS:SP 0000:7C00", "checksum wrong", WAITING);
    assertThat(output.serial())
        .as(output.toString())
        .contains(
            String.format(
                Locale.ROOT,
                "%sreached, drive %02Xh, partition offset %d bytes, %d bytes verified",
                SAMPLE,
                drive,
                partitionOffset,
                size))
        .contains(SAMPLE + "entered with DS:SI 07C0:000B, SS:SP 0000:7C00");
    assertThat(output.screen()).contains(SAMPLE + "reached");
  }

  /** As above for the first hard disk and the usual place of the partition. */
  static void reachesSample(Qemu machine, int size) {
    reachesSample(machine, 0x80, BootVolume.FIRST_SECTOR * BootVolume.SECTOR, size);
  }

  /** Expects the boot code to stop with a message on a line of its own, and to wait for a key. */
  static void stopsWith(Qemu machine, String message) {
    Qemu.Output output = machine.runUntil(WAITING, SAMPLE);
    assertThat(output.screen().lines()).as(output.toString()).containsSubsequence(message, WAITING);
    assertThat(output.serial()).isEmpty();
  }

  /** As above for a disk with the volume. */
  static void stopsWith(BootVolume volume, String message) throws IOException {
    stopsWith(Qemu.hardDisk(volume.disk()), message);
  }
}
