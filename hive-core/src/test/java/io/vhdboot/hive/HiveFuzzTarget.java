package io.vhdboot.hive;

import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.MemoryDevice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Reads, checks, compacts, exports and edits whatever bytes it is given as a hive: for a
 * coverage-guided fuzzer, and for {@link HiveRobustnessTest}.
 */
public final class HiveFuzzTarget {

  private static final int MAX_SIZE = 4 << 20;

  private HiveFuzzTarget() {}

  /** Typed exceptions are what damage must lead to; anything else is a fault. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length <= MAX_SIZE) {
      isRefused(data);
    }
  }

  /** Whether one of the things that can be done to a hive is refused for damage. */
  static boolean isRefused(byte[] data) {
    boolean refused = isRefused(data, hive -> HiveDump.ours(hive));
    refused |= isRefused(data, HiveCheck::check);
    refused |= isRefused(data, hive -> HiveCheck.check(hive.compacted()));
    refused |=
        isRefused(data, hive -> RegFile.write(hive.root(), "HKLM\\X", new ByteArrayOutputStream()));
    refused |= isRefused(data, HiveFuzzTarget::edit);
    return refused;
  }

  private static void edit(Hive hive) throws IOException {
    hive.discardMissingChanges();
    HiveEditTest.edit(hive, new SplittableRandom(hive.binsSize()), 5);
    for (HiveKey key : hive.root().subkeys()) {
      hive.root().deleteSubkey(key.name());
    }
    hive.toBytes();
  }

  private interface Use {
    void of(Hive hive) throws IOException;
  }

  private static boolean isRefused(byte[] data, Use use) {
    try {
      use.of(Hive.open(MemoryDevice.wrap("fuzzed", data), List.of()));
      return false;
    } catch (DiskFormatException e) {
      return true;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
