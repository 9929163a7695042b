package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.Zeros;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * Writes a disk as a dynamic VHD onto a stream that cannot go back, such as a pipe or an upload:
 * every byte once, front to back. Which blocks there will be is known beforehand, from what the
 * source says of its holes, which are not read.
 */
public final class VhdStreamWriter {

  private static final int STEP = 1 << 20;

  private final BlockDevice source;
  private final VhdOptions options;
  private final DynamicVhdLayout layout;

  /**
   * Plans the file.
   *
   * @param source the disk; stays open
   * @param options what the VHD shall be like, at least as large as the source
   * @throws IllegalArgumentException when it is smaller
   */
  public VhdStreamWriter(BlockDevice source, VhdOptions options) throws IOException {
    if (options.diskSize() < source.size()) {
      throw new IllegalArgumentException(
          "diskSize ("
              + options.diskSize()
              + ") must be at least the source's "
              + source.size()
              + " bytes");
    }
    this.source = source;
    this.options = options;
    BitSet blocks = new BitSet();
    for (long at = 0; at < source.size(); ) {
      MappedExtent extent = source.map(at);
      if (extent.kind() != MappedExtent.Kind.ZERO) {
        DynamicVhdLayout.addRange(blocks, options, at, extent.length());
      }
      at = extent.end();
    }
    this.layout = DynamicVhdLayout.of(options, blocks);
  }

  /** The exact number of bytes that will be written. */
  public long fileSize() {
    return layout.fileSize();
  }

  /** Writes the file and flushes the stream, which stays open. */
  public void write(OutputStream out) throws IOException {
    MemoryDevice head = MemoryDevice.ofSize("structures", (int) layout.structuresEnd());
    layout.writeStructures(head);
    out.write(head.toByteArray());
    BlockFormat format = new BlockFormat(options.blockSize());
    byte[] bitmap = SectorBitmap.full(format);
    long written = layout.structuresEnd();
    for (int block = 0; block < options.blockCount(); block++) {
      long data = layout.filePositionOf(format.diskPositionOf(block));
      if (data >= 0) {
        out.write(new byte[(int) (data - bitmap.length - written)]);
        out.write(bitmap);
        writeBlock(format.diskPositionOf(block), out);
        written = data + options.blockSize();
      }
    }
    out.write(VhdFooter.of(options, VhdType.DYNAMIC).toBytes());
    out.flush();
  }

  private void writeBlock(long position, OutputStream out) throws IOException {
    byte[] step = new byte[Math.min(STEP, options.blockSize())];
    for (int done = 0; done < options.blockSize(); done += step.length) {
      ByteBuffer buffer = ByteBuffer.wrap(step);
      long at = position + done;
      while (buffer.hasRemaining() && at < source.size()) {
        MappedExtent extent = source.map(at);
        int count = (int) Math.min(buffer.remaining(), extent.length());
        buffer.limit(buffer.position() + count);
        if (extent.kind() == MappedExtent.Kind.ZERO) {
          Zeros.fill(buffer);
        } else {
          source.read(at, buffer);
        }
        buffer.limit(step.length);
        at += count;
      }
      Zeros.fill(buffer);
      out.write(step);
    }
  }
}
