package io.vhdboot.ntfs;

import java.util.Arrays;

/**
 * Where things go on a volume of a certain size, all of them in one piece:
 *
 * <pre>
 * $Boot, $MFTMirr, $UpCase, $AttrDef, $Secure
 * index blocks, attribute lists and what else does not fit the records
 * $LogFile, $Bitmap, $MFT:$BITMAP, $MFT
 * free, for $MFT to grow into
 * content, in the order of its keys
 * free
 * </pre>
 *
 * An empty volume may have its parts where Windows has them instead: what ends with $MFT then
 * begins a third into the volume, or 3 GiB if that is less, less what stands before $MFT.
 *
 * <p>Windows puts $MFT a third into the volume and keeps the clusters behind it free. Here all
 * metadata lies together at the front: a dynamic VHD then has no block that is used for a few
 * clusters only, boot code finds what it needs within reach of any BIOS, and as the number of files
 * is known, $MFT seldom has to grow at all. Nothing on disk tells drivers to expect it elsewhere.
 */
final class VolumePlacement {

  private static final long LOG_STEP = 4096;
  private static final long MIN_LOG = 2 << 20;
  private static final long MAX_LOG = 64 << 20;
  private static final int LOG_SHARE = 200;
  private static final long TINY_VOLUME = 4 << 20;
  private static final long TINY_LOG = 256 << 10;

  /** The least that Windows keeps free for $MFT. */
  private static final long MAX_ZONE = 200_000_000;

  private static final int ZONE_SHARE = 8;

  /** Windows puts $MFT a third into the volume, and no farther than this. */
  private static final long FARTHEST_TABLE = 3L << 30;

  /** Content begins on a multiple of this on the disk: a block of a dynamic VHD. */
  private static final long ZONE_ALIGNMENT = 2 << 20;

  /** The place of what lies in its record, or nowhere. */
  private static final long NOWHERE = -1;

  private final TreePlan tree;
  private final NtfsFormatOptions options;
  private final SystemFiles system;
  private final int clusterSize;
  private final long clusterCount;
  private final long[] systemSizes;
  private final long[] streamLcns;
  private final long[] indexLcns;
  private final long[] bitmapLcns;
  private final long[] listLcns;
  private final long contentClusters;
  private long frontEnd;
  private long tableStart;
  private final long metadataEnd;
  private long contentStart;

  /** Places the metadata on a volume of so many clusters, were there fewer than it takes. */
  VolumePlacement(TreePlan tree, long clusterCount) {
    this.tree = tree;
    this.options = tree.options();
    NtfsImageBuilder builder = tree.builder();
    this.system = builder.system();
    this.clusterSize = options.clusterSize();
    this.clusterCount = clusterCount;
    this.systemSizes = new long[system.streamCount()];
    this.streamLcns = new long[builder.streams().size()];
    this.indexLcns = new long[builder.indexCount()];
    this.bitmapLcns = new long[builder.indexCount()];
    this.listLcns = new long[tree.lists().size()];
    long content = 0;
    for (StreamHandle stream : tree.placedContent()) {
      content += tree.reservedClusters(stream);
    }
    this.contentClusters = content;
    this.metadataEnd = placeMetadata();
    this.contentStart = metadataEnd;
  }

  /** Places the content. */
  void placeContent() {
    contentStart = metadataEnd + zoneClusters();
    long next = contentStart;
    for (StreamHandle stream : tree.placedContent()) {
      streamLcns[stream.ordinal] = next;
      next += tree.reservedClusters(stream);
    }
  }

  /** Clusters of the volume. */
  long clusterCount() {
    return clusterCount;
  }

  /** Clusters that all takes together. */
  long neededClusters() {
    return frontEnd + metadataEnd - tableStart + contentClusters;
  }

  /** The cluster behind the first part of the metadata. */
  long frontEnd() {
    return frontEnd;
  }

  /** Where the second part of the metadata begins: with $LogFile. */
  long tableStart() {
    return tableStart;
  }

  /** The cluster behind the metadata. */
  long metadataEnd() {
    return metadataEnd;
  }

  /** The first cluster of content. */
  long contentStart() {
    return contentStart;
  }

  /** The cluster behind the content. */
  long contentEnd() {
    return contentStart + contentClusters;
  }

  /** Bytes of a stream; those of some system files follow from the volume's size. */
  long size(StreamHandle stream) {
    return stream.ordinal < systemSizes.length && systemSizes[stream.ordinal] != 0
        ? systemSizes[stream.ordinal]
        : stream.size;
  }

  /** The first cluster of a stream outside the records. */
  long lcn(StreamHandle stream) {
    return streamLcns[stream.ordinal];
  }

