package io.vhdboot.disk;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Reads, checks and edits whatever bytes it is given as a disk: for a coverage-guided fuzzer, and
 * for {@link MutatedTablesTest}.
 */
public final class PartitionTableFuzzTarget {

  private static final int MAX_SIZE = 4 << 20;

  private PartitionTableFuzzTarget() {}

  /** Typed exceptions are what damage must lead to; anything else is a fault. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length > MAX_SIZE) {
      return;
    }
    SplittableRandom random = new SplittableRandom(data.length);
    for (int sectorSize : new int[] {512, 4096}) {
      MemoryDevice disk = MemoryDevice.wrap("fuzzed", data.clone());
      try {
        PartitionTable.read(disk, sectorSize).partitions();
      } catch (DiskFormatException e) {
        // What damage must lead to.
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      edit(disk, sectorSize, random);
    }
  }

  private static void edit(MemoryDevice disk, int sectorSize, SplittableRandom random) {
    try {
      PartitionEditor editor = PartitionEditor.open(disk, sectorSize);
      editor.findings();
      RandomEdits edits = new RandomEdits(random);
      for (int i = 0; i < 6; i++) {
        edits.edit(editor);
      }
      editor.write();
      PartitionEditor again = PartitionEditor.open(disk, sectorSize);
      if (!again.partitions().equals(editor.partitions())) {
        throw new AssertionError(again.partitions() + " was read, not " + editor.partitions());
      }
      convert(again);
    } catch (DiskFormatException | NoSpaceException e) {
      // What damage must lead to.
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void convert(PartitionEditor editor) throws IOException {
    try {
      if (editor.kind() == PartitionTable.Kind.MBR) {
        editor.toGpt(new UUID(1, 1), () -> new UUID(2, 2)).write();
      } else {
        editor.toMbr(1).write();
      }
    } catch (IllegalArgumentException e) {
      // It cannot be expressed in the other kind.
    }
  }
}
