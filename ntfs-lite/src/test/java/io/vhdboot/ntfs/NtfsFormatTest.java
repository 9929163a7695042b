package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NtfsFormatTest {

  static final long TIME = 132_514_272_000_000_000L;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "512, 512, 1024, 10",
    "512, 1024, 1024, 20",
    "512, 2048, 1024, 20",
    "512, 4096, 1024, 300",
    "512, 4096, 4096, 20",
    "512, 8192, 1024, 20",
    "512, 65536, 1024, 50",
    "512, 2097152, 1024, 200",
    "4096, 4096, 4096, 20",
    "4096, 65536, 4096, 50",
  })
  void checkersFindNothingInAnEmptyVolume(int sector, int cluster, int record, int mebibytes)
      throws IOException {
    Path image = folder.resolve("v.img");
    try (FileDevice device = FileDevice.create(image, (long) mebibytes << 20)) {
      NtfsFormat.format(
          device,
          NtfsFormatOptions.ofSize(device.size())
              .bytesPerSector(sector)
              .clusterSize(cluster)
              .recordSize(record)
              .label("Empty volume")
              .time(TIME)
              .build());
    }
    Judges.check(image);
  }

  @ParameterizedTest
  @CsvSource({"4096, 64", "65536, 64", "2097152, 128"})
  void everyProgramReadsAndWritesAnEmptyVolume(int cluster, int mebibytes) throws IOException {
    Path image = folder.resolve("v.img");
    try (FileDevice device = FileDevice.create(image, (long) mebibytes << 20)) {
      NtfsFormat.format(
          device, NtfsFormatOptions.ofSize(device.size()).clusterSize(cluster).time(TIME).build());
    }
    Judges.verify(image);
  }

  @Test
  void whatTheDeviceHeldDoesNotShow() throws IOException {
    NtfsFormatOptions options = NtfsFormatOptions.ofSize(16 << 20).time(TIME).build();
    MemoryDevice clean = MemoryDevice.ofSize("clean", 16 << 20);
    byte[] ones = new byte[16 << 20];
    Arrays.fill(ones, (byte) 0xA5);
    MemoryDevice used = MemoryDevice.wrap("used", ones);
    NtfsFormat.format(clean, options);
    NtfsFormat.format(used, options);
    long end = 0;
    for (VolumeRange range : NtfsImageBuilder.create(options).plan().usedRanges()) {
      assertThat(used.read(range.position(), (int) range.length()))
          .isEqualTo(clean.read(range.position(), (int) range.length()));
      end = range.end();
    }
    assertThat(end).isEqualTo(16 << 20);
  }

  @Test
  void deviceTooSmallIsRefusedWithBothFigures() throws IOException {
    NtfsFormatOptions options = NtfsFormatOptions.ofSize(1 << 19).time(TIME).build();
    long least = NtfsImageBuilder.create(options).minimumVolumeSize();
    assertThatThrownBy(() -> NtfsFormat.format(MemoryDevice.ofSize("m", 1 << 19), options))
        .isInstanceOf(NoSpaceException.class)
        .hasMessage("the volume needs " + least + " bytes but has 524288");
    MemoryDevice device = MemoryDevice.ofSize("m", (int) least);
    NtfsFormat.format(device, options);
    assertThatThrownBy(() -> NtfsImageBuilder.create(options).plan(least - 512))
        .isInstanceOf(NoSpaceException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 15})
  void volumesThatEndWithinAClusterAreSound(int sectors) throws IOException {
    NtfsFormatOptions options =
        NtfsFormatOptions.ofSize(NtfsFormatOptions.LEAST_SIZE).time(TIME).build();
    NtfsImageBuilder builder = NtfsImageBuilder.create(options);
    assertThat(builder.plan().freeClusters()).isZero();
    NtfsLayout layout = builder.plan(builder.minimumVolumeSize() + 512L * sectors);
    assertThat(layout.freeClusters()).isEqualTo(sectors / 8);
    Path image = folder.resolve("v.img");
    try (FileDevice device = FileDevice.create(image, layout.volumeSize())) {
      layout.writer(device, true).finish();
    }
    Judges.check(image);
  }
}
