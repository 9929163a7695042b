package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Everything that a VHDX file says of itself, read and checked, but for what the table names. */
final class VhdxStructures {

  private final BlockDevice file;
  private final BlockDevice view;
  private final FileIdentifier identifier;
  private final HeaderPair headers;
  private final Optional<LogReplay> replay;
  private final List<String> findings;
  private RegionTable regions;
  private MetadataRegion metadataRegion;
  private VhdxMetadata metadata;
  private BlockAllocationTable table;

  private VhdxStructures(BlockDevice file, List<String> findings, boolean replays)
      throws IOException {
    this.file = file;
    this.findings = findings;
    if (!FileIdentifier.isPresent(file)) {
      throw new UnsupportedFormatException(
          file.name(), 0, "no VHDX: it would begin with \"vhdxfile\"");
    }
    this.identifier = FileIdentifier.read(file);
    this.headers = HeaderPair.read(file, findings);
    this.replay = replays ? LogReplay.find(file, headers) : Optional.empty();
    this.view = replay.isPresent() ? new ReplayedDevice(file, replay.get()) : file;
    this.regions = RegionTable.read(view, headers.current(), findings);
    this.metadataRegion = MetadataRegion.read(view, regions.metadata());
    this.metadata = VhdxMetadata.of(metadataRegion, view, regions.metadata().offset());
    this.table =
        BlockAllocationTable.read(
            view, regions.bat(), format().entryCount(metadata.diskSize(), isDifferencing()));
  }

  /** Reads the structures of a file, whose log is replayed in memory. */
  static VhdxStructures read(BlockDevice file) throws IOException {
    return new VhdxStructures(file, new ArrayList<>(), true);
  }

  /** Reads the structures of a file whose log cannot be replayed, as they are. */
  static VhdxStructures readWithoutLog(BlockDevice file) throws IOException {
    return new VhdxStructures(file, new ArrayList<>(), false);
  }

  /** The file as it is. */
  BlockDevice file() {
    return file;
  }

  /** The file as it will be when its log is replayed. */
  BlockDevice view() {
    return view;
  }

  FileIdentifier identifier() {
    return identifier;
  }

  HeaderPair headers() {
    return headers;
  }

  /** What must be replayed; the file is as it is read only when there is nothing. */
  Optional<LogReplay> replay() {
    return replay;
  }

  RegionTable regions() {
    return regions;
  }

  MetadataRegion metadataRegion() {
    return metadataRegion;
  }

  VhdxMetadata metadata() {
    return metadata;
  }

  BlockFormat format() {
    return metadata.format();
  }

  BlockAllocationTable table() {
    return table;
  }

  List<String> findings() {
    return findings;
  }

  boolean isDifferencing() {
    return metadata.type() == VhdxType.DIFFERENCING;
  }

  /** Takes over what was changed in the file. */
  void changed(RegionTable newRegions, MetadataRegion newItems, BlockAllocationTable newTable)
      throws IOException {
    regions = newRegions;
    metadataRegion = newItems;
    metadata = VhdxMetadata.of(newItems, view, newRegions.metadata().offset());
    table = newTable;
  }

  /** Is told of each entry of the table that is not zero and belongs to the disk. */
  interface EntryVisitor {

    /** An entry, of a payload block or, where it is -1, of a sector bitmap block. */
    void visit(int index, int block, long entry) throws IOException;
  }

  void forEachEntry(EntryVisitor visitor) throws IOException {
    BlockFormat format = format();
    int blocks = format.blockCount(metadata.diskSize());
    for (int i = table.skipZeroPages(0); i < table.count(); i = table.skipZeroPages(i + 1)) {
      long entry = table.get(i);
      int block = format.blockOfIndex(i);
      // A differencing disk's table goes on to the end of the last chunk.
      if (entry != BatEntry.NONE && block < blocks) {
        visitor.visit(i, block, entry);
      }
    }
  }

  /** The bytes that an entry's block takes in the file; 0 when it is not stored there. */
  long storedSize(int block, long entry) {
    if (block < 0) {
      return isDifferencing() && BatEntry.isBitmapPresent(entry) ? BlockFormat.MIB : 0;
    }
    return BatEntry.isStored(entry) ? metadata.blockSize() : 0;
  }

  /** A map with headers, log and regions taken. */
  FileMap fixedParts() {
    FileMap map = new FileMap();
    map.take(0, BlockFormat.MIB);
    VhdxHeader header = headers.current();
    if (header.logLength() > 0
        && header.logOffset() > 0
        && header.logOffset() <= file.size() - header.logLength()) {
      map.take(header.logOffset(), header.logLength());
    }
    regions.regions().forEach(region -> map.take(region.offset(), region.length()));
    return map;
  }

  /**
   * Checks that each block that the table names is in the file, and over no structure or other
   * block.
   *
   * @param overlapsTolerated whether blocks that lie over others are a finding only, since nobody
   *     will write to them
   * @return what of the file is in use
   */
  FileMap checkBlocks(boolean overlapsTolerated) throws IOException {
    FileMap map = fixedParts();
    int[] overlaps = new int[1];
    forEachEntry(
        (index, block, entry) -> {
          String problem = problemOf(block, entry);
          long size = problem == null ? storedSize(block, entry) : 0;
          if (size > 0 && !map.take(BatEntry.position(entry), size)) {
            if (overlapsTolerated) {
              overlaps[0]++;
            } else {
              problem = nameOf(block) + " is where a structure or another block is";
            }
          }
          if (problem != null) {
            throw new CorruptFormatException(
                file.name(),
                table.offset() + (long) index * BatEntry.SIZE,
                "the table says that " + problem);
          }
        });
    if (overlaps[0] > 0) {
      findings.add(overlaps[0] + " blocks lie over a structure or another block");
    }
    return map;
  }

  /** What messages call a block; -1 is a sector bitmap. */
  static String nameOf(int block) {
    return block < 0 ? "a sector bitmap" : "block " + block;
  }

  /** What is wrong with an entry by itself, in words that go on from "that"; null when nothing. */
  String problemOf(int block, long entry) {
    if (block >= 0 && BatEntry.state(entry) == null) {
      return nameOf(block) + " has the reserved state 4";
    }
    if (block >= 0 && BatEntry.state(entry) == PayloadState.PARTIALLY_PRESENT) {
      int bitmap = format().indexOfBitmap(format().chunkOf(block));
      if (!isDifferencing()) {
        return nameOf(block) + " is partially present, but the disk has no parent";
      }
      if (!BatEntry.isBitmapPresent(table.get(bitmap))) {
        return nameOf(block) + " is partially present, but its sector bitmap is not present";
      }
    }
    long size = storedSize(block, entry);
    long position = BatEntry.position(entry);
    if (size > 0
        && (position < BlockFormat.MIB
            || position > FileMap.MAX_POSITION
            || position > view.size() - neededSize(block, size))) {
      return nameOf(block)
          + " is at "
          + position
          + ", outside the file's "
          + view.size()
          + " bytes: cut short?";
    }
    return null;
  }

  /** How much of a block must be there: of the last one only the part within the disk. */
  private long neededSize(int block, long size) {
    return block < 0 ? size : Math.min(size, metadata.diskSize() - format().diskPositionOf(block));
  }
}
