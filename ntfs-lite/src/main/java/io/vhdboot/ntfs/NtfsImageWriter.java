package io.vhdboot.ntfs;

import io.vhdboot.compression.Lznt1Compressor;
import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes a volume as a {@link NtfsLayout} says: content as it comes, all metadata at the end.
 *
 * <p>Content goes straight to its place; what stays in file records is kept in memory until {@link
 * #finish()}. Until then the target holds no volume. Several threads may write at the same time as
 * long as their ranges are disjoint; {@code finish} must come after all of them.
 */
public final class NtfsImageWriter {

  private final NtfsLayout layout;
  private final TreePlan tree;
  private final SystemFiles system;
  private final NtfsFormatOptions options;
  private final BlockDevice target;
  private final boolean zeroed;
  private final ImageState state;
  private final ChunkCompressor compressor;
  private final Map<StreamHandle, StreamPacker> packers = new ConcurrentHashMap<>();
  private final SequentialWriter out;
  private boolean finished;

  NtfsImageWriter(
      NtfsLayout layout, BlockDevice target, boolean zeroed, ChunkCompressor compressor) {
    this.layout = layout;
    this.tree = layout.tree();
    this.system = tree.builder().system();
    this.options = layout.options();
    this.target = target;
    this.zeroed = zeroed;
    this.compressor = compressor;
    this.state = new ImageState(layout);
    this.out = new SequentialWriter(target);
  }

  /** The layout that is written. */
  public NtfsLayout layout() {
    return layout;
  }

  /**
   * Writes a part of a stream. What is never written is zero in a file record and in a stream that
   * is sparse or compressed, and elsewhere what the target held. The parts of a stream that is
   * sparse or compressed must come one behind the other.
   *
   * @param offset where in the stream the part begins
   * @param source the bytes
   */
  public void write(StreamHandle stream, long offset, ByteBuffer source) throws IOException {
    int length = source.remaining();
    if (offset < 0 || offset > state.size(stream) - length) {
      throw new IllegalArgumentException(
          "bytes "
              + offset
              + "+"
              + length
              + " must lie within the "
              + stream.size
              + " of "
              + stream);
    }
    if (length == 0) {
      return;
    }
    if (tree.isResident(stream)) {
      synchronized (state) {
        source.get(state.ownValue(stream), (int) offset, length);
      }
      return;
    }
    if (stream.form != StreamForm.PLAIN) {
      StreamPacker packer = packers.computeIfAbsent(stream, this::packer);
      packer.write(offset, source);
      if (packer.isFinished()) {
        packers.remove(stream);
      }
      return;
    }
    long start = state.run(stream).lcn() * options.clusterSize();
    target.write(start + offset, source);
    if (offset + length == state.size(stream)) {
      padTail(stream);
    }
  }

  /**
   * Makes a stream smaller than planned, which frees clusters at its end.
   *
   * @throws IllegalArgumentException when it lies in a file record or would grow
   */
  public void shrink(StreamHandle stream, long size) throws IOException {
    if (tree.isResident(stream)
        || stream.form != StreamForm.PLAIN
        || size < 0
        || size > state.size(stream)) {
      throw new IllegalArgumentException(
          "size (" + size + ") of " + stream + " must be less than planned (" + stream.size + ")");
    }
    state.setSize(stream, size);
    padTail(stream);
  }

  /**
   * Writes all metadata, the boot sector last, and flushes.
   *
   * @throws IllegalStateException when it was called before
   */
  public void finish() throws IOException {
    if (finished) {
      throw new IllegalStateException("the volume is finished");
    }
    finished = true;
    finishPacked();
    writeValues();
    writeIndexes();
    fill(system.logFile, (byte) 0xFF);
    writeBitmap();
    writeRecords();
    out.flush();
    target.flush();
    writeBootCode();
  }

  private StreamPacker packer(StreamHandle stream) {
    if (state.isPacked(stream)) {
      throw new IllegalArgumentException(stream + " was written to its end");
    }
    if (stream.form == StreamForm.OVERLAY) {
      long position = state.run(stream.overlayData).lcn() * options.clusterSize();
      return new OverlayPacker(stream, state, target, position, compressor);
    }
    return new UnitPacker(
        stream,
        state,
        target,
        layout.placement().lcn(stream),
        stream.form == StreamForm.COMPRESSED ? new Lznt1Compressor() : null);
  }

  /** Ends what was not written to its end. */
  private void finishPacked() throws IOException {
    for (StreamHandle stream : tree.placedContent()) {
      StreamPacker packer = packers.get(stream);
      if (packer == null && stream.form == StreamForm.OVERLAY && !state.isPacked(stream)) {
        packer = packer(stream);
      }
      if (packer != null) {
        packer.finish();
      }
      if (stream.form == StreamForm.OVERLAY) {
        padTail(stream.overlayData);
      }
    }
  }

  /** Clears what the last cluster of a stream holds behind its end. */
  private void padTail(StreamHandle stream) throws IOException {
    DataRun run = state.run(stream);
    long size = state.size(stream);
    long rest = run.length() * options.clusterSize() - size;
    if (rest > 0 && !zeroed) {
      target.zero(run.lcn() * options.clusterSize() + size, rest);
    }
  }

  private void writeValues() throws IOException {
    for (StreamHandle stream : tree.builder().streams()) {
      if (stream.value != null && tree.isOutside(stream)) {
        writeWhole(state.run(stream), stream.value);
      }
    }
    writeWhole(state.run(system.descriptors), tree.builder().security().streamBytes());
  }

  private void writeIndexes() throws IOException {
    byte[] block = new byte[state.indexBlockSize()];
    for (IndexPlan index : tree.indexes()) {
      if (!index.hasBlocks()) {
        continue;
      }
      DataRun run = state.allocationRun(index);
      begin(run);
      for (int i = 0; i < index.blockCount(); i++) {
        Arrays.fill(block, (byte) 0);
        index.putBlock(i, block, 0, state.unitsPerBlock(), state);
        out.write(block);
      }
      end(run);
      byte[] bitmap = index.bitmap();
      if (!RecordAttribute.Bitmap.isResident(bitmap.length)) {
        writeWhole(state.bitmapRun(index), bitmap);
      }
    }
  }

  /** Writes $Bitmap: a bit for each cluster, those past the last one set. */
  private void writeBitmap() throws IOException {
    DataRun run = state.run(system.bitmap);
    long bytes = state.size(system.bitmap);
    List<DataRun> used = usedClusters();
    used.add(new DataRun(layout.clusterCount(), bytes * Byte.SIZE - layout.clusterCount()));
    begin(run);
    byte[] chunk = new byte[(int) Math.min(bytes, 1 << 16)];
    for (long at = 0; at < bytes; at += chunk.length) {
      Arrays.fill(chunk, (byte) 0);
      for (DataRun clusters : used) {
        setBits(chunk, clusters.lcn() - at * Byte.SIZE, clusters.length());
      }
      out.write(bytes - at < chunk.length ? Arrays.copyOf(chunk, (int) (bytes - at)) : chunk);
    }
    end(run);
  }

  /** The clusters in use, sorted. */
  private List<DataRun> usedClusters() {
    List<DataRun> used = new ArrayList<>();
    VolumePlacement placement = layout.placement();
    used.add(new DataRun(0, placement.frontEnd()));
    used.add(new DataRun(placement.tableStart(), placement.metadataEnd() - placement.tableStart()));
    long from = placement.contentStart();
    for (StreamHandle stream : tree.placedContent()) {
      long free = tree.reservedClusters(stream) - state.usedClusters(stream);
      if (free > 0) {
        long end = placement.lcn(stream) + state.usedClusters(stream);
        used.add(new DataRun(from, end - from));
        from = end + free;
      }
    }
    used.add(new DataRun(from, placement.contentEnd() - from));
    return used;
  }

  private static void setBits(byte[] bits, long first, long count) {
    long from = Math.max(first, 0);
    long to = Math.min(first + count, (long) bits.length * Byte.SIZE);
    while (from < to && (from & 7) != 0) {
      bits[(int) (from >> 3)] |= (byte) (1 << (from & 7));
      from++;
    }
    if (to - from >= Byte.SIZE) {
      Arrays.fill(bits, (int) (from >> 3), (int) (to >> 3), (byte) 0xFF);
      from = to & -Byte.SIZE;
    }
    while (from < to) {
      bits[(int) (from >> 3)] |= (byte) (1 << (from & 7));
      from++;
    }
  }

  /** Writes $MFT, its bitmap and its mirror, and the attribute lists outside. */
  private void writeRecords() throws IOException {
    RecordWriter records = new RecordWriter(tree, state);
    SequentialWriter table = new SequentialWriter(target);
    table.moveTo(state.run(system.mft).lcn() * options.clusterSize());
    MftWriter mft =
        new MftWriter(
            table, records, (int) state.size(system.mftMirror), (int) state.size(system.mftBitmap));
    List<byte[]> systemExtensions = new ArrayList<>();
    boolean systemDone = false;
    for (NodeHandle node : inRecordOrder()) {
      if (!node.isSystem() && !systemDone) {
        systemDone = true;
        mft.write(SystemFiles.FIRST_USER_RECORD, systemExtensions);
      }
      RecordWriter.Result made = records.records(node);
      List<byte[]> all = Arrays.asList(made.records());
      if (node.isSystem()) {
        systemExtensions.addAll(all.subList(1, all.size()));
        all = all.subList(0, 1);
      }
      mft.write(tree.record(node), all);
      if (made.list().length > 0) {
        writeWhole(state.listRun(tree.overflow(node)), made.list());
      }
    }
    if (!systemDone) {
      mft.write(SystemFiles.FIRST_USER_RECORD, systemExtensions);
    }
    mft.end(tree.recordCount());
    writeWhole(state.run(system.mftBitmap), mft.bitmap());
    writeWhole(state.run(system.mftMirror), mft.mirror());
  }

  /** All nodes: those of the system by their fixed numbers, then the others as they were added. */
  private List<NodeHandle> inRecordOrder() {
    List<NodeHandle> nodes = new ArrayList<>(tree.builder().nodes());
    nodes.sort(
        (a, b) ->
            a.isSystem() && b.isSystem()
                ? a.fixedRecord - b.fixedRecord
                : a.isSystem() ? -1 : b.isSystem() ? 1 : a.ordinal - b.ordinal);
    return nodes;
  }

  /** Writes $Boot and the copy of its first sector; that sector itself comes last. */
  private void writeBootCode() throws IOException {
    byte[] boot = Arrays.copyOf(options.bootCode(), NtfsBootSector.BOOT_FILE_SIZE);
    new NtfsBootSector(
            options.bytesPerSector(),
            options.clusterSize(),
            options.hiddenSectors(),
            layout.totalSectors(),
            state.run(system.mft).lcn(),
            state.run(system.mftMirror).lcn(),
            options.recordSize(),
            state.indexBlockSize(),
            options.serial())
        .put(boot);
    int sector = options.bytesPerSector();
    target.write(layout.totalSectors() * sector, ByteBuffer.wrap(boot, 0, sector));
    target.write(sector, ByteBuffer.wrap(boot, sector, boot.length - sector));
    padTail(system.boot);
    target.flush();
    target.write(0, ByteBuffer.wrap(boot, 0, sector));
    target.flush();
  }

  private void fill(StreamHandle stream, byte value) throws IOException {
    DataRun run = state.run(stream);
    begin(run);
    out.fillTo(out.position() + state.size(stream), value);
    end(run);
  }

  private void writeWhole(DataRun run, byte[] bytes) throws IOException {
    begin(run);
    out.write(bytes);
    end(run);
  }

  private void begin(DataRun run) throws IOException {
    out.moveTo(run.lcn() * options.clusterSize());
  }

  /** Ends what was written to a run, with zeros to its end where the target may hold others. */
  private void end(DataRun run) throws IOException {
    if (!zeroed) {
      out.fillTo((run.lcn() + run.length()) * options.clusterSize(), (byte) 0);
    }
  }
}
