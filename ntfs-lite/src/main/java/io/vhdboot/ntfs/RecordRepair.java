package io.vhdboot.ntfs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Writes records and files as a check made them sound. */
final class RecordRepair {

  private final CheckedVolume volume;
  private final RepairLog log;
  private final RepairSpace space;
  private final FileWriter writer;

  RecordRepair(CheckedVolume volume, RepairLog log) {
    this.volume = volume;
    this.log = log;
    this.space = new RepairSpace(volume);
    this.writer = new FileWriter(volume, space);
  }

  void run() throws IOException {
    RepairNeeds needs = volume.needs();
    for (int number : needs.changedFiles().stream().toArray()) {
      CheckedFile file = volume.readAgain(number);
      if (file != null && !needs.sharers().get(number)) {
        write(file, "its records are written anew");
      }
    }
    if (!needs.sharers().isEmpty()) {
      separate();
    }
    new SystemFileRepair(volume, log, space).run();
    volume.clusters().device().flush();
    for (int number : needs.unusedExtensions().stream().toArray()) {
      writer.free(number);
      log.done(number, "the extension record is freed");
    }
    BitSet lost = (BitSet) needs.lostRecords().clone();
    lost.andNot(needs.missingSystemFiles());
    for (int number : lost.stream().toArray()) {
      writer.free(number);
      log.done(number, "the record is freed");
    }
  }

  private void write(CheckedFile file, String what) throws IOException {
    boolean written = writer.write(file);
    log.done(
        file.number(), written ? what : "not repaired: there is no free record for a part of it");
  }

  /** Gives each file clusters of its own; the first one keeps those that it shares. */
  private void separate() throws IOException {
    ClusterMap owned = new ClusterMap(volume.clusters().clusterCount());
    for (long number = 0; number < volume.files().end(); number++) {
      if (volume.files().state(number) != CheckedRecord.State.BASE) {
        continue;
      }
      CheckedFile file = volume.readAgain(number);
      boolean moved = false;
      for (CheckedStream stream : List.copyOf(file.streams())) {
        List<DataRun> runs = separate(stream.runs(), owned);
        if (!runs.equals(stream.runs())) {
          file.replace(stream, stream.withRuns(runs, volume.clusters().clusterSize()));
          moved = true;
        }
      }
      for (DataRun run : file.listRuns()) {
        moved |= volume.shared().containsAny(run.lcn(), run.length());
      }
      if (moved) {
        volume.clusters().device().flush();
        write(file, "clusters that another file holds too are copied");
      }
    }
  }

  private List<DataRun> separate(List<DataRun> runs, ClusterMap owned) throws IOException {
    List<DataRun> separate = new ArrayList<>();
    boolean any = false;
    for (DataRun run : runs) {
      if (run.isHole() || !volume.shared().containsAny(run.lcn(), run.length())) {
        separate.add(run);
        continue;
      }
      for (long at = run.lcn(); at < run.lcn() + run.length(); ) {
        boolean copy = volume.shared().contains(at) && owned.contains(at);
        long end = at + 1;
        while (end < run.lcn() + run.length()
            && copy == (volume.shared().contains(end) && owned.contains(end))) {
          end++;
        }
        if (copy) {
          separate.addAll(space.copy(at, end - at));
          any = true;
        } else {
          owned.add(at, end - at, null);
          separate.add(new DataRun(at, end - at));
        }
        at = end;
      }
    }
    return any ? StreamCheck.merge(separate) : runs;
  }
}
