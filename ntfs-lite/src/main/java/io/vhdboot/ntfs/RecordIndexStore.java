package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * The nodes of an index of a file that is edited: the root in the base record, the blocks in
 * $INDEX_ALLOCATION, and in $BITMAP a bit for each that is in use. The latter two come with the
 * first block and go with the last.
 */
final class RecordIndexStore implements IndexStore {

  /** Blocks that an index gains at once at most, so that a large one does not lie in crumbs. */
  private static final long MAX_GROWTH = 32;

  private static final int MAX_BITMAP_SIZE = 16 << 20;
  private static final int MAX_PAGE = 4096;

  private final VolumeEdit volume;
  private final FileEdit file;
  private final String name;
  private final int blockSize;
  private final int unitSize;
  private String source;

  /**
   * Opens the index of a file.
   *
   * @param name the name of the index, such as {@code $I30}
   * @throws CorruptFormatException when the file has no such index
   */
  RecordIndexStore(FileEdit file, String name) throws CorruptFormatException {
    this.volume = file.volume();
    this.file = file;
    this.name = name;
    byte[] value = rootAttribute().value();
    this.blockSize = IndexRoot.get(value, 0, value.length, source()).blockSize();
    this.unitSize = NtfsBootSector.indexUnit(blockSize, volume.clusters().clusterSize());
  }

  /**
   * An editor of the index of a file.
   *
   * @param name the name of the index
   * @throws CorruptFormatException when the file has no such index, or one of other things
   */
  static IndexEditor editor(FileEdit file, String name) throws IOException {
    RecordIndexStore store = new RecordIndexStore(file, name);
    byte[] value = store.root();
    IndexRoot root = IndexRoot.get(value, 0, value.length, store.source());
    IndexForm form = IndexForm.of(name, file.find(AttributeType.INDEX_ROOT, "$Q").isPresent());
    if (form != null && !form.isRight(root)) {
      throw new CorruptFormatException(
          store.source(),
          0,
          "the index is of attributes "
              + Integer.toHexString(root.attributeType())
              + " by collation "
              + Integer.toHexString(root.collation())
              + ", and must be of "
              + Integer.toHexString(form.attributeType())
              + " by "
              + Integer.toHexString(form.collation()));
    }
    UpCaseTable capitals = file.volume().collation().capitals();
    return new IndexEditor(store, IndexCollation.of(root.collation(), capitals, store.source()));
  }

  @Override
  public String source() {
    if (source == null) {
      source = file.source() + ", index " + name;
    }
    return source;
  }

  private AttributeEdit rootAttribute() throws CorruptFormatException {
    return file.get(AttributeType.INDEX_ROOT, name);
  }

  @Override
  public byte[] root() throws IOException {
    return rootAttribute().value();
  }

  @Override
  public int rootLimit() throws IOException {
    AttributePart root = rootAttribute().parts().get(0);
    int others = root.record().used() - root.size();
    int room = FileRecord.capacity(volume.recordSize()) - others;
    int limit = (room & -8) - (int) RecordAttribute.residentLength(name, 0);
    return Math.max(IndexEditor.LEAST_ROOT, limit);
  }

  @Override
  public void setRoot(byte[] value) throws IOException {
    rootAttribute().setValue(value);
  }

  @Override
  public byte[] block(long vcn) throws IOException {
    AttributeEdit allocation = allocation();
    checkBlock(allocation, vcn);
    long position = position(allocation, vcn * unitSize);
    byte[] known = volume.writeBack().block(position);
    if (known != null) {
      return known;
    }
    byte[] bytes = new byte[blockSize];
    allocation.read(vcn * unitSize, ByteBuffer.wrap(bytes));
    IndexBlock.get(bytes, 0, blockSize, vcn, source());
    volume.writeBack().keep(position, bytes);
    return bytes;
  }

  @Override
  public void putBlock(long vcn, byte[] block) throws IOException {
    volume.writeBack().putBlock(positions(allocation(), vcn), block, false, true);
  }

  private AttributeEdit allocation() throws CorruptFormatException {
    return file.get(AttributeType.INDEX_ALLOCATION, name);
  }

  private AttributeEdit bitmap() throws CorruptFormatException {
    return file.get(AttributeType.BITMAP, name);
  }

  private void checkBlock(AttributeEdit allocation, long vcn) throws CorruptFormatException {
    int unitsPerBlock = blockSize / unitSize;
    if (vcn < 0
        || vcn % unitsPerBlock != 0
        || vcn > Long.MAX_VALUE / unitSize
        || vcn * unitSize > allocation.size() - blockSize) {
      throw new CorruptFormatException(
          source(), CorruptFormatException.NO_OFFSET, "there is no index block at VCN " + vcn);
    }
  }

