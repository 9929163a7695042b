package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.TranslatedDevice;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** The disk in a VHDX whose layout is settled. */
final class LaidOutDisk extends TranslatedDevice {

  private final VhdxOptions options;
  private final VhdxLayout layout;
  private final AtomicBoolean closed = new AtomicBoolean();

  LaidOutDisk(BlockDevice target, VhdxOptions options, VhdxLayout layout) {
    super(target, options.diskSize(), options.blockSize());
    this.options = options;
    this.layout = layout;
  }

  @Override
  public String name() {
    return Vhdx.diskName(target());
  }

  @Override
  public int sectorSize() {
    return options.logicalSectorSize();
  }

  @Override
  protected long targetPositionOf(long position) {
    return layout.filePositionOf(position);
  }

  /** Writes the headers; leaves the target open. */
  @Override
  public void close() throws IOException {
    if (closed.compareAndSet(false, true)) {
      layout.finish(target());
    }
  }
}
