package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Looks at the content of the metadata files that have a fixed one. */
final class SystemFileCheck {

  private static final int STEP = 1 << 20;
  private static final int HEAD = 16 << 10;
  private static final int MAX_SMALL = 1 << 20;
  private static final int LEAST_CAPITALS = 300;
  private static final int MIRRORED = 4;
  private static final int INFORMATION_SIZE = 32;

  private final CheckedVolume volume;
  private final CheckLog log;

  private SystemFileCheck(CheckedVolume volume) {
    this.volume = volume;
    this.log = volume.log();
  }

  /** Looks at the table of capitals, which all later checks need. */
  static void checkCapitals(CheckedVolume volume) throws IOException {
    new SystemFileCheck(volume).capitals();
  }

  /** Looks at all the others. */
  static void check(CheckedVolume volume) throws IOException {
    SystemFileCheck check = new SystemFileCheck(volume);
    check.places();
    check.mirror();
    check.volumeInformation();
    check.logFile();
    check.definitions();
    check.badClusters();
    check.bootFile();
    check.reserved();
  }

  private void report(NtfsFindingKind kind, long record, RepairNeeds.Part part, String message) {
    log.add(kind, record, message);
    if (part != null) {
      volume.needs().add(part);
    }
  }

  private CheckedStream stream(int record, String name) throws IOException {
    CheckedFile file = volume.readAgain(record);
    return file == null ? null : file.find(AttributeType.DATA, name);
  }

  private void capitals() throws IOException {
    CheckedFile file = null;
    CheckedRecord record =
        volume.table().count() > SystemFiles.UP_CASE
            ? volume.table().readAgain(SystemFiles.UP_CASE)
            : null;
    if (record != null && record.state() == CheckedRecord.State.BASE) {
      file = volume.readAgain(SystemFiles.UP_CASE);
    }
    CheckedStream stream = file == null ? null : file.find(AttributeType.DATA);
    String problem = null;
    byte[] bytes = null;
    if (stream == null || stream.isResident()) {
      problem = "there is no $UpCase";
    } else {
      try {
        bytes = stream.bytes(volume.clusters(), UpCaseTable.SIZE);
        UpCaseTable table = UpCaseTable.get(bytes, "$UpCase");
        problem = problem(table);
        if (problem == null) {
          volume.setCapitals(table);
        } else {
          volume.setCapitals(nearest(table));
        }
      } catch (CorruptFormatException e) {
        problem = e.getMessage();
      }
    }
    CheckedStream information =
        file == null ? null : file.find(AttributeType.DATA, UpCaseInformation.NAME);
    if (problem == null && information != null) {
      byte[] value = information.bytes(volume.clusters(), MAX_SMALL);
      if (value.length != INFORMATION_SIZE || LittleEndian.i32(value, 0) != INFORMATION_SIZE) {
        problem = "$UpCase:$Info has " + value.length + " bytes";
      } else if (LittleEndian.i64(value, 8) != UpCaseInformation.crc64(bytes)) {
        problem = "the table does not have the checksum that $UpCase:$Info says";
        volume.setCapitals(nearest(UpCaseTable.get(bytes, "$UpCase")));
      }
    }
    if (problem != null) {
      report(NtfsFindingKind.UPCASE, SystemFiles.UP_CASE, RepairNeeds.Part.UPCASE, problem);
    }
  }

  private static String problem(UpCaseTable table) {
    int capitals = 0;
    for (int unit = 0; unit < 1 << 16; unit++) {
      char capital = table.get((char) unit);
      capitals += capital != unit ? 1 : 0;
      if (unit < 128 && capital != (unit >= 'a' && unit <= 'z' ? unit - 32 : unit)) {
        return String.format("the capital of %04xh is %04xh", unit, (int) capital);
      }
    }
    return capitals < LEAST_CAPITALS ? "the table has " + capitals + " capitals only" : null;
  }

  /** The table of Windows that has most in common with a damaged one. */
  static UpCaseTable nearest(UpCaseTable damaged) {
    UpCaseTable seven = UpCaseTable.windows7();
    UpCaseTable older = UpCaseTable.windowsXp();
    int difference = 0;
    for (int unit = 0; unit < 1 << 16; unit++) {
      char capital = damaged.get((char) unit);
      difference += capital == seven.get((char) unit) ? 0 : 1;
      difference -= capital == older.get((char) unit) ? 0 : 1;
    }
    return difference > 0 ? older : seven;
  }

  private void places() {
    NtfsBootSector boot = volume.boot();
    if (volume.table().runs().lcn(0) != boot.mftCluster()) {
      report(
          NtfsFindingKind.BOOT_FIELD,
          SystemFiles.MFT,
          RepairNeeds.Part.BOOT_SECTOR,
          "$MFT begins at cluster "
              + volume.table().runs().lcn(0)
              + ", the boot sector says "
              + boot.mftCluster());
    }
    for (int number = 0; number < CheckedVolume.SYSTEM_NAMES.size(); number++) {
      if (volume.files().state(number) != CheckedRecord.State.BASE) {
        volume.needs().missingSystemFiles().set(number);
        log.add(
            NtfsFindingKind.SYSTEM_FILE,
            number,
            CheckedVolume.SYSTEM_NAMES.get(number) + " is missing");
      }
    }
  }

