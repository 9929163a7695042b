package io.vhdboot.usb;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;

/**
 * Compares what a disk's medium holds with an image. Writes nothing. For one thread at a time.
 *
 * @param compared bytes that were compared
 * @param different how many of them lie in MiB that differ
 * @param first the first byte that differs, if one does
 */
public record DeviceComparison(long compared, long different, OptionalLong first) {

  /** Whether the disk holds the image. */
  public boolean isSame() {
    return different == 0;
  }

  /**
   * Compares all of an image.
   *
   * @param unused what of the image may be anything on the disk
   * @param executor reads the image ahead
   * @throws DeviceFaultException when a place cannot be read
   */
  public static DeviceComparison compare(
      RawDevice device,
      BlockDevice image,
      UnusedRanges unused,
      Executor executor,
      ProgressListener progress)
      throws IOException {
    PatientDevice patient = new PatientDevice(device, () -> false, PatientDevice.Pause::sleep);
    long end = Math.min(image.size(), device.size());
    long compared = 0;
    long different = image.size() - end;
    OptionalLong first = different > 0 ? OptionalLong.of(end) : OptionalLong.empty();
    progress.begin("Verifying", image.size());
    ByteBuffer found = ByteBuffer.allocateDirect(DeviceWriter.CHUNK);
    try (ImageReader reader = new ImageReader(image, Optional.of(executor), end)) {
      for (long at = 0; at < end; ) {
        long next = Math.min(unused.endOfUnused(at), end) / DeviceWriter.CHUNK * DeviceWriter.CHUNK;
        if (next <= at) {
          ByteBuffer chunk = reader.chunk(at);
          int length = chunk.remaining();
          found.clear().limit(length);
          patient.readMedium(at, found);
          int difference = chunk.mismatch(found);
          if (difference >= 0) {
            different += length;
            if (first.isEmpty() || first.getAsLong() > at) {
              first = OptionalLong.of(at + difference);
            }
          }
          compared += length;
          next = at + length;
        }
        progress.advance(next - at);
        at = next;
      }
    }
    return new DeviceComparison(compared, different, first);
  }
}
