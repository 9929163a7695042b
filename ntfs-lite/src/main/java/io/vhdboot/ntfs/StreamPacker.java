package io.vhdboot.ntfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Takes the content of a stream from its begin to its end and stores it in fewer clusters. */
abstract class StreamPacker {

  final StreamHandle stream;
  final int unitSize;
  private byte[] unit;
  private long unitStart;
  private int filled;

  /** Creates a packer that takes so many bytes together, or all if they are fewer. */
  StreamPacker(StreamHandle stream, int most) {
    this.stream = stream;
    this.unitSize = (int) Math.min(most, stream.size);
    this.unit = new byte[unitSize];
  }

  /**
   * Takes a part of the content. What is left out before it is zeros.
   *
   * @throws IllegalArgumentException when the part lies before what was taken already
   */
  final synchronized void write(long offset, ByteBuffer source) throws IOException {
    if (offset < unitStart + filled) {
      throw new IllegalArgumentException(
          "bytes from "
              + offset
              + " on come behind "
              + (unitStart + filled)
              + ", but "
              + stream
              + " is packed and must be written from its begin to its end");
    }
    skip(offset);
    while (source.hasRemaining()) {
      int count = Math.min(source.remaining(), unit.length - filled);
      source.get(unit, filled, count);
      advance(count);
    }
    if (unitStart + filled == stream.size) {
      finish();
    }
  }

  /** Ends the content, unless that is done; what was not written is zeros. */
  final synchronized void finish() throws IOException {
    if (unit == null) {
      return;
    }
    skip(stream.size);
    if (filled > 0) {
      store(unit, filled);
    }
    unit = null;
    end();
  }

  /** Whether it has come to the end. */
  final synchronized boolean isFinished() {
    return unit == null;
  }

  /** Stores a unit of content, all of which are as long as the first but the last. */
  abstract void store(byte[] bytes, int length) throws IOException;

  /** Stores units of zeros. */
  abstract void storeZeros(long units) throws IOException;

  /** Settles where everything lies. */
  abstract void end() throws IOException;

  private void skip(long offset) throws IOException {
    while (unitStart + filled < offset) {
      long gap = offset - unitStart - filled;
      if (filled == 0 && gap >= unit.length) {
        storeZeros(gap / unit.length);
        unitStart += gap / unit.length * unit.length;
        continue;
      }
      int count = (int) Math.min(gap, unit.length - filled);
      Arrays.fill(unit, filled, filled + count, (byte) 0);
      advance(count);
    }
  }

  private void advance(int count) throws IOException {
    filled += count;
    if (filled == unit.length) {
      store(unit, filled);
      unitStart += filled;
      filled = 0;
    }
  }
}
