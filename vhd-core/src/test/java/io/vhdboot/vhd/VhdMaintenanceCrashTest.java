package io.vhdboot.vhd;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.disk.testing.RecordingDevice;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Stops maintenance after any of its writes. Of what was written since the last flush anything may
 * be missing, down to single sectors. The file must open with the same disk, of the old size or the
 * new, and doing the same once more must complete it.
 */
class VhdMaintenanceCrashTest {

  private static final int BLOCK = VhdOptions.MIN_BLOCK_SIZE;
  private static final UUID OTHER_ID = new UUID(7, 7);
  private static final UUID CHILD_ID = new UUID(8, 8);

  /** What is done to a file. */
  private enum Operation {
    GROW_DYNAMIC,
    SHRINK_DYNAMIC,
    GROW_FIXED,
    SHRINK_FIXED,
    COMPACT,
    COMPACT_CHILD,
    MERGE,
    RELINK,
    REBASE,
    REPAIR
  }

  private final SplittableRandom random = Seed.random("VhdMaintenanceCrashTest");
  private final byte[] base = base(VhdTesting.ID);
  private final byte[] other = base(OTHER_ID);

  VhdMaintenanceCrashTest() throws IOException {}

  @Test
  void diskStaysTheSameWhereverMaintenanceStops() throws IOException {
    int cuts = 0;
    int rounds = Seed.cases(12, 1);
    for (int round = 0; round < rounds; round++) {
      for (Operation operation : Operation.values()) {
        cuts += run(operation);
      }
    }
    System.out.println("diskStaysTheSameWhereverMaintenanceStops: " + cuts + " cuts");
    assertThat(cuts).isGreaterThan(Seed.cases(12, 1) * 200);
  }

  private int run(Operation operation) throws IOException {
    byte[] start = start(operation);
    long newSize = newSize(operation);
    byte[] disk = disk(operation, MemoryDevice.wrap("start", start));
    RecordingDevice device = new RecordingDevice(start);
    apply(operation, device, newSize);
    List<RecordingDevice.Event> events = List.copyOf(device.events());
    assertThat(events).as(operation.name()).isNotEmpty();
    expectSame(operation, disk, newSize, new RecordingDevice(device.content()), "at the end");
    int cuts = 0;
    for (int cut = 0; cut <= events.size(); cut++) {
      for (int variant = 0; variant < 3; variant++) {
        String where = operation + ", cut " + cut + " of " + events.size() + ", variant " + variant;
        RecordingDevice file = stopped(start, events, cut, variant);
        byte[] before = file.content();
        expectSame(operation, disk, newSize, file, where);
        assertThat(Arrays.equals(file.content(), before)).as(where).isTrue();
        if (variant == random.nextInt(3)) {
          RecordingDevice again = new RecordingDevice(before);
          apply(operation, again, newSize);
          expectSame(operation, disk, newSize, again, where + ", once more");
          assertThat(VhdMaintenance.check(again, parents(operation, disk)))
              .as(where)
              .noneMatch(finding -> finding.kind().isDamage());
        }
        cuts++;
      }
    }
    return cuts;
  }

  /** What a stop leaves: all that was flushed, and of the rest what the variant lets through. */
  private RecordingDevice stopped(
      byte[] start, List<RecordingDevice.Event> events, int cut, int variant) {
    RecordingDevice file = new RecordingDevice(start);
    int durable = 0;
    for (int i = 0; i < cut; i++) {
      durable = events.get(i) instanceof RecordingDevice.Flush ? i + 1 : durable;
    }
    for (int i = 0; i < cut; i++) {
      if (i < durable || variant == 0) {
        file.apply(events.get(i), null);
      } else if (random.nextInt(variant + 1) > 0) {
        file.apply(events.get(i), random.nextBoolean() ? random : null);
      }
    }
    return file;
  }

