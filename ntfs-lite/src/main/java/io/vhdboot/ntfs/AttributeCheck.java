package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.util.Arrays;
import java.util.List;

/** Looks at one attribute as it lies in a record, and makes it sound as far as can be. */
final class AttributeCheck {

  private static final int KNOWN_FLAGS =
      AttributeHeader.MASK_COMPRESSION
          | AttributeHeader.FLAG_ENCRYPTED
          | AttributeHeader.FLAG_SPARSE;

  /** What Windows writes: units of 16 clusters. */
  private static final int DEFAULT_UNIT = 4;

  private static final int MAX_UNIT = 20;

  private final CheckLog log;
  private final int clusterSize;
  private final long clusterCount;
  private final long number;
  private byte[] bytes;
  private int from;
  private boolean changed;

  AttributeCheck(CheckLog log, int clusterSize, long clusterCount, long number) {
    this.log = log;
    this.clusterSize = clusterSize;
    this.clusterCount = clusterCount;
    this.number = number;
  }

  /** Whether the attributes that were read are not as they stand in the record. */
  boolean isChanged() {
    return changed;
  }

  /** The attribute between two offsets of a record, or null when nothing of it can be kept. */
  CheckedAttribute read(byte[] record, int from, int to) {
    bytes = Arrays.copyOfRange(record, from, to);
    this.from = from;
    try {
      return isNonResident() ? nonResident() : resident();
    } catch (CorruptFormatException e) {
      return lost(" is damaged: " + e.getMessage());
    }
  }

  /** What messages call the attribute. */
  private String what() {
    return AttributeType.toString(LittleEndian.i32(bytes, 0)) + String.format(" at %xh", from);
  }

  private boolean isNonResident() throws CorruptFormatException {
    int form = LittleEndian.u8(bytes, 0x08);
    if (form > 1) {
      throw new CorruptFormatException("form", 0x08, "0 or 1 is expected, not " + form);
    }
    return form == 1;
  }

  private CheckedAttribute lost(String message) {
    log.add(NtfsFindingKind.ATTRIBUTE_DAMAGED, number, what() + message);
    changed = true;
    return null;
  }

  private void field(String message) {
    log.add(NtfsFindingKind.ATTRIBUTE_FIELD, number, what() + message);
    changed = true;
  }

  private void flags() {
    int flags = LittleEndian.u16(bytes, 0x0C);
    if ((flags & ~KNOWN_FLAGS) != 0) {
      field(String.format(" has unknown flags %04xh", flags));
      LittleEndian.put16(bytes, 0x0C, flags & KNOWN_FLAGS);
    }
  }

  private CheckedAttribute resident() throws CorruptFormatException {
    flags();
    int offset = LittleEndian.u16(bytes, 0x14);
    long room = bytes.length - offset;
    if (offset >= AttributeHeader.Resident.SIZE
        && room >= 0
        && LittleEndian.u32(bytes, 0x10) > room
        && LittleEndian.i32(bytes, 0) != AttributeType.STANDARD_INFORMATION) {
      field(
          what()
              + " has a value of "
              + LittleEndian.u32(bytes, 0x10)
              + " bytes where "
              + room
              + " are");
      LittleEndian.put32(bytes, 0x10, room);
    }
    AttributeHeader.Resident header =
        (AttributeHeader.Resident) AttributeHeader.get(bytes, 0, bytes.length, "header");
    int nameUnits = LittleEndian.u8(bytes, 0x09);
    int nameEnd = LittleEndian.u16(bytes, 0x0A) + 2 * nameUnits;
    int storedOffset = LittleEndian.u16(bytes, 0x14);
    if (storedOffset > bytes.length) {
      field(" has its empty value at " + storedOffset + ", behind its end");
      storedOffset = header.valueOffset();
      LittleEndian.put16(bytes, 0x14, storedOffset);
    }
    if (nameUnits != 0 && header.valueLength() != 0 && storedOffset < nameEnd) {
      return lost(" has a value that overlaps its name");
    }
    boolean isName = header.type() == AttributeType.FILE_NAME;
    if ((LittleEndian.u8(bytes, 0x16) & 1) != (isName ? 1 : 0)) {
      field(" has the indexed flag " + LittleEndian.u8(bytes, 0x16));
      LittleEndian.put8(bytes, 0x16, isName ? 1 : 0);
    }
    if (bytes[0x17] != 0 || LittleEndian.u8(bytes, 0x16) > 1) {
      unusual(" has a reserved byte that is not 0");
    }
    if (storedOffset % 8 != 0 && header.valueLength() != 0) {
      field(" has a value at " + storedOffset + ", not on a multiple of 8");
      byte[] value =
          Arrays.copyOfRange(
              bytes, header.valueOffset(), header.valueOffset() + header.valueLength());
      return CheckedAttribute.resident(number, header.type(), header.name(), header.flags(), value)
          .in(number, header.instance());
    }
    if (header.valueOffset() != storedOffset
        || header.length() != AttributeHeader.align(storedOffset + header.valueLength())) {
      unusual(" has " + header.length() + " bytes for " + header.valueLength());
    }
    return new CheckedAttribute(
        number, bytes, AttributeHeader.get(bytes, 0, bytes.length, "header"), List.of());
  }

