package io.vhdboot.servicing;

import io.vhdboot.hive.HiveValue;
import java.io.IOException;

/**
 * Lets a dynamic VHD grow as it is filled. Windows expands the VHD that it starts from to its full
 * size before anything else, and stops with 0x136 where the volume has no room for that.
 */
final class VhdExpansion implements ServicingOption {

  private static final int NOT_THE_BOOTED_ONE = 4;

  @Override
  public String name() {
    return Servicing.NO_VHD_EXPANSION;
  }

  @Override
  public void apply(ServicingEdit edit) throws IOException {
    edit.set(
        WindowsHive.SYSTEM,
        "CurrentControlSet\\Services\\FsDepends\\Parameters",
        HiveValue.dword("VirtualDiskExpandOnMount", NOT_THE_BOOTED_ONE),
        "the VHD is not expanded to its full size at start");
    edit.note(
        "the VHD grows as it is filled: when its volume is full, Windows loses what it writes");
  }
}
