package io.vhdboot.ntfs;

import java.util.List;

/**
 * An attribute of a file in the making. Its length is known before it is known where anything will
 * lie; what is put may be a little shorter.
 */
interface RecordAttribute {

  /** The most bytes that the packed run of an attribute in one piece takes, on a multiple of 8. */
  int RUN_SIZE = 16;

  int type();

  String name();

  /** The most bytes that it takes in a record. */
  int length();

  /** The first VCN that it maps. */
  default long lowestVcn() {
    return 0;
  }

  /** Puts it; gives the bytes that it takes. */
  int put(byte[] record, int offset, int instance, ImageState state);

  /** Bytes of an attribute with its value in the record. */
  static long residentLength(String name, long valueLength) {
    int header = AttributeHeader.align(AttributeHeader.Resident.SIZE + 2 * name.length());
    return header + (valueLength + 7 & -8);
  }

  /** Bytes of an attribute with its value in clusters in one piece. */
  static int nonResidentLength(String name) {
    return AttributeHeader.align(AttributeHeader.NonResident.SIZE + 2 * name.length()) + RUN_SIZE;
  }

  /** Puts an attribute whose value is at hand. */
  static int putResident(
      byte[] record, int offset, int type, String name, int instance, byte[] value) {
    return putResident(record, offset, type, name, 0, instance, value);
  }

  /** As {@link #putResident(byte[], int, int, String, int, byte[])}, with flags. */
  static int putResident(
      byte[] record, int offset, int type, String name, int flags, int instance, byte[] value) {
    AttributeHeader.Resident header =
        AttributeHeader.Resident.of(type, name, flags, instance, value.length, false);
    header.put(record, offset);
    System.arraycopy(value, 0, record, offset + header.valueOffset(), value.length);
    return header.length();
  }

  /** Puts an attribute whose value lies in clusters in one piece, or in none. */
  static int putNonResident(
      byte[] record,
      int offset,
      int type,
      String name,
      int instance,
      DataRun run,
      int clusterSize,
      long size,
      long initialisedSize) {
    List<DataRun> runs = run.length() == 0 ? List.of() : List.of(run);
    long allocated = run.length() * clusterSize;
    AttributeHeader.NonResident header =
        AttributeHeader.NonResident.of(
            type,
            name,
            0,
            instance,
            0,
            run.length() - 1,
            0,
            allocated,
            size,
            initialisedSize,
            allocated,
            MappingPairs.size(runs));
    header.put(record, offset);
    MappingPairs.put(runs, record, offset + header.mappingPairsOffset());
    return header.length();
  }

  /** $STANDARD_INFORMATION of a node. */
  record Standard(NodeHandle node) implements RecordAttribute {

    @Override
    public int type() {
      return AttributeType.STANDARD_INFORMATION;
    }

    @Override
    public String name() {
      return "";
    }

    @Override
    public int length() {
      return (int) residentLength("", node.standardInformationSize());
    }

    @Override
    public int put(byte[] record, int offset, int instance, ImageState state) {
      StandardInformation value = state.standardInformation(node);
      AttributeHeader.Resident header =
          AttributeHeader.Resident.of(type(), "", instance, value.size(), false);
      header.put(record, offset);
      value.put(record, offset + header.valueOffset());
      return header.length();
    }
  }

  /** $FILE_NAME of a link. */
  record Name(LinkHandle link) implements RecordAttribute {

    @Override
    public int type() {
      return AttributeType.FILE_NAME;
    }

    @Override
    public String name() {
      return "";
    }

    @Override
    public int length() {
      return (int) residentLength("", FileName.size(link.name.length()));
    }

    @Override
    public int put(byte[] record, int offset, int instance, ImageState state) {
      FileName value = state.fileName(link);
      AttributeHeader.Resident header =
          AttributeHeader.Resident.of(type(), "", instance, value.size(), true);
      header.put(record, offset);
      value.put(record, offset + header.valueOffset());
      return header.length();
    }
  }

  /** The content of a file that was given none. */
  record EmptyData() implements RecordAttribute {

    @Override
    public int type() {
      return AttributeType.DATA;
    }

    @Override
    public String name() {
      return "";
    }

    @Override
    public int length() {
      return (int) residentLength("", 0);
    }