  private byte[] base(UUID id) throws IOException {
    MemoryDevice file = MemoryDevice.ofSize("base", 0);
    VhdOptions options = VhdOptions.of(3L * BLOCK, id, VhdTesting.TIME).withBlockSize(BLOCK);
    try (Vhd vhd = Vhd.createDynamic(file, options)) {
      vhd.write(BLOCK / 2, ByteBuffer.wrap(VhdTesting.bytes(random, BLOCK)));
    }
    return file.toByteArray();
  }

  /** Both bases, by name; of a merged one what it has become. */
  private ParentResolver parents(Operation operation, byte[] ignored) {
    return path -> {
      byte[] file = path.fileName().equals("other.vhd") ? other : base;
      return Optional.of(
          new ParentResolver.Found(
              MemoryDevice.wrap(path.fileName(), file), Optional.empty(), ParentResolver.NONE));
    };
  }

  private byte[] child() throws IOException {
    MemoryDevice file = MemoryDevice.ofSize("child", 0);
    VhdOptions options = VhdOptions.of(3L * BLOCK, CHILD_ID, VhdTesting.TIME).withBlockSize(BLOCK);
    ParentReference parent =
        ParentReference.relative(VhdTesting.ID, Optional.empty(), ".\\base.vhd");
    try (Vhd vhd = Vhd.createDifferencing(file, options, parent, parents(null, null))) {
      for (int i = 0; i < 6; i++) {
        vhd.write(
            random.nextInt(3 * BLOCK - 9000), ByteBuffer.wrap(VhdTesting.bytes(random, 9000)));
      }
    }
    return file.toByteArray();
  }

  private byte[] start(Operation operation) throws IOException {
    return switch (operation) {
      case GROW_FIXED, SHRINK_FIXED -> fixed();
      case GROW_DYNAMIC, SHRINK_DYNAMIC, COMPACT -> dynamic();
      case RELINK, REBASE -> child();
      case COMPACT_CHILD -> childOfParentsContent();
      case MERGE -> base;
      case REPAIR -> damaged();
    };
  }

  private byte[] fixed() throws IOException {
    MemoryDevice file = MemoryDevice.ofSize("fixed", 0);
    try (Vhd vhd = Vhd.createFixed(file, VhdTesting.options(300 * 512))) {
      vhd.write(0, ByteBuffer.wrap(VhdTesting.bytes(random, 100 * 512)));
    }
    return file.toByteArray();
  }

  /** Blocks in a wild order, of which some are zeros, and the disk ends within one. */
  private byte[] dynamic() throws IOException {
    MemoryDevice file = MemoryDevice.ofSize("dynamic", 0);
    VhdOptions options = VhdTesting.options(6L * BLOCK + 9 * 512).withBlockSize(BLOCK);
    try (Vhd vhd = Vhd.createDynamic(file, options)) {
      for (int block : new int[] {4, 6, 0, 3, 1}) {
        int length = block == 6 ? 4000 : 9000;
        byte[] bytes = block % 2 == 0 ? new byte[length] : VhdTesting.bytes(random, length);
        vhd.write((long) block * BLOCK, ByteBuffer.wrap(bytes));
      }
    }
    return file.toByteArray();
  }

  private byte[] childOfParentsContent() throws IOException {
    MemoryDevice file = MemoryDevice.wrap("child", child());
    try (Vhd vhd = Vhd.open(file, false, parents(null, null));
        Vhd parent = Vhd.open(MemoryDevice.wrap("base", base), true)) {
      vhd.write(0, ByteBuffer.wrap(parent.read(0, BLOCK)));
    }
    return file.toByteArray();
  }

  /** An overlap, a wrong bitmap, a leak, and one footer of two. */
  private byte[] damaged() throws IOException {
    MemoryDevice file = MemoryDevice.wrap("damaged", dynamic());
    file.write(0x600 + 4 * 4, ByteBuffer.wrap(file.read(0x600 + 4 * 3, 4)));
    long bitmap = SparseStructure.read(file, FooterSearch.in(file)).table().positionOf(1);
    file.write(bitmap, ByteBuffer.wrap(new byte[] {(byte) 0xA0, 0}));
    long footer = random.nextBoolean() ? 0 : file.size() - 512;
    file.write(footer, ByteBuffer.wrap(new byte[512]));
    return file.toByteArray();
  }

