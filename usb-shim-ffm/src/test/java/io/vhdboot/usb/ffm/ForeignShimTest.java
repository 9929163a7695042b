package io.vhdboot.usb.ffm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.NewPartition;
import io.vhdboot.disk.PartitionEditor;
import io.vhdboot.disk.PartitionType;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.usb.DeviceCatalog;
import io.vhdboot.usb.DeviceRules;
import io.vhdboot.usb.DeviceWriter;
import io.vhdboot.usb.DiskVolume;
import io.vhdboot.usb.NativeShim;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Calls the kernel about a loop device, which takes root. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "loop devices are of Linux")
class ForeignShimTest {

  private static final int SIZE = 8 << 20;

  @TempDir Path folder;

  private final NativeShim shim = NativeShim.find().orElseThrow();
  private Path file;
  private String loop;

  @BeforeEach
  void attach() throws IOException {
    ExternalTool.requireRoot();
    file = Files.write(folder.resolve("stick"), new byte[SIZE]);
    loop = ExternalTool.named("losetup").output("--find", "--show", "--partscan", file).strip();
  }

  @AfterEach
  void detach() {
    if (loop != null) {
      ExternalTool.named("losetup").run("--detach", loop);
    }
  }

  @Test
  void tellsTheSize() throws IOException {
    assertThat(shim).isInstanceOf(ForeignShim.class);
    assertThat(shim.size(loop)).hasValue(SIZE);
    assertThatThrownBy(() -> shim.size("/dev/not-there"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/dev/not-there")
        .hasMessageContaining("No such file");
  }

  @Test
  void whatIsHeldCannotBeMounted() throws IOException {
    ExternalTool.named("mkfs.ext4").output("-q", "-F", loop);
    Path place = Files.createDirectory(folder.resolve("place"));
    Closeable held = shim.hold(loop);
    try {
      assertThat(ExternalTool.named("mount").run(loop, place).exitCode()).isNotZero();
      assertThatThrownBy(() -> shim.hold(loop)).hasMessageContaining("something else uses it");
    } finally {
      held.close();
    }
    try {
      ExternalTool.named("mount").output(loop, place);
      assertThatThrownBy(() -> shim.hold(loop)).hasMessageContaining("something else uses it");
      shim.dismount(place.toString());
      assertThat(ExternalTool.named("mountpoint").run("-q", place).exitCode()).isNotZero();
    } finally {
      ExternalTool.named("umount").run(place);
    }
  }

  @Test
  void aDiskThatIsHeldByOthersIsNotWritten() throws IOException {
    try (Closeable held = shim.hold(loop)) {
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> write(new byte[1 << 20]))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("something else uses it");
    }
    assertThat(Files.readAllBytes(file)).containsOnly(0);
  }

  @Test
  void theTableIsReadAgainWhenADiskIsWritten() throws IOException {
    MemoryDevice image = MemoryDevice.ofSize("image", 4 << 20);
    PartitionEditor table = PartitionEditor.createMbr(image, 512, 0x1234_5678, new byte[0]);
    table.add(NewPartition.of(PartitionType.NTFS).offset(1 << 20).length(2 << 20).build());
    table.write();
    byte[] bytes = image.toByteArray();
    write(bytes);
    byte[] found = Files.readAllBytes(file);
    assertThat(Arrays.equals(found, 0, bytes.length, bytes, 0, bytes.length)).isTrue();
    List<DiskVolume> volumes = DeviceCatalog.system().disk(loop, List.of()).volumes();
    // Some kernels know no tables at all; what there is to see, there is already.
    ExternalTool.named("blockdev").output("--rereadpt", loop);
    assertThat(DeviceCatalog.system().disk(loop, List.of()).volumes()).isEqualTo(volumes);
    shim.rereadTable(loop);
  }

  private void write(byte[] image) throws IOException {
    DeviceCatalog catalog = DeviceCatalog.system();
    DeviceWriter.builder(
            catalog,
            catalog.disk(loop, List.of()),
            DeviceRules.STRICT.loopDeviceOf(file),
            MemoryDevice.wrap("image", image))
        .build()
        .write();
  }
}
