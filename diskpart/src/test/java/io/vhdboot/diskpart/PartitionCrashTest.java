package io.vhdboot.diskpart;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.NewPartition;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionEditor;
import io.vhdboot.disk.PartitionRole;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.disk.PartitionType;
import io.vhdboot.disk.testing.RecordingDevice;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Stops the writing of partition tables at every point: what is left must open and name every
 * partition that was there before and is there afterwards, as it was or as it became.
 *
 * <p>A stop leaves all writes before the last flush, and of those behind it any sectors at all.
 */
class PartitionCrashTest {

  private static final int SIZE = 2 << 20;
  private static final int ALIGNMENT = 4096;
  private static final int TORN_PER_POINT = 2;

  private final SplittableRandom random = Seed.random("PartitionCrashTest");
  private int points;

  private static PartitionEditor empty(RecordingDevice disk, PartitionTable.Kind kind)
      throws IOException {
    return kind == PartitionTable.Kind.GPT
        ? PartitionEditor.createGpt(disk, 512, new UUID(1, 2))
        : PartitionEditor.createMbr(disk, 512, 7, new byte[0]);
  }

  private void edit(PartitionEditor editor) {
    List<Partition> partitions = editor.partitions();
    try {
      int kind = random.nextInt(6);
      if (kind < 3 || partitions.size() < 3) {
        PartitionRole role =
            editor.kind() == PartitionTable.Kind.GPT
                ? PartitionRole.PRIMARY
                : PartitionRole.values()[Math.max(random.nextInt(5) - 2, 0)];
        if (editor.kind() == PartitionTable.Kind.MBR && random.nextInt(3) > 0) {
          role = PartitionRole.LOGICAL;
        }
        editor.add(
            NewPartition.of(PartitionType.NTFS)
                .role(role)
                .alignment(ALIGNMENT)
                .length(
                    role == PartitionRole.EXTENDED
                        ? SIZE / 2
                        : ALIGNMENT * (1 + random.nextInt(20)))
                .guid(new UUID(random.nextLong(), random.nextLong()))
                .build());
      } else {
        Partition partition = partitions.get(random.nextInt(partitions.size()));
        switch (kind) {
          case 3 -> editor.delete(partition.number());
          case 4 ->
              editor.resize(
                  partition.number(),
                  1 + random.nextLong(editor.maximumLength(partition.number())));
          default -> editor.setType(partition.number(), PartitionType.FAT32);
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      // It does not fit; the next one may.
    }
  }

  /** Rebuilds the disk for every stop among the events behind a place, and checks what is left. */
  private void checkStops(RecordingDevice disk, byte[] start, Set<Long> kept, List<Long> all)
      throws IOException {
    List<RecordingDevice.Event> events = disk.events();
    for (int stop = 0; stop <= events.size(); stop++) {
      for (int round = 0; round < TORN_PER_POINT; round++) {
        RecordingDevice left = new RecordingDevice(start);
        int durable = 0;
        for (int i = 0; i < stop; i++) {
          durable = events.get(i) instanceof RecordingDevice.Flush ? i : durable;
        }
        for (int i = 0; i < stop; i++) {
          left.apply(events.get(i), i < durable || round == 0 ? null : random);
        }
        checkLeft(left.content(), kept, all, "stop " + stop + " of " + events.size());
        points++;
      }
    }
  }

  private static void checkLeft(byte[] content, Set<Long> kept, List<Long> all, String told)
      throws IOException {
    MemoryDevice left = MemoryDevice.wrap("left", content);
    PartitionTable table = PartitionTable.read(left);
    List<Long> offsets = table.partitions().stream().map(Partition::offset).toList();
    assertThat(offsets).as(told).containsAll(kept);
    assertThat(all).as(told).containsAll(offsets);
    PartitionEditor editor = PartitionEditor.open(left);
    assertThat(editor.findings()).as(told).noneMatch(finding -> finding.contains("overlap"));
    // Whatever is left is made whole by writing it anew.
    editor.write();
    PartitionEditor whole = PartitionEditor.open(left);
    assertThat(whole.findings()).as(told).isEmpty();
    assertThat(PartitionTable.read(left).partitions()).as(told).isEqualTo(table.partitions());
  }

  private static List<Long> offsets(PartitionEditor editor) {
    return editor.partitions().stream()
        .filter(partition -> partition.role() != PartitionRole.EXTENDED)
        .map(Partition::offset)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"MBR", "GPT"})
  void everyStopLeavesATableThatLosesNothing(PartitionTable.Kind kind) throws IOException {
    for (int run = 0; run < Seed.cases(300, 4); run++) {
      RecordingDevice disk = new RecordingDevice(new byte[SIZE]);
      PartitionEditor editor = empty(disk, kind);
      editor.write();
      for (int i = 0; i < 12; i++) {
        byte[] start = disk.content();
        Set<Long> kept = new HashSet<>(offsets(editor));
        List<Long> all = new ArrayList<>(kept);
        disk.events().clear();
        int edits = 1 + random.nextInt(3);
        for (int n = 0; n < edits; n++) {
          edit(editor);
          kept.retainAll(offsets(editor));
          all.addAll(offsets(editor));
        }
        editor.write();
        checkStops(disk, start, kept, all);
        editor = PartitionEditor.open(disk);
      }
    }
    System.out.println("everyStopLeavesATableThatLosesNothing: " + points + " stops");
    assertThat(points).isGreaterThan(100);
  }

  /** Either copy may be hurt before; but without its header nobody knows where the backup is. */
  @Test
  void everyStopOfAMoveToTheEndOfAGrownDiskLosesNothing() throws IOException {
    for (int hurt : new int[] {-1, 1024, SIZE - 512}) {
      RecordingDevice disk = new RecordingDevice(new byte[SIZE]);
      PartitionEditor editor = withPartitions(disk, PartitionTable.Kind.GPT);
      List<Long> offsets = offsets(editor);
      disk.setSize(SIZE + (1 << 18));
      if (hurt >= 0) {
        disk.write(hurt, ByteBuffer.wrap(new byte[] {1}));
      }
      byte[] start = disk.content();
      disk.events().clear();
      PartitionEditor grown = PartitionEditor.open(disk);
      grown.write();
      assertThat(PartitionEditor.open(disk).findings()).isEmpty();
      checkStops(disk, start, Set.copyOf(offsets), offsets);
    }
  }

  @Test
  void everyStopOfARepairLosesNothing() throws IOException {
    for (int hurt : new int[] {512, 1024, SIZE - 512, SIZE - 512 - 16384}) {
      RecordingDevice disk = new RecordingDevice(new byte[SIZE]);
      List<Long> offsets = offsets(withPartitions(disk, PartitionTable.Kind.GPT));
      disk.write(hurt, ByteBuffer.wrap(new byte[] {1}));
      byte[] start = disk.content();
      disk.events().clear();
      PartitionEditor.open(disk).write();
      checkStops(disk, start, Set.copyOf(offsets), offsets);
    }
  }

  @Test
  void everyStopOfAConversionLosesNothing() throws IOException {
    for (PartitionTable.Kind kind : List.of(PartitionTable.Kind.MBR, PartitionTable.Kind.GPT)) {
      RecordingDevice disk = new RecordingDevice(new byte[SIZE]);
      PartitionEditor editor = withPartitions(disk, kind);
      List<Long> offsets = offsets(editor);
      byte[] start = disk.content();
      disk.events().clear();
      PartitionEditor converted =
          kind == PartitionTable.Kind.MBR
              ? editor.toGpt(new UUID(8, 8), () -> new UUID(random.nextLong(), random.nextLong()))
              : editor.toMbr(9);
      converted.write();
      assertThat(PartitionTable.read(disk).kind()).isNotEqualTo(kind);
      checkStops(disk, start, Set.copyOf(offsets), offsets);
    }
  }

  private static PartitionEditor withPartitions(RecordingDevice disk, PartitionTable.Kind kind)
      throws IOException {
    PartitionEditor editor = empty(disk, kind);
    for (int i = 0; i < 3; i++) {
      editor.add(
          NewPartition.of(PartitionType.NTFS)
              .alignment(1 << 16)
              .length(1 << 18)
              .guid(new UUID(3, i))
              .build());
    }
    editor.write();
    return editor;
  }
}