  /** Where the pieces of a block lie on the device. */
  private long[] positions(AttributeEdit allocation, long vcn) throws CorruptFormatException {
    checkBlock(allocation, vcn);
    int clusterSize = volume.clusters().clusterSize();
    long[] positions = new long[Math.max(1, blockSize / clusterSize)];
    for (int i = 0; i < positions.length; i++) {
      long offset = vcn * unitSize + (long) i * clusterSize;
      positions[i] = position(allocation, offset);
    }
    return positions;
  }

  private long position(AttributeEdit attribute, long offset) throws CorruptFormatException {
    int clusterSize = volume.clusters().clusterSize();
    DataRun run = attribute.find(offset / clusterSize);
    if (run.isHole()) {
      throw new CorruptFormatException(
          source(), CorruptFormatException.NO_OFFSET, "a hole at " + offset + " of " + attribute);
    }
    return volume.clusters().position(run.lcn()) + offset % clusterSize;
  }

  @Override
  public long addBlock() throws IOException {
    if (file.find(AttributeType.INDEX_ALLOCATION, name).isEmpty()) {
      AttributeEdit added = file.add(AttributeType.INDEX_ALLOCATION, name, new byte[0]);
      added.toNonResident();
      if (file.find(AttributeType.BITMAP, name).isEmpty()) {
        file.add(AttributeType.BITMAP, name, new byte[8]);
      }
    }
    AttributeEdit allocation = allocation();
    long count = allocation.size() / blockSize;
    byte[] bits = bitmap().wholeValue(MAX_BITMAP_SIZE);
    long block = firstClear(bits, count);
    if (block == count) {
      grow(allocation, count);
      bits = bitmap().wholeValue(MAX_BITMAP_SIZE);
    }
    bits[(int) (block >> 3)] |= (byte) (1 << (block & 7));
    putBits(bits, block);
    return block * (blockSize / unitSize);
  }

  private static long firstClear(byte[] bits, long count) {
    for (int i = 0; i < bits.length && 8L * i < count; i++) {
      if (bits[i] != -1) {
        return Math.min(count, 8L * i + Integer.numberOfTrailingZeros(~bits[i]));
      }
    }
    return count;
  }

  private void grow(AttributeEdit allocation, long count) throws IOException {
    ClusterSpace clusters = volume.clusters();
    long inSlack = (clusters.position(allocation.end()) - allocation.size()) / blockSize;
    long added = Math.max(1, Math.min(MAX_GROWTH, count / 4));
    if (inSlack > 0) {
      added = inSlack;
    } else {
      long wanted = Math.max(1, clusters.clustersOf(added * blockSize));
      List<DataRun> runs;
      try {
        runs = volume.allocator().allocate(wanted, allocation.nearEnd());
      } catch (NoSpaceException e) {
        wanted = clusters.clustersOf(blockSize);
        runs = volume.allocator().allocate(wanted, allocation.nearEnd());
      }
      allocation.append(runs);
      added = (clusters.position(allocation.end()) - allocation.size()) / blockSize;
    }
    long size = allocation.size() + added * blockSize;
    allocation.setSizes(size, size);
    growBits((count + added + 63) / 64 * 8);
  }

  private void growBits(long size) throws IOException {
    AttributeEdit bitmap = bitmap();
    if (size > MAX_BITMAP_SIZE) {
      throw new NoSpaceException(source() + ": the bitmap of the blocks", size, MAX_BITMAP_SIZE);
    }
    if (size <= bitmap.size()) {
      return;
    }
    if (bitmap.isResident()) {
      bitmap.setValue(Arrays.copyOf(bitmap.value(), (int) size));
      return;
    }
    long missing = volume.clusters().clustersOf(size) - bitmap.end();
    if (missing > 0) {
      bitmap.append(volume.allocator().allocate(missing, bitmap.nearEnd()));
    }
    bitmap.zero(bitmap.size(), size - bitmap.size());
    bitmap.setSizes(size, size);
  }

  /** Puts the bits, of which that of one block changed. */
  private void putBits(byte[] bits, long block) throws IOException {
    AttributeEdit bitmap = bitmap();
    if (bitmap.isResident()) {
      bitmap.setValue(bits);
      return;
    }
    int page = Math.min(MAX_PAGE, volume.clusters().clusterSize());
    int from = (int) (block >> 3) / page * page;
    byte[] bytes = new byte[page];
    System.arraycopy(bits, from, bytes, 0, Math.min(page, bits.length - from));
    volume.writeBack().putBlock(new long[] {position(bitmap, from)}, bytes, false, false);
  }

  @Override
  public void freeBlock(long vcn) throws IOException {
    AttributeEdit allocation = allocation();
    volume.writeBack().dropBlock(positions(allocation, vcn)[0]);
    long block = vcn / (blockSize / unitSize);
    byte[] bits = bitmap().wholeValue(MAX_BITMAP_SIZE);
    bits[(int) (block >> 3)] &= (byte) ~(1 << (block & 7));
    boolean any = false;
    for (byte eight : bits) {
      any |= eight != 0;
    }
    if (any) {
      putBits(bits, block);
    } else {
      file.remove(allocation);
      file.remove(bitmap());
    }
  }
}
