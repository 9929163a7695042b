package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Makes the contents of metadata files right whose records are. */
final class ContentRepair {

  private static final int STEP = 1 << 16;

  private final CheckedVolume volume;
  private final Set<RepairNeeds.Part> parts;
  private final RepairLog log;
  private final RepairSpace space;
  private final FileWriter writer;

  ContentRepair(CheckedVolume volume, RepairLog log) {
    this.volume = volume;
    this.parts = volume.needs().parts();
    this.log = log;
    this.space = new RepairSpace(volume);
    this.writer = new FileWriter(volume, space);
  }

  /** Whether there is anything but bitmaps to do, which come last. */
  static boolean isNeeded(RepairNeeds needs) {
    return !needs.unknownSecurity().isEmpty()
        || needs.parts().stream()
            .anyMatch(
                part ->
                    part.compareTo(RepairNeeds.Part.UPCASE) >= 0
                        && part.compareTo(RepairNeeds.Part.QUOTA) <= 0
                        && part != RepairNeeds.Part.DIRTY_FLAG);
  }

  void run() throws IOException {
    if (parts.contains(RepairNeeds.Part.UPCASE)) {
      capitals();
    }
    if (parts.contains(RepairNeeds.Part.ATTRIBUTE_DEFINITIONS)) {
      content(SystemFiles.ATTRIBUTE_DEFINITIONS, "", AttributeDefinitions.toBytes(), "definitions");
    }
    if (parts.contains(RepairNeeds.Part.VOLUME)) {
      volumeInformation();
    }
    if (parts.contains(RepairNeeds.Part.LOG)) {
      eraseLog(volume, log);
    }
    if (parts.contains(RepairNeeds.Part.BAD_CLUSTERS)) {
      badClusters();
    }
    if (parts.contains(RepairNeeds.Part.BOOT_FILE)) {
      bootFile();
    }
    new SecurityRepair(volume, log, space, writer).run();
    new ViewRepair(volume, log, space, writer).run();
    volume.clusters().device().flush();
  }

  private void write(CheckedFile file, String what) throws IOException {
    log.done(
        file.number(),
        writer.write(file) ? what : "not repaired: there is no free record for a part of it");
  }

  /** Writes a stream of a file whole, to its own clusters when they suffice. */
  private void content(int record, String name, byte[] bytes, String what) throws IOException {
    CheckedFile file = volume.readAgain(record);
    if (file == null) {
      return;
    }
    CheckedStream old = file.find(AttributeType.DATA, name);
    boolean inPlace =
        old != null
            && !old.isResident()
            && old.flags() == 0
            && old.size() == bytes.length
            && old.header().initialisedSize() == bytes.length;
    if (inPlace) {
      old.write(volume.clusters(), 0, ByteBuffer.wrap(bytes));
      log.done(record, "the " + what + " are written anew");
      return;
    }
    if (old != null) {
      file.remove(old);
    }
    file.add(
        CheckedStream.plain(
            AttributeType.DATA,
            name,
            space.store(bytes),
            bytes.length,
            volume.clusters().clusterSize()),
        volume.table().check());
    volume.clusters().device().flush();
    write(file, "the " + what + " are written anew");
  }

  private void capitals() throws IOException {
    UpCaseTable table = UpCaseTable.windows7();
    CheckedFile file = volume.readAgain(SystemFiles.UP_CASE);
    CheckedStream old = file == null ? null : file.find(AttributeType.DATA);
    if (old != null && !old.isResident() && old.size() == UpCaseTable.SIZE) {
      table =
          SystemFileCheck.nearest(
              UpCaseTable.get(old.bytes(volume.clusters(), UpCaseTable.SIZE), "$UpCase"));
    }
    content(SystemFiles.UP_CASE, "", table.toBytes(), "capitals");
    file = volume.readAgain(SystemFiles.UP_CASE);
    CheckedStream information =
        file == null ? null : file.find(AttributeType.DATA, UpCaseInformation.NAME);
    if (information == null) {
      return;
    }
    byte[] wanted = UpCaseInformation.of(table.toBytes());
    byte[] found = information.isResident() ? information.value() : new byte[0];
    boolean sound =
        found.length == wanted.length
            && LittleEndian.i64(found, 8) == LittleEndian.i64(wanted, 8)
            && LittleEndian.i32(found, 0) == found.length;
    if (!sound) {
      file.replace(
          information, CheckedStream.resident(AttributeType.DATA, UpCaseInformation.NAME, wanted));
      write(file, "the checksum of the capitals is set right");
    }
  }

