package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class RunListTest {

  private static final int CLUSTER = 512;
  private static final byte[] VOLUME = new byte[64 * CLUSTER];
  private static final ClusterSpace CLUSTERS =
      new ClusterSpace(MemoryDevice.wrap("volume", VOLUME), CLUSTER, 64);

  static {
    // Each byte of a cluster is the cluster's number.
    for (int i = 0; i < VOLUME.length; i++) {
      VOLUME[i] = (byte) (i / CLUSTER);
    }
  }

  @Test
  void runsThatFollowEachOtherAreOne() throws IOException {
    RunList runs = runs(5, 2, 7, 1, -1, 3, -1, 1, 3, 2);
    assertThat(runs).hasToString("[5+3, hole+4, 3+2]");
    assertThat(runs.end()).isEqualTo(9);
    assertThat(runs.allocated()).isEqualTo(5);
    assertThat(runs.find(0)).isZero();
    assertThat(runs.find(2)).isZero();
    assertThat(runs.find(3)).isEqualTo(1);
    assertThat(runs.find(8)).isEqualTo(2);
  }

  @Test
  void runsOutsideTheVolumeAreRefused() {
    assertThatThrownBy(() -> runs(63, 2))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessage("test: clusters 63+2 are not on a volume of 64");
    assertThatThrownBy(() -> runs(-2, 1)).isInstanceOf(CorruptFormatException.class);
    assertThatThrownBy(() -> runs(-1, Long.MAX_VALUE / CLUSTER, -1, 1))
        .isInstanceOf(CorruptFormatException.class);
    assertThatThrownBy(() -> runs(-1, 0)).isInstanceOf(CorruptFormatException.class);
  }

  @Test
  void contentCrossesRunsHolesAndTheInitialisedSize() throws IOException {
    ClusterContent content =
        new ClusterContent(CLUSTERS, runs(5, 1, -1, 1, 9, 2), 4 * CLUSTER - 10, 3 * CLUSTER, "f");
    byte[] bytes = new byte[4 * CLUSTER - 12];
    content.read(1, ByteBuffer.wrap(bytes));
    assertThat(bytes[CLUSTER - 2]).isEqualTo((byte) 5);
    assertThat(bytes[CLUSTER - 1]).isZero();
    assertThat(bytes[2 * CLUSTER - 1]).isEqualTo((byte) 9);
    assertThat(bytes[3 * CLUSTER - 2]).isEqualTo((byte) 9);
    assertThat(bytes[3 * CLUSTER - 1]).isZero();
    assertThat(content.map(0)).isEqualTo(new MappedExtent(0, CLUSTER, MappedExtent.Kind.DATA));
    assertThat(content.map(CLUSTER + 1))
        .isEqualTo(new MappedExtent(CLUSTER + 1, CLUSTER - 1, MappedExtent.Kind.ZERO));
    assertThat(content.map(3 * CLUSTER))
        .isEqualTo(new MappedExtent(3 * CLUSTER, CLUSTER - 10, MappedExtent.Kind.ZERO));
  }

  @Test
  void sizePastTheLastRunIsRefused() {
    assertThatThrownBy(() -> new ClusterContent(CLUSTERS, runs(5, 1), CLUSTER + 1, 0, "f"))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessage("f: 513 bytes cannot lie in the 1 clusters that are mapped");
  }

  @Test
  void compressedUnitIsPlainWhenAllItsClustersAreThere() throws IOException {
    Lznt1Content content =
        new Lznt1Content(CLUSTERS, runs(16, 16, -1, 16), 16, 17 * CLUSTER, 17 * CLUSTER, "f");
    byte[] bytes = new byte[17 * CLUSTER];
    content.read(0, ByteBuffer.wrap(bytes));
    assertThat(bytes[15 * CLUSTER]).isEqualTo((byte) 31);
    assertThat(bytes[16 * CLUSTER]).isZero();
  }

  @Test
  void damagedCompressionUnitsAreRefused() throws IOException {
    Lznt1Content notLznt1 =
        new Lznt1Content(CLUSTERS, runs(33, 1, -1, 15), 16, 16 * CLUSTER, 16 * CLUSTER, "f");
    assertThatThrownBy(() -> notLznt1.read(0, ByteBuffer.allocate(1)))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageStartingWith("f: the compression unit at VCN 0 is damaged: ");
    Lznt1Content holeFirst =
        new Lznt1Content(CLUSTERS, runs(-1, 1, 33, 15), 16, 16 * CLUSTER, 16 * CLUSTER, "f");
    assertThatThrownBy(() -> holeFirst.read(0, ByteBuffer.allocate(1)))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("clusters behind a hole");
    assertThatThrownBy(() -> new Lznt1Content(CLUSTERS, runs(1, 1), 1 << 12, 1, 1, "f"))
        .isInstanceOf(UnsupportedFormatException.class);
  }

  private static RunList runs(long... lcnsAndLengths) throws IOException {
    RunList.Builder builder = new RunList.Builder(CLUSTERS, "test");
    for (int i = 0; i < lcnsAndLengths.length; i += 2) {
      builder.add(lcnsAndLengths[i], lcnsAndLengths[i + 1]);
    }
    return builder.build();
  }
}
