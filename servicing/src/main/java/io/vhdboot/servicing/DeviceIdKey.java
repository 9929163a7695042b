package io.vhdboot.servicing;

import java.util.Optional;

/** A device id as part of a registry path. */
final class DeviceIdKey {

  /** Longest id that Windows takes (MAX_DEVICE_ID_LEN of cfgmgr32.h). */
  private static final int MAX_LENGTH = 200;

  private DeviceIdKey() {}

  /** The path below {@code DeviceIds} or {@code Descriptors}; empty for no possible id. */
  static Optional<String> path(String id) {
    boolean isUsable =
        id.length() <= MAX_LENGTH
            && !id.startsWith("\\")
            && !id.endsWith("\\")
            && !id.contains("\\\\")
            && id.chars().allMatch(c -> c > ' ' && c < 0x7F && c != ',');
    return isUsable && !id.isEmpty() ? Optional.of(id) : Optional.empty();
  }

  /** The name of its key in the critical device database; empty for no possible id. */
  static Optional<String> name(String id) {
    return path(id).map(path -> path.replace('\\', '#'));
  }
}
