package io.vhdboot.ntfs;

import java.util.List;

/** Makes the records of files. */
final class RecordWriter {

  private static final byte[] NO_LIST = {};

  private final TreePlan tree;
  private final ImageState state;
  private final int recordSize;
  private final int firstAttribute;

  RecordWriter(TreePlan tree, ImageState state) {
    this.tree = tree;
    this.state = state;
    this.recordSize = tree.options().recordSize();
    this.firstAttribute = FileRecord.firstAttribute(recordSize);
  }

  /**
   * The records of a file.
   *
   * @param records as they belong on disk: the base, then the extensions
   * @param list the value of an attribute list that lies in clusters, otherwise empty
   */
  record Result(byte[][] records, byte[] list) {}

  Result records(NodeHandle node) {
    TreePlan.Overflow overflow = tree.overflow(node);
    List<RecordAttribute> attributes = tree.attributes(node);
    return overflow == null
        ? new Result(new byte[][] {single(node, attributes)}, NO_LIST)
        : several(node, attributes, overflow);
  }

  /** A record that no file has used. */
  byte[] free(long number) {
    return FileRecord.unused(recordSize, number);
  }

  private byte[] single(NodeHandle node, List<RecordAttribute> attributes) {
    byte[] record = new byte[recordSize];
    int end = firstAttribute;
    int instance = 0;
    for (RecordAttribute attribute : attributes) {
      end += attribute.put(record, end, instance, state);
      instance++;
    }
    seal(record, node, tree.record(node), end, instance);
    return record;
  }

  private Result several(
      NodeHandle node, List<RecordAttribute> attributes, TreePlan.Overflow overflow) {
    RecordPacking packing = overflow.packing();
    int count = packing.recordCount();
    byte[][] records = new byte[count][recordSize];
    int[] ends = new int[count];
    int[] instances = new int[count];
    long[] references = new long[count];
    references[0] = state.reference(node);
    for (int i = 0; i < count; i++) {
      ends[i] = firstAttribute;
      if (i > 0) {
        references[i] = FileReference.of(overflow.firstExtension() + i - 1, 1);
      }
    }
    byte[] list = new byte[packing.listLength()];
    int listEnd = 0;
    int listValue = 0;
    for (int i = 0; i < attributes.size(); i++) {
      RecordAttribute attribute = attributes.get(i);
      int at = packing.records()[i];
      new AttributeListEntry(attribute.type(), attribute.name(), 0, references[at], instances[at])
          .put(list, listEnd);
      listEnd += AttributeListEntry.size(attribute.name().length());
      ends[at] += attribute.put(records[at], ends[at], instances[at], state);
      instances[at]++;
      if (attribute.type() == AttributeType.STANDARD_INFORMATION) {
        listValue = ends[0] + AttributeHeader.Resident.SIZE;
        ends[0] += putList(records[0], ends[0], instances[0], list, overflow);
        instances[0]++;
      }
    }
    if (packing.listResident()) {
      System.arraycopy(list, 0, records[0], listValue, list.length);
    }
    for (int i = 0; i < count; i++) {
      if (i == 0) {
        seal(records[0], node, tree.record(node), ends[0], instances[0]);
      } else {
        sealExtension(
            records[i], references[0], overflow.firstExtension() + i - 1, ends[i], instances[i]);
      }
    }
    return new Result(records, packing.listResident() ? NO_LIST : list);
  }

  /** Puts the attribute list, whose value is not complete yet. */
  private int putList(
      byte[] record, int offset, int instance, byte[] list, TreePlan.Overflow overflow) {
    if (overflow.packing().listResident()) {
      return RecordAttribute.putResident(
          record, offset, AttributeType.ATTRIBUTE_LIST, "", instance, list);
    }
    return RecordAttribute.putNonResident(
        record,
        offset,
        AttributeType.ATTRIBUTE_LIST,
        "",
        instance,
        state.listRun(overflow),
        state.clusterSize(),
        list.length,
        list.length);
  }

  private void seal(byte[] record, NodeHandle node, int number, int end, int nextInstance) {
    seal(record, node.sequence, node.linkCount(), node.recordFlags, 0, number, end, nextInstance);
  }

  private void sealExtension(byte[] record, long base, int number, int end, int nextInstance) {
    seal(record, 1, 0, FileRecord.FLAG_IN_USE, base, number, end, nextInstance);
  }

  private void seal(
      byte[] record,
      int sequence,
      int linkCount,
      int flags,
      long base,
      int number,
      int end,
      int nextInstance) {
    FileRecord.putEnd(record, end);
    new FileRecord(
            0,
            sequence,
            linkCount,
            flags,
            firstAttribute,
            end + FileRecord.END_SIZE,
            recordSize,
            base,
            nextInstance,
            number)
        .put(record);
    UpdateSequence.apply(record, 0, recordSize);
  }
}