  private void mirror() throws IOException {
    CheckedStream stream = stream(SystemFiles.MFT_MIRROR, "");
    if (stream == null || stream.isResident() || stream.runs().isEmpty()) {
      log.add(NtfsFindingKind.SYSTEM_FILE, SystemFiles.MFT_MIRROR, "there is no $MFTMirr");
      return;
    }
    int recordSize = volume.table().recordSize();
    if (stream.runs().get(0).lcn() != volume.boot().mirrorCluster()) {
      report(
          NtfsFindingKind.BOOT_FIELD,
          SystemFiles.MFT_MIRROR,
          RepairNeeds.Part.BOOT_SECTOR,
          "$MFTMirr begins at cluster "
              + stream.runs().get(0).lcn()
              + ", the boot sector says "
              + volume.boot().mirrorCluster());
    }
    int usual = Math.max(MIRRORED, volume.clusters().clusterSize() / recordSize);
    if (stream.size() != (long) usual * recordSize) {
      log.add(
          NtfsFindingKind.MFT_MIRROR_SIZE,
          SystemFiles.MFT_MIRROR,
          "$MFTMirr has " + stream.size() + " bytes, not " + usual * recordSize);
    }
    StreamContent content = stream.content(volume.clusters());
    byte[] copy = new byte[recordSize];
    for (int number = 0;
        number < MIRRORED && (number + 1L) * recordSize <= content.size();
        number++) {
      content.read((long) number * recordSize, ByteBuffer.wrap(copy));
      if (number < volume.table().count() && !Arrays.equals(copy, volume.table().readRaw(number))) {
        report(
            NtfsFindingKind.MFT_MIRROR,
            number,
            RepairNeeds.Part.MIRROR,
            "the copy of the record in $MFTMirr is not equal");
      }
    }
  }

  private void volumeInformation() throws IOException {
    CheckedFile file = volume.readAgain(SystemFiles.VOLUME);
    if (file == null) {
      return;
    }
    CheckedStream stream = file.find(AttributeType.VOLUME_INFORMATION);
    if (stream == null || stream.size() != VolumeInformation.SIZE) {
      report(
          NtfsFindingKind.VOLUME_INFORMATION,
          SystemFiles.VOLUME,
          RepairNeeds.Part.VOLUME,
          "there is no $VOLUME_INFORMATION of 12 bytes");
      return;
    }
    byte[] value = stream.value();
    VolumeInformation information = VolumeInformation.get(value, 0, value.length, "$Volume");
    if (information.major() != 3 || information.minor() != 1) {
      log.add(
          NtfsFindingKind.VOLUME_UNUSUAL,
          SystemFiles.VOLUME,
          "NTFS " + information.major() + "." + information.minor());
    }
    if (information.isDirty()) {
      report(
          NtfsFindingKind.VOLUME_DIRTY,
          SystemFiles.VOLUME,
          RepairNeeds.Part.DIRTY_FLAG,
          "the volume was not dismounted, or damage was met");
    } else if (information.flags() != 0) {
      log.add(
          NtfsFindingKind.VOLUME_UNUSUAL,
          SystemFiles.VOLUME,
          String.format("the volume's flags are %xh", information.flags()));
    }
    if (!file.has(AttributeType.VOLUME_NAME)) {
      log.add(NtfsFindingKind.VOLUME_UNUSUAL, SystemFiles.VOLUME, "there is no $VOLUME_NAME");
    }
  }

  private void logFile() throws IOException {
    CheckedStream stream = stream(SystemFiles.LOG_FILE, "");
    if (stream == null || stream.isResident() || stream.size() < HEAD) {
      log.add(
          NtfsFindingKind.SYSTEM_FILE,
          SystemFiles.LOG_FILE,
          stream == null
              ? "there is no $LogFile"
              : "the log of " + stream.size() + " bytes has no room for its first pages");
      volume.needs().missingSystemFiles().set(SystemFiles.LOG_FILE);
      return;
    }
    if (stream.header().initialisedSize() != stream.size()) {
      report(
          NtfsFindingKind.LOG,
          SystemFiles.LOG_FILE,
          RepairNeeds.Part.LOG,
          "the log is initialised in part only");
    }
    StreamContent content = stream.content(volume.clusters());
    byte[] bytes = new byte[(int) Math.min(STEP, Math.max(HEAD, content.size()))];
    if (isErased(content, 0, Math.min(HEAD, content.size()), bytes)) {
      for (long at = 0; at < content.size(); at += bytes.length) {
        if (!isErased(content, at, Math.min(bytes.length, content.size() - at), bytes)) {
          report(
              NtfsFindingKind.LOG,
              SystemFiles.LOG_FILE,
              RepairNeeds.Part.LOG,
              "the log begins with FFh, but has other bytes behind " + at);
          return;
        }
      }
      return;
    }
    switch (LogRestartPage.judge(content, "$LogFile")) {
      case PENDING ->
          report(
              NtfsFindingKind.LOG_PENDING,
              SystemFiles.LOG_FILE,
              RepairNeeds.Part.LOG,
              "the log has changes that were not carried out");
      case UNREADABLE ->
          report(
              NtfsFindingKind.LOG,
              SystemFiles.LOG_FILE,
              RepairNeeds.Part.LOG,
              "the log has no sound restart page");
      default -> {}
    }
  }

