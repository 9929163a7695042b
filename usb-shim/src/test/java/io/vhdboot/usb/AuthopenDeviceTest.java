package io.vhdboot.usb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.MemoryDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Writes through a program that takes streams as authopen does. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs a shell")
class AuthopenDeviceTest {

  private static final int MIB = 1 << 20;

  /** Writes its input from the beginning on, or prints the file. */
  private static final String GOOD =
      "if [ \"$1\" = -w ]; then exec dd of=\"$2\" conv=notrunc bs=65536 2>/dev/null; fi\n"
          + "exec cat \"$1\"\n";

  /** Has enough after two MiB and a half. */
  private static final String BREAKS_OFF =
      "if [ \"$1\" = -w ]; then dd of=\"$2\" conv=notrunc bs=512 count=5000 iflag=fullblock"
          + " 2>/dev/null; echo denied >&2; exit 1; fi\nexec cat \"$1\"\n";

  /** Loses a byte. */
  private static final String LOSES =
      "if [ \"$1\" = -w ]; then tr '\\001' '\\002' | dd of=\"$2\" conv=notrunc bs=65536"
          + " 2>/dev/null; exit 0; fi\nexec cat \"$1\"\n";

  @TempDir Path folder;

  private final byte[] image = new byte[4 * MIB + 512];
  private Path file;

  @BeforeEach
  void makeFile() throws IOException {
    file = folder.resolve("stick");
    byte[] old = new byte[6 * MIB];
    new SplittableRandom(1).nextBytes(old);
    Files.write(file, old);
    new SplittableRandom(2).nextBytes(image);
    Arrays.fill(image, 2 * MIB, 3 * MIB, (byte) 0);
  }

  private DeviceWriter.Builder writer(String script) throws IOException {
    Path program = Files.writeString(folder.resolve("authopen"), script);
    DiskDevice disk = FaultyDisk.stick(Files.size(file), "S3R1AL");
    DeviceHost host =
        new DeviceHost() {
          @Override
          public List<DiskDevice> disks(Collection<Path> kept) {
            return List.of(disk);
          }

          @Override
          public RawDevice open(DiskDevice opened, boolean forWriting) {
            return new AuthopenDevice(
                opened, List.of("sh", program.toString()), file.toString(), !forWriting);
          }

          @Override
          public void unmount(DiskDevice mounted) {}
        };
    return DeviceWriter.builder(
            DeviceCatalog.of(host), disk, DeviceRules.STRICT, MemoryDevice.wrap("image", image))
        .pause(duration -> {});
  }

  private boolean looksUsed() throws IOException {
    byte[] first = Arrays.copyOf(Files.readAllBytes(file), 4096);
    return !Arrays.equals(first, new byte[4096]);
  }

  @Test
  void writesAndVerifiesInOrder() throws IOException {
    WriteReport report = writer(GOOD).build().write();
    byte[] found = Files.readAllBytes(file);
    assertThat(Arrays.equals(found, 0, image.length, image, 0, image.length)).isTrue();
    assertThat(report.verified()).isEqualTo(image.length);
  }

  @Test
  void whatIsWrittenIsThereWithoutVerifyingToo() throws IOException {
    writer(GOOD).verify(false).build().write();
    byte[] found = Files.readAllBytes(file);
    assertThat(Arrays.equals(found, 0, image.length, image, 0, image.length)).isTrue();
  }

  @Test
  void aStreamThatBreaksOffIsNeverDone() throws IOException {
    for (boolean verify : new boolean[] {true, false}) {
      assertThatThrownBy(() -> writer(BREAKS_OFF).verify(verify).build().write())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("denied");
      assertThat(looksUsed()).isFalse();
    }
  }

  @Test
  void whatIsLostIsFound() throws IOException {
    assertThatThrownBy(() -> writer(LOSES).build().write())
        .isInstanceOf(DeviceFaultException.class)
        .hasMessageContaining("does not hold what was written");
    assertThat(looksUsed()).isFalse();
  }
}
