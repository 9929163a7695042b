package io.vhdboot.usb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.ProgressListener;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Changes a stick in place. */
class DeviceEditTest {

  private static final int SIZE = (3 << 20) + 512;

  private final FaultyDisk stick = new FaultyDisk(SIZE);

  private DeviceEdit edit() throws IOException {
    return DeviceEdit.begin(DeviceCatalog.of(stick), stick.disk, DeviceRules.STRICT);
  }

  @Test
  void whatIsWrittenIsThereAndAllElseStays() throws IOException {
    SplittableRandom random = Seed.random("whatIsWrittenIsThereAndAllElseStays");
    random.nextBytes(stick.content);
    byte[] model = stick.content.clone();
    try (DeviceEdit edit = edit()) {
      for (int i = 0; i < 300; i++) {
        byte[] piece = new byte[random.nextInt(1, 20_000)];
        random.nextBytes(piece);
        int at = random.nextInt(SIZE - piece.length);
        System.arraycopy(piece, 0, model, at, piece.length);
        edit.write(at, ByteBuffer.wrap(piece));
      }
      assertThat(edit.verify(ProgressListener.NONE)).isPositive();
    }
    assertThat(Arrays.mismatch(stick.content, model)).isEqualTo(-1);
  }

  @Test
  void whatTheStickLosesIsFound() throws IOException {
    try (DeviceEdit edit = edit()) {
      edit.write(10_000, ByteBuffer.wrap(new byte[] {1, 2, 3}));
      edit.write(50_000, ByteBuffer.wrap(new byte[5000]));
      edit.verify(ProgressListener.NONE);
      stick.content[10_500] ^= 1;
      assertThatThrownBy(() -> edit.verify(ProgressListener.NONE))
          .isInstanceOf(DeviceFaultException.class)
          .hasMessageContaining("offset 8192");
      // Nor may it be taken for what was written.
      assertThatThrownBy(() -> edit.write(11_000, ByteBuffer.wrap(new byte[] {7})))
          .isInstanceOf(DeviceFaultException.class);
    }
  }

  @Test
  void aStickThatTheRulesForbidIsNotOpened() {
    stick.use(DiskUse.Kind.SYSTEM, "/ of the running system is on it");
    assertThatThrownBy(this::edit).isInstanceOf(DeviceRefusedException.class);
  }
}
