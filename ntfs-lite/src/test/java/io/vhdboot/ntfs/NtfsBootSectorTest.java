package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NtfsBootSectorTest {

  private static final NtfsBootSector VOLUME =
      new NtfsBootSector(
          512, 4096, 2048, 8_000_000, 786_432, 2, 1024, 4096, 0xFEDC_BA98_7654_3210L);

  @ParameterizedTest
  @CsvSource({
    "512.boot, 512, 512, 1024",
    "4k.boot, 512, 4096, 1024",
    "64k.boot, 512, 65536, 1024",
    "128k.boot, 512, 131072, 1024",
    "4kn.boot, 4096, 4096, 4096",
  })
  void putsTheFieldsAsWindowsDoes(String file, int sector, int cluster, int record)
      throws IOException {
    byte[] real = Files.readAllBytes(SharedData.data("ntfs/" + file));
    NtfsBootSector boot = NtfsBootSector.get(real, file);
    assertThat(boot.bytesPerSector()).isEqualTo(sector);
    assertThat(boot.clusterSize()).isEqualTo(cluster);
    assertThat(boot.recordSize()).isEqualTo(record);
    assertThat(boot.indexBlockSize()).isEqualTo(4096);
    byte[] own = real.clone();
    Arrays.fill(own, 3, 0x54, (byte) 0x77);
    boot.put(own);
    // Windows writes the geometry that the BIOS tells.
    System.arraycopy(real, 0x18, own, 0x18, 4);
    assertThat(own).isEqualTo(real);
  }

  @ParameterizedTest
  @CsvSource({
    "512, 512, 1024",
    "512, 1024, 1024",
    "512, 2048, 4096",
    "512, 65536, 1024",
    "512, 131072, 1024",
    "512, 2097152, 4096",
    "4096, 4096, 4096",
    "4096, 524288, 4096",
    "4096, 1048576, 4096"
  })
  void readsWhatItWrote(int sector, int cluster, int record) throws IOException {
    NtfsBootSector boot =
        new NtfsBootSector(sector, cluster, 0xFFFF_FFFFL, 0xFFFF_FFFEL, 5, 6, record, 4096, 1);
    byte[] bytes = new byte[512];
    boot.put(bytes);
    assertThat(NtfsBootSector.get(bytes, "b")).isEqualTo(boot);
    assertThat(bytes).startsWith(0xEB, 0x52, 0x90).endsWith(0x55, 0xAA);
  }

  @Test
  void bootCodeStaysAroundTheFields() {
    byte[] code = new byte[512];
    Arrays.fill(code, (byte) 0x42);
    VOLUME.put(code);
    assertThat(code[2]).isEqualTo((byte) 0x42);
    assertThat(code[0x53]).isEqualTo((byte) 0);
    assertThat(code[0x54]).isEqualTo((byte) 0x42);
    assertThat(code[0x1FD]).isEqualTo((byte) 0x42);
  }

  @Test
  void sectorOfAnotherFileSystemIsRefused() {
    assertThatThrownBy(() -> NtfsBootSector.get(new byte[512], "blank"))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("no NTFS boot sector");
  }

  @Test
  void damagedSectorsAreReadOrRefusedByName() {
    SplittableRandom random = Seed.random("boot sectors");
    byte[] good = new byte[512];
    VOLUME.put(good);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = good.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bad[0x0B + random.nextInt(0x49)] = (byte) random.nextInt();
      }
      try {
        NtfsBootSector boot = NtfsBootSector.get(bad, "bad");
        assertThat(boot.mftCluster()).isBetween(1L, boot.clusterCount() - 1);
        assertThat(boot.recordSize()).isBetween(512, 65536);
      } catch (DiskFormatException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }
}
