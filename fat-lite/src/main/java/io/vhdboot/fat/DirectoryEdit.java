package io.vhdboot.fat;

import io.vhdboot.disk.ShortNames;
import io.vhdboot.fat.DirectoryData.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A directory that is edited: its names are in memory, its slots are written at once. */
final class DirectoryEdit {

  private final FatVolume volume;
  private final DirectoryData data;
  private final Map<String, Entry> names = new HashMap<>();
  private final BitSet used = new BitSet();
  private final ShortNames shortNames = new ShortNames(name -> names.containsKey(name));
  private Entry label;

  /** The slot behind the last one that was ever used. */
  private int end;

  private DirectoryEdit(FatVolume volume, DirectoryData data) {
    this.volume = volume;
    this.data = data;
  }

  static DirectoryEdit open(FatVolume volume, DirectoryData data) throws IOException {
    DirectoryEdit edit = new DirectoryEdit(volume, data);
    byte[] bytes = data.read();
    int slots = bytes.length / ShortEntry.SIZE;
    while (edit.end < slots && bytes[edit.end * ShortEntry.SIZE] != ShortEntry.END) {
      edit.used.set(edit.end, (bytes[edit.end * ShortEntry.SIZE] & 0xFF) != ShortEntry.FREE);
      edit.end++;
    }
    data.entries(bytes).forEach(edit::note);
    return edit;
  }

  /** Notes the names of an entry. */
  void note(Entry entry) {
    if (entry.bytes().isLabel()) {
      label = entry;
      return;
    }
    names.put(Names.capitals(entry.name()), entry);
    names.put(entry.bytes().shortName(), entry);
  }

  long firstCluster() {
    return data.firstCluster();
  }

  boolean isEmpty() {
    return names.isEmpty();
  }

  /** The entry of a long or short name, as it is on the volume now. */
  Optional<Entry> find(String name) throws IOException {
    Entry entry = names.get(Names.capitals(name));
    if (entry == null) {
      return Optional.empty();
    }
    ShortEntry bytes = new ShortEntry(volume.device().read(entry.position(), ShortEntry.SIZE));
    return Optional.of(
        new Entry(bytes, entry.name(), entry.firstSlot(), entry.slot(), entry.position()));
  }

  Optional<Entry> label() {
    return Optional.ofNullable(label);
  }

  /**
   * Adds a file.
   *
   * @param template all but its name
   * @throws FileAlreadyExistsException when there is one of the name
   * @throws io.vhdboot.disk.NoSpaceException when there is no room for its entry
   */
  Entry add(String name, ShortEntry template) throws IOException {
    Names.check(name);
    if (names.containsKey(Names.capitals(name))) {
      throw new FileAlreadyExistsException(name);
    }
    boolean isShort = ShortNames.needsNone(name);
    String shortName =
        isShort
            ? Names.capitals(name)
            : shortNames
                .next(name)
                .orElseThrow(
                    () -> new FileSystemException(name, null, "has no short name that is free"));
    int flags = isShort ? ShortEntry.caseFlags(name) : -1;
    byte[] nameBytes = ShortEntry.nameBytes(shortName);
    ShortEntry entry = template.withName(nameBytes, Math.max(flags, 0));
    byte[] pieces =
        flags >= 0 ? new byte[0] : LongName.toBytes(name, ShortEntry.checksum(nameBytes));
    Entry added = put(name, pieces, entry);
    note(added);
    return added;
  }

  /** Adds the entry with the volume's label. */
  void addLabel(ShortEntry entry) throws IOException {
    note(put(entry.label(), new byte[0], entry));
  }

  private Entry put(String name, byte[] pieces, ShortEntry entry) throws IOException {
    int count = pieces.length / ShortEntry.SIZE;
    int first = findFree(count + 1);
    int slot = first + count;
    if (slot >= end) {
      // What is behind the end may be anything; first the new end, then what is before it.
      end = slot + 1;
      if (end < data.slotCount()) {
        volume.device().write(data.position(end), ByteBuffer.wrap(new byte[ShortEntry.SIZE]));
      }
    }
    for (int i = 0; i < count; i++) {
      volume
          .device()
          .write(
              data.position(first + i),
              ByteBuffer.wrap(pieces, i * ShortEntry.SIZE, ShortEntry.SIZE));
    }
    volume.device().write(data.position(slot), ByteBuffer.wrap(entry.bytes()));
    used.set(first, slot + 1);
    return new Entry(entry, name, first, slot, data.position(slot));
  }

  private int findFree(int count) throws IOException {
    int first = used.nextClearBit(0);
    while (first < end) {
      int next = used.nextSetBit(first);
      if (next < 0 || next - first >= count) {
        break;
      }
      first = used.nextClearBit(next);
    }
    while (first + count > data.slotCount()) {
      data.grow();
    }
    return first;
  }

  /** Lets the names of an entry be free, as a first step to move it. */
  void forget(Entry entry) {
    if (entry.bytes().isLabel()) {
      label = null;
      return;
    }
    names.remove(Names.capitals(entry.name()));
    names.remove(entry.bytes().shortName());
    shortNames.release(entry.bytes().shortName());
  }

  /** Makes the slots of an entry free whose names are forgotten. */
  void clear(Entry entry) throws IOException {
    for (int slot = entry.slot(); slot >= entry.firstSlot(); slot--) {
      volume
          .device()
          .write(data.position(slot), ByteBuffer.wrap(new byte[] {(byte) ShortEntry.FREE}));
      used.clear(slot);
    }
  }

  /** Takes an entry out; its clusters are not touched. */
  void remove(Entry entry) throws IOException {
    clear(entry);
    forget(entry);
  }
}
