package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Where everything but the blocks is in a file of ours, as Windows has it too:
 *
 * <pre>
 * 0      identifier, headers, region tables
 * 1 MiB  log, 1 MiB
 * 2 MiB  metadata, 1 MiB
 * 3 MiB  block allocation table, as many MiB as it needs; then the blocks
 * </pre>
 *
 * @param options what the VHDX shall be like
 * @param items its metadata
 * @param tableLength bytes of the table's region
 */
record NewStructures(VhdxOptions options, MetadataRegion items, long tableLength) {

  private static final String CREATOR = "vhdboot";
  private static final long LOG_OFFSET = 1 << 20;
  private static final long LOG_LENGTH = 1 << 20;
  private static final long METADATA_OFFSET = 2 << 20;
  private static final long TABLE_OFFSET = 3 << 20;

  static NewStructures of(VhdxOptions options, MetadataRegion items) {
    BlockFormat format = new BlockFormat(options.blockSize(), options.logicalSectorSize());
    // As long as a child's, so that the table need not move should the disk become one.
    long entries = format.entryCount(options.diskSize(), true);
    return new NewStructures(
        options, items, BlockFormat.alignUp(entries * BatEntry.SIZE, BlockFormat.MIB));
  }

  long tableOffset() {
    return TABLE_OFFSET;
  }

  /** Where the blocks begin. */
  long end() {
    return TABLE_OFFSET + tableLength;
  }

  /** Writes region tables and metadata; log and table are zeros. */
  void writeRegions(BlockDevice target) throws IOException {
    RegionTable regions =
        new RegionTable(
            List.of(
                new Region(Region.METADATA, METADATA_OFFSET, MetadataRegion.SIZE, true),
                new Region(Region.BAT, TABLE_OFFSET, tableLength, true)));
    for (long offset : RegionTable.OFFSETS) {
      target.write(offset, ByteBuffer.wrap(regions.toBytes()));
    }
    byte[] metadata = items.toBytes(target.name(), MetadataRegion.SIZE);
    target.write(METADATA_OFFSET, ByteBuffer.wrap(metadata));
  }

  /** Writes the headers and the identifier, with which the file is one that opens. */
  void writeHeaders(BlockDevice target) throws IOException {
    VhdxHeader header =
        new VhdxHeader(
            1,
            options.fileWriteId(),
            options.dataWriteId(),
            VhdxHeader.NO_LOG,
            0,
            VhdxHeader.VERSION,
            LOG_LENGTH,
            LOG_OFFSET);
    for (int i = 0; i < HeaderPair.OFFSETS.length; i++) {
      byte[] bytes = header.withSequenceNumber(i + 1L).toBytes();
      target.write(HeaderPair.OFFSETS[i], ByteBuffer.wrap(bytes));
    }
    target.write(0, ByteBuffer.wrap(new FileIdentifier(CREATOR).toBytes()));
  }
}
