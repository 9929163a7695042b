package io.vhdboot.examples;

import io.vhdboot.bcd.BcdListing;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.bcd.DeviceNamer;
import java.io.IOException;
import java.nio.file.Path;

/** Lists a boot configuration store as bcdedit does: bcd-core. */
public final class ShowBootMenu {

  private ShowBootMenu() {}

  /** Takes a store, such as a copy of {@code \Boot\BCD}. */
  public static void main(String[] arguments) throws IOException {
    BcdStore store = BcdStore.read(Path.of(arguments[0]));
    System.out.print(BcdListing.of(store, DeviceNamer.OFFLINE).toText());
  }
}
