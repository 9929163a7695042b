package io.vhdboot.vhdx;

import static io.vhdboot.vhdx.VhdxTesting.IDS;
import static io.vhdboot.vhdx.VhdxTesting.MIB;
import static io.vhdboot.vhdx.VhdxTesting.bytes;
import static io.vhdboot.vhdx.VhdxTesting.options;
import static io.vhdboot.vhdx.VhdxTesting.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VhdxLayoutTest {

  @TempDir Path folder;

  private static BitSet blocks(int... numbers) {
    BitSet set = new BitSet();
    Arrays.stream(numbers).forEach(set::set);
    return set;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 32})
  void bulkWrittenVhdxIsReadByOthers(int blockMib) throws IOException {
    SplittableRandom random = Seed.random("bulkWrittenVhdxIsReadByOthers");
    int blockSize = blockMib * MIB;
    VhdxOptions options = options(5L * blockSize + 512).withBlockSize(blockSize);
    VhdxLayout layout = VhdxLayout.dynamic(options, blocks(0, 2, 3, 5));
    assertThat(layout.fileSize()).isEqualTo(4L * MIB + 4L * blockSize);
    Path file = folder.resolve("bulk.vhdx");
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
        assertThatThrownBy(() -> write(disk, 5L * blockSize - 1, (byte) 1, (byte) 2))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("block 4 is absent");
        // Nobody takes it for complete before it is.
        assertThatThrownBy(() -> Vhdx.open(target, VhdxAccess.readOnly()))
            .isInstanceOf(DiskFormatException.class);
      }
    }
    VhdxTesting.expectQemuReads(file, raw);
    if (blockSize <= 2 << 20) {
      VhdxTesting.expectLibvhdiReads(file, raw, folder);
    }
    try (Vhdx vhdx = Vhdx.open(file, VhdxAccess.writing(IDS))) {
      assertThat(vhdx.presentBlockCount()).isEqualTo(4);
      Path again = VhdxTesting.rawCopy(vhdx, folder.resolve("again"));
      assertThat(Files.mismatch(again, raw)).isEqualTo(-1);
    }
  }

  @Test
  void positionsAreThoseOfTheTable() throws IOException {
    SplittableRandom random = Seed.random("positionsAreThoseOfTheTable");
    // More than a chunk, so that sector bitmaps' entries lie between.
    VhdxOptions options = options(9000L * MIB);
    BitSet present = new BitSet();
    for (int i = 0; i < 200; i++) {
      present.set(random.nextInt(9000));
    }
    present.set(4095, 4098);
    VhdxLayout layout = VhdxLayout.dynamic(options, present);
    Path file = folder.resolve("x.vhdx");
    try (FileDevice target = FileDevice.create(file, layout.fileSize())) {
      layout.create(target).close();
      Vhdx vhdx = Vhdx.open(target, VhdxAccess.readOnly());
      assertThat(vhdx.presentBlockCount()).isEqualTo(present.cardinality());
      for (int block = 0; block < 9000; block++) {
        long entry = vhdx.structures().table().get(vhdx.structures().format().indexOf(block));
        long position = layout.filePositionOf((long) block * MIB + 77);
        assertThat(position).isEqualTo(present.get(block) ? BatEntry.position(entry) + 77 : -1);
        assertThat(vhdx.map((long) block * MIB).kind())
            .isEqualTo(present.get(block) ? MappedExtent.Kind.DATA : MappedExtent.Kind.ZERO);
      }
      assertThat(vhdx.structures().table().count()).isEqualTo(9002);
    }
  }

  @Test
  void sameInputGivesTheSameBytes() throws IOException {
    VhdxOptions options = options(3L * MIB);
    byte[][] files = new byte[2][];
    for (int i = 0; i < 2; i++) {
      VhdxLayout layout = VhdxLayout.fixed(options);
      MemoryDevice target = MemoryDevice.ofSize("x", (int) layout.fileSize());
      try (BlockDevice disk = layout.createOver(target)) {
        write(disk, 5, (byte) 1);
      }
      files[i] = target.toByteArray();
    }
    assertThat(files[0]).isEqualTo(files[1]);
  }

  @Test
  void badRequestsAreRefused() {
    assertThatThrownBy(() -> VhdxLayout.dynamic(options(3L * MIB), blocks(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("presentBlocks (3) must be less than the disk's 3 blocks");
    assertThatThrownBy(() -> options(VhdxOptions.MAX_DISK_SIZE + 512))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options(MIB).withBlockSize(3 * MIB))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options(512).withSectorSizes(4096, 4096))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
