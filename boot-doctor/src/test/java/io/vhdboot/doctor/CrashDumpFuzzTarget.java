package io.vhdboot.doctor;

import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.MemoryDevice;
import java.io.IOException;

/** Reads whatever bytes it is given as a crash dump, and says what the stop means. */
public final class CrashDumpFuzzTarget {

  private static final int MAX_SIZE = 1 << 20;

  private CrashDumpFuzzTarget() {}

  /** Typed exceptions are what damage must lead to; anything else is a fault. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length <= MAX_SIZE) {
      isRefused(data);
    }
  }

  /** Whether it is refused. */
  static boolean isRefused(byte[] data) {
    try {
      CrashDump dump = CrashDump.read(MemoryDevice.wrap("fuzzed", data));
      if (dump.meaning().isEmpty() || dump.toString().isEmpty()) {
        throw new AssertionError("a stop that means nothing");
      }
      return false;
    } catch (DiskFormatException e) {
      return true;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