  /** The first cluster of an index's blocks. */
  long indexLcn(IndexSource index) {
    return indexLcns[index.ordinal];
  }

  /** The first cluster of an index's bitmap. */
  long bitmapLcn(IndexSource index) {
    return bitmapLcns[index.ordinal];
  }

  /** The first cluster of an attribute list. */
  long listLcn(TreePlan.Overflow overflow) {
    return listLcns[overflow.listOrdinal()];
  }

  private long placeMetadata() {
    int recordSize = options.recordSize();
    setSize(system.mftMirror, Math.max(4 * recordSize, clusterSize));
    setSize(system.logFile, logSize());
    setSize(system.bitmap, roundUp(clusterCount, Long.SIZE) / Byte.SIZE);
    setSize(system.mft, tree.recordCount() * recordSize);
    setSize(system.mftBitmap, roundUp(tree.recordCount(), Long.SIZE) / Byte.SIZE);
    setSize(system.badClusters, clusterCount * clusterSize);

    Arrays.fill(streamLcns, NOWHERE);
    long next = 0;
    next = place(system.boot, next);
    next = place(system.mftMirror, next);
    for (StreamHandle stream : tree.builder().streams()) {
      if (!stream.isContent()
          && tree.isOutside(stream)
          && stream != system.badClusters
          && streamLcns[stream.ordinal] == NOWHERE
          && !isLate(stream)) {
        next = place(stream, next);
      }
    }
    for (IndexPlan index : tree.indexes()) {
      int ordinal = index.source().ordinal;
      indexLcns[ordinal] = next;
      next += tree.clusters((long) index.blockCount() * IndexBlock.DEFAULT_SIZE);
      int bitmap = IndexPlan.bitmapSize(index.blockCount());
      bitmapLcns[ordinal] = next;
      next += RecordAttribute.Bitmap.isResident(bitmap) ? 0 : tree.clusters(bitmap);
    }
    for (int i = 0; i < listLcns.length; i++) {
      listLcns[i] = next;
      next += tree.clusters(tree.lists().get(i).packing().listLength());
    }
    frontEnd = next;
    tableStart = tableStart(next);
    next = place(system.logFile, tableStart);
    next = place(system.bitmap, next);
    next = place(system.mftBitmap, next);
    return place(system.mft, next);
  }

  /** Where $LogFile begins, so that $MFT lies where it shall. */
  private long tableStart(long next) {
    long before =
        tree.clusters(size(system.logFile))
            + tree.clusters(size(system.bitmap))
            + tree.clusters(size(system.mftBitmap));
    long table = Math.min(clusterCount / 3, FARTHEST_TABLE / clusterSize);
    long end = table + tree.clusters(size(system.mft));
    return options.isPlacedAsWindowsDoes()
            && table - before > next
            && end + contentClusters <= clusterCount
        ? table - before
        : next;
  }

  private boolean isLate(StreamHandle stream) {
    return stream == system.logFile
        || stream == system.bitmap
        || stream == system.mftBitmap
        || stream == system.mft;
  }

  private long place(StreamHandle stream, long lcn) {
    streamLcns[stream.ordinal] = lcn;
    return lcn + tree.clusters(size(stream));
  }

  private void setSize(StreamHandle stream, long size) {
    systemSizes[stream.ordinal] = size;
  }

  /** As mkntfs does, and near to what Windows 10 does: a 200th of the volume within limits. */
  private long logSize() {
    long volume = clusterCount * clusterSize;
    long size =
        volume < TINY_VOLUME ? TINY_LOG : Math.min(MAX_LOG, Math.max(MIN_LOG, volume / LOG_SHARE));
    return roundUp(roundUp(size, LOG_STEP), clusterSize);
  }

  /** Clusters to leave free behind $MFT: whole blocks of a dynamic VHD, or none. */
  private long zoneClusters() {
    long free = (clusterCount - metadataEnd - contentClusters) * clusterSize;
    long wanted =
        options.mftZone() >= 0
            ? options.mftZone()
            : Math.min(
                Math.min(MAX_ZONE, clusterCount * clusterSize / ZONE_SHARE),
                ZONE_SHARE * tree.recordCount() * options.recordSize());
    long zone = Math.min(wanted, free / 2);
    long partition = options.hiddenSectors() * options.bytesPerSector();
    long from = partition + metadataEnd * clusterSize;
    long start = roundUp(from + zone, ZONE_ALIGNMENT);
    if (zone == 0 || (start - partition) % clusterSize != 0 || start - from > free) {
      return 0;
    }
    return (start - from) / clusterSize;
  }

  private static long roundUp(long value, long multiple) {
    return (value + multiple - 1) / multiple * multiple;
  }
}
