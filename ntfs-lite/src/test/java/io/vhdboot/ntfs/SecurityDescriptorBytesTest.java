package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.testing.Seed;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SecurityDescriptorBytesTest {

  @Test
  void systemDescriptorsHaveTheHashesOfThoseThatWindowsWrites() {
    assertThat(SecurityDescriptorEntry.hash(SecurityDescriptorBytes.SYSTEM_READ))
        .isEqualTo(0x32FEC6CB);
    assertThat(SecurityDescriptorEntry.hash(SecurityDescriptorBytes.SYSTEM_WRITE))
        .isEqualTo(0x3414C8F7);
    assertThat(SecurityDescriptorBytes.ROOT).hasSize(228);
  }

  @Test
  void ownDescriptorsAreSound() {
    for (byte[] own :
        new byte[][] {
          SecurityDescriptorBytes.SYSTEM_READ,
          SecurityDescriptorBytes.ROOT,
          SecurityDescriptorBytes.DEFAULT_FILE,
          SecurityDescriptorBytes.DEFAULT_DIRECTORY
        }) {
      assertThat(SecurityDescriptorBytes.problem(own)).isNull();
      for (int length = 0; length < own.length; length++) {
        assertThat(SecurityDescriptorBytes.problem(Arrays.copyOf(own, length))).isNotNull();
      }
    }
  }

  @Test
  void descriptorsThatReachOutOfTheirBytesAreRefused() {
    SplittableRandom random = Seed.random("descriptors");
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = SecurityDescriptorBytes.ROOT.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      // It must judge, whatever the bytes are.
      SecurityDescriptorBytes.problem(bad);
    }
    byte[] far = SecurityDescriptorBytes.ROOT.clone();
    LittleEndian.put32(far, 4, 0xFFFF_FFF0);
    assertThat(SecurityDescriptorBytes.problem(far)).contains("SID");
    byte[] loose = SecurityDescriptorBytes.ROOT.clone();
    LittleEndian.put16(loose, 2, 4);
    assertThat(SecurityDescriptorBytes.problem(loose)).contains("self-relative");
  }

  @Test
  void upCaseInformationHasTheChecksumThatWindowsWrites() {
    assertThat(UpCaseInformation.crc64(UpCaseTable.windows7().toBytes()))
        .isEqualTo(0xDADC_7E77_6B1B_690CL);
  }
}
