package io.vhdboot.bcd;

import io.vhdboot.disk.DiskFormatException;
import java.io.IOException;
import java.util.UUID;

/**
 * Reads, lists, checks, compares and edits whatever bytes it is given as a store: for a
 * coverage-guided fuzzer, and for {@link MutatedStoresTest}.
 */
public final class BcdFuzzTarget {

  private static final int MAX_SIZE = 4 << 20;

  private BcdFuzzTarget() {}

  /** Typed exceptions are what damage must lead to; anything else is a fault. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length <= MAX_SIZE) {
      isRefused(data);
    }
  }

  /** Whether the store is refused for damage. */
  static boolean isRefused(byte[] data) {
    try {
      BcdStore store = BcdStore.read("fuzzed", data);
      BcdListing.of(store, DeviceNamer.OFFLINE, true).toText();
      BcdListing.of(store, DeviceNamer.OFFLINE).toText();
      BcdLint.check(store);
      if (!BcdDiff.of(store, store, DeviceNamer.OFFLINE).isEmpty()) {
        throw new AssertionError("a store differs from itself");
      }
      edit(store);
      store.toBytes();
      return false;
    } catch (DiskFormatException e) {
      return true;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void edit(BcdStore store) throws IOException {
    store.hive().discardMissingChanges();
    int number = 0;
    for (BcdObject object : store.objects()) {
      BcdObject copy = store.copyObject(object, new UUID(0x4000, ++number));
      copy.set(BcdElements.DESCRIPTION, BcdValue.of("copy"));
      store.removeReferences(object.id());
      store.deleteObject(object.id());
    }
  }
}
