package io.vhdboot.provisioning.bootfiles;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.image.OpenImage;
import java.io.IOException;
import java.nio.ByteBuffer;

/** What volumes of either kind have in common. */
final class SystemVolumes {

  /** What names end with until their file is complete. */
  static final String PARTIAL = ".new";

  private static final int BLOCK = 1 << 18;

  private SystemVolumes() {}

  /** The volume that a path leads into, to be edited. */
  static SystemVolume open(OpenImage image) throws IOException {
    return image.isFat()
        ? new FatSystemVolume(image.fatEditor())
        : new NtfsSystemVolume(image.editor());
  }

  /** Copies all bytes; the target, which is empty, gets the source's size. */
  static void copy(BlockDevice source, ResizableBlockDevice target) throws IOException {
    target.setSize(source.size());
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BLOCK, Math.max(1, source.size())));
    for (long at = 0; at < source.size(); at += buffer.limit()) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), source.size() - at));
      source.read(at, buffer);
      target.write(at, buffer.flip());
    }
  }
}
