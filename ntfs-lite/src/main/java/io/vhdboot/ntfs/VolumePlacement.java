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
 * Windows puts $MFT a third into the volume and keeps the clusters behind it free. Here all
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

  /** Content begins on a multiple of this on the disk: a block of a dynamic VHD. */
  private static final long ZONE_ALIGNMENT = 2 << 20;

  private final TreePlan tree;
  private final NtfsFormatOptions options;
  private final SystemFiles system;
  private final int clusterSize;

  VolumePlacement(TreePlan tree) {
    this.tree = tree;
    this.options = tree.options();
    this.system = tree.builder().system();
    this.clusterSize = options.clusterSize();
  }

  /** Clusters that all takes together on a volume of so many. */
  long neededClusters(long clusters) {
    NtfsLayout layout = new NtfsLayout(tree, clusters);
    return placeMetadata(layout, clusters) + contentClusters();
  }

  /** Places everything. */
  NtfsLayout place(long sectors, long clusters) {
    NtfsLayout layout = new NtfsLayout(tree, clusters);
    layout.totalSectors = sectors;
    long next = placeMetadata(layout, clusters);
    layout.metadataEnd = next;
    next += zoneClusters(next, clusters);
    layout.contentStart = next;
    for (StreamHandle stream : tree.placedContent()) {
      layout.streamLcns[stream.ordinal] = next;
      next += tree.clusters(stream.size);
    }
    layout.contentEnd = next;
    return layout;
  }

  private long contentClusters() {
    long clusters = 0;
    for (StreamHandle stream : tree.placedContent()) {
      clusters += tree.clusters(stream.size);
    }
    return clusters;
  }

  private long placeMetadata(NtfsLayout layout, long clusters) {
    int recordSize = options.recordSize();
    layout.setSize(system.mftMirror, Math.max(4 * recordSize, clusterSize));
    layout.setSize(system.logFile, logSize(clusters));
    layout.setSize(system.bitmap, roundUp(clusters, Long.SIZE) / Byte.SIZE);
    layout.setSize(system.mft, tree.recordCount() * recordSize);
    layout.setSize(system.mftBitmap, roundUp(tree.recordCount(), Long.SIZE) / Byte.SIZE);
    layout.setSize(system.badClusters, clusters * clusterSize);

    Arrays.fill(layout.streamLcns, NtfsLayout.NOWHERE);
    long next = 0;
    next = place(layout, system.boot, next);
    next = place(layout, system.mftMirror, next);
    for (StreamHandle stream : tree.builder().streams()) {
      if (!stream.isContent()
          && tree.isOutside(stream)
          && stream != system.badClusters
          && layout.streamLcns[stream.ordinal] == NtfsLayout.NOWHERE
          && !isLate(stream)) {
        next = place(layout, stream, next);
      }
    }
    for (IndexPlan index : tree.indexes()) {
      int ordinal = index.source().ordinal;
      layout.indexLcns[ordinal] = next;
      next += tree.clusters((long) index.blockCount() * IndexBlock.DEFAULT_SIZE);
      int bitmap = IndexPlan.bitmapSize(index.blockCount());
      layout.bitmapLcns[ordinal] = next;
      next += RecordAttribute.Bitmap.isResident(bitmap) ? 0 : tree.clusters(bitmap);
    }
    for (int i = 0; i < layout.listLcns.length; i++) {
      layout.listLcns[i] = next;
      next += tree.clusters(tree.lists().get(i).packing().listLength());
    }
    next = place(layout, system.logFile, next);
    next = place(layout, system.bitmap, next);
    next = place(layout, system.mftBitmap, next);
    return place(layout, system.mft, next);
  }

  private boolean isLate(StreamHandle stream) {
    return stream == system.logFile
        || stream == system.bitmap
        || stream == system.mftBitmap
        || stream == system.mft;
  }

  private long place(NtfsLayout layout, StreamHandle stream, long lcn) {
    layout.streamLcns[stream.ordinal] = lcn;
    return lcn + tree.clusters(layout.size(stream));
  }

  /** As mkntfs does, and near to what Windows 10 does: a 200th of the volume within limits. */
  private long logSize(long clusters) {
    long volume = clusters * clusterSize;
    long size =
        volume < TINY_VOLUME ? TINY_LOG : Math.min(MAX_LOG, Math.max(MIN_LOG, volume / LOG_SHARE));
    return roundUp(roundUp(size, LOG_STEP), clusterSize);
  }

  /** Clusters to leave free behind $MFT: whole blocks of a dynamic VHD, or none. */
  private long zoneClusters(long next, long clusters) {
    long free = (clusters - next - contentClusters()) * clusterSize;
    long wanted =
        options.mftZone() >= 0
            ? options.mftZone()
            : Math.min(
                Math.min(MAX_ZONE, clusters * clusterSize / ZONE_SHARE),
                ZONE_SHARE * tree.recordCount() * options.recordSize());
    long zone = Math.min(wanted, free / 2);
    long partition = options.hiddenSectors() * options.bytesPerSector();
    long from = partition + next * clusterSize;
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
