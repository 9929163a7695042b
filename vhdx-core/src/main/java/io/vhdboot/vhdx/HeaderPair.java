package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The two headers, of which the valid one with the greater sequence number counts. An update goes
 * to the other place, so that a stop amid it leaves a valid header ([MS-VHDX] 2.2.2.1). Not safe
 * for several threads.
 */
final class HeaderPair {

  static final long[] OFFSETS = {64 << 10, 128 << 10};

  private final BlockDevice file;
  private VhdxHeader current;
  private int slot;

  private HeaderPair(BlockDevice file, VhdxHeader current, int slot) {
    this.file = file;
    this.current = current;
    this.slot = slot;
  }

  /**
   * Reads the headers.
   *
   * @param findings is told of a damaged one
   * @throws CorruptFormatException when neither is valid
   * @throws UnsupportedFormatException when the version is not 1
   */
  static HeaderPair read(BlockDevice file, List<String> findings) throws IOException {
    VhdxHeader current = null;
    int slot = 0;
    for (int i = 0; i < OFFSETS.length; i++) {
      Optional<VhdxHeader> header = at(file, OFFSETS[i]);
      if (header.isEmpty()) {
        findings.add("header " + (i + 1) + " of 2 is damaged");
      } else if (current == null
          // Disk2vhd writes two with one number (observed); the first then counts, as for QEMU.
          || Long.compareUnsigned(header.get().sequenceNumber(), current.sequenceNumber()) > 0) {
        current = header.get();
        slot = i;
      }
    }
    if (current == null) {
      throw new CorruptFormatException(
          file.name(), OFFSETS[0], "both headers of this VHDX are damaged");
    }
    if (current.version() != VhdxHeader.VERSION) {
      throw new UnsupportedFormatException(
          file.name(), OFFSETS[slot], "a VHDX of version " + current.version() + ", not 1");
    }
    return new HeaderPair(file, current, slot);
  }

  private static Optional<VhdxHeader> at(BlockDevice file, long offset) throws IOException {
    if (offset > file.size() - VhdxHeader.SIZE) {
      return Optional.empty();
    }
    return VhdxHeader.get(file.read(offset, VhdxHeader.SIZE));
  }

  VhdxHeader current() {
    return current;
  }

  /** Where the header is that counts. */
  long currentOffset() {
    return OFFSETS[slot];
  }

  /** Changes both headers, one after the other, each durable before the next. */
  void update(UnaryOperator<VhdxHeader> change) throws IOException {
    if (current.sequenceNumber() >= -OFFSETS.length && current.sequenceNumber() < 0) {
      throw new CorruptFormatException(
          file.name(), OFFSETS[slot], "the headers' sequence number cannot grow any more");
    }
    VhdxHeader changed = change.apply(current);
    for (int i = 0; i < OFFSETS.length; i++) {
      changed = changed.withSequenceNumber(current.sequenceNumber() + 1);
      int other = 1 - slot;
      file.write(OFFSETS[other], ByteBuffer.wrap(changed.toBytes()));
      file.flush();
      current = changed;
      slot = other;
    }
  }
}
