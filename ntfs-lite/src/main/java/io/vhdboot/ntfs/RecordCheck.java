package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks at one record of $MFT by itself. What it gives is sound in itself: a header whose fields
 * agree, and attributes that lie within the record, in their order, with instances of their own.
 */
final class RecordCheck {

  private static final int KNOWN_FLAGS =
      FileRecord.FLAG_IN_USE
          | FileRecord.FLAG_DIRECTORY
          | FileRecord.FLAG_IN_EXTEND
          | FileRecord.FLAG_VIEW_INDEX;

  /** Where the update sequence array begins in a record of NTFS 3.0. */
  private static final int OLD_UPDATE_SEQUENCE_OFFSET = 0x2A;

  private final CheckLog log;
  private final int recordSize;
  private final int clusterSize;
  private final long clusterCount;
  private final FileNameCollation collation = new FileNameCollation(UpCaseTable.windows7());
  private boolean torn;

  RecordCheck(CheckLog log, int recordSize, int clusterSize, long clusterCount) {
    this.log = log;
    this.recordSize = recordSize;
    this.clusterSize = clusterSize;
    this.clusterCount = clusterCount;
  }

  /**
   * Looks at a record.
   *
   * @param raw its bytes as they lie on disk, which become the result's
   * @param number its number
   */
  CheckedRecord read(byte[] raw, long number) {
    int signature = LittleEndian.i32(raw, 0);
    boolean changed = false;
    if (signature != FileRecord.SIGNATURE) {
      if (signature == 0 && number >= CheckedTable.FIRST_RESERVED) {
        log.add(NtfsFindingKind.RECORD_UNFORMATTED, number, "the record was never formatted");
        return plain(raw, number, CheckedRecord.State.BLANK, false);
      }
      log.add(
          NtfsFindingKind.RECORD_SIGNATURE,
          number,
          signature == FileRecord.SIGNATURE_BAAD
              ? "the record is marked BAAD"
              : String.format("the record begins with %08xh, not FILE", signature));
      LittleEndian.put32(raw, 0, FileRecord.SIGNATURE);
      changed = true;
    }
    if (!removeUpdateSequence(raw, number)) {
      if (changed && signature != FileRecord.SIGNATURE_BAAD) {
        LittleEndian.put32(raw, 0, signature);
      }
      return lost(raw, number, "its update sequence is damaged");
    }
    changed |= torn;
    return understand(raw, number, changed);
  }

  /** Removes the update sequence, of a torn record too; says whether there is one. */
  private boolean removeUpdateSequence(byte[] raw, long number) {
    torn = false;
    try {
      UpdateSequence.remove(raw, 0, recordSize, "record");
      return true;
    } catch (CorruptFormatException e) {
      torn = true;
      log.add(NtfsFindingKind.RECORD_TORN, number, e.getMessage());
    }
    int array = LittleEndian.u16(raw, 4);
    int count = recordSize / UpdateSequence.STRIDE + 1;
    if (LittleEndian.u16(raw, 6) != count
        || array != FileRecord.UPDATE_SEQUENCE_OFFSET && array != OLD_UPDATE_SEQUENCE_OFFSET) {
      array = FileRecord.UPDATE_SEQUENCE_OFFSET;
      LittleEndian.put16(raw, 4, array);
      LittleEndian.put16(raw, 6, count);
    }
    // At least one sector must bear the number, or the array is not where it should be.
    boolean plausible = false;
    int sequenceNumber = LittleEndian.u16(raw, array);
    for (int i = 1; i < count; i++) {
      plausible |= LittleEndian.u16(raw, i * UpdateSequence.STRIDE - 2) == sequenceNumber;
    }
    for (int i = 1; plausible && i < count; i++) {
      int end = i * UpdateSequence.STRIDE - 2;
      LittleEndian.put16(raw, end, LittleEndian.u16(raw, array + 2 * i));
    }
    return plausible;
  }

  private CheckedRecord plain(byte[] raw, long number, CheckedRecord.State state, boolean changed) {
    return new CheckedRecord(number, state, raw, null, List.of(), changed);
  }

  private CheckedRecord lost(byte[] raw, long number, String why) {
    log.add(NtfsFindingKind.RECORD_LOST, number, why + "; nothing of the record can be used");
    return plain(raw, number, CheckedRecord.State.LOST, true);
  }

