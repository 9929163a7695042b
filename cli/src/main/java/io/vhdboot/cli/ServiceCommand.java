package io.vhdboot.cli;

import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.servicing.Change.Outcome;
import io.vhdboot.servicing.OfflineWindows;
import io.vhdboot.servicing.Servicing;
import io.vhdboot.servicing.ServicingReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot service}: recognises a Windows that does not run, changes it, undoes that. */
@Command(
    name = "service",
    description = {
      "Tells what an offline Windows is, and changes it so that it starts where it shall.",
      "What is changed is recorded in it (\\Windows\\vhdboot), so that --undo takes it back."
    },
    footer = {
      "%nSuch as",
      "  vhdboot service stick.img@1/virtualharddisk.vhd@1/Windows --usb-boot --portable",
      "  vhdboot service stick.img@1/virtualharddisk.vhd@1/Windows --undo"
    },
    mixinStandardHelpOptions = true)
final class ServiceCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private ServicingArguments arguments;

  @Parameters(
      index = "0",
      paramLabel = "WINDOWS",
      description = "The Windows folder, on the host or inside an image.")
  private String windows;

  @Option(
      names = "--store",
      paramLabel = "BCD",
      description = {
        "The boot store of --hypervisor, or of undoing that; those on the image's own disk",
        "unless given. Repeatable."
      })
  private List<String> stores = List.of();

  @Option(names = "--undo", description = "Take back what this program changed.")
  private boolean undo;

  @Option(names = "--dry-run", description = "Tell what would be changed, and change nothing.")
  private boolean dryRun;

  @Option(
      names = "--as-it-is",
      description = "Edit hives whose transaction logs are missing without what they would hold.")
  private boolean asItIs;

  @Option(
      names = "--force",
      description = {
        "Change a Windows that hibernates; undo what somebody else has changed since, too."
      })
  private boolean force;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Instant now =
        Reproducible.sourceDate().orElseGet(() -> Instant.now().truncatedTo(ChronoUnit.SECONDS));
    Servicing servicing = arguments.servicing(now).asItIs(asItIs).force(force);
    if (arguments.usbBoot().orElse(false)) {
      servicing = servicing.usbBoot();
    }
    boolean isAsked = !servicing.isEmpty() || arguments.isHypervisor();
    if (undo && isAsked) {
      throw new ParameterException(
          spec.commandLine(), "--undo takes everything back; it goes with no other change");
    }
    WindowsPlace place = WindowsPlace.of(windows);
    try {
      if (undo || isAsked) {
        return service(place, servicing);
      }
      show(place);
      return ExitCode.DONE;
    } catch (DiskFormatException e) {
      throw place.explained(e);
    }
  }

  private int service(WindowsPlace place, Servicing asked) throws IOException {
    Servicing servicing = asked;
    if (arguments.isPortable() && place.isTight()) {
      servicing = servicing.noVhdExpansion();
    }
    ServicingReport report;
    if (undo || arguments.isHypervisor()) {
      if (arguments.isHypervisor()) {
        servicing = servicing.hypervisor(place.vhd());
      }
      try (BootStoreCopies copies = BootStoreCopies.of(place.stores(stores))) {
        report = run(place, servicing.bootStores(copies.files()));
        if (!dryRun) {
          copies.putBack();
        }
      }
    } else {
      report = run(place, servicing);
    }
    print(report);
    return undo && report.count(Outcome.KEPT) > 0 ? ExitCode.FAILED : ExitCode.DONE;
  }

  private ServicingReport run(WindowsPlace place, Servicing servicing) throws IOException {
    try (FilePlace opened = dryRun ? place.source() : place.target()) {
      Path folder = opened.path();
      if (undo) {
        return dryRun ? servicing.previewUndo(folder) : servicing.undo(folder);
      }
      return dryRun ? servicing.preview(folder) : servicing.apply(folder);
    }
  }

  private void show(WindowsPlace place) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (FilePlace opened = place.source()) {
      OfflineWindows found = OfflineWindows.open(opened.path());
      if (json) {
        out.println(Json.text(ServicingText.facts(found)));
      } else {
        ServicingText.print(found, out);
      }
    }
  }

  private void print(ServicingReport report) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("windows", ServicingText.facts(report.windows()));
      facts.put("written", !dryRun);
      facts.put("changes", ServicingText.facts(report.changes()));
      if (!report.drivers().isEmpty()) {
        facts.put("drivers", ServicingText.driverFacts(report.drivers()));
      }
      facts.put("notes", report.notes());
      out.println(Json.text(facts));
      return;
    }
    ServicingText.print(report, common.verbose, out, spec.commandLine().getErr());
    out.println(ServicingText.counts(report, dryRun));
  }
}
