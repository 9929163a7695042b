package io.vhdboot.ntfs;

import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All about a volume in the making that does not depend on its size: which values stay in their
 * records, the shape of the indexes, the records and their numbers.
 */
final class TreePlan {

  /** Records are made in multiples of this, as Windows does. */
  private static final int RECORD_MULTIPLE = 256;

  /** Records left free at least. */
  private static final int SPARE_RECORDS = 64;

  private final NtfsImageBuilder builder;
  private final NtfsFormatOptions options;
  private final int capacity;
  private final BitSet residentStreams = new BitSet();
  private final IndexPlan[] indexes;
  private final int[] recordNumbers;
  private final Map<NodeHandle, Overflow> overflows = new HashMap<>();
  private final List<Overflow> lists = new ArrayList<>();
  private final StreamHandle[] placedContent;
  private final int usedRecords;

  /**
   * How a file lies that does not fit one record.
   *
   * @param packing which attributes lie where
   * @param firstExtension the number of the first extension record
   * @param listOrdinal the place among the lists that lie in clusters, or -1
   */
  record Overflow(RecordPacking packing, int firstExtension, int listOrdinal) {}

  /**
   * Plans what a builder has been told.
   *
   * @throws FileAlreadyExistsException when a directory has a name twice
   */
  TreePlan(NtfsImageBuilder builder) throws IOException {
    this.builder = builder;
    this.options = builder.options();
    int recordSize = options.recordSize();
    this.capacity = recordSize - FileRecord.firstAttribute(recordSize) - FileRecord.END_SIZE;
    this.indexes = new IndexPlan[builder.indexCount()];
    this.recordNumbers = new int[builder.nodes().size()];
    sortNames();
    SystemFiles system = builder.system();
    builder.security().settle();
    system.descriptors.size = builder.security().streamSize();
    system.descriptorsByHash.sort();
    system.objectIds.sort();
    system.reparsePoints.sort();
    this.usedRecords = numberRecords();
    this.placedContent = sortContent();
  }

  NtfsImageBuilder builder() {
    return builder;
  }

  NtfsFormatOptions options() {
    return options;
  }

  /** Bytes for attributes in a record. */
  int capacity() {
    return capacity;
  }

  boolean isResident(StreamHandle stream) {
    return residentStreams.get(stream.ordinal);
  }

  /** Whether an attribute is written at all: a descriptor only where $Secure has none. */
  boolean isWritten(StreamHandle stream) {
    return stream.type != AttributeType.SECURITY_DESCRIPTOR || !stream.node.hasSecurityId();
  }

  /** Whether a stream takes clusters. */
  boolean isOutside(StreamHandle stream) {
    return !isResident(stream) && isWritten(stream);
  }

  IndexPlan index(IndexSource source) {
    return indexes[source.ordinal];
  }

  IndexPlan[] indexes() {
    return indexes;
  }

  int record(NodeHandle node) {
    return recordNumbers[node.ordinal];
  }

  /** How a file lies that does not fit one record, or null. */
  Overflow overflow(NodeHandle node) {
    return overflows.get(node);
  }

  /** The attribute lists that lie in clusters. */
  List<Overflow> lists() {
    return lists;
  }

  /** Streams of content outside the records, in the order of placement. */
  StreamHandle[] placedContent() {
    return placedContent;
  }

  /** Records up to the last one in use. */
  int usedRecords() {
    return usedRecords;
  }

  /** Records of $MFT. */
  long recordCount() {
    long count = roundUp((long) usedRecords + SPARE_RECORDS, RECORD_MULTIPLE);
    return roundUp(count * options.recordSize(), options.clusterSize()) / options.recordSize();
  }

  /** Clusters that are kept for a stream of content. */
  long reservedClusters(StreamHandle stream) {
    return packed(stream).reservedClusters();
  }

  long clusters(long bytes) {
    return roundUp(bytes, options.clusterSize()) / options.clusterSize();
  }

  /** The least size of a volume, with the sector behind it. */
  long minimumVolumeSize() {
    long clusters = 1;
    long needed = new VolumePlacement(this, clusters).neededClusters();
    // A larger volume has a larger bitmap and log.
    while (needed > clusters) {
      clusters = needed;
      needed = new VolumePlacement(this, clusters).neededClusters();
    }
    return clusters * options.clusterSize() + options.bytesPerSector();
  }

  NtfsLayout layout(long volumeSize) throws NoSpaceException {
    long sectors = volumeSize / options.bytesPerSector() - 1;
    long clusters = sectors / (options.clusterSize() / options.bytesPerSector());
    if (clusters > NtfsBootSector.MAX_CLUSTERS) {
      throw new IllegalArgumentException(
          "volumeSize ("
              + volumeSize
              + ") must have fewer than 2^32 clusters of "
              + options.clusterSize());
    }
    VolumePlacement placement = new VolumePlacement(this, clusters);
    if (placement.neededClusters() > clusters) {
      throw new NoSpaceException("the volume", minimumVolumeSize(), volumeSize);
    }
    placement.placeContent();
    return new NtfsLayout(this, placement, sectors);
  }

