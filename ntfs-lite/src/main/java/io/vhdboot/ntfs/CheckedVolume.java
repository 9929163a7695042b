package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/** A volume that is checked, and what is known of it so far. Used by one thread. */
final class CheckedVolume {

  /** The name of the index that makes a directory. */
  static final String DIRECTORY_INDEX = "$I30";

  /** The names of the first records, all in the root. */
  static final List<String> SYSTEM_NAMES =
      List.of(
          "$MFT",
          "$MFTMirr",
          "$LogFile",
          "$Volume",
          "$AttrDef",
          ".",
          "$Bitmap",
          "$Boot",
          "$BadClus",
          "$Secure",
          "$UpCase",
          "$Extend");

  /** How far up a chain of parents is followed. */
  private static final int MAX_PARENTS = 1 << 10;

  private final CheckLog log;
  private final NtfsCheckOptions options;
  private final NtfsBootSector boot;
  private final ClusterSpace clusters;
  private final CheckedTable table;
  private final FileTable files = new FileTable();
  private final RepairNeeds needs;
  private final ClusterMap used;
  private final ClusterMap shared;
  private final HashSet64 names = new HashSet64();
  private final HashSet64 objectIds = new HashSet64();
  private final HashSet64 reparsePoints = new HashSet64();
  private final BitSet claimed = new BitSet();
  private final BitSet listed = new BitSet();
  private FileNameCollation collation = new FileNameCollation(UpCaseTable.windows7());
  private long fileCount;

  CheckedVolume(
      BlockDevice device,
      NtfsCheckOptions options,
      CheckLog log,
      NtfsBootSector boot,
      ClusterSpace clusters,
      CheckedTable table,
      RepairNeeds needs) {
    this.options = options;
    this.log = log;
    this.boot = boot;
    this.clusters = clusters;
    this.table = table;
    this.needs = needs;
    this.used = new ClusterMap(clusters.clusterCount());
    this.shared = new ClusterMap(clusters.clusterCount());
  }

  CheckLog log() {
    return log;
  }

  NtfsCheckOptions options() {
    return options;
  }

  NtfsBootSector boot() {
    return boot;
  }

  ClusterSpace clusters() {
    return clusters;
  }

  CheckedTable table() {
    return table;
  }

  FileTable files() {
    return files;
  }

  RepairNeeds needs() {
    return needs;
  }

  /** The clusters that files hold. */
  ClusterMap used() {
    return used;
  }

  /** The clusters that more than one file holds. */
  ClusterMap shared() {
    return shared;
  }

  /** The names that files give themselves, as hashes. */
  HashSet64 names() {
    return names;
  }

  /** The object ids of files, as hashes. */
  HashSet64 objectIds() {
    return objectIds;
  }

  /** The reparse points, as hashes of tag and file. */
  HashSet64 reparsePoints() {
    return reparsePoints;
  }

  /** Directories that their parents list. */
  BitSet listed() {
    return listed;
  }

  /** The order of names by the volume's own table, or by that of Windows 7 where it has none. */
  FileNameCollation collation() {
    return collation;
  }

  void setCapitals(UpCaseTable capitals) {
    collation = new FileNameCollation(capitals);
  }

  /** The number of files. */
  long fileCount() {
    return fileCount;
  }

  void countFile() {
    fileCount++;
  }

  /** Remembers that an extension record belongs to a file. */
  void claimExtension(long number, long base) {
    claimed.set((int) number);
    files.setParent(number, base);
  }

  /** Whether an extension record belongs to a file. */
  boolean isClaimed(long number) {
    return claimed.get((int) number);
  }

  /** Whether an extension record belongs to another file than this. */
  boolean isClaimedByOther(long number, long base) {
    return claimed.get((int) number) && files.parent(number) != base;
  }

  /** A file put together again, without reporting again. */
  CheckedFile readAgain(long number) throws IOException {
    boolean muted = log.mute(true);
    try {
      CheckedRecord base = table.read(number);
      if (base.state() != CheckedRecord.State.BASE) {
        return null;
      }
      CheckedFile file = FileAssembly.of(this, base);
      FileCheck.check(this, file);
      return file;
    } finally {
      log.mute(muted);
    }
  }

  /** Whether a directory is $Extend or lies below it; files there are the system's own. */
  boolean isInExtend(long directory) {
    long at = directory;
    // A damaged name may have any number for a parent, also one that no record has.
    for (int i = 0; i < MAX_PARENTS && files.state(at) == CheckedRecord.State.BASE; i++) {
      if (at == SystemFiles.EXTEND) {
        return true;
      }
      if (at == MasterFileTable.ROOT) {
        return false;
      }
      at = files.parent(at);
    }
    return false;
  }
}
