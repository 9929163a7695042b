package io.vhdboot.cli;

import io.vhdboot.ntfs.NtfsResize;
import io.vhdboot.ntfs.NtfsVolume;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot ntfs info}: what a volume is like. */
@Command(
    name = "info",
    description = "Shows what a volume is like.",
    mixinStandardHelpOptions = true)
final class NtfsInfoCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "FILE[@N]", description = "The volume, or partition N of a disk.")
  private String path;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (VolumePath.Open open = VolumePath.of(path).open(true)) {
      Map<String, Object> facts = facts(NtfsVolume.open(open.volume()));
      if (json) {
        out.println(Json.text(facts));
      } else {
        facts.forEach((name, value) -> out.printf("%-22s %s%n", name, value));
      }
    }
    return ExitCode.DONE;
  }

  private static Map<String, Object> facts(NtfsVolume volume) throws IOException {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("label", volume.label());
    facts.put("version", volume.version());
    facts.put("serial", String.format("%016X", volume.serial()));
    facts.put("sectorSize", volume.sectorSize());
    facts.put("clusterSize", volume.clusterSize());
    facts.put("recordSize", volume.recordSize());
    facts.put("hiddenSectors", volume.hiddenSectors());
    facts.put("clusters", volume.clusterCount());
    facts.put("freeClusters", volume.countFreeClusters());
    facts.put("freeBytes", volume.countFreeClusters() * volume.clusterSize());
    facts.put("records", volume.recordCount());
    facts.put("tableCluster", volume.file(0L).stream("").extents().get(0).lcn());
    facts.put("mirrorCluster", volume.file(1L).stream("").extents().get(0).lcn());
    facts.put("logBytes", volume.file(2L).stream("").size());
    facts.put("log", volume.logState().toString().toLowerCase(Locale.ROOT));
    facts.put("dirty", volume.isDirty());
    facts.put("smallestSize", NtfsResize.minimumSize(volume.device()));
    return facts;
  }
}
