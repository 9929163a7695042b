package io.vhdboot.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes of which each must be durable before the next begins, so that a stop between any two
 * leaves what the edits up to there made. None is longer than a sector, which a disk writes wholly
 * or not at all.
 */
final class OrderedWrites {

  private record Write(long position, byte[] bytes) {}

  private final List<Write> writes = new ArrayList<>();

  /** Adds a write; it takes the place of the last one when that is to the same place. */
  void add(long position, byte[] bytes) {
    int last = writes.size() - 1;
    if (last >= 0
        && writes.get(last).position == position
        && writes.get(last).bytes.length == bytes.length) {
      writes.remove(last);
    }
    writes.add(new Write(position, bytes.clone()));
  }

  /** Carries the writes out and forgets them. */
  void writeTo(BlockDevice disk) throws IOException {
    for (Write write : writes) {
      disk.write(write.position, ByteBuffer.wrap(write.bytes));
      disk.flush();
    }
    writes.clear();
  }
}
