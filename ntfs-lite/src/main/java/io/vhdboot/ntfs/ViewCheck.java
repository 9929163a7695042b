package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** Holds the indexes below $Extend against the attributes of files. */
final class ViewCheck {

  private static final int REPARSE_KEY = 12;
  private static final int DEFAULTS_OWNER = 1;

  private final CheckedVolume volume;
  private final CheckLog log;

  private ViewCheck(CheckedVolume volume) {
    this.volume = volume;
    this.log = volume.log();
  }

  static void check(CheckedVolume volume) throws IOException {
    ViewCheck check = new ViewCheck(volume);
    check.objectIds();
    check.reparsePoints();
    check.quota();
  }

  /** The file of a name in $Extend, or null. */
  static CheckedFile find(CheckedVolume volume, String name) throws IOException {
    FileTable files = volume.files();
    if (files.state(SystemFiles.EXTEND) != CheckedRecord.State.BASE) {
      return null;
    }
    long extend = FileReference.of(SystemFiles.EXTEND, files.sequence(SystemFiles.EXTEND));
    // They are among the first records on every volume, right behind the reserved ones.
    for (long number = CheckedTable.FIRST_RESERVED; number < files.end(); number++) {
      if (files.state(number) == CheckedRecord.State.BASE && files.isView(number)) {
        CheckedFile file = volume.readAgain(number);
        if (file != null
            && NameCheck.of(file).stream()
                .anyMatch(n -> n.parent() == extend && n.name().equals(name))) {
          return file;
        }
      }
    }
    return null;
  }

  private CheckedFile require(String name, RepairNeeds.Part part) throws IOException {
    CheckedFile file = find(volume, name);
    if (file == null) {
      log.add(NtfsFindingKind.SYSTEM_FILE, "$Extend/" + name + " is missing");
      volume.needs().missingViews().add(name);
    } else if ((file.flags() & FileRecord.FLAG_IN_EXTEND) == 0) {
      log.add(
          NtfsFindingKind.RECORD_FLAGS, file.number(), "the flag of a file in $Extend is missing");
      volume.needs().add(part);
    }
    return file;
  }

  private void objectIds() throws IOException {
    CheckedFile file = require("$ObjId", RepairNeeds.Part.OBJECT_IDS);
    if (file == null) {
      return;
    }
    long errors = log.errors();
    HashSet64 ids = volume.objectIds();
    IndexCheck.walk(
        volume,
        file,
        "$O",
        (node, entry) -> {
          int data = IndexEntry.HEADER_SIZE + ViewIndex.ObjectIds.ID_SIZE;
          if (entry.keyLength() != ViewIndex.ObjectIds.ID_SIZE
              || entry.dataOffset() != data
              || entry.dataLength() != 8 + ViewIndex.ObjectIds.FULL_SIZE - 16
              || entry.length() < data + 8) {
            log.add(NtfsFindingKind.OBJECT_ID_INDEX, file.number(), "an entry has a wrong form");
            return;
          }
          long reference = LittleEndian.i64(node, entry.position() + data);
          if (!ids.find(
              HashSet64.of(node, entry.keyPosition(), ViewIndex.ObjectIds.ID_SIZE, reference))) {
            log.add(
                NtfsFindingKind.OBJECT_ID_INDEX,
                file.number(),
                "an entry leads to file "
                    + FileReference.toString(reference)
                    + ", which has not that object id");
          }
        });
    if (!ids.isAllFound()) {
      log.add(NtfsFindingKind.OBJECT_ID_INDEX, file.number(), "object ids of files are missing");
    }
    if (log.errors() > errors) {
      volume.needs().add(RepairNeeds.Part.OBJECT_IDS);
    }
  }

  private void reparsePoints() throws IOException {
    CheckedFile file = require("$Reparse", RepairNeeds.Part.REPARSE_POINTS);
    if (file == null) {
      return;
    }
    long errors = log.errors();
    HashSet64 points = volume.reparsePoints();
    IndexCheck.walk(
        volume,
        file,
        "$R",
        (node, entry) -> {
          if (entry.keyLength() != REPARSE_KEY) {
            log.add(NtfsFindingKind.REPARSE_INDEX, file.number(), "an entry has a wrong form");
            return;
          }
          long reference = LittleEndian.i64(node, entry.keyPosition() + 4);
          if (!points.find(HashSet64.of(node, entry.keyPosition(), 4, reference))) {
            log.add(
                NtfsFindingKind.REPARSE_INDEX,
                file.number(),
                "an entry leads to file "
                    + FileReference.toString(reference)
                    + ", which is no such reparse point");
          }
        });
    if (!points.isAllFound()) {
      log.add(NtfsFindingKind.REPARSE_INDEX, file.number(), "reparse points are missing");
    }
    if (log.errors() > errors) {
      volume.needs().add(RepairNeeds.Part.REPARSE_POINTS);
    }
  }

  private void quota() throws IOException {
    CheckedFile file = require("$Quota", RepairNeeds.Part.QUOTA);
    if (file == null) {
      return;
    }
    long errors = log.errors();
    Set<Integer> owners = new HashSet<>();
    IndexCheck.walk(
        volume,
        file,
        "$Q",
        (node, entry) -> {
          if (entry.keyLength() == 4) {
            owners.add(LittleEndian.i32(node, entry.keyPosition()));
          } else {
            log.add(NtfsFindingKind.QUOTA_INDEX, file.number(), "an entry of $Q has no owner");
          }
        });
    if (!owners.contains(DEFAULTS_OWNER)) {
      log.add(NtfsFindingKind.QUOTA_INDEX, file.number(), "$Q has no defaults");
    }
    IndexCheck.walk(
        volume,
        file,
        "$O",
        (node, entry) -> {
          int data = entry.dataOffset();
          if (entry.dataLength() < 4
              || data < IndexEntry.HEADER_SIZE + entry.keyLength()
              || data + 4 > entry.length()
              || !owners.contains(LittleEndian.i32(node, entry.position() + data))) {
            log.add(NtfsFindingKind.QUOTA_INDEX, file.number(), "an owner of $O is not in $Q");
          }
        });
    if (log.errors() > errors) {
      volume.needs().add(RepairNeeds.Part.QUOTA);
    }
  }
}
