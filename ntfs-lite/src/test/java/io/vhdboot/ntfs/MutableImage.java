package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MemoryDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** A volume in memory whose structures a test damages, each by itself. */
final class MutableImage {

  private final byte[] bytes;
  private final MemoryDevice device;
  private final NtfsVolume volume;

  /** Changes a record or block whose update sequence is removed. */
  interface Change {
    void apply(byte[] bytes) throws IOException;
  }

  MutableImage(byte[] bytes) throws IOException {
    this.bytes = bytes;
    this.device = MemoryDevice.wrap("image", bytes);
    this.volume = NtfsVolume.open(device);
  }

  byte[] bytes() {
    return bytes;
  }

  NtfsVolume volume() {
    return volume;
  }

  long record(String path) throws IOException {
    return volume.file(path).recordNumber();
  }

  int clusterSize() {
    return volume.clusterSize();
  }

  /** Where the copy of the boot sector lies. */
  int bootCopy() {
    return (int) (LittleEndian.i64(bytes, 0x28) * LittleEndian.u16(bytes, 0x0B));
  }

  void flip(long position, int bits) {
    bytes[(int) position] ^= (byte) bits;
  }

  /** Where a byte of a stream in clusters lies. */
  long place(long record, String stream, long offset) throws IOException {
    for (NtfsExtent extent : volume.file(record).stream(stream).extents()) {
      long begin = extent.vcn() * clusterSize();
      if (offset >= begin && offset < begin + extent.count() * clusterSize()) {
        return extent.lcn() * clusterSize() + offset - begin;
      }
    }
    throw new AssertionError("no byte " + offset + " in " + stream + " of record " + record);
  }

  /** Where a byte of any attribute in clusters lies. */
  long place(long record, int type, String name, long offset) throws IOException {
    RunList runs = set(record).find(type, name).orElseThrow().runs();
    int run = runs.find(offset / clusterSize());
    return (runs.lcn(run) - runs.vcn(run)) * clusterSize() + offset;
  }

  /** Where an attribute list lies that is not in its record. */
  long listPlace(long record) throws IOException {
    byte[] block = new byte[volume.recordSize()];
    System.arraycopy(bytes, (int) recordPlace(record), block, 0, block.length);
    UpdateSequence.remove(block, 0, block.length, "block");
    AttributeHeader header = header(block, AttributeType.ATTRIBUTE_LIST, "");
    NtfsAttribute list =
        new NtfsAttribute(
            volume.clusters(), List.of(new NtfsAttribute.Extent(block, header, "list")));
    return list.runs().lcn(0) * clusterSize();
  }

  private AttributeSet set(long record) throws IOException {
    return AttributeSet.read(
        MasterFileTable.open(volume.clusters(), NtfsBootSector.get(device.read(0, 512), "boot")),
        record);
  }

  long recordPlace(long record) throws IOException {
    return place(0, "", record * volume.recordSize());
  }

  /** Changes a record, its update sequence kept whole, and its copy in the mirror. */
  void record(long record, Change change) throws IOException {
    int at = (int) recordPlace(record);
    int size = volume.recordSize();
    byte[] block = Arrays.copyOfRange(bytes, at, at + size);
    protectedBlock(block, change);
    System.arraycopy(block, 0, bytes, at, size);
    if (record < 4) {
      System.arraycopy(block, 0, bytes, (int) place(1, "", record * size), size);
    }
  }

  /** Changes a block of an index. */
  void block(long record, String index, int number, Change change) throws IOException {
    int size = 4096;
    int at = (int) place(record, AttributeType.INDEX_ALLOCATION, index, (long) number * size);
    byte[] block = Arrays.copyOfRange(bytes, at, at + size);
    protectedBlock(block, change);
    System.arraycopy(block, 0, bytes, at, size);
  }

  private static void protectedBlock(byte[] block, Change change) throws IOException {
    UpdateSequence.remove(block, 0, block.length, "block");
    change.apply(block);
    UpdateSequence.apply(block, 0, block.length);
  }

  /** The block of an index that {@code IndexPlan} put at the top: the last one. */
  int topBlock(long record) throws IOException {
    return (int)
            (set(record).find(AttributeType.INDEX_ALLOCATION, "$I30").orElseThrow().size() / 4096)
        - 1;
  }

  /** Changes an attribute; the change gets the record's bytes from the attribute's begin on. */
  void attribute(long record, int type, String name, Change change) throws IOException {
    record(
        record,
        block -> {
          AttributeHeader header = header(block, type, name);
          byte[] own =
              Arrays.copyOfRange(block, header.position(), header.position() + header.length());
          change.apply(own);
          System.arraycopy(own, 0, block, header.position(), own.length);
        });
  }

  void attribute(long record, int type, Change change) throws IOException {
    attribute(record, type, "", change);
  }

  /** Changes the value of an attribute that lies in its record. */
  void value(long record, int type, String name, Change change) throws IOException {
    attribute(
        record,
        type,
        name,
        own -> {
          int from = LittleEndian.u16(own, 0x14);
          byte[] value = Arrays.copyOfRange(own, from, from + LittleEndian.i32(own, 0x10));
          change.apply(value);
          System.arraycopy(value, 0, own, from, value.length);
        });
  }

  void value(long record, int type, Change change) throws IOException {
    value(record, type, "", change);
  }

  static AttributeHeader header(byte[] block, int type, String name) throws IOException {
    for (AttributeHeader header : headers(block)) {
      if (header.type() == type && header.name().equals(name)) {
        return header;
      }
    }
    throw new AssertionError("no attribute " + type);
  }

  static List<AttributeHeader> headers(byte[] block) throws IOException {
    return FileRecord.get(block, "record").attributes(block, "record");
  }

  /** Removes an attribute from a record. */
  void remove(long record, int type, String name) throws IOException {
    record(record, block -> remove(block, header(block, type, name)));
  }

  static void remove(byte[] block, AttributeHeader header) {
    int used = LittleEndian.i32(block, 0x18);
    int end = header.position() + header.length();
    System.arraycopy(block, end, block, header.position(), used - end);
    LittleEndian.put32(block, 0x18, used - header.length());
  }

  /** Adds an attribute before the first of a higher type. */
  void add(long record, CheckedAttribute attribute) throws IOException {
    record(
        record,
        block -> {
          int used = LittleEndian.i32(block, 0x18);
          int instance = LittleEndian.u16(block, 0x28);
          int at = used - FileRecord.END_SIZE;
          for (AttributeHeader header : headers(block)) {
            if (Integer.compareUnsigned(header.type(), attribute.type()) > 0) {
              at = Math.min(at, header.position());
            }
          }
          byte[] own = attribute.in(record, instance).bytes();
          System.arraycopy(block, at, block, at + own.length, used - at);
          System.arraycopy(own, 0, block, at, own.length);
          LittleEndian.put32(block, 0x18, used + own.length);
          LittleEndian.put16(block, 0x28, instance + 1);
        });
  }

  /** Sets a bit of $Bitmap or clears it. */
  void clusterBit(long cluster) throws IOException {
    flip(place(6, "", cluster / 8), 1 << cluster % 8);
  }

  void recordBit(long record) throws IOException {
    flip(place(0, AttributeType.BITMAP, "", record / 8), 1 << record % 8);
  }

  /** The first cluster of a file's unnamed stream. */
  long cluster(String path) throws IOException {
    return volume.file(path).stream("").extents().get(0).lcn();
  }

  /** Overwrites bytes. */
  void put(long position, byte[] other) throws IOException {
    device.write(position, ByteBuffer.wrap(other));
  }
}
