package io.vhdboot.vhd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VhdGeometryTest {

  /** The first two are what Hyper-V 2012 R2 and Windows 10 wrote. */
  @ParameterizedTest
  @CsvSource({
    "136365211648, 65278, 16, 255",
    "4194304, 120, 4, 17",
    "512, 0, 4, 17",
    "35651072, 1023, 4, 17",
    "35651584, 140, 16, 31",
    "35660288, 819, 5, 17",
    "142605824, 1023, 16, 17",
    "142606336, 561, 16, 31",
    "260046336, 1023, 16, 31",
    "260046848, 503, 16, 63",
    "33821867520, 65534, 16, 63",
    "33822351360, 16191, 16, 255",
    "136899993600, 65535, 16, 255",
    "2190433320960, 65535, 16, 255",
  })
  void followsTheRule(long size, int cylinders, int heads, int sectorsPerTrack) {
    assertThat(VhdGeometry.ofDiskSize(size))
        .isEqualTo(new VhdGeometry(cylinders, heads, sectorsPerTrack));
  }

  @Test
  void neverStandsForMoreThanTheDisk() {
    for (long size = 512; size < VhdOptions.MAX_DISK_SIZE; size += size / 7 / 512 * 512 + 512) {
      assertThat(VhdGeometry.ofDiskSize(size).sizeInBytes()).isLessThanOrEqualTo(size);
    }
  }
}
