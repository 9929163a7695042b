package io.vhdboot.ntfs;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All that goes into the metadata of a volume in the making: the layout, the sizes as they have
 * turned out, and the content that stays in records.
 */
final class ImageState {

  private static final byte[] EMPTY = {};

  private final TreePlan tree;
  private final VolumePlacement placement;
  private final byte[][] values;
  private final Map<StreamHandle, Long> settledSizes = new ConcurrentHashMap<>();
  private final Map<StreamHandle, RunList> packedRuns = new ConcurrentHashMap<>();

  ImageState(NtfsLayout layout) {
    this.tree = layout.tree();
    this.placement = layout.placement();
    this.values = new byte[tree.builder().streams().size()][];
  }

  int clusterSize() {
    return tree.options().clusterSize();
  }

  int indexBlockSize() {
    return IndexBlock.DEFAULT_SIZE;
  }

  /** Index units of an index block. */
  int unitsPerBlock() {
    return indexBlockSize() / NtfsBootSector.indexUnit(indexBlockSize(), clusterSize());
  }

  long reference(NodeHandle node) {
    return FileReference.of(tree.record(node), node.sequence);
  }

  /** What is known of a file in its own record. */
  StandardInformation standardInformation(NodeHandle node) {
    int id = node.hasSecurityId() ? tree.builder().security().id(node.metadata.securityId()) : 0;
    return StandardInformation.of(node.metadata, node.attributes(), id);
  }

  /** What is known of a file beside one of its names. */
  FileName fileName(LinkHandle link) {
    NodeHandle node = link.node;
    FileMetadata metadata = node.metadata;
    StreamHandle content = node.hasContent() ? node.stream(AttributeType.DATA, "") : null;
    long size = content == null ? 0 : size(content);
    long allocated =
        content == null ? 0 : tree.isResident(content) ? size + 7 & -8 : storedSize(content);
    return new FileName(
        reference(link.parent),
        metadata.created(),
        metadata.modified(),
        metadata.changed(),
        metadata.accessed(),
        allocated,
        size,
        node.nameAttributes(),
        node.reparseTagOrEaLength,
        link.namespace,
        link.name);
  }

  /** Bytes of a stream. */
  long size(StreamHandle stream) {
    Long settled = settledSizes.isEmpty() ? null : settledSizes.get(stream);
    return settled != null ? settled : placement.size(stream);
  }

  /** Bytes of the clusters that a stream takes. */
  long storedSize(StreamHandle stream) {
    return usedClusters(stream) * clusterSize();
  }

  /** Clusters that a stream takes, the first of those that are kept for it. */
  long usedClusters(StreamHandle stream) {
    if (stream.form == StreamForm.PLAIN) {
      return tree.clusters(size(stream));
    }
    RunList runs = packedRuns(stream);
    return runs == null ? 0 : runs.allocated();
  }

  /** The runs of a stream that is not plain, or null where it is one hole. */
  RunList packedRuns(StreamHandle stream) {
    return packedRuns.get(stream);
  }

  /** Whether a sparse or compressed stream was written to its end. */
  boolean isPacked(StreamHandle stream) {
    return stream.form == StreamForm.OVERLAY
        ? settledSizes.containsKey(stream.overlayData)
        : packedRuns.containsKey(stream);
  }

  /** Sets the runs of a sparse or compressed stream. */
  void setPackedRuns(StreamHandle stream, RunList runs) {
    packedRuns.put(stream, runs);
  }

  /** Sets the size of a stream that turned out smaller than planned. */
  void setSize(StreamHandle stream, long size) {
    settledSizes.put(stream, size);
  }

  long initialisedSize(StreamHandle stream) {
    return isBadClusters(stream) ? 0 : size(stream);
  }

  /** The clusters of a stream. */
  DataRun run(StreamHandle stream) {
    return new DataRun(
        isBadClusters(stream) ? DataRun.HOLE : placement.lcn(stream), tree.clusters(size(stream)));
  }

  DataRun allocationRun(IndexPlan index) {
    return new DataRun(
        placement.indexLcn(index.source()),
        tree.clusters((long) index.blockCount() * indexBlockSize()));
  }

  DataRun bitmapRun(IndexPlan index) {
    return new DataRun(
        placement.bitmapLcn(index.source()),
        tree.clusters(IndexPlan.bitmapSize(index.blockCount())));
  }

  DataRun listRun(TreePlan.Overflow overflow) {
    return new DataRun(placement.listLcn(overflow), tree.clusters(overflow.packing().listLength()));
  }

  /** The value of a resident attribute; zeros where the caller wrote none. */
  byte[] value(StreamHandle stream) {
    if (stream.value != null) {
      return stream.value;
    }
    byte[] value = values[stream.ordinal];
    return value != null ? value : stream.size == 0 ? EMPTY : new byte[(int) stream.size];
  }

  /** The array that takes the content of a resident stream. */
  byte[] ownValue(StreamHandle stream) {
    byte[] value = values[stream.ordinal];
    if (value == null) {
      value = new byte[(int) stream.size];
      values[stream.ordinal] = value;
    }
    return value;
  }

  private boolean isBadClusters(StreamHandle stream) {
    return stream == tree.builder().system().badClusters;
  }
}