    @Override
    public int put(byte[] record, int offset, int instance, ImageState state) {
      return putResident(record, offset, type(), "", instance, new byte[0]);
    }
  }

  /** An attribute that has a stream of bytes for its value. */
  record Stream(StreamHandle stream, boolean resident) implements RecordAttribute {

    @Override
    public int type() {
      return stream.type;
    }

    @Override
    public String name() {
      return stream.name;
    }

    @Override
    public int length() {
      return resident
          ? (int) residentLength(stream.name, stream.size)
          : nonResidentLength(stream.name);
    }

    @Override
    public int put(byte[] record, int offset, int instance, ImageState state) {
      if (resident) {
        return putResident(
            record,
            offset,
            stream.type,
            stream.name,
            stream.form.flags,
            instance,
            state.value(stream));
      }
      return putNonResident(
          record,
          offset,
          stream.type,
          stream.name,
          instance,
          state.run(stream),
          state.clusterSize(),
          state.size(stream),
          state.initialisedSize(stream));
    }
  }

  /**
   * $INDEX_ROOT of an index.
   *
   * @param compressed whether it is that of a directory in which new files are to be compressed
   */
  record Root(IndexPlan index, boolean compressed) implements RecordAttribute {

    @Override
    public int type() {
      return AttributeType.INDEX_ROOT;
    }

    @Override
    public String name() {
      return index.source().name;
    }

    @Override
    public int length() {
      return (int) residentLength(name(), IndexRoot.SIZE + index.rootSize());
    }

    @Override
    public int put(byte[] record, int offset, int instance, ImageState state) {
      int used = IndexHeader.SIZE + index.rootSize();
      AttributeHeader.Resident header =
          AttributeHeader.Resident.of(
              type(),
              name(),
              compressed ? AttributeHeader.FLAG_COMPRESSED : 0,
              instance,
              IndexRoot.HEADER_OFFSET + used,
              false);
      header.put(record, offset);
      int value = offset + header.valueOffset();
      new IndexRoot(
              index.source().attributeType(),
              index.source().collation,
              state.indexBlockSize(),
              state.unitsPerBlock(),
              new IndexHeader(IndexHeader.SIZE, used, used, index.hasBlocks()))
          .put(record, value);
      index.putRoot(record, value + IndexRoot.SIZE, state.unitsPerBlock(), state);
      return header.length();
    }
  }

  /** $INDEX_ALLOCATION of an index. */
  record Allocation(IndexPlan index) implements RecordAttribute {

    @Override
    public int type() {
      return AttributeType.INDEX_ALLOCATION;
    }

    @Override
    public String name() {
      return index.source().name;
    }

    @Override
    public int length() {
      return nonResidentLength(name());
    }

    @Override
    public int put(byte[] record, int offset, int instance, ImageState state) {
      long size = (long) index.blockCount() * state.indexBlockSize();
      return putNonResident(
          record,
          offset,
          type(),
          name(),
          instance,
          state.allocationRun(index),
          state.clusterSize(),
          size,
          size);
    }
  }

  /** $BITMAP of an index. */
  record Bitmap(IndexPlan index) implements RecordAttribute {

    /** Above this the bitmap gets a cluster, so that the record keeps room for the root. */
    private static final int MAX_RESIDENT = 64;

    static boolean isResident(int size) {
      return size <= MAX_RESIDENT;
    }

    static int length(String name, int size) {
      return isResident(size) ? (int) residentLength(name, size) : nonResidentLength(name);
    }

    @Override
    public int type() {
      return AttributeType.BITMAP;
    }

    @Override
    public String name() {
      return index.source().name;
    }

    @Override
    public int length() {
      return length(name(), IndexPlan.bitmapSize(index.blockCount()));
    }

    @Override
    public int put(byte[] record, int offset, int instance, ImageState state) {
      byte[] bitmap = index.bitmap();
      if (isResident(bitmap.length)) {
        return putResident(record, offset, type(), name(), instance, bitmap);
      }
      return putNonResident(
          record,
          offset,
          type(),
          name(),
          instance,
          state.bitmapRun(index),
          state.clusterSize(),
          bitmap.length,
          bitmap.length);
    }
  }
}
