package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds an empty volume against those that Windows formatted. */
class WindowsPlacementTest {

  private static final int PARTITION = 128 * 512;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"512.boot", "4k.boot", "64k.boot", "128k.boot", "4kn.boot"})
  void bootSectorIsTheOneWindowsWrites(String file) throws IOException {
    byte[] real = Files.readAllBytes(SharedData.data("ntfs/" + file));
    assertSameFields(NtfsBootSector.get(real, file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ntfs-2m.raw.gz", "ntfs-lastaccess.raw.gz", "ntfs-si-vs-fn.raw.gz"})
  void bootSectorOfRealVolumeIsTheOneWindowsWrites(String file) throws IOException {
    try (InputStream in =
        new GZIPInputStream(Files.newInputStream(SharedData.data("ntfs/" + file)))) {
      in.skipNBytes(PARTITION);
      assertSameFields(NtfsBootSector.get(in.readNBytes(512), file));
    }
  }

  /** All that follows from size, sectors and clusters; the rest is the caller's. */
  private static void assertSameFields(NtfsBootSector real) throws IOException {
    long size = (real.totalSectors() + 1) * real.bytesPerSector();
    NtfsFormatOptions options =
        NtfsFormatOptions.ofSize(size)
            .bytesPerSector(real.bytesPerSector())
            .clusterSize(real.clusterSize())
            .hiddenSectors(real.hiddenSectors())
            .serial(real.serial())
            .placedAsWindowsDoes(true)
            .build();
    NtfsImageBuilder builder = NtfsImageBuilder.create(options);
    NtfsLayout layout = builder.plan();
    assertThat(
            new NtfsBootSector(
                options.bytesPerSector(),
                options.clusterSize(),
                options.hiddenSectors(),
                layout.totalSectors(),
                layout.placement().lcn(builder.system().mft),
                layout.placement().lcn(builder.system().mftMirror),
                options.recordSize(),
                IndexBlock.DEFAULT_SIZE,
                options.serial()))
        .isEqualTo(real);
  }

  @ParameterizedTest
  @CsvSource({
    "512, 512, 20",
    "512, 4096, 29",
    "512, 4096, 1024",
    "512, 65536, 300",
    "4096, 4096, 64"
  })
  void checkersFindNothing(int sector, int cluster, int mebibytes) throws IOException {
    Path image = folder.resolve("v.img");
    try (FileDevice device = FileDevice.create(image, (long) mebibytes << 20)) {
      NtfsFormat.format(device, options(sector, cluster, device.size()));
      NtfsVolume volume = NtfsVolume.open(device);
      NtfsExtent table = volume.file(0).stream("").extents().get(0);
      assertThat(table.lcn()).isEqualTo(volume.clusterCount() / 3);
    }
    Judges.check(image);
  }

  @Test
  void everyProgramReadsAndWritesSuchVolume() throws IOException {
    Path image = folder.resolve("v.img");
    try (FileDevice device = FileDevice.create(image, 100 << 20)) {
      NtfsFormat.format(device, options(512, 4096, device.size()));
    }
    Judges.verify(image);
  }

  @Test
  void volumeWithoutRoomForItIsMadeAsAnyOther() throws IOException {
    long size =
        NtfsImageBuilder.create(options(512, 4096, NtfsFormatOptions.LEAST_SIZE))
            .minimumVolumeSize();
    MemoryDevice as = MemoryDevice.ofSize("m", (int) size);
    NtfsFormat.format(as, options(512, 4096, size));
    MemoryDevice plain = MemoryDevice.ofSize("m", (int) size);
    NtfsFormat.format(
        plain, NtfsFormatOptions.ofSize(size).clusterSize(4096).time(NtfsFormatTest.TIME).build());
    assertThat(Arrays.mismatch(as.toByteArray(), plain.toByteArray())).isEqualTo(-1);
  }

  @Test
  void contentAndRangesKnowOfTheGap() throws IOException {
    NtfsImageBuilder builder = NtfsImageBuilder.create(options(512, 4096, 64 << 20));
    NodeHandle file =
        builder.addFile(builder.root(), "f", FileMetadata.of(NtfsFormatTest.TIME, 0, 0));
    builder.addStream(file, "", 10 << 20, 0);
    NtfsLayout layout = builder.plan();
    assertThat(layout.usedRanges()).hasSize(4);
    assertThat(layout.usedRanges().stream().mapToLong(VolumeRange::length).sum())
        .isEqualTo((layout.clusterCount() - layout.freeClusters()) * 4096 + 512);
    // With more content than fits behind $MFT, it lies at the begin.
    builder.addStream(file, "more", 40 << 20, 0);
    assertThat(builder.plan().usedRanges()).hasSizeLessThan(4);
  }

  private static NtfsFormatOptions options(int sector, int cluster, long size) {
    return NtfsFormatOptions.ofSize(size)
        .bytesPerSector(sector)
        .clusterSize(cluster)
        .time(NtfsFormatTest.TIME)
        .placedAsWindowsDoes(true)
        .build();
  }
}
