package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.util.Arrays;

/** Looks at the boot sector and its copy, and decides which of them to believe. */
final class BootSectorCheck {

  private static final int SIZE = NtfsBootSector.SIZE;
  private static final int MEDIA = 0xF8;
  private static final int MARK = 0xAA55;
  private static final int USUAL_DRIVE = 0x0080_0080;
  private static final int JUMP_SHORT = 0xEB;
  private static final int JUMP_NEAR = 0xE9;

  private final BlockDevice device;
  private final CheckLog log;
  private final RepairNeeds needs;
  private byte[] sector;
  private NtfsBootSector boot;

  private BootSectorCheck(BlockDevice device, CheckLog log, RepairNeeds needs) {
    this.device = device;
    this.log = log;
    this.needs = needs;
  }

  /**
   * The boot sector to go by.
   *
   * @param sector its bytes, made sound
   * @param boot what they say
   */
  record Result(byte[] sector, NtfsBootSector boot) {}

  /** Finds the boot sector to go by, or gives null when there is none. */
  static Result check(BlockDevice device, CheckLog log, RepairNeeds needs) throws IOException {
    return new BootSectorCheck(device, log, needs).run();
  }

  private Result run() throws IOException {
    if (device.size() < SIZE) {
      log.add(NtfsFindingKind.BOOT_SECTOR, "the device has " + device.size() + " bytes only");
      return null;
    }
    byte[] first = device.read(0, SIZE);
    String problem = understand(first);
    if (problem == null && !isCopied()) {
      // Either the copy is damaged, or the field that says where it is.
      NtfsBootSector own = boot;
      if (findCopy() && !sameVolume(own, boot)) {
        problem = "it is not as its copy in sector " + boot.totalSectors() + " says";
      } else {
        understand(first);
        copyProblem();
      }
    }
    if (problem != null) {
      log.add(NtfsFindingKind.BOOT_SECTOR, problem);
      needs.add(RepairNeeds.Part.BOOT_SECTOR);
      if (!findCopy() && !mend(first)) {
        return null;
      }
    }
    fields();
    return new Result(sector, boot);
  }

  private static boolean sameVolume(NtfsBootSector a, NtfsBootSector b) {
    return a.totalSectors() == b.totalSectors() && a.clusterSize() == b.clusterSize();
  }

  /** Takes a sector for the one to go by; gives what is wrong with it, or null. */
  private String understand(byte[] bytes) {
    try {
      boot = NtfsBootSector.get(bytes, device.name());
      sector = bytes;
      return null;
    } catch (DiskFormatException e) {
      return e.getMessage();
    }
  }

  private boolean isCopied() throws IOException {
    long position = boot.backupPosition();
    return position <= device.size() - SIZE && Arrays.equals(device.read(position, SIZE), sector);
  }

  private void copyProblem() throws IOException {
    long position = boot.backupPosition();
    boolean outside = position > device.size() - SIZE;
    log.add(
        NtfsFindingKind.BOOT_COPY,
        "the copy in sector "
            + boot.totalSectors()
            + (outside ? " lies behind the end of the device" : " is not equal"));
    if (!outside) {
      needs.add(RepairNeeds.Part.BOOT_COPY);
    }
  }

  /** Looks for a copy that says of itself that it is where it is. */
  private boolean findCopy() throws IOException {
    long sectors = device.size() / SIZE;
    long[] candidates = {
      (sectors - 1) * SIZE,
      (sectors / 8 - 1) * 8 * SIZE,
      sectors / 2 * SIZE,
      (sectors - 1) / 2 * SIZE
    };
    for (long position : candidates) {
      if (position > 0 && position <= device.size() - SIZE) {
        byte[] bytes = device.read(position, SIZE);
        try {
          NtfsBootSector copy = NtfsBootSector.get(bytes, device.name());
          long middle = copy.totalSectors() / 2 * copy.bytesPerSector();
          if (position == copy.backupPosition() || position == middle) {
            boot = copy;
            sector = bytes;
            return true;
          }
        } catch (DiskFormatException e) {
          continue;
        }
      }
    }
    return false;
  }

  /** Clears fields that must be zero; nothing else can be known without a copy. */
  private boolean mend(byte[] first) {
    byte[] mended = first.clone();
    Arrays.fill(mended, 0x0E, 0x15, (byte) 0);
    Arrays.fill(mended, 0x16, 0x18, (byte) 0);
    Arrays.fill(mended, 0x20, 0x24, (byte) 0);
    return understand(mended) == null;
  }

  private void fields() {
    byte[] mended = sector.clone();
    if (LittleEndian.u8(sector, 0x15) != MEDIA) {
      field(String.format("the media byte is %02xh, not F8h", sector[0x15]));
      LittleEndian.put8(mended, 0x15, MEDIA);
    }
    if (LittleEndian.u16(sector, 0x1FE) != MARK) {
      field("the sector does not end with 55h AAh");
      LittleEndian.put16(mended, 0x1FE, MARK);
    }
    int jump = LittleEndian.u8(sector, 0);
    if (jump != JUMP_SHORT && jump != JUMP_NEAR) {
      field(String.format("the first byte is %02xh, which is no jump", jump));
      mended[0] = (byte) JUMP_SHORT;
      mended[1] = 0x52;
      mended[2] = (byte) 0x90;
    }
    if (boot.recordSize() != 1024 && boot.recordSize() != 4096) {
      log.add(
          NtfsFindingKind.BOOT_FIELD,
          "a record has " + boot.recordSize() + " bytes, not 1024 or 4096");
    }
    if (LittleEndian.i32(sector, 0x24) != USUAL_DRIVE) {
      unusual("the bytes at 24h are not 80 00 80 00");
    }
    if (boot.indexBlockSize() != IndexBlock.DEFAULT_SIZE) {
      unusual("an index block has " + boot.indexBlockSize() + " bytes");
    }
    if ((LittleEndian.i32(sector, 0x40) & ~0xFF | LittleEndian.i32(sector, 0x44) & ~0xFF) != 0) {
      unusual("the bytes behind the sizes of records and index blocks are not 0");
    }
    if (boot.serial() == 0) {
      unusual("the serial number is 0");
    }
    sector = mended;
  }

  private void field(String message) {
    log.add(NtfsFindingKind.BOOT_FIELD, message);
    needs.add(RepairNeeds.Part.BOOT_SECTOR);
  }

  private void unusual(String message) {
    log.add(NtfsFindingKind.BOOT_FIELD_UNUSUAL, message);
  }
}
