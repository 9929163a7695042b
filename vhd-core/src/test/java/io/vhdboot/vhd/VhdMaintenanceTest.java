package io.vhdboot.vhd;

import static io.vhdboot.vhd.VhdTesting.options;
import static io.vhdboot.vhd.VhdTesting.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.BigEndian;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Resizing, compacting, merging, rebasing, checking and repairing, beside other programs. */
class VhdMaintenanceTest {

  private static final int BLOCK = VhdOptions.MIN_BLOCK_SIZE;
  private static final UUID CHILD = new UUID(1, 1);

  @TempDir Path folder;

  private static void resize(Path path, long size, boolean discard) throws IOException {
    try (FileDevice file = FileDevice.open(path)) {
      VhdMaintenance.resize(file, size, discard, ParentResolver.beside(path));
    }
  }

  private static List<VhdFinding> check(Path path) throws IOException {
    try (FileDevice file = FileDevice.openReadOnly(path)) {
      return VhdMaintenance.check(file, ParentResolver.beside(path));
    }
  }

  private static VhdCompaction compact(Path path, UnusedRanges unused) throws IOException {
    try (FileDevice file = FileDevice.open(path)) {
      return VhdMaintenance.compact(
          file, ParentResolver.beside(path), unused, ProgressListener.NONE);
    }
  }

