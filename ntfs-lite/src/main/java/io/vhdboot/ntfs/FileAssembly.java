package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts a file together from its base record, its attribute list and its extension records.
 *
 * <p>The list is believed as long as what it names is there: an extension record that a whole list
 * does not name is what a writer left that was stopped, before the base record led to it or after
 * it no longer did. Where the list, or what it names, is damaged, all that the records hold and
 * that does not contradict is gathered.
 */
final class FileAssembly {

  private final CheckedVolume volume;
  private final CheckLog log;
  private final CheckedFile file;
  private final long number;
  private final List<CheckedAttribute> taken = new ArrayList<>();
  private final Map<Long, CheckedRecord> records = new LinkedHashMap<>();

  private FileAssembly(CheckedVolume volume, CheckedRecord base) {
    this.volume = volume;
    this.log = volume.log();
    this.file = new CheckedFile(base);
    this.number = base.number();
  }

  /** Puts the file of a base record together and reports what is wrong. */
  static CheckedFile of(CheckedVolume volume, CheckedRecord base) throws IOException {
    FileAssembly assembly = new FileAssembly(volume, base);
    assembly.run(base);
    return assembly.file;
  }

  private void run(CheckedRecord base) throws IOException {
    List<CheckedAttribute> own = new ArrayList<>();
    CheckedAttribute list = null;
    for (CheckedAttribute attribute : base.attributes()) {
      if (attribute.type() != AttributeType.ATTRIBUTE_LIST) {
        own.add(attribute);
      } else if (list == null) {
        list = attribute;
      } else {
        log.add(NtfsFindingKind.ATTRIBUTE_TWICE, number, "the file has several attribute lists");
        file.setChanged();
      }
    }
    for (int extension : volume.files().extensions(number)) {
      CheckedRecord record = volume.table().readAgain(extension);
      if (record.header() != null && record.header().baseReference() == file.reference()) {
        records.put((long) extension, record);
      }
    }
    if (list == null) {
      taken.addAll(own);
      gatherUnlisted(isWhole());
    } else {
      file.setList(list.runs());
      gather(list, own);
    }
    for (CheckedRecord record : records.values()) {
      file.extensions().add(record.number());
      volume.claimExtension(record.number(), number);
      if (record.changed()) {
        file.setChanged();
      }
    }
    taken.sort(volume.table().check()::compare);
    join();
  }

  private void gather(CheckedAttribute list, List<CheckedAttribute> own) throws IOException {
    List<AttributeListEntry> entries = List.of();
    boolean sound = true;
    try {
      entries = CheckedList.read(list, volume.clusters());
      CheckedList.checkForm(list, volume.clusters(), log, number);
    } catch (CorruptFormatException e) {
      sound = listProblem("the attribute list is damaged: " + e.getMessage());
    }
    sound &= isSorted(entries) || listProblem("the attribute list is not sorted");
    Set<String> listed = new HashSet<>();
    Map<String, CheckedAttribute> known = new HashMap<>();
    own.forEach(attribute -> known.put(key(number, attribute), attribute));
    for (CheckedRecord record : records.values()) {
      record.attributes().forEach(a -> known.put(key(record.number(), a), a));
    }
    Set<Long> adopted = new HashSet<>();
    for (AttributeListEntry entry : entries) {
      long at = FileReference.record(entry.reference());
      if (at != number && !records.containsKey(at) && adopted.add(at)) {
        adopt(entry, known);
      }
      CheckedAttribute attribute = known.get(at + "/" + entry.instance());
      boolean isThere =
          attribute != null
              && sequence(at) == FileReference.sequence(entry.reference())
              && attribute.type() == entry.type()
              && attribute.lowestVcn() == entry.lowestVcn()
              && attribute.name().equals(entry.name());
      if (!isThere) {
        sound =
            listProblem(
                "the attribute list names "
                    + AttributeType.toString(entry.type())
                    + " in record "
                    + FileReference.toString(entry.reference())
                    + ", instance "
                    + entry.instance()
                    + ", which is not there");
      } else if (!listed.add(key(at, attribute))) {
        sound = listProblem("the attribute list names " + attribute + " twice");
      } else {
        if (at != number && entry.type() == AttributeType.STANDARD_INFORMATION) {
          listProblem(attribute + " lies in the extension record " + at);
        }
        taken.add(attribute);
      }
    }
    for (CheckedAttribute attribute : own) {
      if (!listed.contains(key(number, attribute))) {
        sound = listProblem(attribute + " is not in the attribute list");
        takeIfNew(attribute);
      }
    }
    records.values().removeIf(record -> record.attributes().isEmpty());
    boolean whole = sound && isWhole();
    List<CheckedRecord> unlisted = new ArrayList<>();
    for (CheckedRecord record : records.values()) {
      boolean any = false;
      for (CheckedAttribute attribute : record.attributes()) {
        any |= listed.contains(key(record.number(), attribute));
      }
      if (!any) {
        unlisted.add(record);
        continue;
      }
      for (CheckedAttribute attribute : record.attributes()) {
        if (!listed.contains(key(record.number(), attribute))) {
          listProblem(attribute + " in record " + record.number() + " is not in the list");
          takeIfNew(attribute);
        }
      }
    }
    for (CheckedRecord record : unlisted) {
      gatherUnlisted(record, whole);
    }
  }

