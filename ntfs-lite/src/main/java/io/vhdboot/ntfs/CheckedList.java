package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The entries of $ATTRIBUTE_LIST in a file that is checked. */
final class CheckedList {

  private CheckedList() {}

  /**
   * Reads all entries.
   *
   * @throws CorruptFormatException when the list is damaged or larger than a list can be
   */
  static List<AttributeListEntry> read(CheckedAttribute list, ClusterSpace clusters)
      throws IOException {
    byte[] bytes = value(list, clusters);
    List<AttributeListEntry> entries = new ArrayList<>();
    int offset = 0;
    while (offset < bytes.length) {
      entries.add(AttributeListEntry.get(bytes, offset, bytes.length, "attribute list"));
      offset += AttributeListEntry.storedLength(bytes, offset, bytes.length, "attribute list");
    }
    return entries;
  }

  /** Reports entries that are longer than they need be. */
  static void checkForm(CheckedAttribute list, ClusterSpace clusters, CheckLog log, long number)
      throws IOException {
    byte[] bytes = value(list, clusters);
    int offset = 0;
    while (offset < bytes.length) {
      int stored = AttributeListEntry.storedLength(bytes, offset, bytes.length, "attribute list");
      int size = AttributeListEntry.size(LittleEndian.u8(bytes, offset + 0x06));
      if (stored != size) {
        log.add(
            NtfsFindingKind.ATTRIBUTE_LIST_UNUSUAL,
            number,
            "an entry of the attribute list has " + stored + " bytes, " + size + " suffice");
      }
      offset += stored;
    }
  }

  private static byte[] value(CheckedAttribute list, ClusterSpace clusters) throws IOException {
    if (list.isResident()) {
      return list.value();
    }
    AttributeHeader.NonResident header = list.nonResident();
    if (header.dataSize() > RecordPacking.MAX_LIST || header.lowestVcn() != 0) {
      throw new CorruptFormatException(
          "attribute list", 0, "a list of " + header.dataSize() + " bytes cannot be");
    }
    RunList.Builder runs = new RunList.Builder(clusters, "attribute list");
    for (DataRun run : list.runs()) {
      runs.add(run.lcn(), run.length());
    }
    byte[] bytes = new byte[(int) header.dataSize()];
    new ClusterContent(
            clusters, runs.build(), bytes.length, header.initialisedSize(), "attribute list")
        .read(0, ByteBuffer.wrap(bytes));
    return bytes;
  }
}
