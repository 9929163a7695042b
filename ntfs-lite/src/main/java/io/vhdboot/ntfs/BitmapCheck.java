package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Holds the bitmaps of clusters and of records against what is in use. */
final class BitmapCheck {

  private static final int STEP = 64 << 10;

  private final CheckedVolume volume;
  private final CheckLog log;

  private BitmapCheck(CheckedVolume volume) {
    this.volume = volume;
    this.log = volume.log();
  }

  static void check(CheckedVolume volume) throws IOException {
    BitmapCheck check = new BitmapCheck(volume);
    check.clusters();
    check.records();
  }

  /** Runs of clusters in one wrong state, the first few by name. */
  private static final class Wrong {
    long count;
    long runs;
    long last = -2;
    final StringBuilder text = new StringBuilder();

    void add(long cluster) {
      if (cluster != last + 1 && ++runs <= 6) {
        text.append(text.isEmpty() ? "" : ", ").append(cluster).append("..");
      }
      last = cluster;
      count++;
    }

    @Override
    public String toString() {
      return count + " clusters in " + runs + " runs, from " + text;
    }
  }

  private CheckedStream stream(CheckedFile file, int type) {
    return file == null ? null : file.find(type);
  }

  private void clusters() throws IOException {
    CheckedStream stream = stream(volume.readAgain(SystemFiles.BITMAP), AttributeType.DATA);
    long count = volume.clusters().clusterCount();
    if (stream == null || stream.isResident() || stream.size() * 8 < count) {
      log.add(
          NtfsFindingKind.CLUSTER_BITMAP,
          SystemFiles.BITMAP,
          stream == null
              ? "there is no $Bitmap"
              : stream.isResident()
                  ? "$Bitmap is resident"
                  : "$Bitmap has " + stream.size() + " bytes for " + count + " clusters");
      volume.needs().add(RepairNeeds.Part.CLUSTER_BITMAP);
      return;
    }
    long usual = (count + 63) / 64 * 8;
    if (stream.size() != usual) {
      log.add(
          NtfsFindingKind.CLUSTER_BITMAP_UNUSUAL,
          SystemFiles.BITMAP,
          "$Bitmap has " + stream.size() + " bytes, Windows gives it " + usual);
    }
    Wrong unmarked = new Wrong();
    Wrong lost = new Wrong();
    boolean tail = true;
    try {
      StreamContent content = stream.content(volume.clusters());
      for (long at = 0; at < stream.size(); at += STEP) {
        int length = (int) Math.min(STEP, stream.size() - at);
        byte[] bytes = new byte[length + 7 & -8];
        content.read(at, ByteBuffer.wrap(bytes, 0, length));
        for (int i = 0; i < length; i += 8) {
          tail &= compare(bytes, i, at, Math.min(8, length - i) * 8, unmarked, lost);
        }
      }
    } catch (CorruptFormatException e) {
      log.add(NtfsFindingKind.CLUSTER_BITMAP, SystemFiles.BITMAP, e.getMessage());
      volume.needs().add(RepairNeeds.Part.CLUSTER_BITMAP);
      return;
    }
    report(NtfsFindingKind.CLUSTERS_UNMARKED, unmarked, "in use and not marked");
    report(NtfsFindingKind.CLUSTERS_LOST, lost, "marked and in no file");
    if (!tail) {
      log.add(
          NtfsFindingKind.CLUSTER_BITMAP_UNUSUAL,
          SystemFiles.BITMAP,
          "the bits behind the last cluster are not all set");
      if (volume.options().strict()) {
        volume.needs().add(RepairNeeds.Part.CLUSTER_BITMAP);
      }
    }
  }

  private void report(NtfsFindingKind kind, Wrong wrong, String state) {
    if (wrong.count > 0) {
      log.add(kind, SystemFiles.BITMAP, wrong + " are " + state);
      volume.needs().add(RepairNeeds.Part.CLUSTER_BITMAP);
    }
  }

  /** Compares up to 64 bits; says whether those behind the last cluster are set. */
  private boolean compare(
      byte[] bytes, int offset, long position, int bits, Wrong unmarked, Wrong lost) {
    long first = (position + offset) * 8;
    long count = volume.clusters().clusterCount();
    long found = LittleEndian.i64(bytes, offset);
    long wanted = first < count ? volume.used().word(first) : 0;
    int valid = (int) Math.max(0, Math.min(bits, count - first));
    long mask = valid == Long.SIZE ? -1L : (1L << valid) - 1;
    for (long rest = wanted & ~found & mask; rest != 0; rest &= rest - 1) {
      unmarked.add(first + Long.numberOfTrailingZeros(rest));
    }
    for (long rest = found & ~wanted & mask; rest != 0; rest &= rest - 1) {
      lost.add(first + Long.numberOfTrailingZeros(rest));
    }
    long all = bits == Long.SIZE ? -1L : (1L << bits) - 1;
    return ((found | mask) & all) == all;
  }

  private void records() throws IOException {
    CheckedStream stream = stream(volume.readAgain(SystemFiles.MFT), AttributeType.BITMAP);
    long count = volume.table().count();
    if (stream == null || stream.isResident() || stream.size() * 8 < count) {
      log.add(
          NtfsFindingKind.RECORD_BITMAP,
          SystemFiles.MFT,
          stream == null
              ? "$MFT has no bitmap"
              : stream.isResident()
                  ? "the bitmap of $MFT is resident"
                  : "the bitmap of $MFT has " + stream.size() + " bytes for " + count + " records");
      volume.needs().add(RepairNeeds.Part.RECORD_BITMAP);
      return;
    }
    if (stream.size() % 8 != 0) {
      log.add(
          NtfsFindingKind.RECORD_BITMAP_UNUSUAL,
          SystemFiles.MFT,
          "the bitmap of $MFT has " + stream.size() + " bytes");
    }
    try {
      StreamContent content = stream.content(volume.clusters());
      byte[] bytes = new byte[STEP];
      for (long at = 0; at < stream.size(); at += STEP) {
        int length = (int) Math.min(STEP, stream.size() - at);
        Arrays.fill(bytes, (byte) 0);
        content.read(at, ByteBuffer.wrap(bytes, 0, length));
        for (int i = 0; i < length; i++) {
          for (int bit = 0; bit < 8; bit++) {
            record((at + i) * 8 + bit, (bytes[i] & 1 << bit) != 0, count);
          }
        }
      }
    } catch (CorruptFormatException e) {
      log.add(NtfsFindingKind.RECORD_BITMAP, SystemFiles.MFT, e.getMessage());
      volume.needs().add(RepairNeeds.Part.RECORD_BITMAP);
    }
  }

  private void record(long number, boolean marked, long count) {
    CheckedRecord.State state = volume.files().state(number);
    if (marked == state.isInUse()) {
      return;
    }
    if (marked && number >= count) {
      log.add(
          NtfsFindingKind.RECORD_BITMAP_UNUSUAL,
          SystemFiles.MFT,
          "the bit of record " + number + " is set, behind the end of $MFT");
      if (volume.options().strict()) {
        volume.needs().add(RepairNeeds.Part.RECORD_BITMAP);
      }
      return;
    }
    if (marked && number >= CheckedTable.FIRST_RESERVED && number < CheckedTable.FIRST_ORDINARY) {
      return;
    }
    log.add(
        marked ? NtfsFindingKind.RECORD_MARKED : NtfsFindingKind.RECORD_UNMARKED,
        number,
        marked ? "the record is free, but marked" : "the record is in use, but not marked");
    volume.needs().add(RepairNeeds.Part.RECORD_BITMAP);
  }
}
