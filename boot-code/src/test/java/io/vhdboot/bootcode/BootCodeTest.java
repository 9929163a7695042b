package io.vhdboot.bootcode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootCodeTest {

  @Test
  void mbrIsWhatItsSourceAssemblesTo(@TempDir Path folder) throws IOException {
    assertThat(BootCode.mbr()).isEqualTo(Sources.assemble(Sources.MBR, folder));
  }

  @Test
  void ntfsBootRecordIsWhatItsSourceAssemblesTo(@TempDir Path folder) throws IOException {
    assertThat(BootCode.ntfsBootRecord())
        .isEqualTo(Sources.assemble(Sources.NTFS_BOOT_RECORD, folder));
  }

  @Test
  void sampleCoreIsWhatItsSourceAssemblesTo(@TempDir Path folder) throws IOException {
    assertThat(Sources.sampleCore())
        .isEqualTo(Sources.assemble(Sources.SAMPLE_BOOT_MANAGER, folder));
  }

  @Test
  void sampleForUefiIsWhatItsSourceAssemblesTo(@TempDir Path folder) throws IOException {
    assertThat(Sources.sampleUefiBootManager())
        .isEqualTo(Sources.assemble(Sources.SAMPLE_UEFI_BOOT_MANAGER, folder));
  }

  @Test
  void sizesAreThoseOfTheRoomThereIs() {
    assertThat(BootCode.mbr()).hasSize(440);
    assertThat(BootCode.ntfsBootRecord()).hasSize(8192);
  }

  @Test
  void ntfsBootRecordLeavesRoomForTheVolumesParameters() {
    byte[] record = BootCode.ntfsBootRecord();
    assertThat(Arrays.copyOf(record, 3)).containsExactly(0xEB, 0x52, 0x90);
    assertThat(
            Arrays.copyOfRange(
                record, BootCode.NTFS_PARAMETERS_OFFSET, BootCode.NTFS_PARAMETERS_END))
        .containsOnly(0);
    assertThat(Arrays.copyOfRange(record, 0x1FE, 0x200)).containsExactly(0x55, 0xAA);
  }

  @Test
  void everyCallGivesAFreshCopy() {
    Arrays.fill(BootCode.mbr(), (byte) 0);
    Arrays.fill(BootCode.ntfsBootRecord(), (byte) 0);
    assertThat(BootCode.mbr()[0]).isNotZero();
    assertThat(BootCode.ntfsBootRecord()[0]).isNotZero();
  }
}