  private void unusual(String message) {
    log.add(NtfsFindingKind.ATTRIBUTE_UNUSUAL, number, what() + message);
  }

  private CheckedAttribute nonResident() throws CorruptFormatException {
    int type = LittleEndian.i32(bytes, 0);
    if (mustBeResident(type)) {
      log.add(NtfsFindingKind.ATTRIBUTE_FORM, number, what() + " must be resident");
      changed = true;
      return null;
    }
    if (bytes.length < AttributeHeader.NonResident.SIZE) {
      return lost(" has " + bytes.length + " bytes only");
    }
    flags();
    int pairs = LittleEndian.u16(bytes, 0x20);
    long lowest = LittleEndian.i64(bytes, 0x10);
    int nameUnits = LittleEndian.u8(bytes, 0x09);
    int nameOffset = LittleEndian.u16(bytes, 0x0A);
    int nameEnd = nameUnits == 0 ? AttributeHeader.NonResident.SIZE : nameOffset + 2 * nameUnits;
    if (pairs < nameEnd
        || pairs >= bytes.length
        || nameUnits != 0 && nameOffset < AttributeHeader.NonResident.SIZE) {
      return lost(" has its name or data runs out of bounds");
    }
    RunSalvage salvage = RunSalvage.of(bytes, pairs, bytes.length, clusterSize, clusterCount);
    if (lowest < 0 || lowest > Long.MAX_VALUE / clusterSize - salvage.count()) {
      return lost(" begins at VCN " + lowest);
    }
    long highest = LittleEndian.i64(bytes, 0x18);
    long end = lowest + salvage.count() - 1;
    boolean damaged = salvage.problem() != null;
    if (damaged) {
      log.add(NtfsFindingKind.DATA_RUNS, number, what() + ": " + salvage.problem());
    } else if (highest != end) {
      log.add(
          NtfsFindingKind.EXTENT_RANGE,
          number,
          what() + " says it ends at VCN " + highest + ", its runs end at " + end);
    }
    if (!salvage.isMinimal()) {
      log.add(
          NtfsFindingKind.DATA_RUNS_UNUSUAL,
          number,
          what() + " has runs with more bytes than need");
    }
    changed |= damaged || highest != end;
    LittleEndian.put64(bytes, 0x18, end);
    compressionUnit();
    if (lowest == 0) {
      negativeSizes();
    }
    AttributeHeader.NonResident header =
        (AttributeHeader.NonResident) AttributeHeader.get(bytes, 0, bytes.length, "header");
    if (damaged) {
      return CheckedAttribute.nonResident(number, header, lowest, salvage.runs());
    }
    return new CheckedAttribute(number, bytes, header, salvage.runs());
  }

  private void compressionUnit() {
    int unit = LittleEndian.u16(bytes, 0x22);
    int flags = LittleEndian.u16(bytes, 0x0C);
    boolean compressed = (flags & AttributeHeader.MASK_COMPRESSION) != 0;
    if (unit > MAX_UNIT || compressed && unit == 0 && LittleEndian.i64(bytes, 0x10) == 0) {
      field(" has a compression unit of 2^" + unit + " clusters");
      LittleEndian.put16(bytes, 0x22, compressed ? DEFAULT_UNIT : 0);
    }
  }

  private void negativeSizes() {
    for (int offset = 0x28; offset <= 0x38; offset += 8) {
      if (LittleEndian.i64(bytes, offset) < 0) {
        log.add(
            NtfsFindingKind.STREAM_SIZE,
            number,
            what() + " has a size of " + LittleEndian.i64(bytes, offset));
        LittleEndian.put64(bytes, offset, offset == 0x28 ? 0 : Long.MAX_VALUE);
        changed = true;
      }
    }
  }

  private static boolean mustBeResident(int type) {
    return switch (type) {
      case AttributeType.STANDARD_INFORMATION,
          AttributeType.FILE_NAME,
          AttributeType.OBJECT_ID,
          AttributeType.VOLUME_NAME,
          AttributeType.VOLUME_INFORMATION,
          AttributeType.INDEX_ROOT,
          AttributeType.EA_INFORMATION ->
          true;
      default -> false;
    };
  }
}
