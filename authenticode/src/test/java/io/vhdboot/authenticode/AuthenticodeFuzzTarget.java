package io.vhdboot.authenticode;

import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.MemoryDevice;
import java.io.IOException;

/** Reads whatever bytes it is given as a signed program: for a coverage-guided fuzzer too. */
public final class AuthenticodeFuzzTarget {

  private static final int MAX_SIZE = 4 << 20;

  private AuthenticodeFuzzTarget() {}

  /** Typed exceptions are what damage must lead to; anything else is a fault. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length <= MAX_SIZE) {
      isRefused(data);
    }
  }

  static boolean isRefused(byte[] data) {
    try {
      MemoryDevice file = MemoryDevice.wrap("fuzzed", data);
      SecureBootReport.of(file).lines();
      PeImage.open(file).computedChecksum();
      Authenticode.digest(file, DigestAlgorithm.SHA_1);
      return false;
    } catch (DiskFormatException e) {
      return true;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
