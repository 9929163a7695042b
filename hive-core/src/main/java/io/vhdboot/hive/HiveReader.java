package io.vhdboot.hive;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.util.List;

/** Opens hives: what must be right before the first key is looked at. */
final class HiveReader {

  private HiveReader() {}

  static Hive read(BlockDevice device, List<? extends BlockDevice> logs) throws IOException {
    Hive hive = open(device, logs);
    hive.cells().fetchAll();
    return hive;
  }

  /** Reads of the bins only what is looked at later, unless logs must be replayed. */
  static Hive open(BlockDevice device, List<? extends BlockDevice> logs) throws IOException {
    if (device.size() < BaseBlock.SIZE + HiveBin.PAGE_SIZE) {
      throw new CorruptFormatException(
          device.name(), 0, "a hive has at least 8192 bytes, not " + device.size());
    }
    BaseBlock base = BaseBlock.of(device.read(0, BaseBlock.SIZE));
    if (!logs.isEmpty() && !(base.isSound() && base.hasEqualSequences())) {
      TransactionLog.Replayed replayed = TransactionLog.replay(device, base, logs);
      if (replayed != null) {
        replayed.base().check(device.name());
        return open(
            replayed.base(), new Cells(device.name(), replayed.bins()), HiveState.RECOVERED);
      }
    }
    base.check(device.name());
    long size = base.binsSize();
    checkBinsSize(device.name(), size, device.size());
    return open(
        base,
        new Cells(device, (int) size),
        base.hasEqualSequences() ? HiveState.CLEAN : HiveState.DIRTY);
  }

  private static Hive open(BaseBlock base, Cells cells, HiveState state) throws IOException {
    HiveBin.checkedSize(cells, 0);
    return new Hive(base, cells, state);
  }

  static void checkBinsSize(String name, long size, long fileSize)
      throws CorruptFormatException, UnsupportedFormatException {
    if (size == 0 || size % HiveBin.PAGE_SIZE != 0) {
      throw new CorruptFormatException(
          name, 0, "the size of a hive's bins is a multiple of 4096, not " + size);
    }
    if (size > fileSize - BaseBlock.SIZE) {
      throw new CorruptFormatException(
          name,
          0,
          "the hive has "
              + size
              + " bytes of bins, but the file holds "
              + (fileSize - BaseBlock.SIZE)
              + ": cut short?");
    }
    if (size > Cells.MAX_SIZE) {
      throw new UnsupportedFormatException(
          name, 0, "a hive of " + size + " bytes; at most 2 GiB are read");
    }
  }
}
