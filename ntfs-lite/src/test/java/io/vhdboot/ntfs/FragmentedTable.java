package io.vhdboot.ntfs;

import io.vhdboot.disk.MemoryDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Scatters the $MFT of a small volume, one record to a place, so that its runs need an attribute
 * list. The volume stays sound in every other way.
 */
final class FragmentedTable {

  /** Records that stay where they are, and hold the list's extension records. */
  private static final int KEPT = 32;

  private static final int FIRST_EXTENSION = 16;
  private static final int EXTENSIONS = 7;
  private static final int DATA_INSTANCE = 40;
  private static final int LIST_INSTANCE = 41;

  private final MemoryDevice device;
  private final NtfsVolume volume;
  private final int clusterSize;
  private final int recordSize;
  private final byte[] table;
  private final byte[] bitmap;

  private FragmentedTable(MemoryDevice device) throws IOException {
    this.device = device;
    this.volume = NtfsVolume.open(device);
    this.clusterSize = volume.clusterSize();
    this.recordSize = volume.recordSize();
    this.table = volume.file(0).newInputStream().readAllBytes();
    this.bitmap = volume.file(6).newInputStream().readAllBytes();
  }

  /**
   * Scatters the table.
   *
   * @param image the volume, which is changed
   * @param residentList whether the attribute list stays in record 0
   */
  static void scatter(byte[] image, boolean residentList) throws IOException {
    new FragmentedTable(MemoryDevice.wrap("image", image)).run(residentList);
  }

  private void run(boolean residentList) throws IOException {
    AttributeSet file = AttributeSet.read(volumeTable(), 0);
    RunList old = file.find(AttributeType.DATA).orElseThrow().runs();
    int clustersPerRecord = recordSize / clusterSize;
    int moved = table.length / recordSize - KEPT;
    List<Long> places = freePlaces(moved, clustersPerRecord);
    for (long vcn = (long) KEPT * clustersPerRecord; vcn < old.end(); vcn++) {
      int run = old.find(vcn);
      mark(old.lcn(run) + vcn - old.vcn(run), false);
    }
    List<DataRun> runs = new ArrayList<>();
    runs.add(new DataRun(old.lcn(0), (long) KEPT * clustersPerRecord));
    for (int i = 0; i < moved; i++) {
      int from = (KEPT + i) * recordSize;
      put(places.get(i), Arrays.copyOfRange(table, from, from + recordSize));
      runs.add(new DataRun(places.get(i), clustersPerRecord));
    }

    List<AttributeListEntry> list = new ArrayList<>();
    byte[] first = volumeTable().read(0);
    FileRecord header = FileRecord.get(first, "0");
    List<AttributeHeader> attributes = header.attributes(first, "0");
    long own = FileReference.of(0, header.sequence());
    int perExtent = runs.size() / (EXTENSIONS + 1) + 1;
    long vcn = clustersOf(runs.subList(0, perExtent));
    for (int i = 1; i <= EXTENSIONS; i++) {
      List<DataRun> part = runs.subList(i * perExtent, Math.min((i + 1) * perExtent, runs.size()));
      long end = vcn + clustersOf(part);
      long number = FIRST_EXTENSION + i - 1;
      putExtension(number, own, part, vcn, end - 1);
      list.add(new AttributeListEntry(AttributeType.DATA, "", vcn, reference(number), 0));
      vcn = end;
    }
    for (AttributeHeader attribute : attributes) {
      int instance = attribute.type() == AttributeType.DATA ? DATA_INSTANCE : attribute.instance();
      list.add(new AttributeListEntry(attribute.type(), attribute.name(), 0, own, instance));
    }
    list.sort(
        (a, b) ->
            a.type() != b.type()
                ? Integer.compare(a.type(), b.type())
                : Long.compare(a.lowestVcn(), b.lowestVcn()));
    byte[] listBytes = new byte[list.stream().mapToInt(AttributeListEntry::size).sum()];
    int at = 0;
    for (AttributeListEntry entry : list) {
      entry.put(listBytes, at);
      at += entry.size();
    }
    putFirst(first, header, attributes, runs.subList(0, perExtent), listBytes, residentList, vcn);
    putTableBitmap(file.find(AttributeType.BITMAP).orElseThrow().runs());
    RunList bitmapRuns =
        AttributeSet.read(volumeTable(), 6).find(AttributeType.DATA).orElseThrow().runs();
    device.write(bitmapRuns.lcn(0) * clusterSize, ByteBuffer.wrap(bitmap));
  }