  private CheckedRecord understand(byte[] raw, long number, boolean changedBefore) {
    boolean changed = changedBefore;
    int flags = LittleEndian.u16(raw, 0x16);
    int array = LittleEndian.u16(raw, 4);
    if (LittleEndian.u32(raw, 0x1C) != recordSize) {
      boolean inUse = (flags & FileRecord.FLAG_IN_USE) != 0;
      log.add(
          inUse ? NtfsFindingKind.RECORD_HEADER : NtfsFindingKind.RECORD_UNUSUAL,
          number,
          "the record says it has " + LittleEndian.u32(raw, 0x1C) + " bytes");
      LittleEndian.put32(raw, 0x1C, recordSize);
      changed |= inUse;
    }
    if (array != FileRecord.UPDATE_SEQUENCE_OFFSET) {
      log.add(
          NtfsFindingKind.RECORD_UNUSUAL,
          number,
          String.format("the update sequence begins at %xh, as before NTFS 3.1", array));
    }
    if ((flags & FileRecord.FLAG_IN_USE) == 0) {
      if (number >= CheckedTable.FIRST_RESERVED) {
        changed |= checkFlags(raw, number, flags);
        return new CheckedRecord(
            number, CheckedRecord.State.FREE, raw, header(raw), List.of(), changed);
      }
      log.add(NtfsFindingKind.SYSTEM_FILE, number, "the record of a metadata file is free");
      flags |= FileRecord.FLAG_IN_USE;
      LittleEndian.put16(raw, 0x16, flags);
      changed = true;
    }
    changed |= checkHeader(raw, number, array, flags);
    int first = LittleEndian.u16(raw, 0x14);
    int arrayEnd = array + UpdateSequence.size(recordSize);
    if (first % 8 != 0 || first < arrayEnd || first > recordSize - FileRecord.END_SIZE) {
      log.add(NtfsFindingKind.RECORD_HEADER, number, "the first attribute cannot be at " + first);
      first = AttributeHeader.align(arrayEnd);
      LittleEndian.put16(raw, 0x14, first);
      changed = true;
    }
    AttributeCheck check = new AttributeCheck(log, clusterSize, clusterCount, number);
    List<CheckedAttribute> attributes = new ArrayList<>();
    changed |= readAttributes(raw, number, first, check, attributes);
    changed |= check.isChanged();
    if (attributes.isEmpty()) {
      return lost(raw, number, "it holds no attribute");
    }
    changed |= sort(attributes, number);
    changed |= checkNextInstance(raw, number, attributes);
    if (hasInstanceTwice(number, attributes)) {
      attributes = CheckedRecord.renumber(attributes, number);
      changed = true;
    }
    FileRecord header = header(raw);
    return new CheckedRecord(
        number,
        header.isExtension() ? CheckedRecord.State.EXTENSION : CheckedRecord.State.BASE,
        raw,
        header,
        List.copyOf(attributes),
        changed);
  }

  private boolean checkHeader(byte[] raw, long number, int array, int flags) {
    boolean changed = false;
    if (array >= FileRecord.UPDATE_SEQUENCE_OFFSET
        && LittleEndian.u32(raw, 0x2C) != (number & 0xFFFF_FFFFL)) {
      log.add(
          NtfsFindingKind.RECORD_NUMBER,
          number,
          "the record says its number is " + LittleEndian.u32(raw, 0x2C));
      LittleEndian.put32(raw, 0x2C, number);
      changed = true;
    }
    if (LittleEndian.u16(raw, 0x10) == 0) {
      log.add(NtfsFindingKind.RECORD_HEADER, number, "the sequence number is 0");
      LittleEndian.put16(raw, 0x10, 1);
      changed = true;
    }
    int known = number == 0 ? 1 : (int) number;
    if (number < CheckedTable.FIRST_RESERVED && LittleEndian.u16(raw, 0x10) != known) {
      log.add(
          NtfsFindingKind.SYSTEM_FILE,
          number,
          "the sequence number is " + LittleEndian.u16(raw, 0x10) + ", not " + known);
      LittleEndian.put16(raw, 0x10, known);
      changed = true;
    }
    return changed | checkFlags(raw, number, flags);
  }

  private boolean checkFlags(byte[] raw, long number, int flags) {
    if ((flags & ~KNOWN_FLAGS) == 0) {
      return false;
    }
    log.add(NtfsFindingKind.RECORD_FLAGS, number, String.format("unknown flags in %04xh", flags));
    LittleEndian.put16(raw, 0x16, flags & KNOWN_FLAGS);
    return true;
  }

  private static FileRecord header(byte[] raw) {
    return new FileRecord(
        LittleEndian.i64(raw, 0x08),
        LittleEndian.u16(raw, 0x10),
        LittleEndian.u16(raw, 0x12),
        LittleEndian.u16(raw, 0x16),
        LittleEndian.u16(raw, 0x14),
        LittleEndian.i32(raw, 0x18),
        raw.length,
        LittleEndian.i64(raw, 0x20),
        LittleEndian.u16(raw, 0x28),
        FileRecord.NO_NUMBER);
  }