  /** Takes a record that the list names but that says it belongs elsewhere, unless that is true. */
  private void adopt(AttributeListEntry entry, Map<String, CheckedAttribute> known)
      throws IOException {
    long at = FileReference.record(entry.reference());
    if (volume.files().state(at) != CheckedRecord.State.EXTENSION
        || volume.files().sequence(at) != FileReference.sequence(entry.reference())
        || volume.isClaimedByOther(at, number)) {
      return;
    }
    CheckedRecord record = volume.table().readAgain(at);
    if (record.header() == null || volume.files().isLiveFile(record.header().baseReference())) {
      return;
    }
    log.add(
        NtfsFindingKind.EXTENSION_BASE,
        at,
        "the extension record names "
            + FileReference.toString(record.header().baseReference())
            + " as its base, "
            + FileReference.toString(file.reference())
            + " lists it");
    records.put(at, record);
    record.attributes().forEach(a -> known.put(key(at, a), a));
    file.setChanged();
  }

  private int sequence(long record) {
    return record == number
        ? file.base().header().sequence()
        : records.containsKey(record) ? records.get(record).header().sequence() : -1;
  }

  private static String key(long record, CheckedAttribute attribute) {
    return record + "/" + attribute.header().instance();
  }

  /** Reports about the list, which will be written anew; gives false. */
  private boolean listProblem(String message) {
    log.add(NtfsFindingKind.ATTRIBUTE_LIST, number, message);
    file.setChanged();
    return false;
  }

  private boolean isSorted(List<AttributeListEntry> entries) {
    for (int i = 1; i < entries.size(); i++) {
      AttributeListEntry a = entries.get(i - 1);
      AttributeListEntry b = entries.get(i);
      int order = Integer.compareUnsigned(a.type(), b.type());
      if (order == 0) {
        order = volume.collation().compareIgnoringCase(a.name(), b.name());
      }
      if (order > 0 || order == 0 && a.lowestVcn() > b.lowestVcn()) {
        return false;
      }
    }
    return true;
  }

  private void gatherUnlisted(boolean whole) {
    for (CheckedRecord record : List.copyOf(records.values())) {
      gatherUnlisted(record, whole);
    }
  }

  private void gatherUnlisted(CheckedRecord record, boolean whole) {
    if (whole) {
      volume.needs().unusedExtensions().set((int) record.number());
      log.add(
          NtfsFindingKind.EXTENSION_UNUSED,
          record.number(),
          "file " + number + " is whole without this extension record of " + record.attributes());
      records.remove(record.number());
      return;
    }
    listProblem("the extension record " + record.number() + " is in no attribute list");
    record.attributes().forEach(this::takeIfNew);
  }

