package io.vhdboot.ntfs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the records of a file anew: into its base record if all fits there, otherwise with an
 * attribute list and extension records.
 *
 * <p>Extension records are new ones, which nothing leads to until the base record is written; the
 * old ones are freed thereafter. So the file is whole whenever this is stopped.
 */
final class FileWriter {

  /** The largest part of a record that one extent's data runs may take: an eighth is left. */
  private static final int EXTENT_SHARE = 8;

  private final CheckedVolume volume;
  private final RepairSpace space;
  private final int recordSize;
  private final int capacity;

  FileWriter(CheckedVolume volume, RepairSpace space) {
    this.volume = volume;
    this.space = space;
    this.recordSize = volume.table().recordSize();
    this.capacity = CheckedRecord.capacity(recordSize);
  }

  /**
   * Writes a file.
   *
   * @return whether it could be written: false when there is no free record for a part of it
   */
  boolean write(CheckedFile file) throws IOException {
    List<CheckedAttribute> attributes = attributes(file);
    int total = attributes.stream().mapToInt(a -> a.bytes().length).sum();
    if (total <= capacity) {
      writeBase(file, attributes);
    } else if (!writeSeveral(file, attributes)) {
      return false;
    }
    if (!file.extensions().isEmpty()) {
      volume.clusters().device().flush();
      for (long extension : file.extensions()) {
        free(extension);
      }
    }
    return true;
  }

  /** Frees a record. */
  void free(long number) throws IOException {
    CheckedRecord record = volume.table().readAgain(number);
    volume.table().write(number, record.toFreeBytes());
  }

  /** The attributes of a file with their streams cut into extents that fit a record each. */
  private List<CheckedAttribute> attributes(CheckedFile file) {
    List<CheckedAttribute> attributes = new ArrayList<>();
    for (CheckedStream stream : file.streams()) {
      if (stream.isResident()) {
        attributes.add(stream.first().withValue(stream.value()));
        continue;
      }
      int room = capacity - capacity / EXTENT_SHARE - AttributeHeader.NonResident.SIZE_WITH_STORED;
      room -= AttributeHeader.align(2 * stream.name().length());
      // The first extent of $MFT stays in its base record, beside what else must be there.
      int firstRoom = file.number() == SystemFiles.MFT ? room / 3 : room;
      long vcn = 0;
      List<DataRun> part = new ArrayList<>();
      for (DataRun run : stream.runs()) {
        part.add(run);
        if (MappingPairs.size(part) > (vcn == 0 ? firstRoom : room)) {
          part.remove(part.size() - 1);
          attributes.add(CheckedAttribute.nonResident(file.number(), stream.header(), vcn, part));
          vcn += part.stream().mapToLong(DataRun::length).sum();
          part = new ArrayList<>(List.of(run));
        }
      }
      attributes.add(CheckedAttribute.nonResident(file.number(), stream.header(), vcn, part));
    }
    return attributes;
  }

  private void writeBase(CheckedFile file, List<CheckedAttribute> attributes) throws IOException {
    FileRecord header = file.base().header();
    volume
        .table()
        .write(
            file.number(),
            CheckedRecord.toBytes(
                file.base().original(),
                file.number(),
                header.sequence(),
                file.linkCount(),
                file.flags() | FileRecord.FLAG_IN_USE,
                0,
                header.logSequence(),
                CheckedRecord.renumber(attributes, file.number())));
  }

  private static boolean isPinned(CheckedFile file, CheckedAttribute attribute) {
    return attribute.type() == AttributeType.STANDARD_INFORMATION
        || attribute.type() == AttributeType.INDEX_ROOT
        || file.number() == SystemFiles.MFT
            && attribute.type() == AttributeType.DATA
            && attribute.lowestVcn() == 0;
  }

  private boolean writeSeveral(CheckedFile file, List<CheckedAttribute> attributes)
      throws IOException {
    int listLength = 0;
    int pinned = 0;
    for (CheckedAttribute attribute : attributes) {
      listLength += AttributeListEntry.size(attribute.name().length());
      pinned += isPinned(file, attribute) ? attribute.bytes().length : 0;
    }
    long resident = RecordAttribute.residentLength("", listLength);
    boolean listResident = pinned + resident <= capacity;
    int used =
        pinned + (listResident ? (int) resident : RecordAttribute.nonResidentLength("") + 64);
    List<List<CheckedAttribute>> records = new ArrayList<>(List.of(new ArrayList<>()));
    int[] places = new int[attributes.size()];
    int inExtension = capacity;
    for (int i = 0; i < places.length; i++) {
      CheckedAttribute attribute = attributes.get(i);
      int length = attribute.bytes().length;
      boolean toBase = isPinned(file, attribute);
      if (!toBase && used + length <= capacity) {
        toBase = true;
        used += length;
      }
      if (!toBase && inExtension + length > capacity) {
        records.add(new ArrayList<>());
        inExtension = 0;
      }
      places[i] = toBase ? 0 : records.size() - 1;
      inExtension += toBase ? 0 : length;
      records.get(places[i]).add(attribute);
    }
    return write(file, attributes, places, records, listLength, listResident);
  }

  private boolean write(
      CheckedFile file,
      List<CheckedAttribute> attributes,
      int[] places,
      List<List<CheckedAttribute>> records,
      int listLength,
      boolean listResident)
      throws IOException {
    long[] numbers = new long[records.size()];
    long[] references = new long[records.size()];
    numbers[0] = file.number();
    references[0] = file.reference();
    for (int i = 1; i < numbers.length; i++) {
      numbers[i] = space.takeRecord(file.number() == SystemFiles.MFT);
      if (numbers[i] < 0) {
        return false;
      }
      references[i] = FileReference.of(numbers[i], space.sequence(numbers[i]));
    }
    byte[] list = new byte[listLength];
    int[] instances = new int[numbers.length];
    // The list itself comes right behind the first attribute of the base record.
    int offset = 0;
    for (int i = 0; i < places.length; i++) {
      CheckedAttribute attribute = attributes.get(i);
      int at = places[i];
      int instance = instances[at]++;
      instances[0] += at == 0 && instance == 0 ? 1 : 0;
      new AttributeListEntry(
              attribute.type(), attribute.name(), attribute.lowestVcn(), references[at], instance)
          .put(list, offset);
      offset += AttributeListEntry.size(attribute.name().length());
    }
    CheckedAttribute listAttribute =
        listResident
            ? CheckedAttribute.resident(file.number(), AttributeType.ATTRIBUTE_LIST, "", 0, list)
            : CheckedAttribute.plain(
                file.number(),
                AttributeType.ATTRIBUTE_LIST,
                "",
                space.store(list),
                list.length,
                volume.clusters().clusterSize());
    records.get(0).add(1, listAttribute);
    for (int i = 1; i < numbers.length; i++) {
      volume
          .table()
          .write(
              numbers[i],
              CheckedRecord.toBytes(
                  volume.table().readRaw(numbers[i]),
                  numbers[i],
                  FileReference.sequence(references[i]),
                  0,
                  FileRecord.FLAG_IN_USE,
                  references[0],
                  0,
                  CheckedRecord.renumber(records.get(i), numbers[i])));
    }
    volume.clusters().device().flush();
    writeBase(file, records.get(0));
    return true;
  }
}
