package io.vhdboot.wim;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;

/** The chunks that a compressed resource consists of. */
interface ChunkList {

  /** How many chunks there are. */
  long count();

  /** Bytes of every chunk but the last once decoded. */
  int chunkSize();

  /** Bytes of a chunk once decoded. */
  int chunkSize(long chunk);

  /** Bytes that stand before every chunk and are no part of it: its length, in pipable files. */
  default int prefixSize() {
    return 0;
  }

  /**
   * Reads where some chunks lie.
   *
   * @return where each of them begins, its prefix included, and where the last of them ends, as
   *     positions in the file
   */
  long[] read(BlockDevice device, long first, int chunks) throws IOException;
}
