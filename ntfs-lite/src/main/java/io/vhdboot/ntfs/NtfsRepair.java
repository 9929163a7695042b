package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Arrays;
import java.util.List;

/**
 * Repairs a volume, as chkdsk /f does: what {@link NtfsChecker} finds is set right where it can be,
 * and what is lost thereby is told.
 *
 * <p>The file records are the truth that all else is made anew from: indexes, bitmaps, the mirror.
 * Records come first, then names and directories, then the contents of metadata files, bitmaps
 * last; each step works on a volume that was checked again after the one before. The volume is
 * marked dirty from the first write to the last, and a repair that was stopped can be run again.
 *
 * <p>The log is not replayed; it is emptied as soon as anything is written.
 */
public final class NtfsRepair {

  /** More steps than any damage needs; the rest is found by steps that no longer help. */
  private static final int MAX_ROUNDS = 16;

  private static final int MIRRORED = 4;

  private final BlockDevice device;
  private final NtfsCheckOptions options;
  private final RepairLog log = new RepairLog();
  private FoundFolder found;

  private NtfsRepair(BlockDevice device, NtfsCheckOptions options) {
    this.device = device;
    this.options = options;
  }

  /**
   * Repairs the volume that a device holds.
   *
   * @throws CorruptFormatException when the volume is larger than the device, whose missing part
   *     may only be elsewhere
   * @throws ReadOnlyFileSystemException when the device cannot be written
   */
  public static NtfsRepairReport run(BlockDevice device) throws IOException {
    return run(device, NtfsCheckOptions.DEFAULT);
  }

  /** Repairs as {@link #run(BlockDevice)} does, with options. */
  public static NtfsRepairReport run(BlockDevice device, NtfsCheckOptions options)
      throws IOException {
    if (device.isReadOnly()) {
      throw new ReadOnlyFileSystemException();
    }
    return new NtfsRepair(device, options).run();
  }

  private NtfsRepairReport run() throws IOException {
    NtfsCheckReport before = null;
    NtfsCheckReport last = null;
    int rounds = 0;
    boolean logErased = false;
    while (true) {
      VolumeCheck check = new VolumeCheck(device, options);
      NtfsCheckReport report = check.run();
      rounds++;
      before = before == null ? report : before;
      if (check.isCut()) {
        throw new CorruptFormatException(
            device.name(),
            CorruptFormatException.NO_OFFSET,
            "the volume is larger than its device; it is not repaired");
      }
      boolean stuck = last != null && last.findings().equals(report.findings());
      last = report;
      if (check.volume() == null || stuck || rounds > MAX_ROUNDS || isDone(check.needs())) {
        finish(check);
        break;
      }
      CheckedVolume volume = check.volume();
      if (!logErased) {
        setDirty(volume, true);
        ContentRepair.eraseLog(volume, log);
        device.flush();
        logErased = true;
      }
      try {
        step(check);
      } catch (NoSpaceException e) {
        log.done("not repaired: " + e.getMessage());
        finish(check);
        break;
      }
      device.flush();
    }
    return new NtfsRepairReport(
        before,
        log.count() == 0 ? last : NtfsChecker.check(device, options),
        List.copyOf(log.lines()),
        rounds);
  }

  /** Whether there is nothing left to do but what {@link #finish} does. */
  private static boolean isDone(RepairNeeds needs) {
    return !needs.concernsRecords()
        && !needs.concernsIndexes()
        && needs.unknownSecurity().isEmpty()
        && needs.parts().stream()
            .allMatch(
                part -> part == RepairNeeds.Part.MIRROR || part == RepairNeeds.Part.DIRTY_FLAG);
  }

