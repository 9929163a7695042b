package io.vhdboot.ntfs.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.testing.Seed;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StandardDescriptorsTest {

  @Test
  void rootDescriptorIsAsLongAsThatOfWindows() {
    assertThat(StandardDescriptors.ROOT).hasSize(228);
  }

  @Test
  void ownDescriptorsAreSound() {
    for (byte[] own :
        new byte[][] {
          StandardDescriptors.SYSTEM_READ,
          StandardDescriptors.ROOT,
          StandardDescriptors.DEFAULT_FILE,
          StandardDescriptors.DEFAULT_DIRECTORY
        }) {
      assertThat(SecurityDescriptor.problem(own)).isNull();
      for (int length = 0; length < own.length; length++) {
        assertThat(SecurityDescriptor.problem(Arrays.copyOf(own, length))).isNotNull();
      }
    }
  }

  @Test
  void descriptorsThatReachOutOfTheirBytesAreRefused() {
    SplittableRandom random = Seed.random("descriptors");
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = StandardDescriptors.ROOT.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      // It must judge, whatever the bytes are.
      SecurityDescriptor.problem(bad);
    }
    byte[] far = StandardDescriptors.ROOT.clone();
    LittleEndian.put32(far, 4, 0xFFFF_FFF0);
    assertThat(SecurityDescriptor.problem(far)).contains("SID");
    byte[] loose = StandardDescriptors.ROOT.clone();
    LittleEndian.put16(loose, 2, 4);
    assertThat(SecurityDescriptor.problem(loose)).contains("self-relative");
  }
}