  private void putFirst(
      byte[] old,
      FileRecord header,
      List<AttributeHeader> attributes,
      List<DataRun> runs,
      byte[] list,
      boolean residentList,
      long clusters)
      throws IOException {
    byte[] record = new byte[recordSize];
    int at = header.firstAttribute();
    for (AttributeHeader attribute : attributes) {
      if (attribute.type() == AttributeType.DATA) {
        long size = clusters * clusterSize;
        AttributeHeader.NonResident data =
            AttributeHeader.NonResident.of(
                AttributeType.DATA,
                "",
                0,
                DATA_INSTANCE,
                0,
                clustersOf(runs) - 1,
                0,
                size,
                table.length,
                table.length,
                size,
                MappingPairs.size(runs));
        data.put(record, at);
        MappingPairs.put(runs, record, at + data.mappingPairsOffset());
        at += data.length();
        continue;
      }
      System.arraycopy(old, attribute.position(), record, at, attribute.length());
      at += attribute.length();
      if (attribute.type() == AttributeType.STANDARD_INFORMATION) {
        at = putList(record, at, list, residentList);
      }
    }
    FileRecord.putEnd(record, at);
    new FileRecord(
            0,
            header.sequence(),
            header.linkCount(),
            header.flags(),
            header.firstAttribute(),
            at + FileRecord.END_SIZE,
            recordSize,
            0,
            LIST_INSTANCE + 1,
            0)
        .put(record);
    UpdateSequence.apply(record, 0, recordSize);
    putRecord(0, record);
    NtfsBootSector boot = NtfsBootSector.get(device.read(0, 512), "boot");
    device.write(boot.mirrorCluster() * clusterSize, ByteBuffer.wrap(record));
  }

  private int putList(byte[] record, int at, byte[] list, boolean resident) throws IOException {
    if (resident) {
      AttributeHeader.Resident header =
          AttributeHeader.Resident.of(
              AttributeType.ATTRIBUTE_LIST, "", LIST_INSTANCE, list.length, false);
      header.put(record, at);
      System.arraycopy(list, 0, record, at + header.valueOffset(), list.length);
      return at + header.length();
    }
    int clusters = (list.length + clusterSize - 1) / clusterSize;
    long place = freePlaces(1, clusters).get(0);
    put(place, Arrays.copyOf(list, clusters * clusterSize));
    List<DataRun> runs = List.of(new DataRun(place, clusters));
    AttributeHeader.NonResident header =
        AttributeHeader.NonResident.of(
            AttributeType.ATTRIBUTE_LIST,
            "",
            LIST_INSTANCE,
            clusters - 1,
            (long) clusters * clusterSize,
            list.length,
            MappingPairs.size(runs));
    header.put(record, at);
    MappingPairs.put(runs, record, at + header.mappingPairsOffset());
    return at + header.length();
  }

  private void putExtension(long number, long base, List<DataRun> runs, long vcn, long last)
      throws IOException {
    byte[] record = new byte[recordSize];
    int first = FileRecord.firstAttribute(recordSize);
    AttributeHeader.NonResident data =
        AttributeHeader.NonResident.of(
            AttributeType.DATA, "", 0, 0, vcn, last, 0, 0, 0, 0, 0, MappingPairs.size(runs));
    data.put(record, first);
    MappingPairs.put(runs, record, first + data.mappingPairsOffset());
    int end = first + data.length();
    FileRecord.putEnd(record, end);
    new FileRecord(
            0,
            FileReference.sequence(reference(number)),
            0,
            FileRecord.FLAG_IN_USE,
            first,
            end + FileRecord.END_SIZE,
            recordSize,
            base,
            1,
            number)
        .put(record);
    UpdateSequence.apply(record, 0, recordSize);
    putRecord(number, record);
  }

  /** Marks the extension records as used. */
  private void putTableBitmap(RunList runs) throws IOException {
    byte[] bits = device.read(runs.lcn(0) * clusterSize, 8);
    for (int i = 0; i < EXTENSIONS; i++) {
      bits[(FIRST_EXTENSION + i) / 8] |= (byte) (1 << (FIRST_EXTENSION + i) % 8);
    }
    device.write(runs.lcn(0) * clusterSize, ByteBuffer.wrap(bits));
  }

  private static long reference(long number) {
    return FileReference.of(number, (int) number);
  }

  private void putRecord(long number, byte[] record) throws IOException {
    long start = volume.file(0).stream("").extents().get(0).lcn() * clusterSize;
    device.write(start + number * recordSize, ByteBuffer.wrap(record));
  }

  private MasterFileTable volumeTable() throws IOException {
    return MasterFileTable.open(volume.clusters(), NtfsBootSector.get(device.read(0, 512), "boot"));
  }

  /** Free places for so many clusters each, from the volume's end on, so that none follow. */
  private List<Long> freePlaces(int count, int clusters) {
    List<Long> places = new ArrayList<>();
    long lcn = volume.clusterCount() - clusters;
    while (places.size() < count) {
      boolean free = true;
      for (int i = 0; i < clusters; i++) {
        free &= (bitmap[(int) ((lcn + i) / 8)] & 1 << (lcn + i) % 8) == 0;
      }
      if (free) {
        places.add(lcn);
        lcn -= clusters;
      } else {
        lcn--;
      }
    }
    return places;
  }

  private void put(long lcn, byte[] bytes) throws IOException {
    for (int i = 0; i < bytes.length / clusterSize; i++) {
      mark(lcn + i, true);
    }
    device.write(lcn * clusterSize, ByteBuffer.wrap(bytes));
  }

  private void mark(long lcn, boolean used) {
    int bit = 1 << lcn % 8;
    int index = (int) (lcn / 8);
    bitmap[index] = (byte) (used ? bitmap[index] | bit : bitmap[index] & ~bit);
  }

  private static long clustersOf(List<DataRun> runs) {
    return runs.stream().mapToLong(DataRun::length).sum();
  }
}
