package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Empties a range of clusters: takes what is free there, so that nothing is put there any more, and
 * moves what lies there, $MFT, its mirror and $Bitmap first, each file as an edit of its own. Each
 * cluster is copied before anything refers to the copy, and stays as it was until the volume is
 * closed.
 */
final class ClusterMover {

  private static final int STEP = 1 << 20;
  private static final int MAX_ROUNDS = 16;

  /** Names the files of volume shadow copies, which tell where their own clusters lie. */
  private static final String SHADOW_COPY = "{3808876b-c176-4e48-b7ae-04046e6cc752}";

  private final BlockDevice device;
  private final VolumeEdit volume;
  private final BootSectorEdit boot;
  private final ClusterSpace clusters;
  private final long from;
  private final long to;
  private final byte[] copied;

  /** What must not be given out: what was free in the range, and what was moved from there. */
  private final List<DataRun> taken = new ArrayList<>();

  /** Creates a mover that empties the clusters from one to before another. */
  ClusterMover(BlockDevice device, VolumeEdit volume, BootSectorEdit boot, long from, long to) {
    this.device = device;
    this.volume = volume;
    this.boot = boot;
    this.clusters = volume.clusters();
    this.from = from;
    this.to = to;
    this.copied = new byte[Math.max(STEP, clusters.clusterSize())];
  }

  /**
   * Throws when something in the range cannot be moved. Writes nothing.
   *
   * @throws CorruptFormatException when a record is damaged: who knows what it refers to
   */
  void check() throws IOException {
    BitSet files = filesWithin();
    for (int number = files.nextSetBit(0); number >= 0; number = files.nextSetBit(number + 1)) {
      if (number == SystemFiles.BOOT || isShadowCopy(volume.volume().file((long) number))) {
        throw new NoSpaceException(
            clusters.name() + ": MFT record " + number + ", which cannot be moved,",
            clusters.position(to),
            clusters.position(from));
      }
    }
  }

  private static boolean isShadowCopy(NtfsFile file) throws IOException {
    return file.names().stream().anyMatch(name -> name.name().endsWith(SHADOW_COPY));
  }

  /** Moves until nothing is left: what is brought down in between may free clusters there again. */
  void run() throws IOException {
    occupy();
    boolean more = true;
    for (int round = 0; more; round++) {
      if (round == MAX_ROUNDS) {
        throw new NoSpaceException(
            clusters.name() + ": what lies in the clusters to be emptied",
            clusters.position(filesWithin().cardinality()),
            0);
      }
      BitSet within = filesWithin();
      moveTable(within.get(SystemFiles.MFT), within.get(SystemFiles.MFT_MIRROR));
      if (within.get(SystemFiles.BITMAP)) {
        moveBitmap();
      }
      within.clear(SystemFiles.MFT);
      within.clear(SystemFiles.MFT_MIRROR);
      within.clear(SystemFiles.BITMAP);
      for (int file = within.nextSetBit(0); file >= 0; file = within.nextSetBit(file + 1)) {
        moveFile(file);
      }
      volume.flush();
      more = occupy() | !filesWithin().isEmpty();
    }
    volume.flush();
  }

  /** Lets the range be used again. */
  void giveBack() throws IOException {
    volume.edit(
        () -> {
          taken.forEach(volume.allocator()::free);
          return null;
        });
    taken.clear();
    volume.flush();
  }

  /** Takes what is free in the range; says whether anything was. */
  private boolean occupy() throws IOException {
    List<DataRun> free =
        volume.edit(
            () -> {
              AllocationBitmap bits = volume.allocator().bitmap();
              List<DataRun> runs = new ArrayList<>();
              long at = bits.nextClear(from, to);
              while (at < to) {
                long end = bits.nextSet(at, to);
                bits.set(at, end - at);
                runs.add(new DataRun(at, end - at));
                at = bits.nextClear(end, to);
              }
              return runs;
            });
    taken.addAll(free);
    return !free.isEmpty();
  }

