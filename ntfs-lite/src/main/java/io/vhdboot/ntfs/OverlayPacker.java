package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Stores a file's content as the overlay filter holds it: a table, then chunks. */
final class OverlayPacker extends StreamPacker {

  private final WofAlgorithm algorithm;
  private final ChunkCompressor compressor;
  private final ImageState state;
  private final BlockDevice target;
  private final long position;
  private final int entrySize;
  private final byte[] table;
  private int tableEnd;
  private long stored;

  /**
   * Creates a packer.
   *
   * @param position where the stream begins that holds the table and the chunks
   */
  OverlayPacker(
      StreamHandle stream,
      ImageState state,
      BlockDevice target,
      long position,
      ChunkCompressor compressor) {
    super(stream, compressor.batchSize());
    this.algorithm = stream.overlayAlgorithm;
    this.compressor = compressor;
    this.state = state;
    this.target = target;
    this.position = position;
    this.entrySize = WofContent.entrySize(stream.size);
    this.table = new byte[(int) WofContent.tableSize(stream.size, algorithm.chunkSize())];
  }

  @Override
  void store(byte[] bytes, int length) throws IOException {
    int chunkSize = algorithm.chunkSize();
    byte[] chunks = new byte[length];
    int[] lengths = compressor.compress(algorithm, bytes, length, chunks);
    int end = 0;
    for (int i = 0; i < lengths.length; i++) {
      // Each lies where its content did; the first is in place, the others move up.
      System.arraycopy(chunks, i * chunkSize, chunks, end, lengths[i]);
      end += lengths[i];
      if (tableEnd < table.length) {
        putEnd(stored + end);
      }
    }
    target.write(position + table.length + stored, ByteBuffer.wrap(chunks, 0, end));
    stored += end;
  }

  @Override
  void storeZeros(long units) throws IOException {
    byte[] zeros = new byte[unitSize];
    for (long i = 0; i < units; i++) {
      store(zeros, zeros.length);
    }
  }

  @Override
  void end() throws IOException {
    target.write(position, ByteBuffer.wrap(table));
    state.setSize(stream.overlayData, table.length + stored);
  }

  private void putEnd(long end) {
    if (entrySize == Integer.BYTES) {
      LittleEndian.put32(table, tableEnd, (int) end);
    } else {
      LittleEndian.put64(table, tableEnd, end);
    }
    tableEnd += entrySize;
  }
}
