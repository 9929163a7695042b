package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * An attribute of a file, put together from its extents. The mapping pairs are unpacked when they
 * are first wanted, so a file is opened at the cost of its records alone, and damage in one
 * attribute does not hide the others.
 */
final class NtfsAttribute {

  /** The largest value of an attribute that Windows keeps in memory whole: $ATTRIBUTE_LIST. */
  static final int MAX_LIST_SIZE = 256 << 10;

  private final ClusterSpace clusters;
  private final String source;
  private final List<Extent> extents;
  private final AttributeHeader first;
  private RunList runs;

  /**
   * A part of an attribute as it lies in a record.
   *
   * @param record the record's bytes, update sequence undone
   * @param header the header of the part
   * @param source what exceptions call the record
   */
  record Extent(byte[] record, AttributeHeader header, String source) {}

  /**
   * Puts an attribute together.
   *
   * @param extents its parts, in the order of their VCNs
   */
  NtfsAttribute(ClusterSpace clusters, List<Extent> extents) {
    this.clusters = clusters;
    this.extents = List.copyOf(extents);
    this.first = extents.get(0).header();
    this.source = extents.get(0).source();
  }

  int type() {
    return first.type();
  }

  String name() {
    return first.name();
  }

  /** What exceptions call the record in which the attribute begins. */
  String source() {
    return source;
  }

  boolean isResident() {
    return first instanceof AttributeHeader.Resident;
  }

  boolean isCompressed() {
    return first.isCompressed();
  }

  boolean isEncrypted() {
    return first.isEncrypted();
  }

  boolean isSparse() {
    return first.isSparse();
  }

  /** The size of the value in bytes. */
  long size() {
    return first instanceof AttributeHeader.NonResident nonResident
        ? nonResident.dataSize()
        : ((AttributeHeader.Resident) first).valueLength();
  }

  /** The size up to which the value was ever written; what lies behind reads as zeros. */
  long initialisedSize() {
    return first instanceof AttributeHeader.NonResident nonResident
        ? Math.min(nonResident.initialisedSize(), nonResident.dataSize())
        : size();
  }

  /** The bytes it takes on the volume: clusters, or its room in the record. */
  long storedSize() {
    if (first instanceof AttributeHeader.NonResident nonResident) {
      return isSparse() || isCompressed() ? nonResident.storedSize() : nonResident.allocatedSize();
    }
    return AttributeHeader.align(((AttributeHeader.Resident) first).valueLength());
  }

  /** Where it lies; without any run when it is resident. */
  synchronized RunList runs() throws CorruptFormatException {
    if (runs == null) {
      RunList.Builder builder = new RunList.Builder(clusters, source);
      if (!isResident()) {
        for (Extent extent : extents) {
          addRuns(builder, extent, clusters);
        }
      }
      runs = builder.build();
    }
    return runs;
  }

  /** Adds the runs of an extent, which must begin where those before it end. */
  static void addRuns(RunList.Builder builder, Extent extent, ClusterSpace clusters)
      throws CorruptFormatException {
    if (!(extent.header() instanceof AttributeHeader.NonResident header)
        || header.lowestVcn() != builder.end()) {
      throw new CorruptFormatException(
          extent.source(),
          extent.header().position(),
          "the extent of an attribute must begin at cluster " + builder.end() + " of it");
    }
    int from = header.position() + header.mappingPairsOffset();
    for (DataRun run :
        MappingPairs.get(
            extent.record(),
            from,
            header.position() + header.length(),
            clusters.clusterCount(),
            header.highestVcn() - header.lowestVcn() + 1,
            extent.source())) {
      builder.add(run.lcn(), run.length());
    }
  }

  /**
   * The bytes of the value.
   *
   * @throws UnsupportedFormatException when they are encrypted or compressed in an unknown way
   */
  StreamContent content() throws IOException {
    if (first instanceof AttributeHeader.Resident resident) {
      return new ResidentContent(
          extents.get(0).record(),
          resident.position() + resident.valueOffset(),
          resident.valueLength());
    }
    if (isEncrypted()) {
      throw new UnsupportedFormatException(
          source, first.position(), "the stream is encrypted (EFS), which cannot be read");
    }
    if (isCompressed()) {
      if ((first.flags() & AttributeHeader.MASK_COMPRESSION) != AttributeHeader.FLAG_COMPRESSED) {
        throw new UnsupportedFormatException(
            source,
            first.position(),
            String.format("compression method %04xh is not LZNT1 (0001h)", first.flags()));
      }
      return new Lznt1Content(
          clusters, runs(), unitInClusters(), size(), initialisedSize(), source);
    }
    return plainContent();
  }

  /** The bytes as they lie in clusters, whatever they mean. */
  private ClusterContent plainContent() throws IOException {
    return new ClusterContent(clusters, runs(), size(), initialisedSize(), source);
  }

  /** Clusters that are compressed together. */
  int unitInClusters() {
    return first instanceof AttributeHeader.NonResident nonResident
        ? 1 << nonResident.compressionUnit()
        : 1;
  }

  /**
   * The whole value of an attribute that must be small.
   *
   * @param limit the most bytes that it may have
   * @throws CorruptFormatException when it is larger
   */
  byte[] value(int limit) throws IOException {
    long size = size();
    if (size > limit) {
      throw new CorruptFormatException(
          source,
          first.position(),
          AttributeType.toString(type()) + " of " + size + " bytes, more than " + limit);
    }
    byte[] value = new byte[(int) size];
    content().read(0, ByteBuffer.wrap(value));
    return value;
  }

  @Override
  public String toString() {
    return AttributeType.toString(type()) + (name().isEmpty() ? "" : ":" + name()) + runs;
  }
}