  private void step(VolumeCheck check) throws IOException {
    CheckedVolume volume = check.volume();
    RepairNeeds needs = check.needs();
    if (needs.parts().contains(RepairNeeds.Part.BOOT_SECTOR)
        || needs.parts().contains(RepairNeeds.Part.BOOT_COPY)) {
      writeBootSectors(check);
    }
    if (needs.concernsRecords()) {
      new RecordRepair(volume, log).run();
    } else if (needs.concernsIndexes()) {
      NameRepair names = new NameRepair(volume, log, found);
      names.run();
      found = names.found();
    } else if (ContentRepair.isNeeded(needs)) {
      new ContentRepair(volume, log).run();
    } else {
      new BitmapRepair(volume, log).run();
    }
  }

  private void writeBootSectors(VolumeCheck check) throws IOException {
    CheckedVolume volume = check.volume();
    byte[] sector = check.bootSector();
    LittleEndian.put64(sector, 0x30, volume.table().runs().lcn(0));
    CheckedFile mirror = volume.readAgain(SystemFiles.MFT_MIRROR);
    CheckedStream data = mirror == null ? null : mirror.find(AttributeType.DATA);
    if (data != null && !data.runs().isEmpty() && !data.runs().get(0).isHole()) {
      LittleEndian.put64(sector, 0x38, data.runs().get(0).lcn());
    }
    long copy = volume.boot().backupPosition();
    if (copy <= device.size() - sector.length) {
      device.write(copy, ByteBuffer.wrap(sector));
      device.flush();
    }
    device.write(0, ByteBuffer.wrap(sector));
    device.flush();
    log.done("the boot sector and its copy are written");
  }

  /** Writes the mirror and, when something was repaired, clears the dirty flag. */
  private void finish(VolumeCheck check) throws IOException {
    CheckedVolume volume = check.volume();
    if (volume == null) {
      return;
    }
    boolean dirty = check.needs().parts().contains(RepairNeeds.Part.DIRTY_FLAG);
    if (dirty) {
      device.flush();
      setDirty(volume, false);
      log.done(SystemFiles.VOLUME, "the dirty flag is cleared");
    }
    if (dirty || check.needs().parts().contains(RepairNeeds.Part.MIRROR)) {
      writeMirror(volume);
    }
    device.flush();
  }

  private void setDirty(CheckedVolume volume, boolean dirty) throws IOException {
    CheckedFile file = volume.readAgain(SystemFiles.VOLUME);
    CheckedStream stream = file == null ? null : file.find(AttributeType.VOLUME_INFORMATION);
    if (stream == null || stream.size() != VolumeInformation.SIZE) {
      return;
    }
    byte[] value = stream.value();
    VolumeInformation old = VolumeInformation.get(value, 0, value.length, "$Volume");
    int flags =
        dirty
            ? old.flags() | VolumeInformation.FLAG_DIRTY
            : old.flags() & ~VolumeInformation.FLAG_DIRTY;
    if (flags == old.flags()) {
      return;
    }
    new VolumeInformation(old.major(), old.minor(), flags).put(value, 0);
    file.replace(stream, CheckedStream.resident(AttributeType.VOLUME_INFORMATION, "", value));
    new FileWriter(volume, new RepairSpace(volume)).write(file);
  }

  private void writeMirror(CheckedVolume volume) throws IOException {
    CheckedFile file = volume.readAgain(SystemFiles.MFT_MIRROR);
    CheckedStream stream = file == null ? null : file.find(AttributeType.DATA);
    if (stream == null || stream.isResident() || stream.held() != stream.covered()) {
      return;
    }
    int recordSize = volume.table().recordSize();
    StreamContent content = stream.content(volume.clusters());
    byte[] copy = new byte[recordSize];
    for (int number = 0;
        number < MIRRORED && (number + 1L) * recordSize <= stream.size();
        number++) {
      long at = (long) number * recordSize;
      byte[] record = volume.table().readRaw(number);
      content.read(at, ByteBuffer.wrap(copy));
      if (!Arrays.equals(copy, record)) {
        stream.write(volume.clusters(), at, ByteBuffer.wrap(record));
        log.done(number, "the copy in $MFTMirr is written anew");
      }
    }
  }
}
