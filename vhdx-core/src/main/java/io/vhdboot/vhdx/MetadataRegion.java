package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.disk.WindowsGuid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The region of the {@link MetadataItem items} ([MS-VHDX] 2.6): a table of 64 KiB, the items behind
 * it.
 *
 * <pre>
 * 00   8  "metadata"
 * 08   2  0
 * 0A   2  number of entries, at most 2047
 * 0C  20  0
 * 20      entries of 32 bytes:
 *         00  16  what the item is
 *         10   4  where it is in the region, at 64 KiB at least; 0 when it is empty
 *         14   4  its length, at most 1 MiB
 *         18   4  flags: 1 the user's, 2 of the virtual disk, 4 required
 *         1C   4  0
 * </pre>
 *
 * @param items the items, also those that are not known here
 */
record MetadataRegion(List<MetadataItem> items) {

  /** Bytes of the region in files of ours. */
  static final int SIZE = 1 << 20;

  private static final byte[] SIGNATURE = "metadata".getBytes(StandardCharsets.US_ASCII);
  private static final int TABLE_SIZE = 64 << 10;
  private static final int HEADER_SIZE = 32;
  private static final int ENTRY_SIZE = 32;
  private static final int MAX_ENTRIES = 2047;
  private static final int MAX_USER_ENTRIES = 1024;
  private static final int MAX_ITEM = 1 << 20;

  /** What we are willing to hold in memory; Windows needs some hundred bytes. */
  private static final int MAX_TOTAL = 64 << 20;

  private static final Set<UUID> KNOWN =
      Set.of(
          MetadataItem.FILE_PARAMETERS,
          MetadataItem.DISK_SIZE,
          MetadataItem.DISK_ID,
          MetadataItem.LOGICAL_SECTOR_SIZE,
          MetadataItem.PHYSICAL_SECTOR_SIZE,
          MetadataItem.PARENT_LOCATOR);

  MetadataRegion {
    items = List.copyOf(items);
  }

  /** An entry of the table. */
  private record Entry(UUID id, long offset, long length, int flags) {

    static Entry get(byte[] table, int at) {
      return new Entry(
          WindowsGuid.get(table, at),
          LittleEndian.u32(table, at + 0x10),
          LittleEndian.u32(table, at + 0x14),
          LittleEndian.i32(table, at + 0x18));
    }

    void check(BlockDevice view, Region region, int at) throws IOException {
      boolean user = (flags & MetadataItem.USER) != 0;
      if ((flags & MetadataItem.REQUIRED) != 0 && (user || !KNOWN.contains(id))) {
        throw new UnsupportedFormatException(
            view.name(),
            region.offset() + at,
            "this VHDX has a metadata item {" + id + "} that must be known to open it");
      }
      boolean empty = length == 0 && offset == 0;
      if (!empty
          && (length > MAX_ITEM || offset < TABLE_SIZE || offset > region.length() - length)) {
        throw new CorruptFormatException(
            view.name(),
            region.offset() + at,
            "a metadata item of "
                + length
                + " bytes cannot be at "
                + offset
                + " in a region of "
                + region.length());
      }
    }
  }

