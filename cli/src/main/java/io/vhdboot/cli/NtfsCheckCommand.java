package io.vhdboot.cli;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import io.vhdboot.ntfs.NtfsCheckOptions;
import io.vhdboot.ntfs.NtfsCheckReport;
import io.vhdboot.ntfs.NtfsChecker;
import io.vhdboot.ntfs.NtfsFinding;
import io.vhdboot.ntfs.NtfsFindingKind;
import io.vhdboot.ntfs.NtfsRepair;
import io.vhdboot.ntfs.NtfsRepairReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot ntfs check}: what is wrong with a volume, and its repair. */
@Command(
    name = "check",
    description = "Checks a volume as chkdsk does; with --repair, repairs it.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:nothing is wrong, or nothing any more",
      " 1:something is wrong; with --strict also what is merely unusual",
      " 2:the command line was not understood",
      " 3:the input is bad or not supported"
    })
final class NtfsCheckCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(
      paramLabel = "IMAGE[@PARTITION]",
      description = "The volume, such as stick.img@1 or stick.img@1/virtualharddisk.vhd@1.")
  private String image;

  @Option(names = "--repair", description = "Repair what is wrong.")
  private boolean repair;

  @Option(
      names = "--strict",
      description = "Tell, and with --repair set right, what is legal but unusual too.")
  private boolean strict;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    NtfsCheckOptions options = NtfsCheckOptions.DEFAULT.withStrict(strict);
    try (OpenImage opened = ImagePath.of(image).open(!repair)) {
      BlockDevice device = opened.disk();
      NtfsRepairReport repaired = repair ? NtfsRepair.run(device, options) : null;
      NtfsCheckReport found =
          repaired == null ? NtfsChecker.check(device, options) : repaired.before();
      NtfsCheckReport left = repaired == null ? found : repaired.after();
      opened.flush();
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(Json.text(tree(found, repaired)));
      } else {
        print(out, found, repaired);
      }
      boolean good = strict ? left.isClean() : left.isSound();
      return good ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  private void print(PrintWriter out, NtfsCheckReport found, NtfsRepairReport repaired) {
    found.findings().stream().filter(this::isShown).forEach(out::println);
    if (repaired == null) {
      long more = found.counts().values().stream().mapToLong(Long::longValue).sum();
      if (more > found.findings().size()) {
        out.println("... and more of these kinds");
      }
      out.println(found.summary());
      return;
    }
    repaired.actions().forEach(action -> out.println("repaired: " + action));
    repaired.after().findings().stream()
        .filter(this::isShown)
        .forEach(finding -> out.println("left: " + finding));
    out.println(repaired.after().summary());
  }

  private boolean isShown(NtfsFinding finding) {
    return finding.severity() == NtfsFindingKind.Severity.ERROR
        || strict && finding.severity() == NtfsFindingKind.Severity.STRICT;
  }

  private static Map<String, Object> tree(NtfsCheckReport found, NtfsRepairReport repaired) {
    Map<String, Object> tree = tree(found);
    if (repaired != null) {
      tree.put("actions", repaired.actions());
      tree.put("after", tree(repaired.after()));
    }
    return tree;
  }

  private static Map<String, Object> tree(NtfsCheckReport report) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("volume", report.volume());
    tree.put("sound", report.isSound());
    tree.put("clean", report.isClean());
    tree.put("files", report.files());
    tree.put("records", report.records());
    tree.put("clusters", report.clusters());
    tree.put("freeClusters", report.freeClusters());
    Map<String, Object> counts = new LinkedHashMap<>();
    report.counts().forEach((kind, count) -> counts.put(kind.name(), count));
    tree.put("counts", counts);
    tree.put("findings", findings(report.findings()));
    return tree;
  }

  private static List<Map<String, Object>> findings(List<NtfsFinding> findings) {
    return findings.stream()
        .map(
            finding -> {
              Map<String, Object> tree = new LinkedHashMap<>();
              tree.put("kind", finding.kind().name());
              tree.put("severity", finding.severity().name());
              finding.record().ifPresent(record -> tree.put("record", record));
              if (!finding.path().isEmpty()) {
                tree.put("path", finding.path());
              }
              tree.put("message", finding.message());
              tree.put("remedy", finding.kind().remedy());
              return tree;
            })
        .toList();
  }
}
