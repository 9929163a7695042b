package io.vhdboot.doctor;

import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.hive.RegistryType;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.ntfs.nio.NtfsFileSystem;
import io.vhdboot.ntfs.nio.NtfsFileSystemOptions;
import io.vhdboot.ntfs.nio.NtfsFileSystems;
import io.vhdboot.servicing.BootVerdict;
import io.vhdboot.servicing.OfflineWindows;
import io.vhdboot.servicing.Release;
import java.io.IOException;
import java.util.Optional;

/**
 * What the files of a Windows tell of it, as far as its start depends on it.
 *
 * @param windows what was recognised
 */
record WindowsFacts(OfflineWindows windows) {

  /**
   * Recognises a Windows.
   *
   * @param root its folder's path on the volume
   * @throws io.vhdboot.disk.DiskFormatException when it holds none, or a hive cannot be read
   */
  static WindowsFacts of(NtfsVolume volume, String root) throws IOException {
    NtfsFileSystemOptions options = NtfsFileSystemOptions.readOnly().withDeviceClosed(false);
    try (NtfsFileSystem files = NtfsFileSystems.newFileSystem(volume.device(), options)) {
      return new WindowsFacts(OfflineWindows.open(files.getPath(root)));
    }
  }

  /** A number of 32 bits; nothing where the value is missing or of another type. */
  static Optional<Long> number(HiveKey key, String name) throws IOException {
    return key.value(name)
        .filter(value -> value.type().equals(RegistryType.DWORD))
        .map(HiveValue::asNumber);
  }

  /** Whether it is of the family of Windows 7. */
  boolean is7() {
    return windows.isWindows7();
  }

  /** Whether it is known to be older than Windows 8, with which VHDX came. */
  boolean isBefore8() {
    return windows.release().isPresent() && !windows.isAtLeast(6, 2);
  }

  /** Why it may not start from a VHD; nothing where it may, or too little is known of it. */
  Optional<String> vhdRefusal() {
    return refusal(windows.vhdBoot());
  }

  /** Why it does not start from USB; nothing where it does, or too little is known of it. */
  Optional<String> usbRefusal() {
    return refusal(windows.usbBoot());
  }

  private static Optional<String> refusal(BootVerdict verdict) {
    return verdict.answer() == BootVerdict.Answer.NO
        ? Optional.of(verdict.reason())
        : Optional.empty();
  }

  @Override
  public String toString() {
    return windows.productName().orElse("a Windows of unknown name")
        + windows.editionId().map(edition -> " (" + edition + ")").orElse("")
        + windows.release().map(Release::toString).map(release -> ", " + release).orElse("");
  }
}
