package io.vhdboot.vhd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files by Windows and other programs. */
class RealVhdTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "virtualpc-dynamic.vhd.bz2, vpc , 136365211648, 0, 65024",
    "hyperv2012r2-dynamic.vhd.bz2, win , 136365211648, 0, 65024",
    "d2v-zerofilled.vhd.bz2, d2v , 263454720, 126, 126",
    "ext2.vhd, qemu, 4212736, 1, 3",
  })
  void opensAndReadsWhatQemuReads(String name, String creator, long size, int present, int blocks)
      throws IOException {
    Path file = SharedData.unpacked("vhd/" + name, folder);
    Path raw;
    try (Vhd vhd = Vhd.open(file, true)) {
      assertThat(vhd.footer().creatorApplication().trim()).isEqualTo(creator);
      assertThat(vhd.type()).isEqualTo(VhdType.DYNAMIC);
      assertThat(vhd.size()).isEqualTo(size);
      assertThat(vhd.blockSize()).isEqualTo(2 << 20);
      assertThat(vhd.presentBlockCount()).isEqualTo(present);
      assertThat(vhd.blockCount()).isEqualTo(blocks);
      assertThat(vhd.findings()).isEmpty();
      raw = VhdTesting.rawCopy(vhd, folder.resolve("raw"));
    }
    VhdTesting.expectQemuReads(file, raw);
  }

  @ParameterizedTest
  @ValueSource(strings = {"image.vhd", "ext2.vhd"})
  void readsWhatLibvhdiReads(String name) throws IOException {
    Path file = SharedData.unpacked("vhd/" + name, folder);
    Path raw;
    try (Vhd vhd = Vhd.open(file, true)) {
      raw = VhdTesting.rawCopy(vhd, folder.resolve("raw"));
    }
    VhdTesting.expectLibvhdiReads(file, raw, folder);
  }

  /** Both copies of the footer have one wrong checksum; libvhdi reads the file, QEMU refuses it. */
  @Test
  void wrongChecksumInBothCopiesOpensForReadingOnly() throws IOException {
    Path file = SharedData.unpacked("vhd/image.vhd", folder);
    try (Vhd vhd = Vhd.open(file, true)) {
      assertThat(vhd.size()).isEqualTo(104_448);
      assertThat(vhd.findings()).containsExactly("the footer's checksum is wrong");
    }
    assertThatThrownBy(() -> Vhd.open(file, false))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("for reading only");
  }

  @ParameterizedTest
  @CsvSource({
    "fat-differential.vhd, C:\\Projects\\dfvfs\\test_data\\fat-parent.vhd,"
        + " 5fa21a55-f394-aa4d-9958-1951a67d5540",
    "image-differential.vhd, image.vhd, d49c5c80-350a-4a89-898a-5ad6d10f6578",
  })
  void differencingVhdWithoutParentIsRefusedWithItsName(String name, String parent, String id)
      throws IOException {
    try (FileDevice file = FileDevice.openReadOnly(SharedData.data("vhd/" + name))) {
      assertThatThrownBy(() -> Vhd.open(file, true))
          .isInstanceOf(MissingParentException.class)
          .hasMessageContaining("a differencing VHD")
          .hasMessageContaining("\"" + parent + "\"")
          .hasMessageContaining(id);
      assertThat(Vhd.identify(file).orElseThrow().type()).isEqualTo(VhdType.DIFFERENCING);
    }
  }

  @Test
  void childIsReadThroughItsParentAsLibvhdiReadsIt() throws IOException {
    SharedData.unpacked("vhd/image.vhd", folder);
    Path file = SharedData.unpacked("vhd/image-differential.vhd", folder);
    Path raw;
    try (Vhd vhd = Vhd.open(file, true)) {
      assertThat(vhd.type()).isEqualTo(VhdType.DIFFERENCING);
      assertThat(vhd.size()).isEqualTo(104_448);
      assertThat(vhd.parent().orElseThrow().type()).isEqualTo(VhdType.DYNAMIC);
      assertThat(vhd.findings()).hasSize(3);
      assertThat(vhd.findings()).allSatisfy(found -> assertThat(found).contains("checksum"));
      raw = VhdTesting.rawCopy(vhd, folder.resolve("raw"));
      assertThat(Files.readAllBytes(raw)).isNotEqualTo(new byte[104_448]);
    }
    VhdTesting.expectLibvhdiReads(file, raw, folder);
  }

  @Test
  void vhdxIsRefusedByName() throws IOException {
    Path path = SharedData.unpacked("vhd/iotest-dynamic-1G.vhdx.bz2", folder);
    assertThatThrownBy(() -> Vhd.open(path, true))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("a VHDX");
    try (FileDevice file = FileDevice.openReadOnly(path)) {
      assertThat(Vhd.isVhd(file)).isFalse();
      assertThat(Vhd.identify(file)).isEmpty();
    }
  }

  @Test
  void parentLocatorsAreReadAndWritten() throws IOException {
    try (FileDevice file = FileDevice.openReadOnly(SharedData.data("vhd/fat-differential.vhd"))) {
      byte[] bytes = DynamicHeader.read(file, Vhd.identify(file).orElseThrow());
      DynamicHeader header = DynamicHeader.get(bytes, file, 0);
      assertThat(header.locators())
          .containsExactly(
              new ParentLocator("W2ku", 0x1000, 0x54, 0x1000),
              new ParentLocator("W2ru", 0x10000, 0x20, 0x3000));
      assertThat(header.toBytes()).isEqualTo(bytes);
    }
  }
}
