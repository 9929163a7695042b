package io.vhdboot.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MbrTest {

  private static final Mbr STICK =
      new Mbr(
          new byte[] {(byte) 0xFA, 0x33},
          0xCAFEBABE,
          List.of(MbrEntry.of(true, MbrEntry.TYPE_NTFS, 2048, 30_000_000)));

  @Test
  void readsWhatItWrote() throws IOException {
    MemoryDevice disk = MemoryDevice.ofSize("disk", 512);
    STICK.write(disk);
    assertThat(Mbr.read(disk)).isEqualTo(STICK);
  }

  @Test
  void partitionsAreNumberedByTheirPlaceInTheTable() {
    Mbr mbr = new Mbr(new byte[0], 1, List.of(MbrEntry.NONE, MbrEntry.of(false, 7, 4096, 8192)));
    assertThat(mbr.partitions(512))
        .singleElement()
        .satisfies(
            partition -> {
              assertThat(partition.number()).isEqualTo(2);
              assertThat(partition.offset()).isEqualTo(2 << 20);
              assertThat(partition.length()).isEqualTo(4 << 20);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 1",
    "62, 0, 0, 63",
    "63, 0, 1, 1",
    "2048, 0, 32, 33",
    "16065, 1, 0, 1",
    "16450559, 1023, 254, 63",
    "16450560, 1023, 254, 63",
  })
  void chsCountsIn255HeadsAnd63Sectors(long sector, int cylinder, int head, int inTrack) {
    assertThat(ChsAddress.ofSector(sector)).isEqualTo(new ChsAddress(cylinder, head, inTrack));
  }

  @Test
  void sectorWithoutMarkIsRefused() {
    assertThatThrownBy(() -> Mbr.read(MemoryDevice.ofSize("blank", 512)))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessage("blank: an MBR ends with aa55h, not 0000h (at byte 0x1fe)");
  }

  @Test
  void diskShorterThanASectorIsRefused() {
    assertThatThrownBy(() -> Mbr.read(MemoryDevice.ofSize("short", 511)))
        .isInstanceOf(DeviceBoundsException.class);
  }

  @Test
  void oddStatusIsRefused() {
    byte[] bytes = STICK.toBytes();
    bytes[0x1BE] = 0x07;
    assertThatThrownBy(() -> Mbr.read(MemoryDevice.wrap("odd", bytes)))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("not 07h");
  }

  @Test
  void sfdiskReadsTheSamePartition(@TempDir Path folder) throws IOException {
    Path image = folder.resolve("stick.img");
    try (FileDevice disk = FileDevice.create(image, (2048L + 30_000_000) * 512)) {
      STICK.write(disk);
    }
    assertThat(ExternalTool.named("sfdisk").output("--dump", image))
        .contains("label-id: 0xcafebabe")
        .containsPattern("start= *2048, size= *30000000, type=7, bootable");
    assertThat(ExternalTool.named("sfdisk").output("--verify", image)).contains("No errors");
  }

  @ParameterizedTest
  @CsvSource({"ntfs/mbr-512-p0.bin, 0", "ntfs/mbr-512-p1.bin, 1", "ntfs/mbr-512-p4.bin, 4"})
  void readsRealTables(String file, int count) throws IOException {
    try (FileDevice disk = FileDevice.openReadOnly(SharedData.data(file))) {
      assertThat(Mbr.read(disk).partitions(512)).hasSize(count);
    }
  }
}
