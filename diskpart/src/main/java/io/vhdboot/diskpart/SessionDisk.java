package io.vhdboot.diskpart;

import io.vhdboot.bootcode.BootCode;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.FreeExtent;
import io.vhdboot.disk.NewPartition;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionEditor;
import io.vhdboot.disk.PartitionRole;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.disk.PartitionType;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A disk that the session works on: an image file, or the disk in a virtual disk file.
 *
 * <p>diskpart numbers partitions from 1 without gaps and leaves an extended one out, which is
 * partition 0; a number stays the same while the disk is there, whatever comes and goes.
 */
final class SessionDisk implements Closeable {

  private final int number;
  private final Path file;
  private final boolean virtual;
  private final BlockDevice device;
  private final Map<Long, Integer> numbers = new HashMap<>();
  private Optional<PartitionEditor> table = Optional.empty();
  private Optional<DiskFormatException> damage = Optional.empty();

  SessionDisk(int number, Path file, boolean virtual, BlockDevice device) throws IOException {
    this.number = number;
    this.file = file;
    this.virtual = virtual;
    this.device = device;
    load();
  }

  int number() {
    return number;
  }

  Path file() {
    return file;
  }

  boolean isVirtual() {
    return virtual;
  }

  BlockDevice device() {
    return device;
  }

  Optional<PartitionEditor> table() {
    return table;
  }

  boolean isGpt() {
    return table.map(PartitionEditor::kind).equals(Optional.of(PartitionTable.Kind.GPT));
  }

  /**
   * Reads the table anew: edits that were not written are gone. A disk whose table cannot be read
   * is shown without partitions, and can be cleaned.
   */
  void load() throws IOException {
    table = Optional.empty();
    damage = Optional.empty();
    if (PartitionTable.isPresent(device)) {
      try {
        table = Optional.of(PartitionEditor.open(device));
      } catch (DiskFormatException e) {
        damage = Optional.of(e);
      }
    }
    renumber();
  }

  /** Throws what is wrong with a table that cannot be read. */
  void requireReadable() throws DiskFormatException {
    if (damage.isPresent()) {
      throw damage.get();
    }
  }

  /** Puts another table in the place of the one there was. */
  void setTable(PartitionEditor editor) throws IOException {
    editor.write();
    table = Optional.of(editor);
    damage = Optional.empty();
    renumber();
  }

  /** The table; a disk without one gets an MBR, which is yet to be written. */
  PartitionEditor tableOrNew(int signature) throws IOException {
    requireReadable();
    if (table.isEmpty()) {
      table =
          Optional.of(
              PartitionEditor.createMbr(device, device.sectorSize(), signature, BootCode.mbr()));
    }
    return table.get();
  }

  /** Writes what was edited. */
  void write() throws IOException {
    table.orElseThrow().write();
    renumber();
  }

  private void renumber() {
    List<Partition> partitions = partitions();
    numbers.keySet().retainAll(partitions.stream().map(Partition::offset).toList());
    for (Partition partition : partitions) {
      if (partition.role() == PartitionRole.EXTENDED) {
        numbers.put(partition.offset(), 0);
      } else if (!numbers.containsKey(partition.offset())) {
        int free = 1;
        while (numbers.containsValue(free)) {
          free++;
        }
        numbers.put(partition.offset(), free);
      }
    }
  }

  /** The partitions, an extended one among them. */
  List<Partition> partitions() {
    return table.map(PartitionEditor::partitions).orElse(List.of());
  }

  /** The number by which diskpart knows a partition. */
  int numberOf(Partition partition) {
    return numbers.get(partition.offset());
  }

  Optional<Partition> partition(int wanted) {
    return partitions().stream().filter(partition -> numberOf(partition) == wanted).findFirst();
  }

  /** Whether a partition can hold a volume. */
  static boolean holdsVolume(Partition partition) {
    return partition.role() != PartitionRole.EXTENDED
        && !partition.type().gptType().equals(PartitionType.MICROSOFT_RESERVED.gptType());
  }

  /** What a letter stands for: the image and the partition's number in its table. */
  String volumeName(Partition partition) {
    return file + "@" + partition.number();
  }

  /** The room that new partitions can have, which begin on a whole MiB. */
  long freeBytes() {
    if (table.isEmpty()) {
      return device.size();
    }
    return Stream.of(PartitionRole.PRIMARY, PartitionRole.LOGICAL)
        .flatMap(role -> table.get().freeExtents(role).stream())
        .mapToLong(SessionDisk::alignedLength)
        .sum();
  }

  private static long alignedLength(FreeExtent extent) {
    long alignment = NewPartition.DEFAULT_ALIGNMENT;
    long start = (extent.offset() + alignment - 1) / alignment * alignment;
    return Math.max(extent.offset() + extent.length() - start, 0);
  }

  @Override
  public void close() throws IOException {
    device.close();
  }
}
