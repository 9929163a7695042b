package io.vhdboot.vhd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VhdFooterTest {

  private static final MemoryDevice SOURCE = MemoryDevice.ofSize("x.vhd", 0);

  @Test
  void readsWhatItWrote() throws IOException {
    VhdFooter footer = VhdFooter.of(VhdTesting.options(15_000L << 20), VhdType.DYNAMIC);
    byte[] bytes = footer.toBytes();
    assertThat(bytes).hasSize(512);
    assertThat(VhdFooter.isChecksumRight(bytes)).isTrue();
    assertThat(VhdFooter.get(bytes, SOURCE, 0)).isEqualTo(footer);
    assertThat(footer.timestamp()).isEqualTo(VhdTesting.TIME);
    assertThat(footer.creatorApplication()).isEqualTo("win ");
  }

  @Test
  void structuresOfANewDynamicVhdAreTheVeryBytesThatHyperVWrites(@TempDir Path folder)
      throws IOException {
    byte[] theirs =
        Files.readAllBytes(SharedData.unpacked("vhd/hyperv2012r2-dynamic.vhd.bz2", folder));
    VhdFooter footer = Vhd.identify(MemoryDevice.wrap("theirs", theirs)).orElseThrow();
    MemoryDevice file = MemoryDevice.ofSize("ours", 0);
    Vhd.createDynamic(
            file, VhdOptions.of(footer.currentSize(), footer.uniqueId(), footer.timestamp()))
        .close();
    byte[] ours = file.toByteArray();
    int tableEnd = 0x600 + 4 * 65024;
    assertThat(Arrays.mismatch(ours, 0, tableEnd, theirs, 0, tableEnd)).isEqualTo(-1);
    assertThat(Arrays.copyOfRange(ours, ours.length - 512, ours.length))
        .isEqualTo(Arrays.copyOfRange(theirs, theirs.length - 512, theirs.length));
  }

  @Test
  void fixedVhdHasNoDataOffset() {
    VhdFooter footer = VhdFooter.of(VhdTesting.options(3 << 20), VhdType.FIXED);
    assertThat(Arrays.copyOfRange(footer.toBytes(), 0x10, 0x18)).containsOnly(0xFF);
  }

  @Test
  void timesOutside2000To2136AreRefused() {
    UUID id = VhdTesting.ID;
    Instant first = Instant.parse("2000-01-01T00:00:00Z");
    Instant last = first.plusSeconds(0xFFFF_FFFFL);
    assertThat(VhdOptions.of(512, id, first).timestamp()).isEqualTo(first);
    assertThat(VhdOptions.of(512, id, last).timestamp()).isEqualTo(last);
    assertThatThrownBy(() -> VhdOptions.of(512, id, first.minusNanos(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> VhdOptions.of(512, id, last.plusSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void sizesThatNoVhdHasAreRefused() {
    for (long size : new long[] {0, -512, 511, 513, (2040L << 30) + 512}) {
      assertThatThrownBy(() -> VhdTesting.options(size))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("diskSize (" + size + ")");
    }
    for (int size : new int[] {0, 256 << 10, (2 << 20) + 512, 3 << 20, 128 << 20}) {
      assertThatThrownBy(() -> VhdTesting.options(512).withBlockSize(size))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("blockSize (" + size + ")");
    }
  }

  @Test
  void unknownVersionAndTypeAreUnsupported() {
    byte[] bytes = VhdFooter.of(VhdTesting.options(3 << 20), VhdType.FIXED).toBytes();
    byte[] version = bytes.clone();
    version[0x0D] = 2;
    assertThatThrownBy(() -> VhdFooter.get(version, SOURCE, 0))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessage("x.vhd: a VHD of version 2.0, not 1.0 (at byte 0xc)");
    byte[] type = bytes.clone();
    type[0x3F] = 6;
    assertThatThrownBy(() -> VhdFooter.get(type, SOURCE, 0))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("type 6");
  }

  @Test
  void impossibleDiskSizeIsCorrupt() {
    byte[] bytes = VhdFooter.of(VhdTesting.options(3 << 20), VhdType.FIXED).toBytes();
    bytes[0x30] = (byte) 0x80;
    assertThatThrownBy(() -> VhdFooter.get(bytes, SOURCE, 0))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("not 9223372036857921536");
  }
}
