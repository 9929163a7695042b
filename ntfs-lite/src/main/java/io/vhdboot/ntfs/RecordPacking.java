package io.vhdboot.ntfs;

import java.util.List;

/**
 * Which of a file's attributes go into which of its records, when one record does not hold them
 * all.
 *
 * @param records for each attribute the record: 0 is the base, then the extensions
 * @param recordCount how many records there are
 * @param listLength bytes of $ATTRIBUTE_LIST, 0 when there is none
 * @param listResident whether the list's value stands in the base record
 */
record RecordPacking(int[] records, int recordCount, int listLength, boolean listResident) {

  /** Bytes that Windows takes of a list. */
  static final int MAX_LIST = 256 << 10;

  /**
   * Packs attributes.
   *
   * @param capacity bytes for attributes in a record; each attribute fits, and so do all those that
   *     must stay in the base with a list that does not
   */
  static RecordPacking of(List<RecordAttribute> attributes, int capacity) {
    int count = attributes.size();
    int total = 0;
    int pinned = 0;
    int listLength = 0;
    for (RecordAttribute attribute : attributes) {
      total += attribute.length();
      if (isPinned(attribute)) {
        pinned += attribute.length();
      }
      listLength += AttributeListEntry.size(attribute.name().length());
    }
    int[] records = new int[count];
    if (total <= capacity) {
      return new RecordPacking(records, 1, 0, true);
    }
    long resident = RecordAttribute.residentLength("", listLength);
    boolean listResident = pinned + resident <= capacity;
    int base = pinned + (listResident ? (int) resident : RecordAttribute.nonResidentLength(""));
    int extension = 0;
    int used = capacity;
    for (int i = 0; i < count; i++) {
      RecordAttribute attribute = attributes.get(i);
      if (isPinned(attribute)) {
        continue;
      }
      if (base + attribute.length() <= capacity) {
        base += attribute.length();
        continue;
      }
      if (used + attribute.length() > capacity) {
        extension++;
        used = 0;
      }
      used += attribute.length();
      records[i] = extension;
    }
    return new RecordPacking(records, extension + 1, listLength, listResident);
  }

  boolean hasList() {
    return listLength > 0;
  }

  /** Whether an attribute stays in the base record: the first one, and what an index is made of. */
  private static boolean isPinned(RecordAttribute attribute) {
    return switch (attribute.type()) {
      case AttributeType.STANDARD_INFORMATION,
          AttributeType.INDEX_ROOT,
          AttributeType.INDEX_ALLOCATION ->
          true;
      case AttributeType.BITMAP -> !attribute.name().isEmpty();
      default -> false;
    };
  }
}
