package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import java.util.ArrayList;
import java.util.List;

/**
 * The packed form of data runs in a non-resident attribute. Each run:
 *
 * <pre>
 * 0  1  low 4 bits: l, bytes of the length; high 4 bits: d, bytes of the distance (0: a hole)
 * 1  l  length in clusters, signed, more than 0
 *    d  distance to the first cluster of the run before that is no hole (to 0 at first), signed
 * </pre>
 *
 * A zero byte ends the list. Windows writes as few bytes as the signed numbers need.
 */
final class MappingPairs {

  private static final int MAX_BYTES = 8;

  private MappingPairs() {}

  /**
   * Unpacks the runs that lie between two offsets.
   *
   * @param from where the pairs begin
   * @param to where the attribute ends
   * @param clusterCount clusters of the volume; no run may reach past them
   * @param vcnCount clusters that the runs must cover together
   * @param source what exceptions call the bytes
   * @throws CorruptFormatException when the pairs are not ended or contradict the counts
   */
  static List<DataRun> get(
      byte[] bytes, int from, int to, long clusterCount, long vcnCount, String source)
      throws CorruptFormatException {
    List<DataRun> runs = new ArrayList<>();
    long lcn = 0;
    long covered = 0;
    int at = from;
    while (true) {
      if (at >= to) {
        throw new CorruptFormatException(source, at, "data runs are not ended");
      }
      int header = bytes[at] & 0xFF;
      if (header == 0) {
        break;
      }
      int lengthBytes = header & 0xF;
      int distanceBytes = header >>> 4;
      if (lengthBytes == 0
          || lengthBytes > MAX_BYTES
          || distanceBytes > MAX_BYTES
          || at + 1 + lengthBytes + distanceBytes > to) {
        throw new CorruptFormatException(
            source, at, String.format("bad data run header %02xh", header));
      }
      long length = signed(bytes, at + 1, lengthBytes);
      if (length <= 0 || length > vcnCount - covered) {
        throw new CorruptFormatException(
            source,
            at,
            "a data run of " + length + " clusters where " + (vcnCount - covered) + " are left");
      }
      if (distanceBytes == 0) {
        runs.add(new DataRun(DataRun.HOLE, length));
      } else {
        lcn += signed(bytes, at + 1 + lengthBytes, distanceBytes);
        if (lcn < 0 || lcn > clusterCount - length) {
          throw new CorruptFormatException(
              source,
              at,
              "clusters " + lcn + "+" + length + " are not among the volume's " + clusterCount);
        }
        runs.add(new DataRun(lcn, length));
      }
      covered += length;
      at += 1 + lengthBytes + distanceBytes;
    }
    if (covered != vcnCount) {
      throw new CorruptFormatException(
          source, from, "data runs cover " + covered + " clusters, the attribute has " + vcnCount);
    }
    return runs;
  }

  /** Bytes that the packed runs take, with the byte that ends them. */
  static int size(List<DataRun> runs) {
    int size = 1;
    long lcn = 0;
    for (DataRun run : runs) {
      size += 1 + width(run.length());
      if (!run.isHole()) {
        size += width(run.lcn() - lcn);
        lcn = run.lcn();
      }
    }
    return size;
  }

  /** Packs runs and ends them; gives the offset behind. */
  static int put(List<DataRun> runs, byte[] bytes, int offset) {
    int at = offset;
    long lcn = 0;
    for (DataRun run : runs) {
      int lengthBytes = width(run.length());
      int distanceBytes = run.isHole() ? 0 : width(run.lcn() - lcn);
      bytes[at] = (byte) (distanceBytes << 4 | lengthBytes);
      putSigned(bytes, at + 1, lengthBytes, run.length());
      if (distanceBytes > 0) {
        putSigned(bytes, at + 1 + lengthBytes, distanceBytes, run.lcn() - lcn);
        lcn = run.lcn();
      }
      at += 1 + lengthBytes + distanceBytes;
    }
    bytes[at] = 0;
    return at + 1;
  }

  /** The fewest bytes that hold a signed number. */
  static int width(long value) {
    int bytes = 1;
    // Mostly one to three steps, which is fast before the second compiler has seen it, too.
    for (long rest = value; rest != (byte) rest; rest >>= 8) {
      bytes++;
    }
    return bytes;
  }

  private static long signed(byte[] bytes, int offset, int count) {
    long value = bytes[offset + count - 1];
    for (int i = count - 2; i >= 0; i--) {
      value = value << 8 | bytes[offset + i] & 0xFF;
    }
    return value;
  }

  private static void putSigned(byte[] bytes, int offset, int count, long value) {
    for (int i = 0; i < count; i++) {
      bytes[offset + i] = (byte) (value >> 8 * i);
    }
  }
}
