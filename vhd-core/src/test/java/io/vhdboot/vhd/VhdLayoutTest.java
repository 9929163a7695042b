package io.vhdboot.vhd;

import static io.vhdboot.vhd.VhdTesting.bytes;
import static io.vhdboot.vhd.VhdTesting.options;
import static io.vhdboot.vhd.VhdTesting.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VhdLayoutTest {

  private static final int SMALL = VhdOptions.MIN_BLOCK_SIZE;

  @TempDir Path folder;

  private static BitSet blocks(int... numbers) {
    BitSet set = new BitSet();
    Arrays.stream(numbers).forEach(set::set);
    return set;
  }

  @ParameterizedTest
  @ValueSource(ints = {512 << 10, 1 << 20, 2 << 20, 4 << 20, 64 << 20})
  void bulkWrittenVhdIsReadByOthers(int blockSize) throws IOException {
    SplittableRandom random = Seed.random("bulkWrittenVhdIsReadByOthers");
    VhdOptions options = options(5L * blockSize + 512).withBlockSize(blockSize);
    DynamicVhdLayout layout = DynamicVhdLayout.of(options, blocks(0, 2, 3, 5));
    Path file = folder.resolve("bulk.vhd");
    Path raw = folder.resolve("raw");
    try (FileDevice target = FileDevice.create(file, layout.fileSize());
        FileDevice model = FileDevice.create(raw, options.diskSize())) {
      try (BlockDevice disk = layout.create(target)) {
        for (long at : new long[] {0, 2L * blockSize, 4L * blockSize - 9000}) {
          byte[] data = bytes(random, 9000);
          write(disk, at, data);
          write(model, at, data);
        }
        // Over a border between two blocks, and the one sector of the last.
        byte[] data = bytes(random, 10_000);
        write(disk, 3L * blockSize - 5000, data);
        write(model, 3L * blockSize - 5000, data);
        write(disk, 5L * blockSize, Arrays.copyOf(data, 512));
        write(model, 5L * blockSize, Arrays.copyOf(data, 512));
        assertThat(disk.read(3L * blockSize - 5000, 10_000)).isEqualTo(data);
        assertThat(disk.read(blockSize - 1000, 2000)).containsOnly(0);
      }
    }
    VhdTesting.expectQemuReads(file, raw);
    // libvhdi takes minutes for larger blocks.
    if (blockSize <= 2 << 20) {
      VhdTesting.expectLibvhdiReads(file, raw, folder);
    }
    try (Vhd vhd = Vhd.open(file, false)) {
      assertThat(vhd.presentBlockCount()).isEqualTo(4);
      Path again = VhdTesting.rawCopy(vhd, folder.resolve("again"));
      assertThat(Files.mismatch(again, raw)).isEqualTo(-1);
    }
  }

  @Test
  void dataBeginsOn4KiBAndBlocksLieInOrder() {
    for (int blockSize = SMALL; blockSize <= VhdOptions.MAX_BLOCK_SIZE; blockSize *= 2) {
      DynamicVhdLayout layout =
          DynamicVhdLayout.of(
              options(200L * blockSize).withBlockSize(blockSize), blocks(3, 4, 17, 199));
      long before = 0;
      for (int block : new int[] {3, 4, 17, 199}) {
        long position = layout.filePositionOf((long) block * blockSize);
        assertThat(position % 4096).isZero();
        assertThat(position).isGreaterThan(before);
        before = position;
      }
      // A block added behind a footer leaves that alone, whatever the bitmap's size.
      assertThat(new BlockFormat(blockSize).bitmapBehind(8192)).isGreaterThanOrEqualTo(8192 + 512);
      assertThat(layout.filePositionOf(5L * blockSize)).isEqualTo(-1);
      assertThat(layout.filePositionOf(4L * blockSize + 77))
          .isEqualTo(layout.filePositionOf(4L * blockSize) + 77);
    }
  }

  @Test
  void fileIsHardlyLargerThanItsBlocks() {
    VhdOptions options = options(15_000L << 20);
    BitSet all = new BitSet();
    all.set(0, options.blockCount());
    long size = DynamicVhdLayout.of(options, all).fileSize();
    assertThat((double) size / options.diskSize()).isBetween(1.0, 1.003);
  }

  /** But for the former footer, which a block added in place leaves in the padding. */
  @Test
  void fileIsTheSameAsAnEditedVhd() throws IOException {
    VhdOptions options = options(10L << 20);
    DynamicVhdLayout layout = DynamicVhdLayout.of(options, blocks(1, 2));
    MemoryDevice bulk = MemoryDevice.ofSize("bulk", (int) layout.fileSize());
    try (BlockDevice disk = layout.create(bulk)) {
      write(disk, (4 << 20) - 1, (byte) 1, (byte) 2);
    }
    MemoryDevice edited = MemoryDevice.ofSize("edited", 0);
    long formerFooter;
    try (Vhd vhd = Vhd.createDynamic(edited, options)) {
      formerFooter = edited.size() - VhdFooter.SIZE;
      write(vhd, (4 << 20) - 1, (byte) 1, (byte) 2);
    }
    edited.zero(formerFooter, VhdFooter.SIZE);
    byte[] expected = bulk.toByteArray();
    byte[] found = edited.toByteArray();
    assertThat(found).hasSameSizeAs(expected);
    assertThat(Arrays.mismatch(found, expected)).isEqualTo(-1);
  }

  @Test
  void writeIntoAnAbsentBlockIsRefusedWhole() throws IOException {
    DynamicVhdLayout layout =
        DynamicVhdLayout.of(options(3L * SMALL).withBlockSize(SMALL), blocks(0, 2));
    MemoryDevice target = MemoryDevice.ofSize("x.vhd", (int) layout.fileSize());
    try (BlockDevice disk = layout.create(target)) {
      byte[] ones = new byte[100];
      Arrays.fill(ones, (byte) 1);
      assertThatThrownBy(() -> write(disk, SMALL - 50, ones))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "position (524288) must be in a block that the layout has: block 1 is absent");
      assertThat(disk.read(SMALL - 50, 100)).containsOnly(0);
      disk.zero(SMALL, SMALL);
      assertThatThrownBy(() -> write(disk, 3L * SMALL - 1, ones))
          .hasMessageContaining("x.vhd[disk]");
    }
  }

  @Test
  void targetOfUnknownContentIsClearedFirst() throws IOException {
    VhdOptions options = options(3L * SMALL).withBlockSize(SMALL);
    DynamicVhdLayout layout = DynamicVhdLayout.of(options, blocks(1));
    byte[] junk = new byte[(int) layout.fileSize()];
    Arrays.fill(junk, (byte) 0x5A);
    MemoryDevice over = MemoryDevice.wrap("over", junk);
    MemoryDevice clean = MemoryDevice.ofSize("clean", junk.length);
    layout.createOver(over).close();
    layout.create(clean).close();
    assertThat(Arrays.mismatch(over.toByteArray(), clean.toByteArray())).isEqualTo(-1);
  }

  @Test
  void targetOfAnotherSizeIsRefused() {
    FixedVhdLayout layout = FixedVhdLayout.of(options(4096));
    assertThatThrownBy(() -> layout.create(MemoryDevice.ofSize("x", 4096)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("target (4096 bytes) must have the layout's 4608 bytes");
    assertThatThrownBy(() -> DynamicVhdLayout.of(options(4096), blocks(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("presentBlocks (1) must be less than the disk's 1 blocks");
  }

  @Test
  void layoutBeyond2TiBOfTheFileIsRefused() {
    VhdOptions options = options(VhdOptions.MAX_DISK_SIZE).withBlockSize(SMALL);
    BitSet all = new BitSet();
    all.set(0, options.blockCount());
    assertThatThrownBy(() -> DynamicVhdLayout.of(options, all))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 TiB");
    VhdOptions usual = options(VhdOptions.MAX_DISK_SIZE);
    all.clear(usual.blockCount(), all.length());
    assertThat(DynamicVhdLayout.of(usual, all).fileSize()).isLessThan(2048L << 30);
  }

  @Test
  void rangesBecomeTheBlocksTheyTouch() {
    BitSet set = new BitSet();
    VhdOptions options = options(10L * SMALL).withBlockSize(SMALL);
    DynamicVhdLayout.addRange(set, options, SMALL - 1, 2);
    DynamicVhdLayout.addRange(set, options, 5L * SMALL, SMALL);
    DynamicVhdLayout.addRange(set, options, 7L * SMALL, 0);
    DynamicVhdLayout.addRange(set, options, 10L * SMALL - 1, 1);
    assertThat(set).isEqualTo(blocks(0, 1, 5, 9));
    assertThatThrownBy(() -> DynamicVhdLayout.addRange(set, options, 10L * SMALL, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void mapTellsRunsOfBlocks() throws IOException {
    DynamicVhdLayout layout =
        DynamicVhdLayout.of(options(5L * SMALL).withBlockSize(SMALL), blocks(2, 3));
    try (BlockDevice disk = layout.create(MemoryDevice.ofSize("x", (int) layout.fileSize()))) {
      assertThat(disk.map(0)).isEqualTo(new MappedExtent(0, 2L * SMALL, MappedExtent.Kind.ZERO));
      assertThat(disk.map(2L * SMALL + 5))
          .isEqualTo(new MappedExtent(2L * SMALL + 5, 2L * SMALL - 5, MappedExtent.Kind.DATA));
      assertThat(disk.map(4L * SMALL))
          .isEqualTo(new MappedExtent(4L * SMALL, SMALL, MappedExtent.Kind.ZERO));
    }
  }

  @Test
  void fixedLayoutIsTheDiskAndItsFooter() throws IOException {
    VhdOptions options = options(3 << 20);
    FixedVhdLayout layout = FixedVhdLayout.of(options);
    Path file = folder.resolve("fixed.vhd");
    Path raw = folder.resolve("raw");
    byte[] data = bytes(Seed.random("fixedLayoutIsTheDiskAndItsFooter"), 3 << 20);
    Files.write(raw, data);
    try (FileDevice target = FileDevice.create(file, layout.fileSize());
        BlockDevice disk = layout.create(target)) {
      assertThat(layout.filePositionOf(12345)).isEqualTo(12345);
      disk.write(0, ByteBuffer.wrap(data));
    }
    VhdTesting.expectQemuReads(file, raw);
    VhdTesting.expectLibvhdiReads(file, raw, folder);
  }
}
