package io.vhdboot.servicing;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.WindowsGuid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Whether BitLocker encrypts a volume, as its first sector says. */
public enum VolumeEncryption {

  /** It does not. */
  NONE,

  /** It does; the signature {@code -FVE-FS-} stands where a volume's maker does. */
  BITLOCKER,

  /** It does, in the form for removable disks, which looks like FAT from outside. */
  BITLOCKER_TO_GO;

  private static final int SECTOR = 512;
  private static final int OEM_NAME = 3;
  private static final int OEM_NAME_LENGTH = 8;

  /** Where the identifier lies in the form for removable disks (libbde, BDE format). */
  private static final int TO_GO_IDENTIFIER = 0x1A8;

  private static final UUID IDENTIFIER = UUID.fromString("4967d63b-2e29-4ad8-8399-f6a339e3d001");

  /** Looks at a volume, which may be of any kind. */
  public static VolumeEncryption of(BlockDevice volume) throws IOException {
    if (volume.size() < SECTOR) {
      return NONE;
    }
    byte[] sector = volume.read(0, SECTOR);
    String name = new String(sector, OEM_NAME, OEM_NAME_LENGTH, StandardCharsets.ISO_8859_1);
    if (name.equals("-FVE-FS-")) {
      return BITLOCKER;
    }
    return name.equals("MSWIN4.1") && WindowsGuid.get(sector, TO_GO_IDENTIFIER).equals(IDENTIFIER)
        ? BITLOCKER_TO_GO
        : NONE;
  }
}
