package io.vhdboot.ntfs;

/** The content of a file, or another stream of it, that the caller will write. */
public final class StreamHandle {

  /** The place among the builder's streams. */
  final int ordinal;

  final NodeHandle node;
  final int type;
  final String name;
  final long placementKey;
  long size;

  /** How it is stored outside its record. */
  StreamForm form = StreamForm.PLAIN;

  /** How the overlay filter compresses it, if it does. */
  WofAlgorithm overlayAlgorithm;

  /** The stream in which the overlay filter keeps it, if it does. */
  StreamHandle overlayData;

  /** Whether it must lie in clusters of its own however small it is. */
  boolean nonResident;

  /** The content where the builder knows it beforehand; null for what the caller will write. */
  byte[] value;

  /** The next attribute of the same node. */
  StreamHandle next;

  StreamHandle(int ordinal, NodeHandle node, int type, String name, long size, long placementKey) {
    this.ordinal = ordinal;
    this.node = node;
    this.type = type;
    this.name = name;
    this.size = size;
    this.placementKey = placementKey;
  }

  /** The file or directory that has it. */
  public NodeHandle node() {
    return node;
  }

  /** Its name, empty for a file's content. */
  public String name() {
    return name;
  }

  /** Bytes in it. */
  public long size() {
    return size;
  }

  /** Whether it is content, which lies in placement order, and not metadata. */
  boolean isContent() {
    return type == AttributeType.DATA && !node.isSystem() || isRootStream();
  }

  private boolean isRootStream() {
    return type == AttributeType.DATA && node.fixedRecord == SystemFiles.ROOT;
  }

  @Override
  public String toString() {
    return name.isEmpty() ? node.toString() : node + ":" + name;
  }
}
