package io.vhdboot.ntfs;

import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a check leaves for a repair to do. */
final class RepairNeeds {

  /** Metadata whose content is made anew as a whole. */
  enum Part {
    BOOT_SECTOR,
    BOOT_COPY,
    MIRROR,
    UPCASE,
    ATTRIBUTE_DEFINITIONS,
    VOLUME,
    DIRTY_FLAG,
    LOG,
    BAD_CLUSTERS,
    BOOT_FILE,
    SECURITY_STREAM,
    SECURITY_INDEXES,
    OBJECT_IDS,
    REPARSE_POINTS,
    QUOTA,
    CLUSTER_BITMAP,
    RECORD_BITMAP
  }

  private final BitSet changedFiles = new BitSet();
  private final BitSet lostRecords = new BitSet();
  private final BitSet unusedExtensions = new BitSet();
  private final BitSet sharers = new BitSet();
  private final BitSet orphans = new BitSet();
  private final BitSet badNames = new BitSet();
  private final BitSet unknownSecurity = new BitSet();
  private final Map<Long, Long> listings = new HashMap<>();
  private final Map<Long, Set<String>> indexes = new LinkedHashMap<>();
  private final BitSet missingSystemFiles = new BitSet();
  private final Set<String> missingViews = new TreeSet<>();
  private final Set<Part> parts = EnumSet.noneOf(Part.class);

  /** Files whose records are to be written anew. */
  BitSet changedFiles() {
    return changedFiles;
  }

  /** Records that are beyond understanding. */
  BitSet lostRecords() {
    return lostRecords;
  }

  /** Extension records without a file. */
  BitSet unusedExtensions() {
    return unusedExtensions;
  }

  /** Files that hold clusters which another one held before. */
  BitSet sharers() {
    return sharers;
  }

  /** Files that nothing leads to. */
  BitSet orphans() {
    return orphans;
  }

  /** Files with a name in a directory that is not there, or that is not theirs. */
  BitSet badNames() {
    return badNames;
  }

  /** Directories that list a file by a name which it does not give itself, by file. */
  Map<Long, Long> listings() {
    return listings;
  }

  /** Files whose security id is unknown. */
  BitSet unknownSecurity() {
    return unknownSecurity;
  }

  /** Records of metadata files that are not there. */
  BitSet missingSystemFiles() {
    return missingSystemFiles;
  }

  /** Files of $Extend that are not there. */
  Set<String> missingViews() {
    return missingViews;
  }

  /** Indexes to be made anew, by file. */
  Map<Long, Set<String>> indexes() {
    return indexes;
  }

  Set<Part> parts() {
    return parts;
  }

  void orphan(long number) {
    orphans.set((int) number);
  }

  void rebuild(long number, String index) {
    indexes.computeIfAbsent(number, key -> new TreeSet<>()).add(index);
  }

  void add(Part part) {
    parts.add(part);
  }

  /** Whether records themselves are to be mended, before anything that is built on them. */
  boolean concernsRecords() {
    return !changedFiles.isEmpty()
        || !lostRecords.isEmpty()
        || !unusedExtensions.isEmpty()
        || !sharers.isEmpty()
        || !missingSystemFiles.isEmpty()
        || !missingViews.isEmpty();
  }

  /** Whether names and indexes are to be mended. */
  boolean concernsIndexes() {
    return !indexes.isEmpty() || !orphans.isEmpty() || !badNames.isEmpty();
  }

  boolean isEmpty() {
    return !concernsRecords() && !concernsIndexes() && unknownSecurity.isEmpty() && parts.isEmpty();
  }
}
