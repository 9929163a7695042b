package io.vhdboot.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One of the two copies of a GPT as it lies on the disk: a {@link GptHeader} in a sector of its
 * own, and the {@link GptEntry entries} elsewhere.
 *
 * @param header what the header says
 * @param sector the bytes of the header's sector
 * @param entries the bytes of the entries
 */
record GptCopy(GptHeader header, byte[] sector, byte[] entries) {

  /**
   * Reads the copy whose header is in a sector.
   *
   * @throws CorruptFormatException when the header or the entries are damaged
   * @throws UnsupportedFormatException for another revision
   */
  static GptCopy read(BlockDevice disk, long sector, int sectorSize) throws IOException {
    GptHeader header = GptHeader.read(disk, sector, sectorSize);
    GptCopy copy =
        new GptCopy(
            header,
            disk.read(sector * sectorSize, sectorSize),
            header.readEntries(disk, sectorSize));
    copy.checkEntries(disk, sectorSize);
    return copy;
  }

  private void checkEntries(BlockDevice disk, int sectorSize) throws CorruptFormatException {
    long most = Long.MAX_VALUE / sectorSize;
    List<GptEntry> parsed = parsedEntries();
    for (int i = 0; i < parsed.size(); i++) {
      GptEntry entry = parsed.get(i);
      if (entry.isPresent()
          && (entry.firstSector() < 1
              || entry.lastSector() < entry.firstSector()
              || entry.lastSector() >= most)) {
        throw new CorruptFormatException(
            disk.name(),
            header.entriesSector() * sectorSize + (long) i * header.entrySize(),
            "a partition cannot be in sectors "
                + Long.toUnsignedString(entry.firstSector())
                + " to "
                + Long.toUnsignedString(entry.lastSector()));
      }
    }
  }

  /** All entries, used or not. */
  List<GptEntry> parsedEntries() {
    List<GptEntry> parsed = new ArrayList<>(header.entryCount());
    for (int i = 0; i < header.entryCount(); i++) {
      parsed.add(GptEntry.get(entries, i * header.entrySize()));
    }
    return parsed;
  }

  /** Writes the entries and then the header, and makes both durable. */
  void write(BlockDevice disk, int sectorSize) throws IOException {
    disk.write(header.entriesSector() * sectorSize, ByteBuffer.wrap(entries));
    disk.write(header.sector() * sectorSize, ByteBuffer.wrap(header.applyTo(sector.clone())));
    disk.flush();
  }
}
