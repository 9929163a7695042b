package io.vhdboot.fat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FatFormatTest {

  private static final long KIB = 1024;

  @TempDir Path folder;

  /** Cluster sizes are those of KB 140365 and of Windows' floppy disks. */
  @ParameterizedTest
  @CsvSource({
    "64, FAT12, 512, 512",
    "360, FAT12, 512, 1024",
    "720, FAT12, 512, 1024",
    "1440, FAT12, 512, 512",
    "2880, FAT12, 512, 1024",
    "4096, FAT12, 512, 1024",
    "16383, FAT12, 512, 8192",
    "8192, FAT16, 512, 512",
    "32768, FAT16, 512, 512",
    "32769, FAT16, 512, 1024",
    "262144, FAT16, 512, 4096",
    "2000000, FAT16, 512, 32768",
    "2097152, FAT16, 512, 65536",
    "131072, FAT32, 512, 1024",
    "40960, FAT32, 512, 512",
    "102400, FAT32, 512, 1024",
    "266240, FAT32, 512, 4096",
    "307200, FAT32, 4096, 4096",
    "33554432, FAT32, 512, 32768",
    "34816, FAT16, 4096, 4096",
  })
  void volumeIsAsWindowsWouldMakeItAndPassesFsck(
      long kibibytes, FatType type, int bytesPerSector, int clusterSize) throws IOException {
    Path image = folder.resolve("volume");
    try (FileDevice device = FileDevice.create(image, kibibytes * KIB)) {
      FatFormat.format(
          device,
          FatFormatOptions.ofSize(kibibytes * KIB)
              .type(type)
              .bytesPerSector(bytesPerSector)
              .label("Stick")
              .serial(0x1234ABCD)
              .hiddenSectors(2048)
              .time(FatTime.of(Instant.parse("2026-11-01T12:00:00Z")))
              .build());
      FatVolume volume = FatVolume.open(device);
      assertThat(volume.type()).isEqualTo(type);
      assertThat(volume.clusterSize()).isEqualTo(clusterSize);
      assertThat(volume.label()).isEqualTo("STICK");
      assertThat(volume.serial()).isEqualTo(0x1234ABCD);
      assertThat(volume.hiddenSectors()).isEqualTo(2048);
      assertThat(volume.isDirty()).isFalse();
      assertThat(volume.root().list()).isEmpty();
      assertThat(volume.countFreeClusters())
          .isEqualTo(volume.clusterCount() - (type == FatType.FAT32 ? 1 : 0));
    }
    FatJudges.check(image);
    if (bytesPerSector == 512) {
      String info = ExternalTool.named("minfo").output("-i", image, "::");
      assertThat(info)
          .contains("sector size: 512 bytes")
          .contains("cluster size: " + clusterSize / 512 + " sectors")
          .containsIgnoringCase("serial number: 1234ABCD");
    }
  }

  @Test
  void sleuthkitKnowsTheTypes() throws IOException {
    for (FatType type : FatType.values()) {
      Path image = folder.resolve(type.toString());
      long size = (type == FatType.FAT12 ? 2 : type == FatType.FAT16 ? 64 : 128) << 20;
      try (FileDevice device = FileDevice.create(image, size)) {
        FatFormat.format(device, FatFormatOptions.ofSize(size).type(type).build());
      }
      assertThat(ExternalTool.named("fsstat").output(image)).contains("File System Type: " + type);
    }
  }

  @Test
  void whatStoodThereBeforeIsGone() throws IOException {
    byte[] bytes = new byte[4 << 20];
    Arrays.fill(bytes, (byte) 0xA5);
    MemoryDevice device = MemoryDevice.wrap("old", bytes);
    FatFormat.format(device, FatFormatOptions.ofSize(bytes.length).build());

    FatVolume volume = FatVolume.open(device);
    assertThat(volume.root().list()).isEmpty();
    assertThat(volume.label()).isEmpty();
    assertThat(volume.countFreeClusters()).isEqualTo(volume.clusterCount());
  }

  @ParameterizedTest
  @CsvSource({"32, FAT32", "8192, FAT12", "4096, FAT16"})
  void volumeThatCannotBeIsRefused(int mebibytes, FatType type) {
    FatFormatOptions options =
        FatFormatOptions.ofSize((long) mebibytes << 20).type(type).clusterSize(1024).build();
    assertThatThrownBy(() -> FatFormat.clusterCount(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("clusters, but " + type + " has");
  }

  @Test
  void labelThatCannotBeIsRefused() {
    assertThatThrownBy(() -> FatFormatOptions.ofSize(1 << 20).label("TWELVE CHARS"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> FatFormatOptions.ofSize(1 << 20).label("A/B"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void sameOptionsGiveTheSameBytes() throws IOException {
    FatFormatOptions options = FatFormatOptions.ofSize(8 << 20).label("X").build();
    MemoryDevice first = MemoryDevice.ofSize("first", 8 << 20);
    MemoryDevice second = MemoryDevice.ofSize("second", 8 << 20);
    FatFormat.format(first, options);
    FatFormat.format(second, options);
    assertThat(first.toByteArray()).isEqualTo(second.toByteArray());
  }
}
