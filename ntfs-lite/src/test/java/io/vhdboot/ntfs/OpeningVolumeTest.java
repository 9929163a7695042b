package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.disk.testing.CountingDevice;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpeningVolumeTest {

  private static final int CLUSTER = 512;

  @TempDir Path folder;

  @Test
  void tellsWhatTheVolumeIs() throws IOException {
    try (FileDevice device =
        FileDevice.openReadOnly(SharedData.unpacked("ntfs/ntfs-2m.raw.gz", folder))) {
      NtfsVolume volume = NtfsVolume.open(device.slice(65536, device.size() - 65536));
      assertThat(volume.label()).isEqualTo("2M");
      assertThat(volume.version()).isEqualTo("3.1");
      assertThat(volume.clusterSize()).isEqualTo(2 << 20);
      assertThat(volume.sectorSize()).isEqualTo(512);
      assertThat(volume.recordSize()).isEqualTo(1024);
      assertThat(volume.hiddenSectors()).isEqualTo(128);
      assertThat(volume.clusterCount()).isEqualTo(510);
      assertThat(volume.countFreeClusters()).isEqualTo(490);
      assertThat(sumOfFreeRuns(volume)).isEqualTo(490L * volume.clusterSize());
      assertThat(volume.isDirty()).isFalse();
      assertThat(volume.logState()).isEqualTo(LogState.CLEAN);
      assertThat(volume.isBackupBootSectorUsed()).isFalse();
      assertThat(NtfsVolume.isPresent(volume.device())).isTrue();
      assertThat(NtfsVolume.isPresent(device)).isFalse();
      assertThat(NtfsVolume.isPresent(MemoryDevice.ofSize("tiny", 511))).isFalse();
    }
  }

  @Test
  void dirtyVolumeOpensAndSaysSo() throws IOException {
    byte[] image = small();
    int flags = find(image, 3, AttributeType.VOLUME_INFORMATION) + 0x18 + 0x0A;
    image[flags] |= VolumeInformation.FLAG_DIRTY;
    NtfsVolume volume = NtfsVolume.open(MemoryDevice.wrap("dirty", image));
    assertThat(volume.isDirty()).isTrue();
    assertThat(volume.root().list()).isNotEmpty();
  }

  @Test
  void volumeOfAnotherVersionIsRefusedByName() throws IOException {
    byte[] image = small();
    image[find(image, 3, AttributeType.VOLUME_INFORMATION) + 0x18 + 0x08] = 1;
    assertThatThrownBy(() -> NtfsVolume.open(MemoryDevice.wrap("old", image)))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessage("old: NTFS 1.1 is not supported, 3.0 and 3.1 are");
  }

  @Test
  void copyOfTheBootSectorServesWhenTheFirstIsGone() throws IOException {
    byte[] image = small();
    Arrays.fill(image, 0, 512, (byte) 0);
    NtfsVolume volume = NtfsVolume.open(MemoryDevice.wrap("headless", image));
    assertThat(volume.isBackupBootSectorUsed()).isTrue();
    assertThat(volume.label()).isEqualTo("mylabel");
    Arrays.fill(image, image.length - 512, image.length, (byte) 0);
    assertThatThrownBy(() -> NtfsVolume.open(MemoryDevice.wrap("headless", image)))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessage("headless: no NTFS boot sector begins here (at byte 0x0)");
  }

  @Test
  void copyOfTheBootSectorServesWhenTheFirstLeadsNowhere() throws IOException {
    byte[] image = small();
    LittleEndian.put64(image, 0x30, 1234);
    LittleEndian.put64(image, 0x38, 1234);
    assertThat(NtfsVolume.open(MemoryDevice.wrap("lost", image)).isBackupBootSectorUsed()).isTrue();
  }

  @Test
  void mirrorServesWhenTheFirstRecordIsTorn() throws IOException {
    byte[] image = small();
    image[record(image, 0) + 510] ^= 1;
    NtfsVolume volume = NtfsVolume.open(MemoryDevice.wrap("torn", image));
    assertThat(volume.label()).isEqualTo("mylabel");
    assertThat(volume.root().list()).isNotEmpty();
    // Only the table itself is found by its mirror; the record stays what it is.
    assertThatThrownBy(() -> volume.file(0)).isInstanceOf(CorruptFormatException.class);
  }

  @Test
  void damageInOneFileDoesNotHideTheOthers() throws IOException {
    byte[] image = small();
    NtfsVolume sound = NtfsVolume.open(MemoryDevice.wrap("sound", image.clone()));
    NtfsDirectoryEntry victim =
        sound.root().list().stream().filter(entry -> !entry.isMetafile()).findFirst().orElseThrow();
    image[(int) position(sound, victim.recordNumber()) + 510] ^= 1;
    NtfsVolume volume = NtfsVolume.open(MemoryDevice.wrap("one bad", image));
    assertThat(volume.root().list()).hasSameSizeAs(sound.root().list());
    assertThatThrownBy(() -> volume.file(victim))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("MFT record " + victim.recordNumber());
  }

  @Test
  void entryThatLeadsToALaterFileIsRefused() throws IOException {
    NtfsVolume volume = NtfsVolume.open(MemoryDevice.wrap("v", small()));
    NtfsDirectoryEntry entry = volume.root().list().get(0);
    NtfsDirectoryEntry stale =
        new NtfsDirectoryEntry(
            entry.name(),
            entry.shortName(),
            FileReference.of(entry.recordNumber(), 777),
            0,
            0,
            0,
            0,
            0,
            0);
    assertThatThrownBy(() -> volume.file(stale))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("wants sequence number 777");
  }

  @Test
  void encryptedStreamIsRefusedByName() throws IOException {
    byte[] image = small();
    NtfsVolume volume = NtfsVolume.open(MemoryDevice.wrap("v", image));
    int data = find(image, 10, AttributeType.DATA);
    LittleEndian.put16(image, data + 0x0C, AttributeHeader.FLAG_ENCRYPTED);
    NtfsStream stream = NtfsVolume.open(MemoryDevice.wrap("efs", image)).file(10).stream("");
    assertThat(stream.isEncrypted()).isTrue();
    assertThat(stream.size()).isEqualTo(UpCaseTable.SIZE);
    assertThatThrownBy(() -> stream.read(0, ByteBuffer.allocate(1)))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("encrypted (EFS)");
    assertThat(volume.file("$upcase").recordNumber()).isEqualTo(10);
  }

  @Test
  void everyFileHereOpensOrIsRefusedByName() throws IOException {
    for (Path file : SharedData.files("ntfs")) {
      if (Files.size(file) < 1 << 20 && !file.toString().endsWith("gz")) {
        MemoryDevice device = MemoryDevice.wrap(file.toString(), Files.readAllBytes(file));
        assertThatThrownBy(() -> NtfsVolume.open(device))
            .isInstanceOf(DiskFormatException.class)
            .hasMessageContaining(file.getFileName().toString());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "4k.boot, 512, 4096, 1024, 4096",
    "4kn.boot, 4096, 4096, 4096, 4096",
    "512.boot, 512, 512, 1024, 4096",
    "64k.boot, 512, 65536, 1024, 4096",
    "128k.boot, 512, 131072, 1024, 4096",
    "nobootcode.boot, 512, 4096, 1024, 4096",
    "volume_start.bin, 512, 4096, 1024, 4096",
    "volume_start_3.bin, 512, 4096, 1024, 4096",
    "volume_start_nosc_2003.bin, 512, 4096, 1024, 4096",
  })
  void bootSectorsOfWindowsAreRead(String file, int sector, int cluster, int record, int index)
      throws IOException {
    byte[] bytes = Files.readAllBytes(SharedData.data("ntfs/" + file));
    NtfsBootSector boot = NtfsBootSector.get(Arrays.copyOf(bytes, 512), file);
    assertThat(boot.bytesPerSector()).isEqualTo(sector);
    assertThat(boot.clusterSize()).isEqualTo(cluster);
    assertThat(boot.recordSize()).isEqualTo(record);
    assertThat(boot.indexBlockSize()).isEqualTo(index);
  }

  @Test
  void recordsOfABareTableAreRead() throws IOException {
    byte[] table = Files.readAllBytes(SharedData.data("ntfs/compressed_sparse.mft"));
    int compressed = 0;
    int sparse = 0;
    for (int at = 0; at < table.length; at += 1024) {
      byte[] record = Arrays.copyOfRange(table, at, at + 1024);
      if (!FileRecord.isPresent(record)) {
        assertThat(record).containsOnly(0);
        continue;
      }
      UpdateSequence.remove(record, 0, record.length, "record");
      for (AttributeHeader header : FileRecord.get(record, "record").attributes(record, "record")) {
        if (header instanceof AttributeHeader.NonResident nonResident) {
          int from = header.position() + nonResident.mappingPairsOffset();
          long clusters = nonResident.highestVcn() - nonResident.lowestVcn() + 1;
          MappingPairs.get(
              record, from, header.position() + header.length(), 1L << 40, clusters, "record");
          assertThat(nonResident.allocatedSize() % 512).isZero();
          assertThat(nonResident.storedSize()).isLessThanOrEqualTo(nonResident.allocatedSize());
          compressed += nonResident.isCompressed() ? 1 : 0;
          sparse += nonResident.isSparse() ? 1 : 0;
        }
      }
    }
    assertThat(compressed).isPositive();
    assertThat(sparse).isPositive();
  }

  @Test
  void openingAndListingTheRootReadsLittleHoweverManyFilesThereAre() throws IOException {
    NtfsImageBuilder builder =
        NtfsImageBuilder.create(
            NtfsFormatOptions.ofSize(NtfsFormatOptions.LEAST_SIZE).serial(1).build());
    FileMetadata metadata = FileMetadata.of(132_000_000_000_000_000L, 0x20, 0);
    NodeHandle parent = builder.root();
    for (int i = 0; i < Seed.cases(1_000_000, 20_000); i++) {
      if (i % 1000 == 0) {
        parent = builder.addDirectory(builder.root(), "folder " + i, metadata);
      }
      builder.addFile(parent, "file " + i, metadata);
    }
    NtfsLayout layout = builder.plan();
    try (FileDevice file = FileDevice.create(folder.resolve("many"), layout.volumeSize())) {
      layout.writer(file, true).finish();
      CountingDevice device = new CountingDevice(file);
      NtfsVolume volume = NtfsVolume.open(device);
      assertThat(volume.root().list()).hasSizeGreaterThan(20);
      assertThat(device.bytesRead()).isLessThan(Seed.isFull() ? 4 << 20 : 128 << 10);
      assertThat(volume.find("folder 19000/FILE 19999")).isPresent();
      assertThat(device.bytesRead()).isLessThan(Seed.isFull() ? 5 << 20 : 512 << 10);
    }
  }

  private byte[] small() throws IOException {
    return Files.readAllBytes(SharedData.unpacked("ntfs/testfs1.gz", folder));
  }

  private static int record(byte[] image, long number) throws IOException {
    return (int) position(NtfsVolume.open(MemoryDevice.wrap("v", image.clone())), number);
  }

  /** Where a record begins on the device. */
  private static long position(NtfsVolume volume, long number) throws IOException {
    long vcn = number * volume.recordSize() / CLUSTER;
    for (NtfsExtent extent : volume.file(0).stream("").extents()) {
      if (vcn < extent.vcn() + extent.count()) {
        return (extent.lcn() + vcn - extent.vcn()) * CLUSTER;
      }
    }
    throw new AssertionError("no record " + number);
  }

  /** Where an attribute begins in an image. */
  private static int find(byte[] image, long number, int type) throws IOException {
    int position = record(image, number);
    byte[] record = Arrays.copyOfRange(image, position, position + 1024);
    UpdateSequence.remove(record, 0, record.length, "record");
    for (AttributeHeader header : FileRecord.get(record, "record").attributes(record, "record")) {
      if (header.type() == type) {
        return position + header.position();
      }
    }
    throw new AssertionError("no attribute " + type);
  }

  private static long sumOfFreeRuns(NtfsVolume volume) throws IOException {
    FreeSpace space = volume.freeSpace();
    long sum = 0;
    for (Optional<VolumeRange> run = space.next(0);
        run.isPresent();
        run = space.next(run.get().end())) {
      sum += run.get().length();
    }
    return sum;
  }
}