  /** Follows the attributes to the end mark, over damaged ones too; says whether all is sound. */
  private boolean readAttributes(
      byte[] raw, long number, int first, AttributeCheck check, List<CheckedAttribute> found) {
    boolean changed = false;
    int at = first;
    while (true) {
      if (at + 4 > recordSize) {
        log.add(NtfsFindingKind.RECORD_HEADER, number, "no mark ends the attributes");
        return true;
      }
      if (LittleEndian.i32(raw, at) == AttributeType.END) {
        break;
      }
      int length = length(raw, at);
      if (length == 0) {
        log.add(
            NtfsFindingKind.ATTRIBUTE_DAMAGED,
            number,
            String.format(
                "%s at %xh has a length of %d",
                AttributeType.toString(LittleEndian.i32(raw, at)),
                at,
                at + 8 <= recordSize ? LittleEndian.u32(raw, at + 4) : 0));
        changed = true;
        length = guessLength(raw, at);
        if (length == 0) {
          int next = nextAttribute(raw, at + 8);
          if (next < 0) {
            return true;
          }
          at = next;
          continue;
        }
        LittleEndian.put32(raw, at + 4, length);
      }
      CheckedAttribute attribute = check.read(raw, at, at + length);
      if (attribute != null) {
        found.add(attribute);
      }
      at += length;
    }
    long used = LittleEndian.u32(raw, 0x18);
    if (used != at + FileRecord.END_SIZE) {
      log.add(
          NtfsFindingKind.RECORD_HEADER,
          number,
          used + " bytes are said to be in use, the end mark is at " + at);
      changed = true;
    }
    return changed;
  }

  /** The length of the attribute at an offset, or 0 when it cannot be. */
  private int length(byte[] raw, int at) {
    if (at + AttributeHeader.Resident.SIZE > recordSize) {
      return 0;
    }
    long length = LittleEndian.u32(raw, at + 4);
    return length < AttributeHeader.Resident.SIZE || length % 8 != 0 || length > recordSize - at
        ? 0
        : (int) length;
  }

  /** The length that an attribute with a damaged one must have, or 0. */
  private int guessLength(byte[] raw, int at) {
    if (at + AttributeHeader.Resident.SIZE > recordSize) {
      return 0;
    }
    if (raw[at + 8] == 0) {
      long end = LittleEndian.u16(raw, at + 0x14) + LittleEndian.u32(raw, at + 0x10);
      long length = end + 7 & -8L;
      return length >= AttributeHeader.Resident.SIZE
              && length <= recordSize - at
              && leadsToEnd(raw, (int) (at + length))
          ? (int) length
          : 0;
    }
    for (int length = AttributeHeader.NonResident.SIZE + 8;
        length <= recordSize - at;
        length += 8) {
      if (leadsToEnd(raw, at + length)) {
        return length;
      }
    }
    return 0;
  }

  /** The next place from which attributes lead to the end mark, or -1. */
  private int nextAttribute(byte[] raw, int from) {
    for (int at = from; at + 4 <= recordSize; at += 8) {
      if (leadsToEnd(raw, at)) {
        return at;
      }
    }
    return -1;
  }

  private boolean leadsToEnd(byte[] raw, int from) {
    int at = from;
    int lastType = 0;
    while (at + 4 <= recordSize) {
      int type = LittleEndian.i32(raw, at);
      if (type == AttributeType.END) {
        return true;
      }
      int length = length(raw, at);
      if (length == 0
          || type < lastType
          || type > AttributeType.LOGGED_UTILITY_STREAM
          || (type & 0xF) != 0
          || type == 0
          || LittleEndian.u8(raw, at + 8) > 1) {
        return false;
      }
      lastType = type;
      at += length;
    }
    return false;
  }

  /** Sorts attributes if need be; says whether there was. */
  private boolean sort(List<CheckedAttribute> attributes, long number) {
    for (int i = 1; i < attributes.size(); i++) {
      if (compare(attributes.get(i - 1), attributes.get(i)) > 0) {
        log.add(
            NtfsFindingKind.ATTRIBUTE_ORDER,
            number,
            attributes.get(i - 1) + " stands before " + attributes.get(i));
        attributes.sort(this::compare);
        return true;
      }
    }
    return false;
  }

  /** The order of attributes in a record and in a list. */
  int compare(CheckedAttribute a, CheckedAttribute b) {
    int order = Integer.compareUnsigned(a.type(), b.type());
    if (order == 0) {
      order = collation.compareIgnoringCase(a.name(), b.name());
    }
    return order != 0 ? order : Long.compare(a.lowestVcn(), b.lowestVcn());
  }

  private boolean hasInstanceTwice(long number, List<CheckedAttribute> attributes) {
    Set<Integer> instances = new HashSet<>();
    for (CheckedAttribute attribute : attributes) {
      int instance = attribute.header().instance();
      if (!instances.add(instance)) {
        log.add(
            NtfsFindingKind.ATTRIBUTE_INSTANCE,
            number,
            "the instance " + instance + " is given to more than one attribute");
        return true;
      }
    }
    return instances.contains(0xFFFF);
  }

  private boolean checkNextInstance(byte[] raw, long number, List<CheckedAttribute> attributes) {
    int next = LittleEndian.u16(raw, 0x28);
    for (CheckedAttribute attribute : attributes) {
      if (attribute.header().instance() >= next) {
        log.add(
            NtfsFindingKind.ATTRIBUTE_INSTANCE,
            number,
            attribute
                + " has instance "
                + attribute.header().instance()
                + ", the next one shall be "
                + next);
        return true;
      }
    }
    return false;
  }
}
