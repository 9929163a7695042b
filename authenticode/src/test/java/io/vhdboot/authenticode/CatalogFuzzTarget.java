package io.vhdboot.authenticode;

import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.MemoryDevice;
import java.io.IOException;

/** Reads whatever bytes it is given as a catalog: for a coverage-guided fuzzer too. */
public final class CatalogFuzzTarget {

  private static final int MAX_SIZE = 4 << 20;

  private CatalogFuzzTarget() {}

  /** Typed exceptions are what damage must lead to; anything else is a fault. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length <= MAX_SIZE) {
      isRefused(data);
    }
  }

  static boolean isRefused(byte[] data) {
    try {
      Catalog catalog = Catalog.open(MemoryDevice.wrap("fuzzed", data));
      for (CatalogMember member : catalog.members()) {
        if (catalog.member(member.digest()).isEmpty()) {
          throw new AssertionError("a member is not found by its digest: " + member);
        }
      }
      return false;
    } catch (DiskFormatException e) {
      return true;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
