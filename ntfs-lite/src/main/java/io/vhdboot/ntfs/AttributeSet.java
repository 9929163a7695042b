package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All attributes of a file, gathered from its base record and those that its attribute list names.
 *
 * @param reference the file reference of the base record
 * @param base the header of the base record
 * @param attributes the attributes, in the order of the record or the list
 * @param source what exceptions call the base record
 */
record AttributeSet(
    long reference, FileRecord base, List<NtfsAttribute> attributes, String source) {

  /**
   * Reads the attributes of a file.
   *
   * @param number the number of the base record
   * @throws CorruptFormatException when a record is damaged or not a part of the file
   */
  static AttributeSet read(MasterFileTable table, long number) throws IOException {
    String source = table.source(number);
    byte[] record = table.view(number);
    return read(table, number, record, FileRecord.get(record, source), source);
  }

  /**
   * Reads the attributes of a file when there is one.
   *
   * @param number the number of a record
   * @return the attributes, or nothing when the record is free or holds a part of a file only
   * @throws CorruptFormatException when a record is damaged or not a part of the file
   */
  static Optional<AttributeSet> find(MasterFileTable table, long number) throws IOException {
    byte[] record = table.viewIfPresent(number);
    if (record == null) {
      return Optional.empty();
    }
    String source = table.source(number);
    FileRecord base = FileRecord.get(record, source);
    return base.isInUse() && !base.isExtension()
        ? Optional.of(read(table, number, record, base, source))
        : Optional.empty();
  }

  private static AttributeSet read(
      MasterFileTable table, long number, byte[] record, FileRecord base, String source)
      throws IOException {
    List<NtfsAttribute.Extent> own = new ArrayList<>();
    NtfsAttribute list = null;
    for (AttributeHeader header : base.attributes(record, source)) {
      NtfsAttribute.Extent extent = new NtfsAttribute.Extent(record, header, source);
      own.add(extent);
      if (header.type() == AttributeType.ATTRIBUTE_LIST) {
        list = new NtfsAttribute(table.clusters(), List.of(extent));
      }
    }
    long reference = FileReference.of(number, base.sequence());
    return new AttributeSet(
        reference,
        base,
        join(
            list == null ? own : new Records(table, reference, record, base, source).gather(list),
            table.clusters()),
        source);
  }

  /** The first attribute of a type and name. */
  Optional<NtfsAttribute> find(int type, String name) {
    for (NtfsAttribute attribute : attributes) {
      if (attribute.type() == type && attribute.name().equals(name)) {
        return Optional.of(attribute);
      }
    }
    return Optional.empty();
  }

  /** The first unnamed attribute of a type. */
  Optional<NtfsAttribute> find(int type) {
    return find(type, "");
  }

  /** All attributes of a type. */
  List<NtfsAttribute> all(int type) {
    return attributes.stream().filter(attribute -> attribute.type() == type).toList();
  }

  /** Puts extents of the same attribute together, which follow each other. */
  private static List<NtfsAttribute> join(List<NtfsAttribute.Extent> extents, ClusterSpace clusters)
      throws CorruptFormatException {
    List<NtfsAttribute> attributes = new ArrayList<>();
    List<NtfsAttribute.Extent> parts = new ArrayList<>();
    for (NtfsAttribute.Extent extent : extents) {
      if (!continuesAnother(extent.header())) {
        if (!parts.isEmpty()) {
          attributes.add(new NtfsAttribute(clusters, parts));
          parts.clear();
        }
      } else if (parts.isEmpty() || !isSame(parts.get(0).header(), extent.header())) {
        throw new CorruptFormatException(
            extent.source(),
            extent.header().position(),
            "the first extent of this attribute is missing");
      }
      parts.add(extent);
    }
    if (!parts.isEmpty()) {
      attributes.add(new NtfsAttribute(clusters, parts));
    }
    return List.copyOf(attributes);
  }

  private static boolean continuesAnother(AttributeHeader header) {
    return header instanceof AttributeHeader.NonResident nonResident && nonResident.lowestVcn() > 0;
  }

  private static boolean isSame(AttributeHeader a, AttributeHeader b) {
    return a.type() == b.type() && a.name().equals(b.name());
  }

  /** The records of a file that has an attribute list, each read once. */
  private static final class Records {

    private final MasterFileTable table;
    private final long reference;
    private final Map<Long, OneRecord> records = new HashMap<>();

    private record OneRecord(byte[] bytes, List<AttributeHeader> headers, String source) {}

    Records(MasterFileTable table, long reference, byte[] record, FileRecord base, String source)
        throws CorruptFormatException {
      this.table = table;
      this.reference = reference;
      records.put(reference, new OneRecord(record, base.attributes(record, source), source));
    }

    List<NtfsAttribute.Extent> gather(NtfsAttribute list) throws IOException {
      List<NtfsAttribute.Extent> extents = new ArrayList<>();
      for (AttributeListEntry entry : AttributeListEntry.all(list)) {
        OneRecord record = record(entry.reference());
        extents.add(
            new NtfsAttribute.Extent(
                record.bytes(), entry.findIn(record.headers(), record.source()), record.source()));
      }
      return extents;
    }

    private OneRecord record(long wanted) throws IOException {
      OneRecord known = records.get(wanted);
      if (known != null) {
        return known;
      }
      long number = FileReference.record(wanted);
      String source = table.source(number);
      byte[] bytes = table.view(number);
      FileRecord header = FileRecord.get(bytes, source);
      if (!header.isInUse()
          || header.sequence() != FileReference.sequence(wanted)
          || header.baseReference() != reference) {
        throw new CorruptFormatException(
            source,
            0x20,
            "the record must be a part of file "
                + FileReference.toString(reference)
                + " with sequence number "
                + FileReference.sequence(wanted));
      }
      OneRecord record = new OneRecord(bytes, header.attributes(bytes, source), source);
      records.put(wanted, record);
      return record;
    }
  }
}