  private void volumeInformation() throws IOException {
    CheckedFile file = volume.readAgain(SystemFiles.VOLUME);
    if (file == null) {
      return;
    }
    file.removeIf(stream -> stream.type() == AttributeType.VOLUME_INFORMATION);
    byte[] value = new byte[VolumeInformation.SIZE];
    new VolumeInformation(
            VolumeInformation.CLEAN.major(),
            VolumeInformation.CLEAN.minor(),
            VolumeInformation.FLAG_DIRTY)
        .put(value, 0);
    file.add(
        CheckedStream.resident(AttributeType.VOLUME_INFORMATION, "", value),
        volume.table().check());
    write(file, "the volume information is made anew");
  }

  /** Fills the log with FFh, which tells Windows to begin a new one. */
  static void eraseLog(CheckedVolume volume, RepairLog log) throws IOException {
    CheckedFile file = volume.readAgain(SystemFiles.LOG_FILE);
    CheckedStream stream = file == null ? null : file.find(AttributeType.DATA);
    if (stream == null || stream.isResident() || stream.held() != stream.covered()) {
      return;
    }
    byte[] ones = new byte[STEP];
    Arrays.fill(ones, (byte) 0xFF);
    for (long at = 0; at < stream.size(); at += STEP) {
      int count = (int) Math.min(STEP, stream.size() - at);
      stream.write(volume.clusters(), at, ByteBuffer.wrap(ones, 0, count));
    }
    if (stream.header().initialisedSize() != stream.size()) {
      file.replace(
          stream,
          stream.with(
              stream.flags(),
              stream.header().allocatedSize(),
              stream.size(),
              stream.size(),
              stream.header().allocatedSize()));
      new FileWriter(volume, new RepairSpace(volume)).write(file);
    }
    log.done(SystemFiles.LOG_FILE, "the log is emptied");
  }

  private void badClusters() throws IOException {
    CheckedFile file = volume.readAgain(SystemFiles.BAD_CLUSTERS);
    if (file == null) {
      return;
    }
    CheckedStream old = file.find(AttributeType.DATA, "$Bad");
    long count = volume.clusters().clusterCount();
    List<DataRun> runs = new ArrayList<>();
    long covered = 0;
    for (DataRun run : old == null || old.isResident() ? List.<DataRun>of() : old.runs()) {
      // A bad cluster stands at its own place; anything else would not be one.
      boolean inPlace = run.isHole() || run.lcn() == covered;
      long length = Math.min(run.length(), count - covered);
      if (length > 0) {
        runs.add(new DataRun(inPlace ? run.lcn() : DataRun.HOLE, length));
        covered += length;
      }
    }
    if (covered < count) {
      runs.add(new DataRun(DataRun.HOLE, count - covered));
    }
    List<DataRun> merged = StreamCheck.merge(runs);
    if (old != null) {
      file.remove(old);
    }
    long size = count * volume.clusters().clusterSize();
    CheckedStream made =
        CheckedStream.plain(
            AttributeType.DATA, "$Bad", merged, size, volume.clusters().clusterSize());
    file.add(made.with(0, size, size, 0, size), volume.table().check());
    write(file, "the stream of bad clusters is made anew");
  }

  private void bootFile() throws IOException {
    CheckedFile file = volume.readAgain(SystemFiles.BOOT);
    if (file == null) {
      return;
    }
    CheckedStream old = file.find(AttributeType.DATA);
    if (old != null) {
      file.remove(old);
    }
    long count = volume.clusters().clustersOf(NtfsBootSector.BOOT_FILE_SIZE);
    // Whoever holds these clusters by mistake gets others in the next round.
    file.add(
        CheckedStream.plain(
            AttributeType.DATA,
            "",
            List.of(new DataRun(0, count)),
            NtfsBootSector.BOOT_FILE_SIZE,
            volume.clusters().clusterSize()),
        volume.table().check());
    write(file, "$Boot is mapped to the first clusters");
  }
}
