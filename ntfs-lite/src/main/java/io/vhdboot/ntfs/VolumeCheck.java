package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.OptionalLong;

/**
 * One check of a volume from its boot sector to its bitmaps. It writes nothing; what a repair would
 * have to do is left in {@link #needs}.
 */
final class VolumeCheck {

  private final BlockDevice device;
  private final NtfsCheckOptions options;
  private final CheckLog log;
  private final RepairNeeds needs = new RepairNeeds();
  private BootSectorCheck.Result boot;
  private CheckedVolume volume;
  private boolean isCut;

  VolumeCheck(BlockDevice device, NtfsCheckOptions options) {
    this.device = device;
    this.options = options;
    this.log = new CheckLog(options.findingsPerKind());
  }

  /** What a repair would have to do. */
  RepairNeeds needs() {
    return needs;
  }

  /** What is known of the volume, or null when there is none. */
  CheckedVolume volume() {
    return volume;
  }

  /** The boot sector, made sound. */
  byte[] bootSector() {
    return boot.sector();
  }

  /** Whether the volume is larger than its device. */
  boolean isCut() {
    return isCut;
  }

  /** Checks all. */
  NtfsCheckReport run() throws IOException {
    boot = BootSectorCheck.check(device, log, needs);
    if (boot != null && openTable()) {
      readRecords();
      SystemFileCheck.checkCapitals(volume);
      readFiles();
      unusedExtensions();
      sharedClusters();
      volume.names().settle();
      volume.objectIds().settle();
      volume.reparsePoints().settle();
      DirectoryCheck.check(volume);
      guarded(() -> SystemFileCheck.check(volume), SystemFiles.MFT);
      guarded(() -> SecurityCheck.check(volume), SystemFiles.SECURE);
      guarded(() -> ViewCheck.check(volume), SystemFiles.EXTEND);
      BitmapCheck.check(volume);
    }
    return report();
  }

  private interface Step {
    void run() throws IOException;
  }

  /** Runs a step that is about files which may not be readable. */
  private void guarded(Step step, long record) throws IOException {
    try {
      step.run();
    } catch (CorruptFormatException e) {
      log.add(NtfsFindingKind.SYSTEM_FILE, record, e.getMessage());
    }
  }

  private boolean openTable() throws IOException {
    NtfsBootSector sector = boot.boot();
    long count = Math.min(sector.clusterCount(), device.size() / sector.clusterSize());
    isCut = count < sector.clusterCount();
    if (isCut) {
      log.add(
          NtfsFindingKind.BOOT_SECTOR,
          "the volume has "
              + sector.clusterCount()
              + " clusters, the device holds "
              + count
              + " of them");
    }
    ClusterSpace clusters = new ClusterSpace(device, sector.clusterSize(), Math.max(count, 1));
    CheckedTable table = count < 1 ? null : CheckedTable.open(log, clusters, sector);
    if (table == null || table.count() == 0) {
      log.add(NtfsFindingKind.MFT_UNREADABLE, "neither $MFT nor its mirror can be read");
      return false;
    }
    volume = new CheckedVolume(device, options, log, sector, clusters, table, needs);
    return true;
  }

  private void readRecords() throws IOException {
    CheckedTable table = volume.table();
    long count = Math.min(table.count(), Integer.MAX_VALUE - 8);
    for (long number = 0; number < count; number++) {
      CheckedRecord record = table.read(number);
      volume.files().put(record);
      if (record.state() == CheckedRecord.State.LOST
          || record.changed() && record.state() == CheckedRecord.State.FREE) {
        needs.lostRecords().set((int) number);
      }
    }
    volume.files().settle();
  }

  private void readFiles() throws IOException {
    FileTable files = volume.files();
    for (long number = 0; number < files.end(); number++) {
      if (files.state(number) != CheckedRecord.State.BASE) {
        continue;
      }
      CheckedFile file = FileAssembly.of(volume, volume.table().readAgain(number));
      FileCheck.check(volume, file);
      volume.countFile();
      files.setFlags(number, file.flags());
      if (file.isChanged()) {
        needs.changedFiles().set((int) number);
      }
      boolean shares = false;
      for (CheckedStream stream : file.streams()) {
        shares |= claim(stream.runs());
      }
      if (shares | claim(file.listRuns())) {
        needs.sharers().set((int) number);
      }
      remember(file);
    }
  }

  private boolean claim(List<DataRun> runs) {
    boolean shares = false;
    for (DataRun run : runs) {
      if (!run.isHole()) {
        shares |= volume.used().add(run.lcn(), run.length(), volume.shared());
      }
    }
    return shares;
  }