  /**
   * Reads the region.
   *
   * @throws CorruptFormatException when the table or where it puts an item cannot be
   * @throws UnsupportedFormatException when there is a required item that is not known here
   */
  static MetadataRegion read(BlockDevice view, Region region) throws IOException {
    byte[] table = view.read(region.offset(), TABLE_SIZE);
    if (!Arrays.equals(table, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
      throw new CorruptFormatException(
          view.name(), region.offset(), "the metadata region begins with \"metadata\"");
    }
    int count = LittleEndian.u16(table, 0x0A);
    if (count > MAX_ENTRIES) {
      throw new CorruptFormatException(
          view.name(), region.offset() + 0x0A, count + " metadata items; at most " + MAX_ENTRIES);
    }
    List<Entry> entries = new ArrayList<>();
    Set<List<Object>> seen = new HashSet<>();
    long total = 0;
    for (int i = 0; i < count; i++) {
      int at = HEADER_SIZE + i * ENTRY_SIZE;
      Entry entry = Entry.get(table, at);
      entry.check(view, region, at);
      if (!seen.add(List.of(entry.id, (entry.flags & MetadataItem.USER) != 0))) {
        throw new CorruptFormatException(
            view.name(),
            region.offset() + at,
            "the metadata item {" + entry.id + "} is twice here");
      }
      entries.add(entry);
      total += entry.length;
    }
    checkOverlaps(entries, view, region);
    if (total > MAX_TOTAL) {
      throw new UnsupportedFormatException(
          view.name(), region.offset(), "metadata items of " + total + " bytes in all");
    }
    List<MetadataItem> items = new ArrayList<>();
    for (Entry entry : entries) {
      byte[] bytes = view.read(region.offset() + entry.offset, (int) entry.length);
      items.add(new MetadataItem(entry.id, entry.flags, bytes));
    }
    return new MetadataRegion(items);
  }

  private static void checkOverlaps(List<Entry> entries, BlockDevice view, Region region)
      throws CorruptFormatException {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.removeIf(entry -> entry.length == 0);
    sorted.sort((a, b) -> Long.compare(a.offset, b.offset));
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).offset < sorted.get(i - 1).offset + sorted.get(i - 1).length) {
        throw new CorruptFormatException(
            view.name(), region.offset() + sorted.get(i).offset, "two metadata items overlap here");
      }
    }
  }

  /** The content of an item of the format. */
  Optional<byte[]> find(UUID id) {
    return items.stream().filter(item -> item.is(id)).map(MetadataItem::bytes).findFirst();
  }

  /** The same with an item of the format changed, added or, without bytes, left out. */
  MetadataRegion with(UUID id, int flags, byte[] bytes) {
    List<MetadataItem> changed = new ArrayList<>();
    boolean found = false;
    for (MetadataItem item : items) {
      if (!item.is(id)) {
        changed.add(item);
      } else if (bytes != null) {
        changed.add(new MetadataItem(id, item.flags(), bytes));
        found = true;
      }
    }
    if (!found && bytes != null) {
      changed.add(new MetadataItem(id, flags, bytes));
    }
    return new MetadataRegion(changed);
  }

  /** The same with the user's items that belong to the disk replaced by those of another. */
  MetadataRegion withUserItemsOf(MetadataRegion other) {
    List<MetadataItem> changed = new ArrayList<>();
    items.stream().filter(item -> !item.isUser() || !item.isVirtualDisk()).forEach(changed::add);
    other.items.stream()
        .filter(item -> item.isUser() && item.isVirtualDisk())
        .filter(
            item -> changed.stream().noneMatch(own -> own.isUser() && own.id().equals(item.id())))
        .forEach(changed::add);
    return new MetadataRegion(changed);
  }

  /**
   * The region's bytes, the items one behind the other.
   *
   * @param name of the file, for the message
   * @param room the region's length
   * @throws NoSpaceException when they do not fit
   */
  byte[] toBytes(String name, long room) throws NoSpaceException {
    long needed = TABLE_SIZE;
    for (MetadataItem item : items) {
      needed += BlockFormat.alignUp(item.bytes().length, Long.BYTES);
    }
    long users = items.stream().filter(MetadataItem::isUser).count();
    if (needed > room || items.size() > MAX_ENTRIES || users > MAX_USER_ENTRIES) {
      throw new NoSpaceException(name + ", whose metadata region", needed, room);
    }
    byte[] bytes = Arrays.copyOf(SIGNATURE, (int) needed);
    LittleEndian.put16(bytes, 0x0A, items.size());
    int at = TABLE_SIZE;
    for (int i = 0; i < items.size(); i++) {
      MetadataItem item = items.get(i);
      int entry = HEADER_SIZE + i * ENTRY_SIZE;
      WindowsGuid.put(bytes, entry, item.id());
      LittleEndian.put32(bytes, entry + 0x10, item.bytes().length == 0 ? 0 : at);
      LittleEndian.put32(bytes, entry + 0x14, item.bytes().length);
      LittleEndian.put32(bytes, entry + 0x18, item.flags());
      System.arraycopy(item.bytes(), 0, bytes, at, item.bytes().length);
      at += (int) BlockFormat.alignUp(item.bytes().length, Long.BYTES);
    }
    return bytes;
  }

  /**
   * The pages by which a region in a file differs from this one.
   *
   * @throws NoSpaceException when this one does not fit
   */
  List<LogPage> changes(BlockDevice file, Region region) throws IOException {
    byte[] bytes = toBytes(file.name(), region.length());
    List<LogPage> pages = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += LogEntry.SECTOR_SIZE) {
      byte[] page = Arrays.copyOfRange(bytes, at, at + LogEntry.SECTOR_SIZE);
      if (!Arrays.equals(page, file.read(region.offset() + at, page.length))) {
        pages.add(new LogPage(region.offset() + at, page));
      }
    }
    return pages;
  }
}
