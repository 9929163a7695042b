package io.vhdboot.usb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes to a real block device of the kernel: a loop device, which takes root. */
class LoopDeviceTest {

  private static final int MIB = 1 << 20;

  @TempDir Path folder;

  private final DeviceCatalog catalog = DeviceCatalog.of(LinuxHost.running());
  private Path file;
  private String loop;
  private byte[] image;

  @BeforeEach
  void attach() throws IOException {
    ExternalTool.requireRoot();
    ExternalTool losetup = ExternalTool.named("losetup");
    file = folder.resolve("stick");
    byte[] old = new byte[8 * MIB + 512];
    new SplittableRandom(3).nextBytes(old);
    Files.write(file, old);
    loop = losetup.output("--find", "--show", file).strip();
    image = new byte[5 * MIB + 512];
    new SplittableRandom(4).nextBytes(image);
    Arrays.fill(image, 2 * MIB, 4 * MIB, (byte) 0);
  }

  @AfterEach
  void detach() {
    if (loop != null) {
      ExternalTool.named("losetup").run("--detach", loop);
    }
  }

  private DeviceRules rules() {
    return DeviceRules.STRICT.loopDeviceOf(file);
  }

  private WriteReport write(DeviceRules rules) throws IOException {
    return DeviceWriter.builder(
            catalog, catalog.disk(loop, List.of()), rules, MemoryDevice.wrap("image", image))
        .build()
        .write();
  }

  @Test
  void writesAndVerifies() throws IOException {
    WriteReport report = write(rules());
    assertThat(report.verified()).isEqualTo(image.length);
    byte[] found = Files.readAllBytes(file);
    assertThat(Arrays.equals(found, 0, image.length, image, 0, image.length)).isTrue();
    try (RawDevice device = catalog.openReadOnly(catalog.disk(loop, List.of()))) {
      DeviceComparison same =
          DeviceComparison.compare(
              device,
              MemoryDevice.wrap("image", image),
              UnusedRanges.NONE,
              Runnable::run,
              ProgressListener.NONE);
      assertThat(same.isSame()).isTrue();
    }
  }

  @Test
  void readsTheMediumAndNotTheCache() throws IOException {
    DiskDevice disk = catalog.disk(loop, List.of());
    try (RawDevice device = catalog.openReadOnly(disk)) {
      ByteBuffer before = ByteBuffer.allocate(4096);
      device.read(3 * MIB, before);
      // Behind the back of the block device's cache.
      try (RandomAccessFile backing = new RandomAccessFile(file.toFile(), "rw")) {
        backing.seek(3 * MIB);
        backing.write(new byte[4096]);
      }
      ByteBuffer cached = ByteBuffer.allocate(4096);
      device.read(3 * MIB, cached);
      assertThat(cached.array()).isEqualTo(before.array());
      ByteBuffer medium = ByteBuffer.allocate(4096);
      device.readMedium(3 * MIB, medium);
      assertThat(medium.array()).containsOnly(0);
      // Odd places and the last sectors, which are no whole page.
      ByteBuffer tail = ByteBuffer.allocate(700);
      device.readMedium(device.size() - 700, tail);
      assertThat(tail.hasRemaining()).isFalse();
    }
  }

  @Test
  void aLoopDeviceThatNobodyNamedIsRefused() throws IOException {
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> write(DeviceRules.STRICT.force(true)))
        .isInstanceOf(DeviceRefusedException.class);
    assertThatThrownBy(() -> write(DeviceRules.STRICT.loopDeviceOf(folder.resolve("other"))))
        .isInstanceOf(DeviceRefusedException.class);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void aMountedOneIsRefusedUnlessItIsUnmounted() throws IOException {
    ExternalTool.named("mkfs.ext4").output("-q", "-F", loop);
    Path place = Files.createDirectory(folder.resolve("mounted place"));
    ExternalTool.named("mount").output(loop, place);
    try {
      byte[] before = Files.readAllBytes(file);
      assertThatThrownBy(() -> write(rules()))
          .isInstanceOf(DeviceRefusedException.class)
          .hasMessageContaining(place.toString());
      assertThat(Files.readAllBytes(file)).isEqualTo(before);
      // What is being read is on it.
      assertThatThrownBy(() -> write(rules().unmount(true).keep(List.of(place.resolve("x.img")))))
          .isInstanceOf(DeviceRefusedException.class)
          .hasMessageContaining("x.img is on it");
      write(rules().unmount(true));
      assertThat(ExternalTool.named("mountpoint").run("-q", place).exitCode()).isNotZero();
    } finally {
      ExternalTool.named("umount").run(place);
    }
  }

  @Test
  void aReadOnlyOneIsRefused() throws IOException {
    ExternalTool.named("blockdev").output("--setro", loop);
    try {
      assertThatThrownBy(() -> write(rules()))
          .isInstanceOf(DeviceRefusedException.class)
          .hasMessageContaining("write-protected");
    } finally {
      // The number stays protected otherwise, whatever file it is for.
      ExternalTool.named("blockdev").output("--setrw", loop);
    }
  }

  @Test
  void anotherFileBehindTheSameNumberIsAnotherDisk() throws IOException {
    DiskDevice chosen = catalog.disk(loop, List.of());
    Path other = folder.resolve("other");
    Files.write(other, new byte[9 * MIB]);
    ExternalTool.named("losetup").output("--detach", loop);
    ExternalTool.named("losetup").output(loop, other);
    assertThatThrownBy(
            () ->
                DeviceWriter.builder(
                        catalog,
                        chosen,
                        rules().loopDeviceOf(other),
                        MemoryDevice.wrap("image", image))
                    .build()
                    .write())
        .isInstanceOf(DeviceChangedException.class);
    assertThat(Files.readAllBytes(other)).containsOnly(0);
  }

  @Test
  void thisMachinesOwnDiskIsRefusedByEveryRule() throws IOException {
    DeviceRules lifted =
        DeviceRules.STRICT.force(true).allowLarge(true).unmount(true).loopDeviceOf(file);
    List<DiskDevice> disks = catalog.disks(List.of());
    assertThat(disks).anyMatch(disk -> disk.path().equals(loop));
    for (DiskDevice disk : disks) {
      if (disk.uses().stream().anyMatch(use -> use.kind() == DiskUse.Kind.SYSTEM)) {
        assertThat(lifted.judge(disk)).isNotEmpty();
      }
    }
    assertThat(disks)
        .anyMatch(
            disk ->
                disk.uses().stream()
                    .anyMatch(
                        use ->
                            use.kind() == DiskUse.Kind.SYSTEM
                                || use.kind() == DiskUse.Kind.UNKNOWN));
  }
}