  /** Keeps what directories and indexes must agree with. */
  private void remember(CheckedFile file) throws IOException {
    long number = file.number();
    long reference = file.reference();
    for (FileName name : NameCheck.of(file)) {
      volume.names().add(HashSet64.ofName(name.parent(), name.namespace(), name.name(), number));
      long parent = FileReference.record(name.parent());
      if (file.isDirectory() && parent < Integer.MAX_VALUE) {
        volume.files().setParent(number, parent);
      }
    }
    CheckedStream objectId = file.find(AttributeType.OBJECT_ID);
    if (objectId != null) {
      volume
          .objectIds()
          .add(HashSet64.of(objectId.value(), 0, ViewIndex.ObjectIds.ID_SIZE, reference));
    }
    int tag = tag(volume, file);
    if (file.has(AttributeType.REPARSE_POINT)) {
      byte[] bytes = new byte[4];
      LittleEndian.put32(bytes, 0, tag);
      volume.reparsePoints().add(HashSet64.of(bytes, 0, 4, reference));
    }
    byte[] value = file.find(AttributeType.STANDARD_INFORMATION).value();
    StandardInformation information = StandardInformation.get(value, 0, value.length, "");
    CheckedStream data = file.isDirectory() ? null : file.find(AttributeType.DATA);
    volume
        .files()
        .setFacts(
            number,
            data == null ? 0 : data.size(),
            data == null ? 0 : data.storedSize(),
            information.attributes(),
            tag,
            DirectoryCheck.timesHash(
                information.created(),
                information.modified(),
                information.changed(),
                information.accessed()));
  }

  /** The reparse tag of a file, or the packed length of its extended attributes. */
  static int tag(CheckedVolume volume, CheckedFile file) throws IOException {
    CheckedStream reparse = file.find(AttributeType.REPARSE_POINT);
    if (reparse != null) {
      return LittleEndian.i32(reparse.bytes(volume.clusters(), ReparsePoint.MAX_SIZE), 0);
    }
    CheckedStream attributes = file.find(AttributeType.EA_INFORMATION);
    return attributes == null ? 0 : LittleEndian.u16(attributes.value(), 0);
  }

  private void unusedExtensions() {
    FileTable files = volume.files();
    for (int number = 0; number < files.end(); number++) {
      if (files.state(number) == CheckedRecord.State.EXTENSION && !volume.isClaimed(number)) {
        // That a whole file does not list it was reported with the file.
        if (!needs.unusedExtensions().get(number)) {
          needs.unusedExtensions().set(number);
          log.add(
              NtfsFindingKind.EXTENSION_UNUSED, number, "the extension record belongs to no file");
        }
      }
    }
  }

  private void sharedClusters() throws IOException {
    if (needs.sharers().isEmpty()) {
      return;
    }
    for (long number = 0; number < volume.files().end(); number++) {
      if (volume.files().state(number) != CheckedRecord.State.BASE) {
        continue;
      }
      CheckedFile file = volume.readAgain(number);
      for (CheckedStream stream : file.streams()) {
        for (DataRun run : stream.runs()) {
          if (!run.isHole() && volume.shared().containsAny(run.lcn(), run.length())) {
            log.add(
                NtfsFindingKind.CLUSTERS_SHARED,
                number,
                stream
                    + ": of the clusters "
                    + run.lcn()
                    + "+"
                    + run.length()
                    + " some are held twice");
          }
        }
      }
      for (DataRun run : file.listRuns()) {
        if (volume.shared().containsAny(run.lcn(), run.length())) {
          log.add(
              NtfsFindingKind.CLUSTERS_SHARED, number, "the attribute list's clusters are shared");
        }
      }
    }
  }

  private NtfsCheckReport report() throws IOException {
    List<NtfsFinding> findings = new ArrayList<>();
    PathFinder paths = volume == null ? null : new PathFinder(volume);
    for (CheckLog.Entry entry : log.entries()) {
      boolean known = entry.record() != CheckLog.NO_RECORD;
      findings.add(
          new NtfsFinding(
              entry.kind(),
              known ? OptionalLong.of(entry.record()) : OptionalLong.empty(),
              known && paths != null ? paths.find(entry.record()) : "",
              entry.message()));
    }
    long clusters = volume == null ? 0 : volume.clusters().clusterCount();
    return new NtfsCheckReport(
        device.name(),
        List.copyOf(findings),
        new EnumMap<>(log.counts().isEmpty() ? new EnumMap<>(NtfsFindingKind.class) : log.counts()),
        volume == null ? 0 : volume.fileCount(),
        volume == null ? 0 : volume.table().count(),
        clusters,
        volume == null ? 0 : clusters - volume.used().size());
  }
}
