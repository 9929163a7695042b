package io.vhdboot.ntfs;

import java.util.ArrayList;
import java.util.List;

/** Holds the sizes and flags of a file's streams against their data runs. */
final class StreamCheck {

  /** Clusters behind the end of a stream that nobody needs. */
  private static final int MANY_CLUSTERS = 16;

  /** The largest cluster with which Windows compresses. */
  private static final int MAX_COMPRESSED_CLUSTER = 4096;

  private final CheckLog log;
  private final int clusterSize;
  private final CheckedFile file;

  private StreamCheck(CheckedVolume volume, CheckedFile file) {
    this.log = volume.log();
    this.clusterSize = volume.clusters().clusterSize();
    this.file = file;
  }

  /** Makes the streams of a file sound and reports what was not. */
  static void check(CheckedVolume volume, CheckedFile file) {
    StreamCheck check = new StreamCheck(volume, file);
    for (CheckedStream stream : List.copyOf(file.streams())) {
      if (!stream.isResident()) {
        check.check(stream);
      }
    }
  }

  private void report(NtfsFindingKind kind, String message) {
    log.add(kind, file.number(), message);
  }

  private void check(CheckedStream given) {
    CheckedStream stream = given;
    boolean bad = file.number() == SystemFiles.BAD_CLUSTERS && given.name().equals("$Bad");
    boolean plain = !given.isCompressed() && !given.isSparse();
    if (plain && !bad && given.held() != given.covered()) {
      stream = fillHoles(given);
    }
    if (stream.isCompressed()) {
      stream = checkCompressed(stream);
    }
    AttributeHeader.NonResident header = stream.header();
    long allocated = stream.covered() * clusterSize;
    long size = header.dataSize();
    long initialised = header.initialisedSize();
    if (header.allocatedSize() != allocated) {
      report(
          NtfsFindingKind.STREAM_SIZE,
          stream
              + " says that "
              + header.allocatedSize()
              + " bytes are allocated, its runs cover "
              + allocated);
    }
    if (size > allocated) {
      report(
          NtfsFindingKind.STREAM_SIZE, stream + " has " + size + " bytes, allocated " + allocated);
      size = allocated;
    }
    if (initialised > size) {
      report(
          NtfsFindingKind.STREAM_SIZE,
          stream + " has " + initialised + " bytes initialised of " + header.dataSize());
      initialised = size;
    }
    long held = stream.held() * clusterSize;
    boolean wantsStored = stream.isCompressed() || stream.isSparse();
    boolean storedWrong =
        wantsStored && (!stream.hasStoredSize() || stream.header().storedSize() != held);
    if (storedWrong) {
      report(
          NtfsFindingKind.STORED_SIZE,
          stream
              + (stream.hasStoredSize()
                  ? " says that it holds " + header.storedSize() + " bytes, its runs hold " + held
                  : " is sparse or compressed and does not say what it holds"));
    }
    if (storedWrong
        || allocated != header.allocatedSize()
        || size != header.dataSize()
        || initialised != header.initialisedSize()) {
      stream = stream.with(stream.flags(), allocated, size, initialised, held);
    }
    if (stream != given) {
      file.replace(given, stream);
    }
    boolean ordinary = plain && file.number() > SystemFiles.LAST_NAMELESS;
    if (ordinary
        && stream.type() == AttributeType.DATA
        && allocated - size >= (long) MANY_CLUSTERS * clusterSize) {
      report(
          NtfsFindingKind.STREAM_UNUSUAL,
          stream + " has " + (allocated - size) / clusterSize + " clusters behind its end");
    }
  }

  /** Marks a stream of data with holes sparse; cuts others before the first. */
  private CheckedStream fillHoles(CheckedStream stream) {
    report(
        NtfsFindingKind.STREAM_HOLE, stream + " has a hole and is neither sparse nor compressed");
    if (stream.type() == AttributeType.DATA && file.number() > SystemFiles.LAST_NAMELESS) {
      AttributeHeader.NonResident header = stream.header();
      return stream.with(
          stream.flags() | AttributeHeader.FLAG_SPARSE,
          header.allocatedSize(),
          header.dataSize(),
          header.initialisedSize(),
          stream.held() * clusterSize);
    }
    List<DataRun> runs = new ArrayList<>();
    for (DataRun run : stream.runs()) {
      if (run.isHole()) {
        break;
      }
      runs.add(run);
    }
    return stream.withRuns(runs, clusterSize);
  }

  private CheckedStream checkCompressed(CheckedStream stream) {
    if (clusterSize > MAX_COMPRESSED_CLUSTER) {
      report(
          NtfsFindingKind.COMPRESSION,
          stream + " is compressed, which clusters of " + clusterSize + " bytes do not allow");
      return stream;
    }
    long unit = 1L << stream.header().compressionUnit();
    List<DataRun> units = new ArrayList<>();
    boolean damaged = false;
    long inUnit = 0;
    boolean hole = false;
    List<DataRun> current = new ArrayList<>();
    boolean currentDamaged = false;
    for (DataRun run : stream.runs()) {
      long left = run.length();
      long lcn = run.lcn();
      while (left > 0) {
        long part = Math.min(left, unit - inUnit);
        // Whole units of one kind need not be taken apart.
        if (inUnit == 0 && left >= unit) {
          part = left / unit * unit;
        }
        currentDamaged |= hole && !run.isHole();
        hole |= run.isHole();
        current.add(new DataRun(run.isHole() ? DataRun.HOLE : lcn, part));
        inUnit = (inUnit + part) % unit;
        lcn += run.isHole() ? 0 : part;
        left -= part;
        if (inUnit == 0) {
          damaged |= currentDamaged;
          units.addAll(currentDamaged ? List.of(new DataRun(DataRun.HOLE, unit)) : current);
          current.clear();
          hole = false;
          currentDamaged = false;
        }
      }
    }
    boolean partial = inUnit != 0;
    if (partial) {
      current.add(new DataRun(DataRun.HOLE, unit - inUnit));
      units.addAll(currentDamaged ? List.of(new DataRun(DataRun.HOLE, unit)) : current);
      damaged |= currentDamaged;
    }
    if (damaged) {
      report(
          NtfsFindingKind.COMPRESSION,
          stream + " has clusters behind a hole in a compression unit");
    }
    if (partial) {
      report(
          NtfsFindingKind.STREAM_SIZE,
          stream + " is allocated to no multiple of its compression unit");
    }
    if (!damaged && !partial) {
      return stream;
    }
    return stream.withRuns(merge(units), clusterSize);
  }

  /** Joins holes and runs that follow each other. */
  static List<DataRun> merge(List<DataRun> runs) {
    List<DataRun> merged = new ArrayList<>();
    for (DataRun run : runs) {
      DataRun last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      boolean follows =
          last != null
              && last.isHole() == run.isHole()
              && (run.isHole() || last.lcn() + last.length() == run.lcn());
      if (follows) {
        merged.set(merged.size() - 1, new DataRun(last.lcn(), last.length() + run.length()));
      } else {
        merged.add(run);
      }
    }
    return merged;
  }
}
