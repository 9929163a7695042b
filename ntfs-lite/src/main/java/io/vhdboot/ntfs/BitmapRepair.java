package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes the bitmaps of clusters and of records anew from what is in use. */
final class BitmapRepair {

  private static final int STEP = 64 << 10;

  private final CheckedVolume volume;
  private final RepairLog log;
  private final RepairSpace space;
  private final FileWriter writer;

  BitmapRepair(CheckedVolume volume, RepairLog log) {
    this.volume = volume;
    this.log = log;
    this.space = new RepairSpace(volume);
    this.writer = new FileWriter(volume, space);
  }

  /** Writes those that need it. */
  void run() throws IOException {
    if (volume.needs().parts().contains(RepairNeeds.Part.RECORD_BITMAP)) {
      records();
    }
    if (volume.needs().parts().contains(RepairNeeds.Part.CLUSTER_BITMAP)) {
      clusters();
    }
  }

  /** A stream that can hold so many bits, the file's own or a new one. */
  private CheckedStream stream(int record, int type, long bits) throws IOException {
    CheckedFile file = volume.readAgain(record);
    if (file == null) {
      return null;
    }
    CheckedStream old = file.find(type);
    long size = (bits + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
    boolean usable =
        old != null
            && !old.isResident()
            && old.flags() == 0
            && old.size() * 8 >= bits
            && old.held() == old.covered()
            && old.header().initialisedSize() == old.size();
    if (usable) {
      return old;
    }
    if (old != null) {
      file.remove(old);
    }
    CheckedStream made =
        CheckedStream.plain(
            type,
            "",
            space.takeClusters(volume.clusters().clustersOf(size)),
            size,
            volume.clusters().clusterSize());
    file.add(made, volume.table().check());
    if (old != null && !old.isResident()) {
      // Nobody else may take them before the bitmap says so.
      old.runs().forEach(run -> volume.used().remove(run.lcn(), run.isHole() ? 0 : run.length()));
    }
    return writer.write(file) ? made : null;
  }

  private interface Words {
    long at(long first);
  }

  private void write(CheckedStream stream, Words words) throws IOException {
    byte[] bytes = new byte[STEP];
    for (long at = 0; at < stream.size(); at += STEP) {
      int length = (int) Math.min(STEP, stream.size() - at);
      for (int i = 0; i < length; i += 8) {
        LittleEndian.put64(bytes, i, words.at((at + i) * 8));
      }
      stream.write(volume.clusters(), at, ByteBuffer.wrap(bytes, 0, length));
    }
  }

  private void clusters() throws IOException {
    long count = volume.clusters().clusterCount();
    CheckedStream stream = stream(SystemFiles.BITMAP, AttributeType.DATA, count);
    if (stream == null) {
      return;
    }
    write(
        stream,
        first -> {
          if (first >= count) {
            return -1;
          }
          long word = volume.used().word(first);
          return count - first >= Long.SIZE ? word : word | -1L << count - first;
        });
    log.done(SystemFiles.BITMAP, "the bitmap of clusters is written anew");
  }

  private void records() throws IOException {
    CheckedStream stream = stream(SystemFiles.MFT, AttributeType.BITMAP, volume.table().count());
    if (stream == null) {
      return;
    }
    FileTable files = volume.files();
    write(
        stream,
        first -> {
          long word = 0;
          for (int bit = 0; bit < Long.SIZE; bit++) {
            long number = first + bit;
            boolean reserved =
                number >= CheckedTable.FIRST_RESERVED && number < CheckedTable.FIRST_ORDINARY;
            word |= files.state(number).isInUse() || reserved ? 1L << bit : 0;
          }
          return word;
        });
    log.done(SystemFiles.MFT, "the bitmap of records is written anew");
  }
}