  /** Whether what was taken is all that a file needs, each stream from its first cluster on. */
  private boolean isWhole() {
    boolean information = false;
    boolean name = number >= SystemFiles.FIRST_NAMELESS && number <= SystemFiles.LAST_NAMELESS;
    boolean content = false;
    Map<String, Long> ends = new HashMap<>();
    List<CheckedAttribute> sorted = new ArrayList<>(taken);
    sorted.sort(volume.table().check()::compare);
    for (CheckedAttribute attribute : sorted) {
      information |= attribute.type() == AttributeType.STANDARD_INFORMATION;
      name |= attribute.type() == AttributeType.FILE_NAME;
      content |=
          attribute.type() == AttributeType.DATA || attribute.type() == AttributeType.INDEX_ROOT;
      if (!attribute.isResident()) {
        Long end = ends.put(attribute.type() + attribute.name(), attribute.endVcn());
        if (attribute.lowestVcn() != (end == null ? 0 : end)) {
          return false;
        }
      }
    }
    for (CheckedAttribute attribute : sorted) {
      if (!attribute.isResident() && attribute.lowestVcn() == 0) {
        long mapped =
            ends.get(attribute.type() + attribute.name()) * volume.clusters().clusterSize();
        if (attribute.nonResident().allocatedSize() > mapped) {
          return false;
        }
      }
    }
    return information && name && (content || number <= SystemFiles.LAST_NAMELESS);
  }

  /** Takes an attribute unless it contradicts one that was taken. */
  private void takeIfNew(CheckedAttribute attribute) {
    for (CheckedAttribute other : taken) {
      boolean sameName =
          attribute.type() != AttributeType.FILE_NAME
              || Arrays.equals(
                  attribute.bytes(),
                  0x18,
                  attribute.bytes().length,
                  other.bytes(),
                  0x18,
                  other.bytes().length);
      if (other.isSame(attribute) && sameName) {
        boolean apart =
            !other.isResident()
                && !attribute.isResident()
                && (other.endVcn() <= attribute.lowestVcn()
                    || attribute.endVcn() <= other.lowestVcn());
        if (!apart) {
          return;
        }
      }
    }
    taken.add(attribute);
  }

  /** Joins extents and drops what comes twice or behind a gap. */
  private void join() {
    for (int i = 0; i < taken.size(); ) {
      CheckedAttribute first = taken.get(i);
      int end = i + 1;
      while (end < taken.size()
          && first.type() != AttributeType.FILE_NAME
          && first.isSame(taken.get(end))) {
        end++;
      }
      join(taken.subList(i, end));
      i = end;
    }
  }

  private void join(List<CheckedAttribute> extents) {
    CheckedAttribute first = extents.get(0);
    for (CheckedAttribute extent : extents) {
      if (extent != first && (first.isResident() || extent.isResident())) {
        log.add(NtfsFindingKind.ATTRIBUTE_TWICE, number, first + " is there twice");
        file.setChanged();
        file.streams().add(new CheckedStream(first, first.runs()));
        return;
      }
    }
    if (first.isResident()) {
      file.streams().add(new CheckedStream(first, List.of()));
      return;
    }
    if (first.lowestVcn() != 0) {
      log.add(
          NtfsFindingKind.EXTENT_MISSING,
          number,
          first + " begins at VCN " + first.lowestVcn() + "; its first extent is lost");
      file.setChanged();
      return;
    }
    List<DataRun> runs = new ArrayList<>(first.runs());
    long end = first.endVcn();
    for (CheckedAttribute extent : extents.subList(1, extents.size())) {
      if (extent.lowestVcn() != end) {
        boolean twice = extent.lowestVcn() < end;
        log.add(
            twice ? NtfsFindingKind.ATTRIBUTE_TWICE : NtfsFindingKind.EXTENT_MISSING,
            number,
            first + ": an extent begins at VCN " + extent.lowestVcn() + ", not " + end);
        file.setChanged();
        if (twice) {
          continue;
        }
        break;
      }
      runs.addAll(extent.runs());
      end = extent.endVcn();
    }
    file.streams().add(new CheckedStream(first, runs));
  }
}
