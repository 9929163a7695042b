package io.vhdboot.disk;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/** Edits partition tables at random, as far as they let it, and says what it did. */
public final class RandomEdits {

  private static final List<PartitionType> TYPES =
      List.of(
          PartitionType.NTFS,
          PartitionType.FAT32,
          PartitionType.EFI_SYSTEM,
          PartitionType.WINDOWS_RECOVERY,
          PartitionType.parse("linux"));

  private static final List<Long> ALIGNMENTS = List.of(4096L, 1L << 16, 1L << 20);

  private final SplittableRandom random;

  /** Draws from a generator. */
  public RandomEdits(SplittableRandom random) {
    this.random = random;
  }

  /** Makes an edit; one that does not fit is refused by the editor and changes nothing. */
  public String edit(PartitionEditor editor) throws IOException {
    String what = "";
    try {
      what = tryEdit(editor);
      return what;
    } catch (NoSpaceException | IllegalArgumentException e) {
      return "refused: " + e.getMessage();
    }
  }

  private String tryEdit(PartitionEditor editor) throws IOException {
    List<Partition> partitions = editor.partitions();
    int kind = random.nextInt(10);
    if (kind < 5 || partitions.isEmpty()) {
      return "add " + editor.add(wanted(editor));
    }
    Partition partition = partitions.get(random.nextInt(partitions.size()));
    int number = partition.number();
    switch (kind) {
      case 5, 6 -> editor.delete(number);
      case 7 -> editor.resize(number, 1 + random.nextLong(editor.maximumLength(number)));
      case 8 -> editor.setType(number, type());
      default -> {
        if (editor.kind() == PartitionTable.Kind.MBR) {
          editor.setActive(number, random.nextBoolean());
        } else {
          editor.setName(number, "name " + random.nextInt(100));
          editor.setAttributes(number, random.nextLong() & 0xF000000000000005L);
        }
      }
    }
    return kind + " of " + partition;
  }

  private PartitionType type() {
    return TYPES.get(random.nextInt(TYPES.size()));
  }

  private NewPartition wanted(PartitionEditor editor) {
    PartitionRole role =
        editor.kind() == PartitionTable.Kind.GPT
            ? PartitionRole.PRIMARY
            : List.of(
                    PartitionRole.PRIMARY,
                    PartitionRole.EXTENDED,
                    PartitionRole.LOGICAL,
                    PartitionRole.LOGICAL,
                    PartitionRole.LOGICAL)
                .get(random.nextInt(5));
    NewPartition.Builder builder =
        NewPartition.of(type())
            .role(role)
            .alignment(ALIGNMENTS.get(random.nextInt(ALIGNMENTS.size())))
            .guid(new UUID(random.nextLong(), random.nextLong()));
    List<FreeExtent> free = editor.freeExtents(role);
    if (!free.isEmpty()) {
      FreeExtent extent = free.get(random.nextInt(free.size()));
      int share = role == PartitionRole.EXTENDED ? 1 : 1 + random.nextInt(6);
      if (random.nextInt(8) > 0) {
        builder.length(Math.max(1, extent.length() / share - random.nextInt(3) * 512L));
      }
      if (random.nextInt(4) == 0) {
        long sectors = Math.max(1, extent.length() / editor.sectorSize());
        builder.offset(extent.offset() + random.nextLong(sectors) * editor.sectorSize());
      }
    }
    return builder.build();
  }
}