  /** The attributes of a node in the order of its record. */
  List<RecordAttribute> attributes(NodeHandle node) {
    List<RecordAttribute> attributes = new ArrayList<>();
    attributes.add(new RecordAttribute.Standard(node));
    for (LinkHandle link = node.firstLink; link != null; link = link.next) {
      attributes.add(new RecordAttribute.Name(link));
    }
    StreamHandle stream = node.firstStream;
    for (; stream != null && stream.type < AttributeType.DATA; stream = stream.next) {
      if (isWritten(stream)) {
        attributes.add(new RecordAttribute.Stream(stream, isResident(stream)));
      }
    }
    if (hasImpliedContent(node, stream)) {
      attributes.add(new RecordAttribute.EmptyData());
    }
    for (; stream != null && stream.type < AttributeType.INDEX_ROOT; stream = stream.next) {
      if (isResident(stream) || stream.form == StreamForm.PLAIN) {
        attributes.add(new RecordAttribute.Stream(stream, isResident(stream)));
      } else {
        attributes.addAll(packed(stream).extents(capacity));
      }
    }
    for (IndexSource source : node.indexes) {
      attributes.add(new RecordAttribute.Root(index(source), node.isCompressed()));
    }
    for (IndexSource source : node.indexes) {
      if (index(source).hasBlocks()) {
        attributes.add(new RecordAttribute.Allocation(index(source)));
      }
    }
    for (IndexSource source : node.indexes) {
      if (index(source).hasBlocks()) {
        attributes.add(new RecordAttribute.Bitmap(index(source)));
      }
    }
    for (; stream != null; stream = stream.next) {
      attributes.add(new RecordAttribute.Stream(stream, isResident(stream)));
    }
    return attributes;
  }

  private static boolean hasImpliedContent(NodeHandle node, StreamHandle firstData) {
    return node.hasContent()
        && (firstData == null || firstData.type != AttributeType.DATA || !firstData.name.isEmpty());
  }

  /**
   * Sorts the names of each directory, settles those that differ only in case, and makes short ones
   * where that is wanted.
   */
  private void sortNames() throws IOException {
    NameResolution resolution =
        new NameResolution(
            new FileNameCollation(UpCaseTable.windows7()), builder.droppedShortNames());
    for (NodeHandle node : builder.nodes()) {
      if (node.isDirectory()) {
        resolution.resolve(node);
        if (options.makesShortNames()) {
          resolution.makeShortNames(node);
        }
      }
    }
  }

  private int numberRecords() throws NoSpaceException {
    int next = SystemFiles.FIRST_USER_RECORD;
    // System files first, so that the extensions of one, if any, stand before all other files.
    for (boolean system : new boolean[] {true, false}) {
      for (NodeHandle node : builder.nodes()) {
        if (node.isSystem() != system) {
          continue;
        }
        recordNumbers[node.ordinal] = system ? node.fixedRecord : next++;
        if (settle(node)) {
          RecordPacking packing = RecordPacking.of(attributes(node), capacity);
          if (packing.listLength() > RecordPacking.MAX_LIST) {
            throw new NoSpaceException(
                "the attribute list of " + node, packing.listLength(), RecordPacking.MAX_LIST);
          }
          Overflow overflow =
              new Overflow(packing, next, packing.listResident() ? -1 : lists.size());
          overflows.put(node, overflow);
          if (!packing.listResident()) {
            lists.add(overflow);
          }
          next += packing.recordCount() - 1;
        }
      }
    }
    return next == SystemFiles.FIRST_USER_RECORD ? SystemFiles.REPARSE_POINTS + 1 : next;
  }

  /**
   * Decides which values and indexes of a node stay in its record: the largest leave first, until
   * the rest fits. Gives whether it fits even then.
   */
  private boolean settle(NodeHandle node) {
    long size = new RecordAttribute.Standard(node).length();
    for (LinkHandle link = node.firstLink; link != null; link = link.next) {
      size += new RecordAttribute.Name(link).length();
    }
    if (node.hasContent() && node.stream(AttributeType.DATA, "") == null) {
      size += new RecordAttribute.EmptyData().length();
    }
    for (StreamHandle stream = node.firstStream; stream != null; stream = stream.next) {
      if (isWritten(stream)) {
        boolean empty = stream.isContent() && stream.size == 0;
        boolean resident = empty || !stream.nonResident && residentLength(stream) <= capacity;
        residentStreams.set(stream.ordinal, resident);
        size += resident ? residentLength(stream) : nonResidentLength(stream);
      }
    }
    long[] whole = new long[node.indexes.length];
    for (int i = 0; i < whole.length; i++) {
      IndexSource source = node.indexes[i];
      whole[i] = RecordAttribute.residentLength(source.name, IndexRoot.SIZE + source.size());
      indexes[source.ordinal] = IndexPlan.inRoot(source, IndexBlock.DEFAULT_SIZE);
      size += whole[i];
    }
    if (size > capacity) {
      size = shrink(node, size, whole);
    }
    return size > capacity;
  }

