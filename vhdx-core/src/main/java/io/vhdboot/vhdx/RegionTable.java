package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The table of what the file consists of beside headers, log and blocks ([MS-VHDX] 2.2.3). There
 * are two copies of 64 KiB:
 *
 * <pre>
 * 0   4  "regi"
 * 4   4  {@link VhdxChecksum checksum} of all 64 KiB
 * 8   4  number of entries, at most 2047
 * C   4  0
 * 10     {@link Region entries}
 * </pre>
 *
 * @param regions the entries, also those that are not known here
 */
record RegionTable(List<Region> regions) {

  static final long[] OFFSETS = {192 << 10, 256 << 10};
  static final int SIZE = 64 << 10;

  private static final byte[] SIGNATURE = "regi".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_SIZE = 16;
  private static final int MAX_ENTRIES = 2047;

  RegionTable {
    regions = List.copyOf(regions);
  }

  /**
   * Reads the first copy that is valid.
   *
   * @param findings is told of damaged ones
   * @throws CorruptFormatException when neither copy is valid, or what one says cannot be
   * @throws UnsupportedFormatException when there is a required region that is not known here
   */
  static RegionTable read(BlockDevice view, VhdxHeader header, List<String> findings)
      throws IOException {
    RegionTable table = null;
    for (int i = 0; i < OFFSETS.length; i++) {
      Optional<RegionTable> copy = at(view, OFFSETS[i]);
      if (copy.isEmpty()) {
        findings.add("region table " + (i + 1) + " of 2 is damaged");
      } else if (table == null) {
        table = copy.get();
      } else if (!table.equals(copy.get())) {
        findings.add("the two region tables differ; the first was used");
      }
    }
    if (table == null) {
      throw new CorruptFormatException(
          view.name(), OFFSETS[0], "both region tables of this VHDX are damaged");
    }
    table.check(view, header);
    return table;
  }

  private static Optional<RegionTable> at(BlockDevice view, long offset) throws IOException {
    if (offset > view.size() - SIZE) {
      return Optional.empty();
    }
    byte[] bytes = view.read(offset, SIZE);
    long count = LittleEndian.u32(bytes, 8);
    if (!Arrays.equals(bytes, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)
        || !VhdxChecksum.isRight(bytes)
        || count > MAX_ENTRIES) {
      return Optional.empty();
    }
    List<Region> regions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      regions.add(Region.get(bytes, HEADER_SIZE + i * Region.SIZE));
    }
    return Optional.of(new RegionTable(regions));
  }

  private void check(BlockDevice view, VhdxHeader header) throws IOException {
    for (Region region : regions) {
      if (region.required() && !region.id().equals(Region.BAT) && !isMetadata(region)) {
        throw new UnsupportedFormatException(
            view.name(),
            OFFSETS[0],
            "this VHDX has a region {" + region.id() + "} that must be known to open it");
      }
      if (region.offset() < BlockFormat.MIB
          || region.offset() % BlockFormat.MIB != 0
          || region.length() % BlockFormat.MIB != 0
          || region.length() == 0
          || region.offset() > FileMap.MAX_POSITION
          || region.offset() > view.size() - region.length()) {
        throw new CorruptFormatException(
            view.name(),
            region.offset(),
            "a region of "
                + region.length()
                + " bytes cannot be here in a file of "
                + view.size()
                + " bytes: cut short?");
      }
    }
    List<Region> all = new ArrayList<>(regions);
    if (header.logLength() > 0) {
      all.add(new Region(VhdxHeader.NO_LOG, header.logOffset(), header.logLength(), true));
    }
    all.sort((a, b) -> Long.compare(a.offset(), b.offset()));
    for (int i = 1; i < all.size(); i++) {
      if (all.get(i).offset() < all.get(i - 1).end()) {
        throw new CorruptFormatException(
            view.name(), all.get(i).offset(), "two regions, or one and the log, overlap here");
      }
    }
    require(view, Region.BAT, "block allocation table");
    require(view, Region.METADATA, "metadata");
  }

  private static boolean isMetadata(Region region) {
    return region.id().equals(Region.METADATA);
  }

  private void require(BlockDevice view, UUID id, String name) throws CorruptFormatException {
    long count = regions.stream().filter(region -> region.id().equals(id)).count();
    if (count != 1) {
      throw new CorruptFormatException(
          view.name(),
          OFFSETS[0],
          "the region table has " + count + " " + name + " regions, not 1");
    }
  }

  private Region region(UUID id) {
    return regions.stream().filter(region -> region.id().equals(id)).findFirst().orElseThrow();
  }

  Region bat() {
    return region(Region.BAT);
  }

  Region metadata() {
    return region(Region.METADATA);
  }

  /** The same with the block allocation table elsewhere. */
  RegionTable withBat(long offset, long length) {
    return new RegionTable(
        regions.stream()
            .map(
                region ->
                    region.id().equals(Region.BAT)
                        ? new Region(Region.BAT, offset, length, true)
                        : region)
            .toList());
  }

  byte[] toBytes() {
    byte[] bytes = Arrays.copyOf(SIGNATURE, SIZE);
    LittleEndian.put32(bytes, 8, regions.size());
    for (int i = 0; i < regions.size(); i++) {
      regions.get(i).put(bytes, HEADER_SIZE + i * Region.SIZE);
    }
    VhdxChecksum.seal(bytes);
    return bytes;
  }
}
