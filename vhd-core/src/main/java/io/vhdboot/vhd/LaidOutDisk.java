package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.TranslatedDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** The disk in a VHD whose layout is settled. */
final class LaidOutDisk extends TranslatedDevice {

  private final VhdLayout layout;
  private final byte[] footer;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Creates the disk.
   *
   * @param layout where its bytes are
   * @param blockSize bytes that lie together, a power of two
   */
  LaidOutDisk(
      BlockDevice target, VhdOptions options, VhdType type, VhdLayout layout, int blockSize) {
    super(target, options.diskSize(), blockSize);
    this.layout = layout;
    this.footer = VhdFooter.of(options, type).toBytes();
  }

  static void checkTarget(BlockDevice target, long fileSize) {
    if (target.size() != fileSize) {
      throw new IllegalArgumentException(
          "target (" + target.size() + " bytes) must have the layout's " + fileSize + " bytes");
    }
  }

  static void checkPosition(long position, long size) {
    if (position < 0 || position >= size) {
      throw new IllegalArgumentException(
          "position (" + position + ") must be within the disk's " + size + " bytes");
    }
  }

  @Override
  public String name() {
    return Vhd.diskName(target());
  }

  @Override
  protected long targetPositionOf(long position) {
    return layout.filePositionOf(position);
  }

  /** Writes the footer; leaves the target open. */
  @Override
  public void close() throws IOException {
    if (closed.compareAndSet(false, true)) {
      target().write(target().size() - VhdFooter.SIZE, ByteBuffer.wrap(footer));
    }
  }
}
