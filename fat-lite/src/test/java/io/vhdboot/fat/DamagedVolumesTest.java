package io.vhdboot.fat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DamagedVolumesTest {

  private static final int SIZE = 2 << 20;

  private MemoryDevice device;

  @BeforeEach
  void makeVolume() throws IOException {
    device = MemoryDevice.ofSize("volume", SIZE);
    FatFormat.format(
        device, FatFormatOptions.ofSize(SIZE).clusterSize(512).type(FatType.FAT12).build());
    try (FatEditor editor = FatEditor.open(device)) {
      FatFile first = editor.createDirectory(editor.volume().root(), "first");
      FatFile second = editor.createDirectory(first, "second");
      for (FatFile directory : new FatFile[] {editor.volume().root(), first, second}) {
        for (int i = 0; i < 5; i++) {
          FatFile file = editor.createFile(directory, "a file of number " + i, 0);
          try (ResizableBlockDevice content = editor.content(file)) {
            content.setSize(3000);
          }
        }
      }
    }
  }

  private static void readAll(FatVolume volume) throws IOException {
    FatVolumeFuzzTarget.readAll(volume);
  }

  @Test
  void chainThatLeadsBackIsRefused() throws IOException {
    FatVolume volume = FatVolume.open(device);
    ClusterChain chain = volume.file("first/a file of number 1").chain();
    volume.table().set(chain.cluster(3), (int) chain.cluster(1));
    assertThatThrownBy(() -> readAll(volume))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("lead back");
  }

  @Test
  void chainThatEndsEarlyIsRefused() throws IOException {
    FatVolume volume = FatVolume.open(device);
    ClusterChain chain = volume.file("first/a file of number 1").chain();
    volume.table().set(chain.cluster(3), FatType.FAT12.endOfChain());
    assertThatThrownBy(() -> readAll(volume))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("4 clusters but needs 6");
  }

  @Test
  void chainThatLeadsToAFreeClusterIsRefused() throws IOException {
    FatVolume volume = FatVolume.open(device);
    volume.table().set(volume.file("first/a file of number 1").chain().cluster(3), 0);
    assertThatThrownBy(() -> readAll(volume)).isInstanceOf(CorruptFormatException.class);
  }

  @Test
  void directoryWithinItselfIsRefused() throws IOException {
    FatVolume volume = FatVolume.open(device);
    FatFile inner = volume.file("first/second");
    ShortEntry loop = inner.entry().withContent(volume.file("first").firstCluster(), 0);
    device.write(inner.position(), ByteBuffer.wrap(loop.bytes()));
    assertThatThrownBy(() -> readAll(FatVolume.open(device)))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("two places");
  }

  @Test
  void directoryWhoseClustersGoInACircleIsRefused() throws IOException {
    FatVolume volume = FatVolume.open(device);
    long cluster = volume.file("first/second").firstCluster();
    volume.table().set(cluster, (int) cluster);
    assertThatThrownBy(() -> readAll(volume))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("lead back");
  }

  @Test
  void volumeThatIsCutShortIsRefused() throws IOException {
    device.setSize(SIZE - 1);
    assertThatThrownBy(() -> FatVolume.open(device))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("cut short");
  }

  @Test
  void whatIsNoVolumeIsNotTakenForOne() throws IOException {
    assertThat(FatVolume.isPresent(device)).isTrue();
    MemoryDevice zeros = MemoryDevice.ofSize("zeros", 4096);
    assertThat(FatVolume.isPresent(zeros)).isFalse();
    assertThatThrownBy(() -> FatVolume.open(zeros)).isInstanceOf(UnsupportedFormatException.class);
    byte[] mbr = new byte[512];
    LittleEndian.put16(mbr, 510, 0xAA55);
    assertThat(FatVolume.isPresent(MemoryDevice.wrap("mbr", mbr))).isFalse();
  }

  @Test
  void damagedBytesAreReadOrRefused() throws IOException {
    SplittableRandom random = Seed.random("damagedBytesAreReadOrRefused");
    byte[] whole = device.toByteArray();
    int metadata = 96 << 10;
    int cases = Seed.cases(20_000, 400);
    int refused = 0;
    for (int i = 0; i < cases; i++) {
      byte[] bytes = whole.clone();
      int changes = 1 + random.nextInt(4);
      for (int change = 0; change < changes; change++) {
        int limit = random.nextInt(3) == 0 ? 512 : metadata;
        bytes[random.nextInt(limit)] = (byte) random.nextInt(256);
      }
      refused += FatVolumeFuzzTarget.accepts(bytes) ? 0 : 1;
    }
    assertThat(refused).isBetween(1, cases - 1);
  }
}
