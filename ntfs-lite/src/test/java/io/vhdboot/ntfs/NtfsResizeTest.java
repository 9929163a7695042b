package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DeviceBoundsException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.testing.RecordingDevice;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NtfsResizeTest {

  private static final int PARTITION = 128 * 512;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "512, 512, 1024",
    "512, 2048, 4096",
    "512, 4096, 1024",
    "512, 65536, 1024",
    "4096, 4096, 4096",
  })
  void volumeGrowsAndShrinksWithAllThatItHolds(int sector, int cluster, int record)
      throws IOException {
    SplittableRandom random = Seed.random("resized volume, clusters of " + cluster);
    Path image = folder.resolve("v.img");
    TreeSet<String> facts = build(image, random, sector, cluster, record);
    long free;
    try (FileDevice device = FileDevice.open(image)) {
      int last = Seed.cases(4, 2) - 1;
      for (int i = 0; i <= last; i++) {
        long size = device.size() + (long) sector * (1 + random.nextInt(40_000));
        device.setSize(size);
        resize(device, size);
        assertThat(RandomTree.read(device)).isEqualTo(facts);
        long smaller = size - (size - NtfsResize.minimumSize(device)) / sector / 2 * sector;
        resize(device, i < last ? smaller : NtfsResize.minimumSize(device));
        assertThat(RandomTree.read(device)).isEqualTo(facts);
        device.setSize(i < last ? smaller : size(device));
      }
      free = NtfsVolume.open(device).countFreeClusters();
    }
    assertThat(free).isLessThan(1 + Math.max(4, (256 << 10) / cluster) * 2L);
    Judges.check(image);
  }

  @Test
  void everyProgramReadsAndWritesVolumesThatWereResized() throws IOException {
    SplittableRandom random = Seed.random("resized volume for all judges");
    Path image = folder.resolve("v.img");
    build(image, random, 512, 4096, 1024);
    try (FileDevice device = FileDevice.open(image)) {
      device.setSize(300 << 20);
      resize(device, 300 << 20);
    }
    try (FileDevice device = FileDevice.open(image)) {
      long size = NtfsResize.minimumSize(device) + (16 << 20);
      resize(device, size / 512 * 512);
      device.setSize(size / 512 * 512);
    }
    Judges.verify(image);
  }

  /** Everything but $Boot lies behind the new end: files, $MFT, its mirror, the log, the bitmap. */
  @Test
  void systemFilesMoveToo() throws IOException {
    Path image = folder.resolve("v.img");
    TreeSet<String> facts = build(image, Seed.random("far files"), 512, 4096, 1024);
    long used = Files.size(image);
    try (FileDevice device = FileDevice.open(image)) {
      // A first part is taken, so that the files move behind it, and given back.
      long far = 3 * used / 4096 * 4096;
      device.setSize(far);
      resize(device, far);
      moveAllBehind(device, used / 4096);
      assertThat(RandomTree.read(device)).isEqualTo(facts);
      NtfsVolume moved = NtfsVolume.open(device);
      for (long number : new long[] {0, 1, 2, 6}) {
        assertThat(moved.file(number).stream("").extents().get(0).lcn()).isGreaterThan(100);
      }
    }
    Judges.check(image);
    try (FileDevice device = FileDevice.open(image)) {
      long size = NtfsResize.minimumSize(device);
      resize(device, size);
      assertThat(RandomTree.read(device)).isEqualTo(facts);
      device.setSize(size);
    }
    Judges.check(image);
  }

  @Test
  void volumeOfWindowsIsResized() throws IOException {
    resizeReal("ntfs-lastaccess.raw.gz");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ntfs-2m.raw.gz", "ntfs-si-vs-fn.raw.gz"})
  @Tag("full")
  void otherVolumesOfWindowsAreResized(String file) throws IOException {
    resizeReal(file);
  }

  private void resizeReal(String file) throws IOException {
    Path image = folder.resolve("v.img");
    TreeSet<String> facts;
    try (InputStream in =
        new GZIPInputStream(Files.newInputStream(SharedData.data("ntfs/" + file)))) {
      in.skipNBytes(PARTITION);
      Files.copy(in, image);
    }
    try (FileDevice device = FileDevice.open(image)) {
      NtfsVolume volume = NtfsVolume.open(device);
      long size = size(device);
      facts = RandomTree.read(device);
      clean(device, volume);
      long least = NtfsResize.minimumSize(device);
      long smaller = (least + (size - least) / 8) / 512 * 512;
      resize(device, smaller);
      assertThat(RandomTree.read(device)).isEqualTo(facts);
      device.setSize(smaller);
    }
    check(image);
    try (FileDevice device = FileDevice.open(image)) {
      long larger = device.size() + (100L << 20);
      device.setSize(larger);
      resize(device, larger);
      assertThat(RandomTree.read(device)).isEqualTo(facts);
    }
    check(image);
  }

  @Test
  @Tag("full")
  void volumeOfMkntfsIsResized() throws IOException {
    ExternalTool.requireRoot();
    Path image = folder.resolve("v.img");
    ExternalTool.script("bash", SharedData.tool("mkbase.sh")).run(image).expectSuccess();
    try (FileDevice device = FileDevice.open(image)) {
      TreeSet<String> facts = RandomTree.read(device);
      long size = NtfsResize.minimumSize(device) + (1 << 20);
      resize(device, size);
      assertThat(RandomTree.read(device)).isEqualTo(facts);
      device.setSize(size);
      device.setSize(size + (77 << 20));
      resize(device, size + (77 << 20));
      assertThat(RandomTree.read(device)).isEqualTo(facts);
    }
    Judges.check(image);
  }

  @Test
  void stopAtAnyMomentLeavesAllFilesReadable() throws IOException {
    SplittableRandom random = Seed.random("resize that is stopped");
    NtfsImageBuilder builder =
        NtfsImageBuilder.create(
            NtfsFormatOptions.ofSize(NtfsFormatOptions.LEAST_SIZE)
                .time(NtfsFormatTest.TIME)
                .build());
    RandomTree tree = new RandomTree(builder, random).grow(30);
    NtfsLayout layout = builder.plan(builder.minimumVolumeSize() + (2 << 20));
    MemoryDevice first = MemoryDevice.ofSize("m", 3 * (int) layout.volumeSize());
    tree.write(layout.writer(first, true));
    RecordingDevice device = new RecordingDevice(first.toByteArray());
    resize(device, first.size());
    moveAllBehind(device, layout.volumeSize() / 4096);
    resize(device, NtfsResize.minimumSize(device));
    TreeSet<String> facts = tree.facts();
    assertThat(RandomTree.read(device)).isEqualTo(facts);
    RecordingDevice replayed = new RecordingDevice(first.toByteArray());
    int stops = 0;
    int step = 0;
    for (RecordingDevice.Event event : device.events()) {
      replayed.apply(event, null);
      step++;
      if (event instanceof RecordingDevice.Write
          && (step < 60 || random.nextInt(Seed.isFull() ? 1 : 10) == 0)) {
        assertThat(RandomTree.read(new ReadOnly(replayed)))
            .as("after step " + step + " of " + device.events().size())
            .isEqualTo(facts);
        stops++;
      }
    }
    assertThat(stops).isGreaterThan(20);
  }

  @Test
  void whatCannotBeIsRefusedBeforeAnythingIsWritten() throws IOException {
    RecordingDevice device = new RecordingDevice(new byte[16 << 20]);
    NtfsFormat.format(device, NtfsFormatOptions.ofSize(16 << 20).time(NtfsFormatTest.TIME).build());
    int events = device.events().size();
    long least = NtfsResize.minimumSize(device);
    assertThatThrownBy(() -> resize(device, (least - 512) / 512 * 512))
        .isInstanceOf(NoSpaceException.class);
    assertThatThrownBy(() -> resize(device, (16 << 20) + 512))
        .isInstanceOf(DeviceBoundsException.class);
    assertThatThrownBy(() -> resize(device, (10 << 20) + 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> resize(device, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> resize(device, 512)).isInstanceOf(IllegalArgumentException.class);
    assertThat(device.events()).hasSize(events);
  }

  @Test
  void volumeThatIsDirtyIsRefused() throws IOException {
    Path image = folder.resolve("v.img");
    try (FileDevice device = FileDevice.create(image, 16 << 20)) {
      NtfsFormat.format(
          device, NtfsFormatOptions.ofSize(16 << 20).time(NtfsFormatTest.TIME).build());
      VolumeEdit edit = VolumeEdit.open(device, NtfsEditOptions.defaults());
      edit.edit(() -> null);
      edit.flush();
      assertThatThrownBy(() -> resize(device, 12 << 20)).isInstanceOf(UncleanVolumeException.class);
    }
  }

  /** Moves all files but $Boot behind a cluster, as if the volume had been filled from its end. */
  private static void moveAllBehind(BlockDevice device, long lcn) throws IOException {
    VolumeEdit volume = VolumeEdit.open(device, NtfsEditOptions.defaults());
    BootSectorEdit boot = new BootSectorEdit(device);
    long first = NtfsBootSector.BOOT_FILE_SIZE / boot.boot().clusterSize();
    ClusterMover mover = new ClusterMover(device, volume, boot, first, lcn);
    mover.check();
    mover.run();
    mover.giveBack();
    volume.close();
  }

  private static long size(BlockDevice device) throws IOException {
    NtfsBootSector boot = NtfsBootSector.get(device.read(0, 512), "boot sector");
    return boot.backupPosition() + boot.bytesPerSector();
  }

  private static void resize(BlockDevice device, long size) throws IOException {
    NtfsResize.resize(device, size);
  }

  /** Makes the log one that can be edited over, as a dismount by Windows would. */
  private static void clean(BlockDevice device, NtfsVolume volume) throws IOException {
    if (volume.logState() == LogState.PENDING || volume.logState() == LogState.UNREADABLE) {
      NtfsStream log = volume.file(2L).stream("");
      byte[] ones = new byte[volume.clusterSize()];
      Arrays.fill(ones, (byte) -1);
      for (NtfsExtent extent : log.extents()) {
        for (long i = 0; i < extent.count(); i++) {
          device.write((extent.lcn() + i) * volume.clusterSize(), ByteBuffer.wrap(ones));
        }
      }
    }
  }

  private static void check(Path image) {
    ExternalTool.script("python3", SharedData.tool("ntfscheck.py")).run(image).expectSuccess();
  }

  private static TreeSet<String> build(
      Path image, SplittableRandom random, int sector, int cluster, int record) throws IOException {
    NtfsImageBuilder builder =
        NtfsImageBuilder.create(
            NtfsFormatOptions.ofSize(NtfsFormatOptions.LEAST_SIZE)
                .bytesPerSector(sector)
                .clusterSize(cluster)
                .recordSize(record)
                .time(NtfsFormatTest.TIME)
                .build());
    RandomTree tree = new RandomTree(builder, random, false).grow(120);
    NtfsLayout layout = builder.plan();
    try (FileDevice device = FileDevice.create(image, layout.volumeSize())) {
      tree.write(layout.writer(device, true));
    }
    return tree.facts();
  }

  /** A view that cannot be written. */
  private static final class ReadOnly implements BlockDevice {
    private final BlockDevice device;

    ReadOnly(BlockDevice device) {
      this.device = device;
    }

    @Override
    public String name() {
      return device.name();
    }

    @Override
    public long size() {
      return device.size();
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
      device.read(position, target);
    }

    @Override
    public void write(long position, ByteBuffer source) {
      throw new AssertionError("must not be written");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