  private static boolean isErased(StreamContent content, long at, long length, byte[] bytes)
      throws IOException {
    content.read(at, ByteBuffer.wrap(bytes, 0, (int) length));
    // Every byte is as the one before, and the first is FFh: compared in large steps.
    return length == 0
        || bytes[0] == (byte) 0xFF
            && Arrays.equals(bytes, 0, (int) length - 1, bytes, 1, (int) length);
  }

  private void definitions() throws IOException {
    CheckedStream stream = stream(SystemFiles.ATTRIBUTE_DEFINITIONS, "");
    byte[] usual = AttributeDefinitions.toBytes();
    String problem = "there is no $AttrDef";
    byte[] bytes = null;
    if (stream != null) {
      try {
        bytes = stream.bytes(volume.clusters(), MAX_SMALL);
        problem = AttributeDefinitions.problem(bytes);
      } catch (CorruptFormatException e) {
        problem = e.getMessage();
      }
    }
    if (problem != null) {
      report(
          NtfsFindingKind.ATTRIBUTE_DEFINITIONS,
          SystemFiles.ATTRIBUTE_DEFINITIONS,
          RepairNeeds.Part.ATTRIBUTE_DEFINITIONS,
          problem);
    } else if (!Arrays.equals(bytes, usual)) {
      log.add(
          NtfsFindingKind.ATTRIBUTE_DEFINITIONS_UNUSUAL,
          SystemFiles.ATTRIBUTE_DEFINITIONS,
          "$AttrDef is not as Windows writes it");
    }
  }

  private void badClusters() throws IOException {
    CheckedStream stream = stream(SystemFiles.BAD_CLUSTERS, "$Bad");
    long size = volume.clusters().clusterCount() * volume.clusters().clusterSize();
    if (stream == null || stream.isResident()) {
      report(
          NtfsFindingKind.BAD_CLUSTERS,
          SystemFiles.BAD_CLUSTERS,
          RepairNeeds.Part.BAD_CLUSTERS,
          "there is no $BadClus:$Bad outside the record");
      return;
    }
    if (stream.size() != size || stream.header().allocatedSize() != size) {
      report(
          NtfsFindingKind.BAD_CLUSTERS,
          SystemFiles.BAD_CLUSTERS,
          RepairNeeds.Part.BAD_CLUSTERS,
          "$BadClus:$Bad has " + stream.size() + " bytes, the volume " + size);
    }
    if (stream.held() > 0) {
      log.add(
          NtfsFindingKind.BAD_CLUSTERS_PRESENT,
          SystemFiles.BAD_CLUSTERS,
          stream.held() + " clusters are marked bad");
    }
  }

  private void bootFile() throws IOException {
    CheckedStream stream = stream(SystemFiles.BOOT, "");
    if (stream == null
        || stream.isResident()
        || stream.runs().isEmpty()
        || stream.runs().get(0).lcn() != 0) {
      report(
          NtfsFindingKind.BOOT_FILE,
          SystemFiles.BOOT,
          RepairNeeds.Part.BOOT_FILE,
          "$Boot does not begin at cluster 0");
    } else if (stream.size() != NtfsBootSector.BOOT_FILE_SIZE) {
      log.add(
          NtfsFindingKind.BOOT_FIELD_UNUSUAL,
          SystemFiles.BOOT,
          "$Boot has " + stream.size() + " bytes, not " + NtfsBootSector.BOOT_FILE_SIZE);
    }
  }

  /** Records that no file may have. */
  private void reserved() throws IOException {
    for (int number = SystemFiles.FIRST_NAMELESS; number < CheckedTable.FIRST_ORDINARY; number++) {
      boolean spare = number >= CheckedTable.FIRST_RESERVED;
      if (volume.files().state(number) != CheckedRecord.State.BASE) {
        continue;
      }
      CheckedFile file = volume.readAgain(number);
      if (spare || file != null && file.has(AttributeType.FILE_NAME)) {
        log.add(
            NtfsFindingKind.SYSTEM_FILE,
            number,
            spare ? "the reserved record is in use" : "the reserved record has a name");
      }
    }
  }
}