  private static long newSize(Operation operation) {
    return switch (operation) {
      // 4000 entries, which take the room of the first blocks.
      case GROW_DYNAMIC -> 4000L * BLOCK + 512;
      case SHRINK_DYNAMIC -> 3L * BLOCK + 9000 / 512 * 512 + 512;
      case GROW_FIXED -> 300 * 512 + 2477 * 512;
      case SHRINK_FIXED -> 150 * 512;
      default -> -1;
    };
  }

  private void apply(Operation operation, ResizableBlockDevice file, long newSize)
      throws IOException {
    switch (operation) {
      case GROW_DYNAMIC, SHRINK_DYNAMIC, GROW_FIXED, SHRINK_FIXED ->
          VhdMaintenance.resize(file, newSize, false, ParentResolver.NONE);
      case COMPACT, COMPACT_CHILD ->
          VhdMaintenance.compact(
              file, parents(operation, null), UnusedRanges.NONE, ProgressListener.NONE);
      case MERGE -> {
        try (Vhd parent = Vhd.open(file, false)) {
          VhdMaintenance.merge(MemoryDevice.wrap("child", merged()), parent, ProgressListener.NONE);
        }
      }
      case RELINK -> VhdMaintenance.relink(file, moved(VhdTesting.ID, "base.vhd"));
      case REBASE -> {
        try (Vhd parent = Vhd.open(MemoryDevice.wrap("other", other), true)) {
          VhdMaintenance.rebase(
              file,
              parents(operation, null),
              parent,
              moved(OTHER_ID, "other.vhd"),
              ProgressListener.NONE);
        }
      }
      case REPAIR -> VhdMaintenance.repair(file, ParentResolver.NONE);
      default -> throw new AssertionError(operation);
    }
  }

  private static ParentReference moved(UUID id, String name) {
    return new ParentReference(
        id,
        Optional.empty(),
        List.of(
            new ParentPath(ParentPath.Form.W2RU, "..\\elsewhere\\" + name),
            new ParentPath(ParentPath.Form.W2KU, "C:\\" + "deep\\".repeat(500) + name)));
  }

  private byte[] mergedChild;

  /** The child that is merged, the same in all stops of a run. */
  private byte[] merged() throws IOException {
    if (mergedChild == null) {
      mergedChild = child();
    }
    return mergedChild;
  }

  /** The disk as a user of the file sees it; of a parent, as its child shows it. */
  private Vhd open(Operation operation, ResizableBlockDevice file) throws IOException {
    if (operation != Operation.MERGE) {
      return Vhd.open(file, true, parents(operation, null));
    }
    ParentResolver parent =
        path -> Optional.of(new ParentResolver.Found(file, Optional.empty(), ParentResolver.NONE));
    return Vhd.open(MemoryDevice.wrap("child", merged()), true, parent);
  }

  private byte[] disk(Operation operation, ResizableBlockDevice file) throws IOException {
    try (Vhd vhd = open(operation, file)) {
      return vhd.read(0, (int) vhd.size());
    }
  }

  private void expectSame(
      Operation operation, byte[] disk, long newSize, ResizableBlockDevice file, String where)
      throws IOException {
    try (Vhd vhd = open(operation, file)) {
      assertThat(vhd.size()).as(where).isIn((long) disk.length, newSize);
      int length = (int) Math.min(disk.length, vhd.size());
      byte[] found = vhd.read(0, length);
      assertThat(Arrays.mismatch(found, 0, length, disk, 0, length)).as(where).isEqualTo(-1);
      for (long at = length; at < vhd.size(); ) {
        MappedExtent extent = vhd.map(at);
        if (extent.kind() == MappedExtent.Kind.DATA) {
          byte[] bytes = vhd.read(at, (int) Math.min(extent.length(), 4 * BLOCK));
          assertThat(Arrays.mismatch(bytes, new byte[bytes.length])).as(where).isEqualTo(-1);
          at += bytes.length;
        } else {
          at = extent.end();
        }
      }
    }
  }
}
