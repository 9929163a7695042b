package io.vhdboot.ntfs;

import java.util.ArrayList;
import java.util.List;

/**
 * A sparse or compressed stream in the making: the clusters that it may take at most, and how its
 * mapping pairs are divided among records before it is known which clusters those will be.
 *
 * <p>The clusters that it really takes are the first of those that are kept for it, without a gap.
 * So the pairs of a unit that is not alone are bounded: a run, its distance from the run before,
 * which is that run's length, and a hole.
 */
final class PackedStream {

  /** What the first distance takes beyond those that follow, the end mark and the alignment. */
  private static final int PAIRS_EXTRA = 4 + 1 + 7;

  private final StreamHandle stream;
  private final int clusterSize;
  private final int unit;

  PackedStream(StreamHandle stream, int clusterSize) {
    this.stream = stream;
    this.clusterSize = clusterSize;
    this.unit = stream.form.unitInClusters(clusterSize);
  }

  /** Clusters that are kept for it. */
  long reservedClusters() {
    return switch (stream.form) {
      case PLAIN, SPARSE -> clusters();
      case COMPRESSED -> roundUp(clusters(), unit);
      case OVERLAY -> 0;
    };
  }

  /** Clusters that its VCNs count, holes included: whole units of 16. */
  long mappedClusters() {
    return roundUp(clusters(), 1 << StreamForm.UNIT_SHIFT);
  }

  /**
   * Divides it among attributes.
   *
   * @param capacity bytes that an attribute may take
   */
  List<Extent> extents(int capacity) {
    long end = mappedClusters();
    List<Extent> extents = new ArrayList<>(1);
    int perUnit = 2 + 3 * MappingPairs.width(unit);
    long vcn = 0;
    do {
      int header =
          AttributeHeader.align(
              (vcn == 0
                      ? AttributeHeader.NonResident.SIZE_WITH_STORED
                      : AttributeHeader.NonResident.SIZE)
                  + 2 * stream.name.length());
      long units = stream.form.isPacked() ? (capacity - header - PAIRS_EXTRA) / perUnit : end;
      long next = Math.min(end, vcn + units * unit);
      long held = stream.form.isPacked() ? (next - vcn + unit - 1) / unit : 1;
      extents.add(
          new Extent(stream, vcn, next - vcn, header + (int) (held * perUnit + PAIRS_EXTRA & ~7)));
      vcn = next;
    } while (vcn < end);
    return extents;
  }

  private long clusters() {
    return roundUp(stream.size, clusterSize) / clusterSize;
  }

  private static long roundUp(long value, long multiple) {
    return (value + multiple - 1) / multiple * multiple;
  }

  /**
   * A part of the stream, as the attribute that maps it.
   *
   * @param vcn the first VCN
   * @param count clusters, holes included
   * @param length the most bytes that the attribute takes
   */
  record Extent(StreamHandle stream, long vcn, long count, int length) implements RecordAttribute {

    @Override
    public int type() {
      return stream.type;
    }

    @Override
    public String name() {
      return stream.name;
    }

    @Override
    public long lowestVcn() {
      return vcn;
    }

    @Override
    public int put(byte[] record, int offset, int instance, ImageState state) {
      List<DataRun> runs = slice(state.packedRuns(stream));
      boolean first = vcn == 0;
      PackedStream packed = new PackedStream(stream, state.clusterSize());
      AttributeHeader.NonResident header =
          AttributeHeader.NonResident.of(
              stream.type,
              stream.name,
              stream.form.flags,
              instance,
              vcn,
              vcn + count - 1,
              first ? StreamForm.UNIT_SHIFT : 0,
              first ? packed.mappedClusters() * state.clusterSize() : 0,
              first ? stream.size : 0,
              first ? stream.size : 0,
              first ? state.storedSize(stream) : 0,
              MappingPairs.size(runs));
      header.put(record, offset);
      MappingPairs.put(runs, record, offset + header.mappingPairsOffset());
      return header.length();
    }

    /** The part of a list of runs that covers these VCNs. */
    private List<DataRun> slice(RunList runs) {
      if (runs == null) {
        return List.of(new DataRun(DataRun.HOLE, count));
      }
      List<DataRun> slice = new ArrayList<>();
      long at = vcn;
      for (int run = runs.find(vcn); at < vcn + count; run++) {
        long end = Math.min(runs.vcn(run + 1), vcn + count);
        long lcn = runs.isHole(run) ? DataRun.HOLE : runs.lcn(run) + at - runs.vcn(run);
        slice.add(new DataRun(lcn, end - at));
        at = end;
      }
      return slice;
    }
  }
}
