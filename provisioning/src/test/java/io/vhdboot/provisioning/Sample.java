package io.vhdboot.provisioning;

import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.ProgressListener;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The bundled sample as a source for tests. */
final class Sample {

  static final long VHD_SIZE = 64L << 20;

  private Sample() {}

  static byte[] bytes() {
    try (InputStream in = ClassLoader.getSystemResourceAsStream("io/vhdboot/testdata/sample.wim")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A stick from the sample with a small VHD and a seed. */
  static FlashImage.Builder stick(Path output) {
    return stick(bytes(), output);
  }

  static FlashImage.Builder stick(byte[] wim, Path output) {
    return FlashImage.builder()
        .image(MemoryDevice.wrap("sample.wim", wim))
        .output(output)
        .vhdSize(VHD_SIZE)
        .seed(new byte[] {1, 2, 3});
  }

  static void write(FlashImage image) throws IOException {
    try (FlashPlan plan = image.plan()) {
      plan.write(Runnable::run, 1, ProgressListener.NONE);
    }
  }
}
