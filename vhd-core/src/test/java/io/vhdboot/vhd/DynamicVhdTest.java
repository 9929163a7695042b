package io.vhdboot.vhd;

import static io.vhdboot.vhd.VhdTesting.options;
import static io.vhdboot.vhd.VhdTesting.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DeviceBoundsException;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DynamicVhdTest {

  private static final int BLOCK = VhdOptions.MIN_BLOCK_SIZE;
  private static final VhdOptions FIVE_BLOCKS = options(5L * BLOCK - 1024).withBlockSize(BLOCK);

  private final MemoryDevice file = MemoryDevice.ofSize("x.vhd", 0);

  private int firstBlockPosition() throws IOException {
    try (Vhd vhd = Vhd.open(file, true)) {
      BlockAllocationTable table =
          BlockAllocationTable.read(file, DynamicHeader.of(FIVE_BLOCKS), vhd.blockCount());
      return (int) table.positionOf(0);
    }
  }

  @Test
  void newDiskReadsAsZerosAndTakesNoRoom() throws IOException {
    try (Vhd vhd = Vhd.createDynamic(file, FIVE_BLOCKS)) {
      assertThat(vhd.size()).isEqualTo(5L * BLOCK - 1024);
      assertThat(vhd.read(0, (int) vhd.size())).containsOnly(0);
      assertThat(vhd.blockCount()).isEqualTo(5);
      assertThat(vhd.presentBlockCount()).isZero();
      assertThat(vhd.name()).isEqualTo("x.vhd[disk]");
    }
    assertThat(file.size()).isEqualTo(512 + 1024 + 512 + 512);
  }

  @Test
  void writeAddsOnlyTheBlocksItTouches() throws IOException {
    try (Vhd vhd = Vhd.createDynamic(file, FIVE_BLOCKS)) {
      write(vhd, 2L * BLOCK - 1, (byte) 1, (byte) 2);
      assertThat(vhd.presentBlockCount()).isEqualTo(2);
      assertThat(vhd.read(2L * BLOCK - 2, 4)).containsExactly(0, 1, 2, 0);
    }
    try (Vhd vhd = Vhd.open(file, true)) {
      assertThat(vhd.presentBlockCount()).isEqualTo(2);
      assertThat(vhd.read(2L * BLOCK - 2, 4)).containsExactly(0, 1, 2, 0);
      assertThat(vhd.map(0)).isEqualTo(new MappedExtent(0, BLOCK, MappedExtent.Kind.ZERO));
      assertThat(vhd.map(BLOCK + 1))
          .isEqualTo(new MappedExtent(BLOCK + 1, BLOCK - 1, MappedExtent.Kind.DATA));
      assertThat(vhd.map(3L * BLOCK))
          .isEqualTo(new MappedExtent(3L * BLOCK, 2L * BLOCK - 1024, MappedExtent.Kind.ZERO));
    }
  }

  @Test
  void zeroLeavesAbsentBlocksOut() throws IOException {
    try (Vhd vhd = Vhd.createDynamic(file, FIVE_BLOCKS)) {
      write(vhd, BLOCK, new byte[] {1, 2, 3, 4});
      vhd.zero(0, BLOCK + 2);
      vhd.zero(3L * BLOCK, BLOCK);
      assertThat(vhd.presentBlockCount()).isEqualTo(1);
      assertThat(vhd.read(BLOCK - 1, 6)).containsExactly(0, 0, 0, 3, 4, 0);
    }
  }

  @Test
  void rangesPastTheEndAddNothing() throws IOException {
    try (Vhd vhd = Vhd.createDynamic(file, FIVE_BLOCKS)) {
      assertThatThrownBy(() -> write(vhd, vhd.size() - 1, new byte[2]))
          .isInstanceOf(DeviceBoundsException.class);
      assertThatThrownBy(() -> vhd.read(-1, 1)).isInstanceOf(DeviceBoundsException.class);
      assertThatThrownBy(() -> vhd.zero(1, vhd.size())).isInstanceOf(DeviceBoundsException.class);
      vhd.write(vhd.size(), ByteBuffer.allocate(0));
      assertThat(vhd.presentBlockCount()).isZero();
    }
  }

  @Test
  void readOnlyDiskRefusesWritesAndLeavesTheFileAlone() throws IOException {
    Vhd.createDynamic(file, FIVE_BLOCKS).close();
    byte[] before = file.toByteArray();
    try (Vhd vhd = Vhd.open(file, true)) {
      assertThat(vhd.isReadOnly()).isTrue();
      assertThatThrownBy(() -> write(vhd, 0, (byte) 1))
          .isInstanceOf(ReadOnlyFileSystemException.class);
      assertThatThrownBy(() -> vhd.zero(0, 1)).isInstanceOf(ReadOnlyFileSystemException.class);
      vhd.flush();
    }
    assertThat(file.toByteArray()).isEqualTo(before);
  }

  @Test
  void fileThatCannotGrowTakesWritesToPresentBlocksOnly() throws IOException {
    try (Vhd vhd = Vhd.createDynamic(file, FIVE_BLOCKS)) {
      write(vhd, 0, (byte) 1);
    }
    BlockDevice rigid = file.slice(0, file.size());
    try (Vhd vhd = Vhd.open(rigid, false)) {
      write(vhd, 1, (byte) 2);
      assertThatThrownBy(() -> write(vhd, BLOCK, (byte) 3))
          .isInstanceOf(NoSpaceException.class)
          .hasMessageContaining("which cannot grow");
    }
    try (Vhd vhd = Vhd.open(file, true)) {
      assertThat(vhd.read(0, 3)).containsExactly(1, 2, 0);
      assertThat(vhd.presentBlockCount()).isEqualTo(1);
    }
  }

  @Test
  void roomThatIsThereIsUsedAndCleared() throws IOException {
    Vhd.createDynamic(file, FIVE_BLOCKS).close();
    byte[] bytes = file.toByteArray();
    byte[] roomy = Arrays.copyOf(bytes, 3 * BLOCK);
    Arrays.fill(roomy, bytes.length - 512, roomy.length, (byte) 0x5A);
    System.arraycopy(bytes, bytes.length - 512, roomy, roomy.length - 512, 512);
    BlockDevice rigid = MemoryDevice.wrap("room", roomy).slice(0, roomy.length);
    try (Vhd vhd = Vhd.open(rigid, false)) {
      write(vhd, 100, (byte) 1);
    }
    try (Vhd vhd = Vhd.open(rigid, true)) {
      byte[] block = vhd.read(0, BLOCK);
      assertThat(block[100]).isEqualTo((byte) 1);
      block[100] = 0;
      assertThat(block).containsOnly(0);
      assertThat(vhd.findings()).isEmpty();
    }
  }

  @Test
  void missingFooterIsRescuedFromItsCopyAndPutBackByTheFirstWrite() throws IOException {
    try (Vhd vhd = Vhd.createDynamic(file, FIVE_BLOCKS)) {
      write(vhd, 0, (byte) 1);
    }
    long size = file.size();
    for (long change : new long[] {-512, -511, -2, 1, 513, 9000}) {
      file.setSize(size + change);
      byte[] before = file.toByteArray();
      try (Vhd vhd = Vhd.open(file, false)) {
        assertThat(vhd.findings())
            .containsExactly("the footer at the end is missing or damaged; its copy was used");
        assertThat(vhd.read(0, 1)).containsExactly(1);
        assertThat(file.toByteArray()).isEqualTo(before);
        write(vhd, 0, (byte) 1);
      }
      assertThat(file.size()).isEqualTo(Math.max(size, (size + change + 511) / 512 * 512));
      try (Vhd vhd = Vhd.open(file, true)) {
        assertThat(vhd.findings()).isEmpty();
      }
      file.setSize(size);
    }
  }

  @Test
  void footerOf511BytesIsRead() throws IOException {
    MemoryDevice fixed = MemoryDevice.ofSize("old.vhd", 0);
    Vhd.createFixed(fixed, options(1 << 20)).close();
    fixed.setSize(fixed.size() - 1);
    try (Vhd vhd = Vhd.open(fixed, true)) {
      assertThat(vhd.size()).isEqualTo(1 << 20);
      assertThat(vhd.findings()).isEmpty();
    }
    try (Vhd vhd = Vhd.createDynamic(file, FIVE_BLOCKS)) {
      write(vhd, 0, (byte) 1);
    }
    file.setSize(file.size() - 1);
    try (Vhd vhd = Vhd.open(file, false)) {
      // Its copy would do, but the 511 bytes are sound.
      assertThat(FooterSearch.in(file).end()).isEqualTo(file.size() - 511);
      write(vhd, BLOCK, (byte) 2);
    }
    try (Vhd vhd = Vhd.open(file, true)) {
      assertThat(vhd.read(0, 1)).containsExactly(1);
      assertThat(vhd.read(BLOCK, 1)).containsExactly(2);
      assertThat(file.size() % 4096).isEqualTo(512);
    }
  }

  @Test
  void sectorsNeverWrittenReadAsZerosWhateverIsThere() throws IOException {
    try (Vhd vhd = Vhd.createDynamic(file, FIVE_BLOCKS)) {
      byte[] ones = new byte[BLOCK];
      Arrays.fill(ones, (byte) 1);
      vhd.write(0, ByteBuffer.wrap(ones));
    }
    // Sectors 2, 3 and 9 only.
    byte[] bitmap = new byte[512];
    bitmap[0] = 0x30;
    bitmap[1] = 0x40;
    file.write(firstBlockPosition(), ByteBuffer.wrap(bitmap));
    byte[] expected = new byte[BLOCK];
    Arrays.fill(expected, 1024, 2048, (byte) 1);
    Arrays.fill(expected, 9 * 512, 10 * 512, (byte) 1);
    try (Vhd vhd = Vhd.open(file, false)) {
      assertThat(vhd.read(0, BLOCK)).isEqualTo(expected);
      assertThat(vhd.read(1023, 2)).containsExactly(0, 1);
      assertThat(vhd.map(0)).isEqualTo(new MappedExtent(0, 1024, MappedExtent.Kind.ZERO));
      assertThat(vhd.map(1024)).isEqualTo(new MappedExtent(1024, 1024, MappedExtent.Kind.DATA));
      assertThat(vhd.map(10 * 512).end()).isEqualTo(BLOCK);
      write(vhd, 10, (byte) 7);
      expected[10] = 7;
      assertThat(vhd.read(0, BLOCK)).isEqualTo(expected);
    }
    try (Vhd vhd = Vhd.open(file, true)) {
      assertThat(vhd.read(0, BLOCK)).isEqualTo(expected);
    }
    // Also for whoever does not look at bitmaps.
    assertThat(file.read(firstBlockPosition() + 512, BLOCK)).isEqualTo(expected);
  }

  @Test
  void blockOverTheHeaderOrAnotherBlockIsFound() throws IOException {
    try (Vhd vhd = Vhd.createDynamic(file, FIVE_BLOCKS)) {
      write(vhd, 0, new byte[2 * BLOCK]);
    }
    byte[] good = file.toByteArray();
    byte[] overHeader = good.clone();
    overHeader[0x600 + 2] = 0;
    overHeader[0x600 + 3] = 1;
    assertThatThrownBy(() -> Vhd.open(MemoryDevice.wrap("x", overHeader), true))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("block 0 is here, over the file's own structures");
    byte[] twice = good.clone();
    System.arraycopy(good, 0x600, twice, 0x604, 4);
    Vhd.open(MemoryDevice.wrap("x", twice), true).close();
    assertThatThrownBy(() -> Vhd.open(MemoryDevice.wrap("x", twice), false))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("two blocks overlap here");
    byte[] outside = good.clone();
    outside[0x600] = 0x10;
    assertThatThrownBy(() -> Vhd.open(MemoryDevice.wrap("x", outside), true))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("outside the file's");
  }

  @Test
  void tableThatTheFileCannotHoldIsRefused() throws IOException {
    VhdOptions huge = options(VhdOptions.MAX_DISK_SIZE).withBlockSize(BLOCK);
    byte[] bytes = new byte[4096];
    byte[] footer = VhdFooter.of(huge, VhdType.DYNAMIC).toBytes();
    System.arraycopy(footer, 0, bytes, 0, 512);
    System.arraycopy(footer, 0, bytes, 3584, 512);
    System.arraycopy(DynamicHeader.of(huge).toBytes(), 0, bytes, 512, 1024);
    assertThatThrownBy(() -> Vhd.open(MemoryDevice.wrap("x.vhd", bytes), true))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessage(
            "x.vhd: a table of 16711680 bytes does not fit in a file of 4096 bytes: cut short?"
                + " (at byte 0x600)");
  }

  @Test
  void wrongHeaderChecksumOpensForReadingOnly() throws IOException {
    Vhd.createDynamic(file, FIVE_BLOCKS).close();
    write(file, 512 + 0x24, (byte) 0);
    try (Vhd vhd = Vhd.open(file, true)) {
      assertThat(vhd.findings()).containsExactly("the header's checksum is wrong");
    }
    assertThatThrownBy(() -> Vhd.open(file, false)).isInstanceOf(CorruptFormatException.class);
  }

  @Test
  void bothFootersDamagedIsCorrupt() throws IOException {
    Vhd.createDynamic(file, FIVE_BLOCKS).close();
    write(file, 0x60, (byte) 1);
    write(file, file.size() - 2, (byte) 1);
    assertThatThrownBy(() -> Vhd.open(file, true))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("there is no sound copy of it");
    assertThat(Vhd.isVhd(file)).isTrue();
    assertThatThrownBy(() -> Vhd.identify(file)).isInstanceOf(CorruptFormatException.class);
  }

  @Test
  void anythingElseIsNoVhd() throws IOException {
    for (int size : new int[] {0, 1, 511, 512, 4096}) {
      MemoryDevice blank = MemoryDevice.ofSize("blank", size);
      assertThat(Vhd.isVhd(blank)).isFalse();
      assertThat(Vhd.identify(blank)).isEmpty();
      assertThatThrownBy(() -> Vhd.open(blank, true))
          .isInstanceOf(CorruptFormatException.class)
          .hasMessageContaining("blank: no VHD");
    }
  }

  @Test
  void fixedVhdCutShortIsCorrupt() throws IOException {
    MemoryDevice fixed = MemoryDevice.ofSize("fixed.vhd", 0);
    Vhd.createFixed(fixed, options(1 << 20)).close();
    byte[] bytes = fixed.toByteArray();
    byte[] cut = Arrays.copyOfRange(bytes, 4096, bytes.length);
    assertThatThrownBy(() -> Vhd.open(MemoryDevice.wrap("cut", cut), true))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("the footer says 1048576 bytes are before it, but there are 1044480");
  }

  @Test
  void existingFileIsNotOverwrittenAndAFailedOneNotLeft(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("x.vhd");
    Vhd.createDynamic(path, FIVE_BLOCKS).close();
    assertThatThrownBy(() -> Vhd.createFixed(path, FIVE_BLOCKS))
        .isInstanceOf(FileAlreadyExistsException.class);
    try (Vhd vhd = Vhd.open(path, false)) {
      write(vhd, 5L * BLOCK - 1025, (byte) 9);
    }
    try (Vhd vhd = Vhd.open(path, true)) {
      assertThat(vhd.read(vhd.size() - 1, 1)).containsExactly(9);
    }
    assertThat(Files.size(path)).isEqualTo(4096 + BLOCK + 512);
  }
}
