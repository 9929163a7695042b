package io.vhdboot.ntfs;

import io.vhdboot.compression.Compressor;
import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Stores a sparse or a compressed stream: leaves out units of zeros, and compresses the others if
 * that saves a cluster. What is stored follows each other without a gap.
 */
final class UnitPacker extends StreamPacker {

  private static final int LZNT1_CHUNK = 4096;

  private final ImageState state;
  private final BlockDevice target;
  private final int clusterSize;
  private final int unit;
  private final long mapped;
  private final Compressor compressor;
  private final byte[] compressed;
  private final RunList.Builder runs;
  private long next;

  /**
   * Creates a packer.
   *
   * @param lcn the first of the clusters that are kept for the stream
   * @param compressor compresses the units, or null
   */
  UnitPacker(
      StreamHandle stream, ImageState state, BlockDevice target, long lcn, Compressor compressor) {
    super(stream, stream.form.unitInClusters(state.clusterSize()) * state.clusterSize());
    this.state = state;
    this.target = target;
    this.clusterSize = state.clusterSize();
    this.unit = stream.form.unitInClusters(clusterSize);
    this.mapped = new PackedStream(stream, clusterSize).mappedClusters();
    this.compressor = compressor;
    this.compressed = compressor == null ? null : new byte[(unit - 1) * clusterSize];
    this.runs =
        new RunList.Builder(
            new ClusterSpace(target, clusterSize, target.size() / clusterSize), stream.toString());
    this.next = lcn;
  }

  @Override
  void store(byte[] bytes, int length) throws IOException {
    if (isZero(bytes, length)) {
      storeZeros(1);
      return;
    }
    int packed = compress(bytes, length);
    if (packed != Compressor.DOES_NOT_FIT) {
      put(compressed, packed);
    } else {
      put(bytes, length);
      // A compressed unit that lacks clusters would be taken for one that was made shorter.
      if (stream.form == StreamForm.COMPRESSED && clusters(length) < unit) {
        long rest = unit - clusters(length);
        target.zero(next * clusterSize, rest * clusterSize);
        runs.add(next, rest);
        next += rest;
      }
    }
    holeTo((runs.end() + unit - 1) / unit * unit);
  }

  @Override
  void storeZeros(long units) throws IOException {
    holeTo(runs.end() + units * unit);
  }

  @Override
  void end() throws IOException {
    holeTo(mapped);
    state.setPackedRuns(stream, runs.build());
  }

  private void holeTo(long vcn) throws IOException {
    long end = Math.min(vcn, mapped);
    if (runs.end() < end) {
      runs.add(RunList.HOLE, end - runs.end());
    }
  }

  private int compress(byte[] bytes, int length) {
    if (compressor == null) {
      return Compressor.DOES_NOT_FIT;
    }
    // NTFS compresses whole chunks; what the last one lacks are zeros.
    int whole = (length + LZNT1_CHUNK - 1) / LZNT1_CHUNK * LZNT1_CHUNK;
    byte[] padded = whole <= bytes.length ? bytes : Arrays.copyOf(bytes, whole);
    Arrays.fill(padded, length, whole, (byte) 0);
    return compressor.compress(padded, 0, whole, compressed, 0, compressed.length);
  }

  private void put(byte[] bytes, int length) throws IOException {
    long count = clusters(length);
    target.write(next * clusterSize, ByteBuffer.wrap(bytes, 0, length));
    long rest = count * clusterSize - length;
    if (rest > 0) {
      target.zero(next * clusterSize + length, rest);
    }
    runs.add(next, count);
    next += count;
  }

  private long clusters(long bytes) {
    return (bytes + clusterSize - 1) / clusterSize;
  }

  private static boolean isZero(byte[] bytes, int length) {
    return length == 0 || bytes[0] == 0 && Arrays.equals(bytes, 0, length - 1, bytes, 1, length);
  }
}
