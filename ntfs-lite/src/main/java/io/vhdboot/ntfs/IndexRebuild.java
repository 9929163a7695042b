package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Makes an index of a file anew from its entries. */
final class IndexRebuild {

  /** The most bytes of entries that a root gets above blocks. */
  private static final int MAX_ROOT = 512;

  /** The most bytes of a bitmap that stays in the record. */
  private static final int MAX_RESIDENT_BITMAP = 128;

  private final CheckedVolume volume;
  private final RepairSpace space;

  IndexRebuild(CheckedVolume volume, RepairSpace space) {
    this.volume = volume;
    this.space = space;
  }

  /** Sorted entries, each as it stands in a node without sub-nodes. */
  private static final class Entries extends IndexSource {

    private final List<byte[]> entries;

    Entries(String name, int collation, List<byte[]> entries) {
      super(0, name, collation);
      this.entries = entries;
    }

    @Override
    int count() {
      return entries.size();
    }

    @Override
    int entrySize(int i) {
      return entries.get(i).length;
    }

    @Override
    int put(int i, byte[] bytes, int offset, long child, ImageState state) {
      byte[] entry = entries.get(i);
      System.arraycopy(entry, 0, bytes, offset, entry.length);
      return IndexEntry.put(
          bytes,
          offset,
          LittleEndian.i64(entry, 0),
          entry.length,
          LittleEndian.u16(entry, 0x0A),
          child);
    }
  }

  /** An entry as it stands in a node: what comes first, the key, then a view's data. */
  static byte[] entry(long reference, byte[] key, byte[] data) {
    byte[] entry = new byte[IndexEntry.size(key.length + data.length)];
    System.arraycopy(key, 0, entry, IndexEntry.HEADER_SIZE, key.length);
    System.arraycopy(data, 0, entry, IndexEntry.HEADER_SIZE + key.length, data.length);
    IndexEntry.put(entry, 0, reference, entry.length, key.length, IndexEntry.NO_CHILD);
    return entry;
  }

  /**
   * Gives a file an index of these entries instead of the one that it has. The blocks are written;
   * the file itself is the caller's to write.
   *
   * @param entries the entries, sorted
   */
  void rebuild(CheckedFile file, String name, IndexForm form, List<byte[]> entries)
      throws IOException {
    NtfsBootSector boot = volume.boot();
    int blockSize = boot.indexBlockSize();
    Entries source = new Entries(name, form.collation(), entries);
    CheckedStream oldRoot = file.find(AttributeType.INDEX_ROOT, name);
    CheckedStream oldBlocks = file.find(AttributeType.INDEX_ALLOCATION, name);
    int flags = oldRoot == null ? 0 : oldRoot.flags();
    file.removeIf(
        stream ->
            stream.name().equals(name)
                && (stream.type() == AttributeType.INDEX_ROOT
                    || stream.type() == AttributeType.INDEX_ALLOCATION
                    || stream.type() == AttributeType.BITMAP));
    int capacity = CheckedRecord.capacity(volume.table().recordSize());
    long room = capacity;
    for (CheckedStream stream : file.streams()) {
      room -= stream.first().bytes().length;
    }
    long whole = RecordAttribute.residentLength(name, IndexRoot.SIZE + source.size());
    IndexPlan plan;
    if (whole <= room) {
      plan = IndexPlan.inRoot(source, blockSize);
    } else {
      long forRoot =
          room
              - RecordAttribute.residentLength(name, IndexRoot.SIZE)
              - 2L * RecordAttribute.nonResidentLength(name)
              - MAX_RESIDENT_BITMAP;
      plan =
          IndexPlan.inBlocks(
              source, blockSize, (int) Math.max(IndexPlan.LEAST_ROOT, Math.min(forRoot, MAX_ROOT)));
    }
    int units = blockSize / boot.indexUnit();
    byte[] root = new byte[IndexRoot.SIZE + plan.rootSize()];
    int used = IndexHeader.SIZE + plan.rootSize();
    new IndexRoot(
            form.attributeType(),
            form.collation(),
            blockSize,
            units,
            new IndexHeader(IndexHeader.SIZE, used, used, plan.hasBlocks()))
        .put(root, 0);
    plan.putRoot(root, IndexRoot.SIZE, units, null);
    file.add(
        new CheckedStream(
            CheckedAttribute.resident(0, AttributeType.INDEX_ROOT, name, flags, root), List.of()),
        volume.table().check());
    if (plan.hasBlocks()) {
      addBlocks(file, name, plan, units, oldBlocks);
    }
  }

  private void addBlocks(
      CheckedFile file, String name, IndexPlan plan, int units, CheckedStream oldBlocks)
      throws IOException {
    ClusterSpace clusters = volume.clusters();
    int blockSize = volume.boot().indexBlockSize();
    long size = (long) plan.blockCount() * blockSize;
    CheckedStream blocks =
        CheckedStream.plain(
            AttributeType.INDEX_ALLOCATION,
            name,
            blockClusters(clusters.clustersOf(size), oldBlocks),
            size,
            clusters.clusterSize());
    byte[] block = new byte[blockSize];
    for (int i = 0; i < plan.blockCount(); i++) {
      Arrays.fill(block, (byte) 0);
      plan.putBlock(i, block, 0, units, null);
      blocks.write(clusters, (long) i * blockSize, ByteBuffer.wrap(block));
    }
    clusters.device().flush();
    file.add(blocks, volume.table().check());
    byte[] bitmap = plan.bitmap();
    file.add(
        bitmap.length <= MAX_RESIDENT_BITMAP
            ? CheckedStream.resident(AttributeType.BITMAP, name, bitmap)
            : CheckedStream.plain(
                AttributeType.BITMAP,
                name,
                space.store(bitmap),
                bitmap.length,
                clusters.clusterSize()),
        volume.table().check());
  }

  /** New clusters, or on a full volume those of the index that is replaced. */
  private List<DataRun> blockClusters(long count, CheckedStream old) throws NoSpaceException {
    try {
      return space.takeClusters(count);
    } catch (NoSpaceException e) {
      if (old != null && old.covered() == old.held() && old.covered() >= count) {
        return old.runs();
      }
      throw e;
    }
  }

  /** The root of a directory without entries. */
  static byte[] emptyDirectory(NtfsBootSector boot) {
    byte[] root = new byte[IndexRoot.SIZE + IndexEntry.HEADER_SIZE];
    int blockSize = boot.indexBlockSize();
    int used = IndexHeader.SIZE + IndexEntry.HEADER_SIZE;
    new IndexRoot(
            AttributeType.FILE_NAME,
            IndexRoot.COLLATION_FILE_NAME,
            blockSize,
            blockSize / boot.indexUnit(),
            new IndexHeader(IndexHeader.SIZE, used, used, false))
        .put(root, 0);
    IndexEntry.putEnd(root, IndexRoot.SIZE, IndexEntry.NO_CHILD);
    return root;
  }
}
