package io.vhdboot.usb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Which disks may be overwritten: whole ones that are made to be taken along, that hold nothing
 * which the running system, a mount, another device or we ourselves need, and of which nothing is
 * unknown.
 *
 * <p>Immutable.
 */
public final class DeviceRules {

  /** 2 TiB: sticks are not larger, but external disks with somebody's backups are. */
  private static final long LARGE = 2L << 40;

  /** For no particular image; nothing is lifted. */
  public static final DeviceRules STRICT =
      new DeviceRules(0, 0, List.of(), Optional.empty(), Optional.empty(), false, false, false);

  private final long imageSize;
  private final int sectorSize;
  private final List<Path> kept;
  private final Optional<String> expected;
  private final Optional<Path> loopFile;
  private final boolean allowLarge;
  private final boolean force;
  private final boolean unmount;

  private DeviceRules(
      long imageSize,
      int sectorSize,
      List<Path> kept,
      Optional<String> expected,
      Optional<Path> loopFile,
      boolean allowLarge,
      boolean force,
      boolean unmount) {
    this.imageSize = imageSize;
    this.sectorSize = sectorSize;
    this.kept = kept;
    this.expected = expected;
    this.loopFile = loopFile;
    this.allowLarge = allowLarge;
    this.force = force;
    this.unmount = unmount;
  }

  /**
   * What shall be put on the disk.
   *
   * @param size its size in bytes
   * @param bytesPerSector what sectors its structures are for
   */
  public DeviceRules image(long size, int bytesPerSector) {
    return new DeviceRules(
        size, bytesPerSector, kept, expected, loopFile, allowLarge, force, unmount);
  }

  /** Files that are read or kept, so that no disk with one of them is written. */
  public DeviceRules keep(Collection<Path> files) {
    return new DeviceRules(
        imageSize, sectorSize, List.copyOf(files), expected, loopFile, allowLarge, force, unmount);
  }

  /** Only the disk whose {@link DiskDevice#identity()} is this. */
  public DeviceRules expect(String identity) {
    return new DeviceRules(
        imageSize, sectorSize, kept, Optional.of(identity), loopFile, allowLarge, force, unmount);
  }

  /**
   * Lets a loop device be written that is made of this very file, and that no more than any other
   * disk is mounted or otherwise used. Who names the file could as well write it: it opens no way
   * to other disks.
   */
  public DeviceRules loopDeviceOf(Path file) {
    return new DeviceRules(
        imageSize, sectorSize, kept, expected, Optional.of(file), allowLarge, force, unmount);
  }

  /** Whether disks larger than 2 TB may be written. */
  public DeviceRules allowLarge(boolean yes) {
    return new DeviceRules(imageSize, sectorSize, kept, expected, loopFile, yes, force, unmount);
  }

  /**
   * Lifts the rules about size, sectors and what the disk hangs on; never one about what uses it or
   * is not known of it.
   */
  public DeviceRules force(boolean yes) {
    return new DeviceRules(
        imageSize, sectorSize, kept, expected, loopFile, allowLarge, yes, unmount);
  }

  /** Whether volumes that are mounted may be unmounted, if the system does not run from them. */
  public DeviceRules unmount(boolean yes) {
    return new DeviceRules(imageSize, sectorSize, kept, expected, loopFile, allowLarge, force, yes);
  }

  boolean unmounts() {
    return unmount;
  }

  List<Path> kept() {
    return kept;
  }

  /**
   * Throws when something speaks against a disk.
   *
   * @throws DeviceRefusedException with all of it
   */
  public void require(DiskDevice disk) throws IOException {
    List<DeviceObjection> objections = judge(disk);
    if (!objections.isEmpty()) {
      throw new DeviceRefusedException(disk, objections);
    }
  }

  /** What speaks against writing a disk; nothing when it may be written. */
  public List<DeviceObjection> judge(DiskDevice disk) throws IOException {
    List<DeviceObjection> objections = new ArrayList<>();
    judgeUses(disk, objections);
    judgeKind(disk, objections);
    judgeSize(disk, objections);
    if (disk.readOnly()) {
      add(objections, DeviceObjection.Kind.READ_ONLY, "it is write-protected", "");
    }
    if (expected.isPresent() && !expected.get().equals(disk.identity())) {
      add(
          objections,
          DeviceObjection.Kind.OTHER_DISK,
          "it is " + disk.identity() + ", not " + expected.get(),
          "");
    }
    return objections;
  }

  private void judgeUses(DiskDevice disk, List<DeviceObjection> objections) {
    for (DiskUse use : disk.uses()) {
      switch (use.kind()) {
        case MOUNT -> {
          if (!unmount) {
            add(
                objections,
                DeviceObjection.Kind.MOUNTED,
                use.text(),
                "unmount it, or pass --unmount");
          }
        }
        case UNKNOWN -> add(objections, DeviceObjection.Kind.UNKNOWN, use.text(), "");
        default -> add(objections, DeviceObjection.Kind.IN_USE, use.text(), "");
      }
    }
  }

  private void judgeKind(DiskDevice disk, List<DeviceObjection> objections) throws IOException {
    if (disk.bus() == DeviceBus.VIRTUAL) {
      if (!isAllowedLoop(disk)) {
        add(
            objections,
            DeviceObjection.Kind.VIRTUAL,
            "it is no disk of its own, but made of files, memory or other disks",
            "");
      }
      return;
    }
    if (disk.bus().isExternal() || disk.removable()) {
      return;
    }
    if (disk.bus() == DeviceBus.UNKNOWN) {
      add(
          objections,
          DeviceObjection.Kind.UNKNOWN,
          "it is not known what it hangs on, and it does not say that it is removable",
          "");
    } else if (!force) {
      add(
          objections,
          DeviceObjection.Kind.NOT_REMOVABLE,
          "it is built in (" + disk.bus() + ")",
          isLiftable(objections) ? "pass --force if it is meant all the same" : "");
    }
  }

  /** Whether an option could still let the disk be written. */
  private static boolean isLiftable(List<DeviceObjection> objections) {
    return objections.stream().allMatch(each -> each.kind() == DeviceObjection.Kind.MOUNTED);
  }

  private boolean isAllowedLoop(DiskDevice disk) throws IOException {
    return loopFile.isPresent()
        && disk.backing().isPresent()
        && Files.exists(loopFile.get())
        && Files.exists(disk.backing().get())
        && Files.isSameFile(loopFile.get(), disk.backing().get());
  }

  private void judgeSize(DiskDevice disk, List<DeviceObjection> objections) {
    if (disk.size() <= 0) {
      add(objections, DeviceObjection.Kind.NO_MEDIUM, "there is no medium in it", "");
    } else if (disk.size() < imageSize) {
      add(
          objections,
          DeviceObjection.Kind.TOO_SMALL,
          "it has " + disk.size() + " bytes, and " + imageSize + " are needed",
          "");
    } else if (disk.size() > LARGE && !allowLarge && !force) {
      add(
          objections,
          DeviceObjection.Kind.TOO_LARGE,
          "it is larger than 2 TB, which no stick is",
          "pass --allow-large if it is meant all the same");
    }
    if (sectorSize != 0 && disk.sectorSize() != sectorSize && !force) {
      add(
          objections,
          DeviceObjection.Kind.SECTOR_SIZE,
          "its sectors have " + disk.sectorSize() + " bytes, and the image is for " + sectorSize,
          "machines will not start from it");
    }
  }

  private static void add(
      List<DeviceObjection> objections, DeviceObjection.Kind kind, String text, String remedy) {
    objections.add(new DeviceObjection(kind, text, remedy));
  }
}