  /** The base records of all files that have a cluster in the range. */
  private BitSet filesWithin() throws IOException {
    MasterFileTable table = volume.table();
    BitSet files = new BitSet();
    for (long number = 0; number < table.recordCount(); number++) {
      if (!table.isPresent(number)) {
        continue;
      }
      byte[] record = table.read(number);
      String source = table.source(number);
      FileRecord header = FileRecord.get(record, source);
      if (header.isInUse() && reachesInto(header.attributes(record, source), record, source)) {
        long base = header.isExtension() ? FileReference.record(header.baseReference()) : number;
        if (base >= Math.min(table.recordCount(), Integer.MAX_VALUE)) {
          throw new CorruptFormatException(
              source, 0x20, "record " + base + " that it continues is not in the table");
        }
        files.set((int) base);
      }
    }
    files.clear(SystemFiles.BAD_CLUSTERS);
    return files;
  }

  private boolean reachesInto(List<AttributeHeader> attributes, byte[] record, String source)
      throws IOException {
    for (AttributeHeader attribute : attributes) {
      if (attribute instanceof AttributeHeader.NonResident extent) {
        for (DataRun run :
            MappingPairs.get(
                record,
                extent.position() + extent.mappingPairsOffset(),
                extent.position() + extent.length(),
                clusters.clusterCount(),
                extent.highestVcn() - extent.lowestVcn() + 1,
                source)) {
          if (isWithin(run)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private boolean isWithin(DataRun run) {
    return !run.isHole() && run.lcn() < to && run.lcn() + run.length() > from;
  }

  /** Moves $MFT and its mirror, which the boot sector leads to. */
  private void moveTable(boolean table, boolean mirror) throws IOException {
    if (!table && !mirror) {
      return;
    }
    volume.flush();
    if (mirror) {
      moveFile(SystemFiles.MFT_MIRROR);
    }
    if (table) {
      moveFile(SystemFiles.MFT);
    }
    // Until the boot sector says otherwise the old table, whose clusters are still there, counts.
    volume.flush();
    AttributeEdit data = volume.tableData();
    boot.moveTable(data.find(0).lcn(), volume.mirrorData().find(0).lcn());
    volume
        .table()
        .replaceContent(
            new ClusterContent(
                clusters,
                data.runs(),
                data.size(),
                data.initialisedSize(),
                volume.table().source(SystemFiles.MFT)));
  }

  /** Moves $Bitmap; the bits of what follows must go where the record on disk says. */
  private void moveBitmap() throws IOException {
    moveFile(SystemFiles.BITMAP);
    volume.allocator().bitmap().resize(bits(), clusters.clusterCount());
    volume.flush();
  }

  private AttributeEdit bits() throws IOException {
    return volume.file(SystemFiles.BITMAP).get(AttributeType.DATA, "");
  }

  private void moveFile(long number) throws IOException {
    List<DataRun> left =
        volume.edit(
            () -> {
              FileEdit file = volume.file(number);
              List<DataRun> moved = new ArrayList<>();
              for (AttributeEdit attribute : file.attributes()) {
                move(attribute, moved);
              }
              if (file.list() != null) {
                move(file.list(), moved);
              }
              return moved;
            });
    taken.addAll(left);
  }

  private void move(AttributeEdit attribute, List<DataRun> moved) throws IOException {
    if (attribute.isResident()) {
      return;
    }
    long vcn = 0;
    while (vcn < attribute.end()) {
      DataRun run = attribute.find(vcn);
      if (isWithin(run)) {
        long begin = Math.max(from, run.lcn());
        DataRun within = new DataRun(begin, Math.min(to, run.lcn() + run.length()) - begin);
        moveRun(attribute, vcn + begin - run.lcn(), within);
        moved.add(within);
      }
      vcn += run.length();
    }
  }

  /** Copies clusters and maps the copy; the old ones stay taken. */
  private void moveRun(AttributeEdit attribute, long vcn, DataRun run) throws IOException {
    long near = vcn == 0 ? -1 : attribute.find(vcn - 1).lcn() + 1;
    long done = 0;
    for (DataRun target : volume.allocator().allocate(run.length(), near)) {
      copy(run.lcn() + done, target);
      attribute.replace(vcn + done, target);
      done += target.length();
    }
  }

  private void copy(long lcn, DataRun target) throws IOException {
    long bytes = clusters.position(target.length());
    for (long at = 0; at < bytes; at += copied.length) {
      ByteBuffer piece = ByteBuffer.wrap(copied, 0, (int) Math.min(copied.length, bytes - at));
      device.read(clusters.position(lcn) + at, piece);
      device.write(clusters.position(target.lcn()) + at, piece.flip());
    }
  }
}
