package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackedStreamTest {

  private static final FileMetadata PLAIN =
      FileMetadata.of(NtfsFormatTest.TIME, FileAttributes.ARCHIVE, 0);
  private static final int UNIT = 64 << 10;
  private static final List<Path> PLUG_INS =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu/ntfs-3g/ntfs-plugin-80000017.so"),
          Path.of("/usr/lib/ntfs-3g/ntfs-plugin-80000017.so"));

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"512, false", "4096, false", "65536, false", "512, true", "4096, true"})
  void sizesAroundTheBordersOfUnitsAreSound(int cluster, boolean compressed) throws IOException {
    Volume volume = new Volume(cluster);
    SplittableRandom random = Seed.random("packed streams, clusters of " + cluster);
    int unit = compressed ? 16 * cluster : Math.max(UNIT, cluster);
    for (int base : new int[] {cluster, unit, unit + cluster, 2 * unit, 3 * unit - cluster}) {
      for (int size = base - 2; size <= base + 2; size++) {
        for (int kind = 0; kind < 4; kind++) {
          volume.add(
              "f" + volume.contents.size() + "-" + kind, compressed, content(kind, size, random));
        }
      }
    }
    volume.write();
    volume.expectContents();
    Judges.check(volume.image);
  }

  @Test
  void streamOfManyPiecesLiesInSeveralRecords() throws IOException {
    Volume volume = new Volume(4096);
    SplittableRandom random = Seed.random("stream of many pieces");
    volume.add("even", false, pieces(400, random));
    volume.add("text", true, text(1 << 20));
    volume.add("n".repeat(255), true, pieces(400, random));
    byte[] stream = pieces(200, random);
    NodeHandle other = volume.builder.addFile(volume.builder.root(), "other", PLAIN);
    // Names so long that libfsntfs reads their runs still.
    for (int i = 0; i < 5; i++) {
      String name = "s" + i + "n".repeat(10 * i);
      volume.contents.put(volume.builder.addSparseStream(other, name, stream.length, 0), stream);
    }
    volume.write();
    volume.expectContents();
    try (FileDevice device = FileDevice.openReadOnly(volume.image)) {
      NtfsVolume read = NtfsVolume.open(device);
      assertThat(read.file("even").stream("").extents()).hasSize(400);
      assertThat(read.file("even").stream("").storedSize()).isEqualTo(200L * UNIT);
    }
    try (FileDevice device = FileDevice.openReadOnly(volume.image)) {
      assertThat(NtfsVolume.open(device).file("text").stream("").storedSize()).isEqualTo(32 * 4096);
    }
    Judges.verify(volume.image);
  }

  @Test
  void whatIsNotNeededBecomesFree() throws IOException {
    Volume volume = new Volume(4096);
    byte[] half = new byte[8 << 20];
    new SplittableRandom(1).nextBytes(half);
    Arrays.fill(half, 1 << 20, 5 << 20, (byte) 0);
    StreamHandle sparse = volume.add("sparse", false, half);
    StreamHandle never = volume.add("never", true, new byte[4 << 20]);
    StreamHandle begun = volume.add("begun", false, new byte[4 << 20]);
    NtfsLayout layout = volume.builder.plan();
    long kept = layout.freeClusters();
    assertThat(layout.extents(sparse)).hasSize(1);
    try (FileDevice device = FileDevice.create(volume.image, layout.volumeSize())) {
      NtfsImageWriter writer = layout.writer(device, false);
      writer.write(sparse, 0, ByteBuffer.wrap(half));
      writer.write(begun, 3 << 20, ByteBuffer.wrap(new byte[] {1, 2, 3}));
      assertThatThrownBy(() -> writer.write(begun, 1 << 20, ByteBuffer.wrap(new byte[1])))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("from its begin to its end");
      assertThatThrownBy(() -> writer.write(sparse, 0, ByteBuffer.wrap(new byte[1])))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> writer.shrink(sparse, 1))
          .isInstanceOf(IllegalArgumentException.class);
      writer.finish();
      NtfsVolume read = NtfsVolume.open(device);
      assertThat(read.countFreeClusters() - kept).isEqualTo((4 + 4 + 4) * 256 - 16);
      assertThat(read.file("sparse").newInputStream().readAllBytes()).isEqualTo(half);
      assertThat(read.file("never").newInputStream().readAllBytes()).isEqualTo(new byte[4 << 20]);
      byte[] found = read.file("begun").newInputStream().readAllBytes();
      assertThat(Arrays.copyOfRange(found, (3 << 20) - 1, (3 << 20) + 4))
          .containsExactly(0, 1, 2, 3, 0);
    }
    Judges.check(volume.image);
    assertThat(never.form).isEqualTo(StreamForm.COMPRESSED);
  }

  @ParameterizedTest
  @CsvSource({"XPRESS4K", "XPRESS8K", "XPRESS16K", "LZX"})
  void overlayFilesReadBackAroundTheBordersOfChunks(WofAlgorithm algorithm) throws IOException {
    Volume volume = new Volume(4096);
    SplittableRandom random = Seed.random("overlay files by " + algorithm);
    int chunk = algorithm.chunkSize();
    volume.algorithm = algorithm;
    for (int base : new int[] {2, chunk, 2 * chunk, 256 << 10}) {
      for (int size = Math.max(1, base - 2); size <= base + 2; size++) {
        volume.add("f" + size, false, content(size % 4, size, random));
      }
    }
    volume.add("most.txt", false, text(2_000_000));
    ExecutorService executor = Executors.newFixedThreadPool(2);
    try {
      volume.write(executor, 3);
    } finally {
      executor.shutdownNow();
    }
    volume.expectContents();
    try (FileDevice device = FileDevice.openReadOnly(volume.image)) {
      NtfsFile file = NtfsVolume.open(device).file("most.txt");
      assertThat(file.stream("").isOverlay()).isTrue();
      assertThat(file.stream("").storedSize()).isZero();
      assertThat(file.stream(WofContent.STREAM).storedSize()).isLessThan(1_000_000);
    }
    Judges.check(volume.image);
    expectMounted(volume);
  }

  @Test
  void overlayFilesAreTheSameWhateverTheExecutorDoes() throws IOException {
    List<byte[]> images = new ArrayList<>();
    for (int threads : new int[] {1, 2, 7}) {
      Volume volume = new Volume(4096);
      volume.algorithm = WofAlgorithm.XPRESS8K;
      volume.add("a", false, text(1_500_000));
      NtfsLayout layout = volume.builder.plan();
      try (FileDevice device = FileDevice.create(volume.image, layout.volumeSize())) {
        NtfsImageWriter writer =
            layout.writer(device, true, threads == 7 ? work -> {} : Runnable::run, threads);
        volume.writeContents(writer, threads * 50_000);
        writer.finish();
      }
      images.add(Files.readAllBytes(volume.image));
      Files.delete(volume.image);
    }
    assertThat(images.get(1)).isEqualTo(images.get(0));
    assertThat(images.get(2)).isEqualTo(images.get(0));
  }

  @Test
  void mistakesOfTheCallerAreNamed() {
    NtfsImageBuilder builder = new Volume(4096).builder;
    NodeHandle file = builder.addFile(builder.root(), "f", PLAIN);
    NodeHandle directory = builder.addDirectory(builder.root(), "d", PLAIN);
    assertThatThrownBy(() -> builder.addSparseStream(directory, "", 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.addCompressedStream(file, "", -1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.addOverlayStream(file, 0, WofAlgorithm.LZX, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.addOverlayStream(file, 1L << 40, WofAlgorithm.LZX, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void streamIsNotCompressedWhereClustersAreTooLarge() {
    NtfsImageBuilder builder = new Volume(8192).builder;
    NodeHandle file = builder.addFile(builder.root(), "f", PLAIN);
    assertThat(builder.addCompressedStream(file, "", 100_000, 0).form).isEqualTo(StreamForm.PLAIN);
  }

  /** Reads through ntfs-3g, where it has the plug-in that knows such files. */
  private void expectMounted(Volume volume) throws IOException {
    if (PLUG_INS.stream().noneMatch(Files::exists) || !ExternalTool.isRoot()) {
      System.out.println("overlay files were not read by ntfs-3g: it lacks the plug-in");
      return;
    }
    Path mount = Files.createDirectory(folder.resolve("mount"));
    ExternalTool.named("ntfs-3g").run("-o", "ro", volume.image, mount).expectSuccess();
    try {
      for (Map.Entry<StreamHandle, byte[]> file : volume.contents.entrySet()) {
        assertThat(mount.resolve(file.getKey().node().firstName().name()))
            .hasBinaryContent(file.getValue());
      }
    } finally {
      ExternalTool.named("umount").run(mount).expectSuccess();
    }
  }

  /** Zeros, text, noise, or parts of each. */
  private static byte[] content(int kind, int size, SplittableRandom random) {
    return switch (kind) {
      case 0 -> new byte[size];
      case 1 -> text(size);
      case 2 -> RandomTree.bytes(random.nextLong(), size);
      default -> RandomTree.content(random.nextLong(), size);
    };
  }

  /** Units of noise, each other one zeros. */
  private static byte[] pieces(int units, SplittableRandom random) {
    byte[] bytes = RandomTree.bytes(random.nextLong(), units * UNIT);
    for (int i = 1; i < units; i += 2) {
      Arrays.fill(bytes, i * UNIT, (i + 1) * UNIT, (byte) 0);
    }
    return bytes;
  }

  private static byte[] text(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) ("the quick brown fox ".charAt(i % 20) + (i / 3777 % 3));
    }
    return bytes;
  }

  /** A volume in the making and what it shall hold. */
  private final class Volume {
    private final Path image = folder.resolve("v.img");
    private final NtfsImageBuilder builder;
    private final Map<StreamHandle, byte[]> contents = new LinkedHashMap<>();
    private WofAlgorithm algorithm;

    Volume(int cluster) {
      builder =
          NtfsImageBuilder.create(
              NtfsFormatOptions.ofSize(NtfsFormatOptions.LEAST_SIZE)
                  .clusterSize(cluster)
                  .time(NtfsFormatTest.TIME)
                  .build());
    }

    StreamHandle add(String name, boolean compressed, byte[] content) {
      NodeHandle file = builder.addFile(builder.root(), name, PLAIN);
      StreamHandle stream =
          algorithm != null
              ? builder.addOverlayStream(file, content.length, algorithm, 0)
              : compressed
                  ? builder.addCompressedStream(file, "", content.length, 0)
                  : builder.addSparseStream(file, "", content.length, 0);
      contents.put(stream, content);
      return stream;
    }

    void write() throws IOException {
      write(Runnable::run, 1);
    }

    void write(Executor executor, int threads) throws IOException {
      NtfsLayout layout = builder.plan(builder.minimumVolumeSize() + (8 << 20));
      try (FileDevice device = FileDevice.create(image, layout.volumeSize())) {
        // What lies there already must not show.
        device.write(
            layout.extents(contents.keySet().iterator().next()).stream()
                .findFirst()
                .map(VolumeRange::position)
                .orElse(0L),
            ByteBuffer.wrap(text(1 << 20)));
        NtfsImageWriter writer = layout.writer(device, false, executor, threads);
        writeContents(writer, 77_777);
        writer.finish();
      }
    }

    void writeContents(NtfsImageWriter writer, int piece) throws IOException {
      for (Map.Entry<StreamHandle, byte[]> content : contents.entrySet()) {
        byte[] bytes = content.getValue();
        for (int at = 0; at < bytes.length; at += piece) {
          int count = Math.min(piece, bytes.length - at);
          writer.write(content.getKey(), at, ByteBuffer.wrap(bytes, at, count));
        }
      }
    }

    void expectContents() throws IOException {
      try (FileDevice device = FileDevice.openReadOnly(image)) {
        NtfsVolume volume = NtfsVolume.open(device);
        for (Map.Entry<StreamHandle, byte[]> content : contents.entrySet()) {
          NtfsFile file = volume.file(content.getKey().node().firstName().name());
          NtfsStream stream = file.stream(content.getKey().name());
          assertThat(stream.newInputStream().readAllBytes())
              .as(content.getKey().toString())
              .isEqualTo(content.getValue());
        }
      }
    }
  }
}