  private long shrink(NodeHandle node, long size, long[] whole) {
    int count = node.indexes.length;
    long[] least = new long[count];
    for (int i = 0; i < count; i++) {
      least[i] = leastSplit(node.indexes[i]);
    }
    boolean[] split = new boolean[count];
    long left = size;
    while (left > capacity) {
      StreamHandle largest = largestMovable(node);
      int index = -1;
      long gain = largest == null ? 0 : gainOfMoving(largest);
      for (int i = 0; i < count; i++) {
        if (!split[i] && whole[i] - least[i] > gain) {
          index = i;
          gain = whole[i] - least[i];
        }
      }
      if (gain == 0) {
        break;
      }
      left -= gain;
      if (index >= 0) {
        split[index] = true;
      } else {
        residentStreams.clear(largest.ordinal);
      }
    }
    long room = capacity - left;
    if (room < 0) {
      // Names and streams go elsewhere; the roots may have half of what they leave.
      long pinned =
          new RecordAttribute.Standard(node).length() + RecordAttribute.nonResidentLength("");
      for (int i = 0; i < count; i++) {
        pinned += split[i] ? least[i] : whole[i];
      }
      room = Math.max(0, (capacity - pinned) / 2);
    }
    growRoots(node, split, room);
    return left;
  }

  /**
   * The value that frees most of the record when it leaves, or null. Reparse data goes only when
   * nothing else can: libfsntfs does not read it elsewhere.
   */
  private StreamHandle largestMovable(NodeHandle node) {
    StreamHandle largest = null;
    for (StreamHandle stream = node.firstStream; stream != null; stream = stream.next) {
      if (isResident(stream)
          && isMovable(stream)
          && gainOfMoving(stream) > 0
          && (largest == null
              || largest.type == AttributeType.REPARSE_POINT
              || stream.type != AttributeType.REPARSE_POINT
                  && gainOfMoving(stream) > gainOfMoving(largest))) {
        largest = stream;
      }
    }
    return largest;
  }

  private long gainOfMoving(StreamHandle stream) {
    return residentLength(stream) - nonResidentLength(stream);
  }

  private long nonResidentLength(StreamHandle stream) {
    return stream.form == StreamForm.PLAIN
        ? RecordAttribute.nonResidentLength(stream.name)
        : packed(stream).extents(capacity).stream().mapToLong(PackedStream.Extent::length).sum();
  }

  /** Shares what is left in a record among the roots of indexes that have blocks. */
  private void growRoots(NodeHandle node, boolean[] split, long free) {
    long room = free;
    int others = 0;
    for (boolean one : split) {
      others += one ? 1 : 0;
    }
    for (int i = 0; i < split.length; i++) {
      if (split[i]) {
        IndexPlan plan =
            IndexPlan.inBlocks(
                node.indexes[i],
                IndexBlock.DEFAULT_SIZE,
                (int) (IndexPlan.LEAST_ROOT + room / others));
        room -= plan.rootSize() - IndexPlan.LEAST_ROOT;
        others--;
        indexes[node.indexes[i].ordinal] = plan;
      }
    }
  }

  /** Bytes of an index whose root is as small as can be. */
  private static int leastSplit(IndexSource source) {
    IndexPlan plan = IndexPlan.inBlocks(source, IndexBlock.DEFAULT_SIZE, IndexPlan.LEAST_ROOT);
    return (int) RecordAttribute.residentLength(source.name, IndexRoot.SIZE + IndexPlan.LEAST_ROOT)
        + RecordAttribute.nonResidentLength(source.name)
        + RecordAttribute.Bitmap.length(source.name, IndexPlan.bitmapSize(plan.blockCount()));
  }

  private PackedStream packed(StreamHandle stream) {
    return new PackedStream(stream, options.clusterSize());
  }

  private static long residentLength(StreamHandle stream) {
    return RecordAttribute.residentLength(stream.name, stream.size);
  }

  /** Whether a value may leave the record. */
  private static boolean isMovable(StreamHandle stream) {
    return switch (stream.type) {
      case AttributeType.DATA,
          AttributeType.SECURITY_DESCRIPTOR,
          AttributeType.REPARSE_POINT,
          AttributeType.EA ->
          true;
      default -> false;
    };
  }

  private StreamHandle[] sortContent() {
    List<StreamHandle> content = new ArrayList<>();
    for (StreamHandle stream : builder.streams()) {
      if (stream.isContent() && isOutside(stream)) {
        content.add(stream);
      }
    }
    StreamHandle[] sorted = content.toArray(StreamHandle[]::new);
    Arrays.sort(sorted, Comparator.comparingLong((StreamHandle stream) -> stream.placementKey));
    return sorted;
  }

  private static long roundUp(long value, long multiple) {
    return (value + multiple - 1) / multiple * multiple;
  }
}
