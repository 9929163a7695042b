package io.vhdboot.fat;

import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.fat.AllocationTable.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The slots of a directory: those of the root of FAT12 and FAT16 lie in a place of their own, any
 * other directory's in clusters.
 */
final class DirectoryData {

  /** The most bytes of a directory: 65,536 slots. */
  private static final int MAX_SIZE = 65_536 * ShortEntry.SIZE;

  private final FatVolume volume;

  /** The clusters; nothing for the root that has a place of its own. */
  private final ClusterChain chain;

  private DirectoryData(FatVolume volume, ClusterChain chain) {
    this.volume = volume;
    this.chain = chain;
  }

  /**
   * An entry of a directory.
   *
   * @param name the name: the long one where there is one
   * @param firstSlot the slot with the first piece of its name
   * @param slot the slot of the entry itself
   * @param position where that is on the volume, in bytes
   */
  record Entry(ShortEntry bytes, String name, int firstSlot, int slot, long position) {}

  static DirectoryData open(FatVolume volume, long firstCluster) throws IOException {
    if (firstCluster == 0) {
      return new DirectoryData(volume, null);
    }
    long most = Math.max(1, MAX_SIZE / volume.clusterSize());
    return new DirectoryData(
        volume,
        ClusterChain.readAll(volume.table(), firstCluster, most, volume.name(), "a directory"));
  }

  int slotCount() {
    return chain == null
        ? volume.boot().rootEntries()
        : (int) (chain.clusterCount() * volume.clusterSize() / ShortEntry.SIZE);
  }

  /** Where a slot is on the volume, in bytes. */
  long position(int slot) {
    long offset = (long) slot * ShortEntry.SIZE;
    if (chain == null) {
      return volume.boot().rootPosition() + offset;
    }
    long size = volume.clusterSize();
    return volume.clusterPosition(chain.cluster(offset / size)) + offset % size;
  }

  /** All bytes, at most 2 MiB. */
  byte[] read() throws IOException {
    byte[] bytes = new byte[slotCount() * ShortEntry.SIZE];
    int step = chain == null ? bytes.length : volume.clusterSize();
    for (int at = 0; at < bytes.length; at += step) {
      volume.device().read(position(at / ShortEntry.SIZE), ByteBuffer.wrap(bytes, at, step));
    }
    return bytes;
  }

  /** What the directory lists, the volume's label too, but not itself and its parent. */
  List<Entry> entries(byte[] bytes) {
    List<Entry> entries = new ArrayList<>();
    LongName longName = new LongName();
    for (int slot = 0; slot < bytes.length / ShortEntry.SIZE; slot++) {
      int offset = slot * ShortEntry.SIZE;
      if (bytes[offset] == ShortEntry.END) {
        break;
      }
      if ((bytes[offset] & 0xFF) == ShortEntry.FREE) {
        longName.clear();
        continue;
      }
      ShortEntry entry = ShortEntry.get(bytes, offset);
      if (entry.isLongName()) {
        longName.add(bytes, offset);
        continue;
      }
      int pieces = longName.pieces(entry);
      if (!entry.isDot()) {
        String name = pieces > 0 ? longName.text() : entry.displayName();
        entries.add(new Entry(entry, name, slot - pieces, slot, position(slot)));
      }
      longName.clear();
    }
    return entries;
  }

  /**
   * Adds a cluster of free slots.
   *
   * @throws NoSpaceException when the volume is full, or this is a root that cannot grow
   */
  void grow() throws IOException {
    long size = volume.clusterSize();
    if (chain == null || slotCount() + size / ShortEntry.SIZE > MAX_SIZE / ShortEntry.SIZE) {
      throw new NoSpaceException(
          volume.name() + ": a directory",
          (slotCount() + 1L) * ShortEntry.SIZE,
          (long) slotCount() * ShortEntry.SIZE);
    }
    List<Run> runs = volume.table().allocate(1, chain.last());
    // Zeros first: a table that leads to what was there before would list it.
    volume.device().zero(volume.clusterPosition(runs.get(0).first()), size);
    chain.append(runs);
  }

  /** The first cluster, or 0 for the root that has a place of its own. */
  long firstCluster() {
    return chain == null ? 0 : chain.first();
  }

  /** All clusters, to be freed. */
  List<Run> clusters() {
    return chain.truncate(0);
  }
}