  private static void expectAligned(Path path) throws IOException {
    try (FileDevice file = FileDevice.openReadOnly(path)) {
      SparseStructure structure = SparseStructure.read(file, FooterSearch.in(file));
      for (int block = 0; block < structure.table().count(); block++) {
        if (structure.table().isPresent(block)) {
          long bitmap = structure.table().positionOf(block);
          assertThat(structure.format().dataBehindBitmap(bitmap) % 4096).isZero();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = VhdType.class,
      names = {"FIXED", "DYNAMIC"})
  void resizedDiskIsReadByOthers(VhdType type) throws IOException {
    SplittableRandom random = Seed.random("resizedDiskIsReadByOthers " + type);
    Path file = folder.resolve("x.vhd");
    Path raw = folder.resolve("raw");
    long size = 3L * BLOCK + 512 * 77;
    VhdOptions options = options(size).withBlockSize(BLOCK);
    (type == VhdType.FIXED ? Vhd.createFixed(file, options) : Vhd.createDynamic(file, options))
        .close();
    FileDevice.create(raw, size).close();
    long[] sizes = {
      size,
      size + 512,
      9L * BLOCK,
      700L * BLOCK,
      700L * BLOCK + 51_200,
      20L * BLOCK,
      4096,
      5L * BLOCK
    };
    for (long newSize : sizes) {
      resize(file, newSize, true);
      try (FileDevice model = FileDevice.open(raw)) {
        model.setSize(newSize);
      }
      VhdTesting.expectQemuReads(file, raw);
      assertThat(check(file)).isEmpty();
      try (Vhd vhd = Vhd.open(file, false);
          FileDevice model = FileDevice.open(raw)) {
        assertThat(vhd.size()).isEqualTo(newSize);
        assertThat(vhd.findings()).isEmpty();
        for (int i = 0; i < 6; i++) {
          // At the end too, where the next size cuts or joins.
          int length = 1 + random.nextInt(3000);
          long at = i == 0 ? newSize - length : random.nextLong(newSize - length);
          byte[] bytes = VhdTesting.bytes(random, length);
          vhd.write(at, ByteBuffer.wrap(bytes));
          model.write(at, ByteBuffer.wrap(bytes));
        }
      }
      VhdTesting.expectQemuReads(file, raw);
    }
    if (type == VhdType.DYNAMIC) {
      expectAligned(file);
    }
  }

  /** The entries of a disk of 600 GiB and more need room that blocks have taken. */
  @Test
  void tableGrowsToItsLargest() throws IOException {
    Path file = folder.resolve("x.vhd");
    try (Vhd vhd = Vhd.createDynamic(file, options(64L << 20))) {
      write(vhd, 0, (byte) 1);
      write(vhd, (64L << 20) - 1, (byte) 2);
    }
    resize(file, VhdOptions.MAX_DISK_SIZE, false);
    try (Vhd vhd = Vhd.open(file, false)) {
      assertThat(vhd.size()).isEqualTo(VhdOptions.MAX_DISK_SIZE);
      assertThat(vhd.read(0, 2)).containsExactly(1, 0);
      assertThat(vhd.read((64L << 20) - 1, 2)).containsExactly(2, 0);
      write(vhd, VhdOptions.MAX_DISK_SIZE - 1, (byte) 3);
    }
    assertThat(ExternalTool.named("qemu-img").output("info", "-f", "vpc", "--output=json", file))
        .contains("\"virtual-size\": " + VhdOptions.MAX_DISK_SIZE + ",");
    assertThat(
            ExternalTool.named("qemu-io")
                .output("-r", "-f", "vpc", "-c", "read -P 2 67108863 1", file))
        .doesNotContain("failed");
    expectAligned(file);
  }

  @Test
  void dataBehindASmallerSizeIsNotLostUnlessSaid() throws IOException {
    for (boolean fixed : new boolean[] {false, true}) {
      MemoryDevice file = MemoryDevice.ofSize("x.vhd", 0);
      VhdOptions options = options(4L * BLOCK).withBlockSize(BLOCK);
      try (Vhd vhd = fixed ? Vhd.createFixed(file, options) : Vhd.createDynamic(file, options)) {
        write(vhd, 2L * BLOCK, (byte) 7);
      }
      byte[] before = file.toByteArray();
      assertThatThrownBy(() -> VhdMaintenance.resize(file, 2L * BLOCK, false, ParentResolver.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must leave the data behind byte 1048576 on the disk");
      assertThat(Arrays.equals(file.toByteArray(), before)).isTrue();
      VhdMaintenance.resize(file, 2L * BLOCK + 512, false, ParentResolver.NONE);
      VhdMaintenance.resize(file, 2L * BLOCK, true, ParentResolver.NONE);
      VhdMaintenance.resize(file, 4L * BLOCK, false, ParentResolver.NONE);
      try (Vhd vhd = Vhd.open(file, true)) {
        assertThat(vhd.read(0, 4 * BLOCK)).containsOnly(0);
      }
    }
  }

  @Test
  void growingAFixedDiskReadsAndWritesNextToNothing() throws IOException {
    Path path = folder.resolve("x.vhd");
    Vhd.createFixed(path, options(8 << 20)).close();
    long start = System.nanoTime();
    resize(path, 1L << 40, false);
    resize(path, 8 << 20, true);
    assertThat(System.nanoTime() - start).isLessThan(600_000_000_000L);
    assertThat(Files.size(path)).isEqualTo((8 << 20) + 512);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void compactedDiskHoldsTheSame(boolean unalignedByQemu) throws IOException {
    SplittableRandom random = Seed.random("compactedDiskHoldsTheSame " + unalignedByQemu);
    long size = 40L << 20;
    Path file = folder.resolve("x.vhd");
    Path raw = folder.resolve("raw");
    FileDevice.create(raw, size).close();
    if (unalignedByQemu) {
      ExternalTool.named("qemu-img")
          .output("create", "-f", "vpc", "-o", "force_size=on", file, size);
    } else {
      Vhd.createDynamic(file, options(size)).close();
    }
    int[] order = random.ints(0, 20).distinct().limit(14).toArray();
    for (int i = 0; i < order.length; i++) {
      // Two of three hold zeros only.
      int value = i % 3 == 0 ? 65 + i : 0;
      long at = order[i] * (2L << 20);
      int length = (i % 5 + 1) << 16;
      String command = "write -P " + value + " " + at + " " + length;
      ExternalTool.named("qemu-io").output("-f", "raw", "-c", command, raw);
      if (unalignedByQemu) {
        ExternalTool.named("qemu-io").output("-f", "vpc", "-c", command, file);
      } else {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        try (Vhd vhd = Vhd.open(file, false)) {
          vhd.write(at, ByteBuffer.wrap(bytes));
        }
      }
    }
    long before = Files.size(file);
    VhdCompaction done = compact(file, UnusedRanges.NONE);
    assertThat(done.sizeBefore()).isEqualTo(before);
    assertThat(done.sizeAfter()).isEqualTo(Files.size(file));
    assertThat(done.droppedBlocks()).isEqualTo(9);
    // Whole blocks less, but for what alignment takes.
    assertThat(before - done.sizeAfter()).isGreaterThan(8L * (2 << 20));
    VhdTesting.expectQemuReads(file, raw);
    assertThat(check(file)).isEmpty();
    assertThat(compact(file, UnusedRanges.NONE).sizeAfter()).isEqualTo(done.sizeAfter());
    VhdTesting.expectLibvhdiReads(file, raw, folder);
    expectAligned(file);
  }

  @Test
  void whatIsNotInUseIsDropped() throws IOException {
    Path file = folder.resolve("x.vhd");
    try (Vhd vhd = Vhd.createDynamic(file, options(4L * BLOCK).withBlockSize(BLOCK))) {
      byte[] ones = new byte[4 * BLOCK];
      Arrays.fill(ones, (byte) 1);
      vhd.write(0, ByteBuffer.wrap(ones));
      // Block 1 is half unused and half zero, block 2 is not in use but for a sector.
      vhd.zero(BLOCK + BLOCK / 2, BLOCK / 2);
    }
    UnusedRanges unused =
        position ->
            position >= BLOCK && position < BLOCK + BLOCK / 2
                ? BLOCK + BLOCK / 2
                : position >= 2 * BLOCK + 512 && position < 4 * BLOCK ? 4 * BLOCK : position;
    assertThat(compact(file, unused).droppedBlocks()).isEqualTo(2);
    try (Vhd vhd = Vhd.open(file, true)) {
      assertThat(vhd.read(BLOCK - 1, 2)).containsExactly(1, 0);
      assertThat(vhd.read(2L * BLOCK, 1024)).containsOnly(1);
      assertThat(vhd.read(3L * BLOCK, 1024)).containsOnly(0);
      assertThat(Files.size(file)).isEqualTo(4096 + 2L * BLOCK + 4096 + 512);
    }
  }

  @Test
  void mergedParentHoldsWhatTheChildHeld() throws IOException {
    SplittableRandom random = Seed.random("mergedParentHoldsWhatTheChildHeld");
    int size = 6 * BLOCK;
    Path base = folder.resolve("base.vhd");
    Path child = folder.resolve("child.vhd");
    byte[] model;
    try (Vhd vhd = Vhd.createDynamic(base, options(size).withBlockSize(BLOCK))) {
      vhd.write(BLOCK / 2, ByteBuffer.wrap(VhdTesting.bytes(random, 2 * BLOCK)));
    }
    try (Vhd vhd = Vhd.createDifferencing(child, base, CHILD, VhdTesting.TIME)) {
      vhd.zero(BLOCK, 5000);
      for (int i = 0; i < 20; i++) {
        write(vhd, random.nextInt(size - 4000), VhdTesting.bytes(random, random.nextInt(4000)));
      }
      model = vhd.read(0, size);
    }
    try (FileDevice file = FileDevice.openReadOnly(child);
        Vhd parent = Vhd.open(base, false)) {
      VhdMaintenance.merge(file, parent, ProgressListener.NONE);
    }
    try (Vhd parent = Vhd.open(base, true);
        Vhd same = Vhd.open(child, true)) {
      assertThat(Arrays.mismatch(parent.read(0, size), model)).isEqualTo(-1);
      assertThat(Arrays.mismatch(same.read(0, size), model)).isEqualTo(-1);
    }
    // All that the child stores the parent has as well.
    compact(child, UnusedRanges.NONE);
    try (Vhd same = Vhd.open(child, true)) {
      assertThat(same.presentBlockCount()).isZero();
      assertThat(Arrays.mismatch(same.read(0, size), model)).isEqualTo(-1);
    }
  }

  @Test
  void rebasedChildHoldsTheSame() throws IOException {
    SplittableRandom random = Seed.random("rebasedChildHoldsTheSame");
    int size = 5 * BLOCK;
    Path base = folder.resolve("base.vhd");
    Path other = Files.createDirectory(folder.resolve("there")).resolve("other.vhd");
    Path child = folder.resolve("child.vhd");
    try (Vhd vhd = Vhd.createDynamic(base, options(size).withBlockSize(BLOCK));
        Vhd another =
            Vhd.createFixed(other, VhdOptions.of(size - 4096, new UUID(9, 9), VhdTesting.TIME))) {
      byte[] bytes = VhdTesting.bytes(random, 3 * BLOCK);
      vhd.write(0, ByteBuffer.wrap(bytes));
      another.write(0, ByteBuffer.wrap(bytes, 0, 2 * BLOCK));
      write(another, 4L * BLOCK, VhdTesting.bytes(random, 9000));
    }
    byte[] model;
    try (Vhd vhd = Vhd.createDifferencing(child, base, CHILD, VhdTesting.TIME)) {
      write(vhd, BLOCK - 100, VhdTesting.bytes(random, 8000));
      model = vhd.read(0, size);
    }
    try (FileDevice file = FileDevice.open(child);
        Vhd parent = Vhd.open(other, true)) {
      VhdMaintenance.rebase(
          file,
          ParentResolver.beside(child),
          parent,
          ParentReference.onHost(child, other, parent),
          ProgressListener.NONE);
    }
    Files.delete(base);
    try (Vhd vhd = Vhd.open(child, true)) {
      assertThat(vhd.parentReference().orElseThrow().paths().get(0).path())
          .isEqualTo(".\\there\\other.vhd");
      assertThat(Arrays.mismatch(vhd.read(0, size), model)).isEqualTo(-1);
      // Only what differs came over: the third block, 9000 bytes of the fifth.
      assertThat(vhd.presentBlockCount()).isEqualTo(4);
    }
    assertThat(check(child)).isEmpty();
    // Moved, and named by a path that does not fit where the former one was.
    Path deep = folder.resolve("d".repeat(200)).resolve("e".repeat(200));
    Path moved = Files.createDirectories(deep).resolve("moved.vhd");
    Files.move(other, moved);
    assertThatThrownBy(() -> Vhd.open(child, true)).isInstanceOf(MissingParentException.class);
    for (String name : new String[] {"moved.vhd", "f".repeat(200) + ".vhd"}) {
      Path now = moved.resolveSibling(name);
      if (!now.equals(moved)) {
        Files.move(moved, now);
      }
      long before = Files.size(child);
      try (FileDevice file = FileDevice.open(child);
          Vhd parent = Vhd.open(now, true)) {
        VhdMaintenance.relink(file, ParentReference.onHost(child, now, parent));
      }
      try (Vhd vhd = Vhd.open(child, true)) {
        assertThat(Arrays.mismatch(vhd.read(0, size), model)).isEqualTo(-1);
      }
      assertThat(Files.size(child)).isEqualTo(before);
      assertThat(check(child)).isEmpty();
    }
  }

  private static MemoryDevice threeBlocks() throws IOException {
    MemoryDevice file = MemoryDevice.ofSize("x.vhd", 0);
    try (Vhd vhd = Vhd.createDynamic(file, options(5L * BLOCK).withBlockSize(BLOCK))) {
      for (int block : new int[] {3, 0, 2}) {
        byte[] bytes = new byte[BLOCK];
        Arrays.fill(bytes, (byte) (block + 1));
        vhd.write((long) block * BLOCK, ByteBuffer.wrap(bytes));
      }
    }
    return file;
  }

  private static int[] firstBytes(MemoryDevice file) throws IOException {
    try (Vhd vhd = Vhd.open(file, true)) {
      assertThat(vhd.findings()).isEmpty();
      int[] bytes = new int[5];
      for (int block = 0; block < 5; block++) {
        bytes[block] = vhd.read((long) block * BLOCK + BLOCK / 2, 1)[0];
      }
      return bytes;
    }
  }

  private static void expectRepaired(MemoryDevice file, int[] content, VhdFinding.Kind... kinds)
      throws IOException {
    List<VhdFinding> found = VhdMaintenance.check(file, ParentResolver.NONE);
    assertThat(found).extracting(VhdFinding::kind).containsExactlyInAnyOrder(kinds);
    assertThat(VhdMaintenance.repair(file, ParentResolver.NONE)).isEqualTo(found);
    assertThat(VhdMaintenance.check(file, ParentResolver.NONE)).isEmpty();
    assertThat(firstBytes(file)).containsExactly(content);
    try (Vhd vhd = Vhd.open(file, false)) {
      write(vhd, 1L * BLOCK, (byte) 1);
    }
    assertThat(VhdMaintenance.check(file, ParentResolver.NONE)).isEmpty();
  }

  @Test
  void soundFileHasNoFindings() throws IOException {
    MemoryDevice file = threeBlocks();
    assertThat(VhdMaintenance.check(file, ParentResolver.NONE)).isEmpty();
    byte[] before = file.toByteArray();
    assertThat(VhdMaintenance.repair(file, ParentResolver.NONE)).isEmpty();
    assertThat(Arrays.equals(file.toByteArray(), before)).isTrue();
  }

  @Test
  void footersAndChecksumsAreRepaired() throws IOException {
    int[] all = {1, 0, 3, 4, 0};
    MemoryDevice file = threeBlocks();
    write(file, file.size() - 512, (byte) 0);
    expectRepaired(file, all, VhdFinding.Kind.FOOTER);
    file = threeBlocks();
    write(file, 3, (byte) 0);
    expectRepaired(file, all, VhdFinding.Kind.FOOTER_COPY);
    file = threeBlocks();
    write(file, 0x200 + 0x25, (byte) 1);
    expectRepaired(file, all, VhdFinding.Kind.CHECKSUM);
    file = threeBlocks();
    write(file, 0x41, (byte) 1);
    write(file, file.size() - 512 + 0x41, (byte) 1);
    expectRepaired(file, all, VhdFinding.Kind.CHECKSUM);
  }

  @Test
  void blocksInWrongPlacesAreRepaired() throws IOException {
    MemoryDevice file = threeBlocks();
    byte[] entry = new byte[4];
    BigEndian.put32(entry, 0, 0x0100_0000);
    write(file, 0x600 + 4 * 2, entry);
    expectRepaired(
        file, new int[] {1, 0, 0, 4, 0}, VhdFinding.Kind.BLOCK_OUTSIDE, VhdFinding.Kind.LEAK);
    file = threeBlocks();
    BigEndian.put32(entry, 0, 2);
    write(file, 0x600, entry);
    expectRepaired(
        file,
        new int[] {0, 0, 3, 4, 0},
        VhdFinding.Kind.BLOCK_OVER_STRUCTURE,
        VhdFinding.Kind.LEAK);
    // The file ends within the last block, and its footer is gone with it.
    file = threeBlocks();
    file.setSize(file.size() - 1000);
    expectRepaired(
        file, new int[] {1, 0, 3, 4, 0}, VhdFinding.Kind.FOOTER, VhdFinding.Kind.BLOCK_CUT_SHORT);
    // Blocks 2 and 3 are the same.
    file = threeBlocks();
    write(file, 0x600 + 4 * 2, file.read(0x600 + 4 * 3, 4));
    expectRepaired(
        file, new int[] {1, 0, 4, 4, 0}, VhdFinding.Kind.BLOCKS_OVERLAP, VhdFinding.Kind.LEAK);
  }

  @Test
  void bitmapThatDeniesDataIsRepaired() throws IOException {
    MemoryDevice file = threeBlocks();
    long bitmap = BigEndian.u32(file.read(0x600, 4), 0) * 512;
    write(file, bitmap + BLOCK / 512 / 16, new byte[BLOCK / 512 / 16]);
    expectRepaired(file, new int[] {0, 0, 3, 4, 0}, VhdFinding.Kind.BITMAP);
    assertThat(file.read(bitmap + 512 + BLOCK / 2, BLOCK / 2)).containsOnly(0);
  }

  @Test
  void leakedBlocksAreReclaimed() throws IOException {
    MemoryDevice file = threeBlocks();
    write(file, 0x600 + 4 * 3, new byte[] {-1, -1, -1, -1});
    long before = file.size();
    expectRepaired(file, new int[] {1, 0, 3, 0, 0}, VhdFinding.Kind.LEAK);
    assertThat(before).isEqualTo(file.size());
  }

  @Test
  void missingParentIsFound() throws IOException {
    MemoryDevice child = MemoryDevice.ofSize("child", 0);
    MemoryDevice base = MemoryDevice.ofSize("base", 0);
    Vhd.createFixed(base, options(4096)).close();
    Vhd.createDifferencing(
            child,
            VhdOptions.of(4096, CHILD, VhdTesting.TIME),
            ParentReference.relative(VhdTesting.ID, Optional.empty(), ".\\base.vhd"),
            VhdTesting.inMemory(base.toByteArray()))
        .close();
    assertThat(VhdMaintenance.check(child, VhdTesting.inMemory(base.toByteArray()))).isEmpty();
    assertThat(VhdMaintenance.check(child, ParentResolver.NONE))
        .extracting(VhdFinding::kind)
        .containsExactly(VhdFinding.Kind.PARENT);
  }
}
