package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.util.Arrays;
import java.util.List;

/**
 * An attribute, or one extent of it, out of its record: sound in itself, whatever it was before.
 *
 * @param record the number of the record that holds it
 * @param bytes all its bytes, of which it is the only owner
 * @param header its header, at position 0
 * @param runs its data runs; empty when it is resident
 */
record CheckedAttribute(long record, byte[] bytes, AttributeHeader header, List<DataRun> runs) {

  /** An attribute with its value in the record, made anew. */
  static CheckedAttribute resident(long record, int type, String name, int flags, byte[] value) {
    AttributeHeader.Resident header =
        AttributeHeader.Resident.of(
            type, name, flags, 0, value.length, type == AttributeType.FILE_NAME);
    byte[] bytes = new byte[header.length()];
    header.put(bytes, 0);
    System.arraycopy(value, 0, bytes, header.valueOffset(), value.length);
    return new CheckedAttribute(record, bytes, header, List.of());
  }

  /** An extent made anew, with the sizes and flags of a header that is like it. */
  static CheckedAttribute nonResident(
      long record, AttributeHeader.NonResident like, long lowestVcn, List<DataRun> runs) {
    long count = runs.stream().mapToLong(DataRun::length).sum();
    AttributeHeader.NonResident header =
        AttributeHeader.NonResident.of(
            like.type(),
            like.name(),
            like.flags(),
            like.instance(),
            lowestVcn,
            lowestVcn + count - 1,
            like.compressionUnit(),
            like.allocatedSize(),
            like.dataSize(),
            like.initialisedSize(),
            like.storedSize(),
            MappingPairs.size(runs));
    byte[] bytes = new byte[header.length()];
    header.put(bytes, 0);
    MappingPairs.put(runs, bytes, header.mappingPairsOffset());
    return new CheckedAttribute(record, bytes, header, List.copyOf(runs));
  }

  /** A whole stream of plain clusters, made anew. */
  static CheckedAttribute plain(
      long record, int type, String name, List<DataRun> runs, long size, int clusterSize) {
    long count = runs.stream().mapToLong(DataRun::length).sum();
    AttributeHeader.NonResident header =
        AttributeHeader.NonResident.of(
            type, name, 0, count - 1, count * clusterSize, size, MappingPairs.size(runs));
    return nonResident(record, header, 0, runs);
  }

  int type() {
    return header.type();
  }

  String name() {
    return header.name();
  }

  boolean isResident() {
    return header instanceof AttributeHeader.Resident;
  }

  /** The header of an extent in clusters. */
  AttributeHeader.NonResident nonResident() {
    return (AttributeHeader.NonResident) header;
  }

  /** The first VCN; 0 for a value in the record. */
  long lowestVcn() {
    return isResident() ? 0 : nonResident().lowestVcn();
  }

  /** The VCN behind the last one. */
  long endVcn() {
    return isResident() ? 0 : nonResident().highestVcn() + 1;
  }

  /** A copy of a value in the record. */
  byte[] value() {
    AttributeHeader.Resident resident = (AttributeHeader.Resident) header;
    int from = resident.valueOffset();
    return Arrays.copyOfRange(bytes, from, from + resident.valueLength());
  }

  /** Whether it is the same attribute, or another extent of it. */
  boolean isSame(CheckedAttribute other) {
    return type() == other.type() && name().equals(other.name());
  }

  /** The attribute with another instance number, in a record. */
  CheckedAttribute in(long otherRecord, int instance) {
    byte[] copy = bytes.clone();
    LittleEndian.put16(copy, 0x0E, instance);
    return new CheckedAttribute(otherRecord, copy, reread(copy), runs);
  }

  /** The attribute with another value, in the record. */
  CheckedAttribute withValue(byte[] value) {
    return resident(record, type(), name(), header.flags(), value).in(record, header.instance());
  }

  /** The first extent with other sizes and flags. */
  CheckedAttribute with(int flags, long allocated, long size, long initialised, long stored) {
    AttributeHeader.NonResident old = nonResident();
    int unit =
        (flags & (AttributeHeader.MASK_COMPRESSION | AttributeHeader.FLAG_SPARSE)) == 0
            ? 0
            : old.compressionUnit();
    return nonResident(
        record,
        AttributeHeader.NonResident.of(
            type(),
            name(),
            flags,
            header.instance(),
            0,
            old.highestVcn(),
            unit,
            allocated,
            size,
            initialised,
            stored,
            1),
        0,
        runs);
  }

  private static AttributeHeader reread(byte[] bytes) {
    try {
      return AttributeHeader.get(bytes, 0, bytes.length, "");
    } catch (CorruptFormatException e) {
      throw new IllegalStateException("an attribute that was sound no longer is", e);
    }
  }

  @Override
  public String toString() {
    return AttributeType.toString(type()) + (name().isEmpty() ? "" : ":" + name());
  }
}
