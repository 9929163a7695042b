package io.vhdboot.cli;

import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.doctor.BootDoctor;
import io.vhdboot.doctor.CrashDump;
import io.vhdboot.doctor.Diagnosis;
import io.vhdboot.doctor.Finding;
import io.vhdboot.doctor.Finding.Severity;
import io.vhdboot.doctor.FirmwareView;
import io.vhdboot.doctor.Treatment;
import io.vhdboot.doctor.Walk;
import io.vhdboot.provisioning.bootfiles.BootAuthority;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot doctor}: why a stick does not boot, and its repair. */
@Command(
    name = "doctor",
    description = {
      "Walks the way that a machine boots, on the image itself, and says what breaks first, what is"
          + " then seen on the screen, and how to mend it."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:it boots, or does now",
      " 1:something breaks",
      " 2:the command line was not understood",
      " 3:the file is no disk, or not supported"
    })
final class DoctorCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(
      paramLabel = "FILE",
      description = "A stick image, a disk, or a VHD, such as stick.img or w.vhdx.")
  private String file;

  @Option(names = "--fix", description = "Mend what can be mended safely, and look again.")
  private boolean fix;

  @Option(
      names = "--firmware",
      paramLabel = "KIND",
      description = "Walk the way of bios or uefi only, rather than of what it is made for.")
  private Optional<BootFirmware> firmware;

  @Option(
      names = "--secureboot",
      paramLabel = "ERA",
      converter = BootAuthorityConverter.class,
      description = "2011 or 2023: Secure Boot is on, and the firmware trusts these signatures.")
  private Optional<BootAuthority> authority;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    BootDoctor doctor = BootDoctor.of(file).firmware(firmware.map(Set::of).orElse(Set.of()));
    authority.ifPresent(doctor::secureBoot);
    Treatment treatment = fix ? doctor.mend() : null;
    Diagnosis now = treatment == null ? doctor.examine() : treatment.after();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> tree = tree(now);
      if (treatment != null) {
        tree.put("before", tree(treatment.before()));
        tree.put("actions", treatment.actions());
        tree.put("failures", treatment.failures());
      }
      out.println(Json.text(tree));
    } else {
      if (treatment != null) {
        print(out, treatment);
      }
      print(out, now);
    }
    return now.boots() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static void print(PrintWriter out, Treatment treatment) {
    for (Walk walk : treatment.before().walks()) {
      walk.firstBreak()
          .ifPresent(finding -> out.println("before, " + walk.machine() + ": " + finding.cause()));
    }
    treatment.actions().forEach(action -> out.println("mended: " + action));
    treatment.failures().forEach(failure -> out.println("not mended: " + failure));
    out.println();
  }

  private static void print(PrintWriter out, Diagnosis found) {
    FirmwareView view = found.firmwareView();
    out.println(found.subject() + ": a BIOS takes it for: " + view.emulation());
    Stream.concat(view.reasons().stream(), view.consequences().stream())
        .forEach(line -> out.println("    " + line));
    for (Walk walk : found.walks()) {
      out.println();
      out.println(walk.machine() + ": " + (walk.boots() ? "boots" : "does not boot"));
      walk.findings().forEach(finding -> print(out, finding));
      walk.passed().forEach(line -> out.println("    ok  " + line));
    }
    for (CrashDump dump : found.dumps()) {
      out.println();
      out.println(dump.file() + ": " + dump);
      out.println(
          "    build "
              + dump.build()
              + ", "
              + dump.machine()
              + dump.time().map(time -> ", at " + time).orElse(""));
      dump.meaning().forEach(line -> out.println("    " + line));
    }
  }

  private static void print(PrintWriter out, Finding finding) {
    String mark =
        switch (finding.severity()) {
          case BREAKS -> "!!  ";
          case MAY_BREAK -> "?   ";
          case REMARK -> "-   ";
        };
    out.println("    " + mark + finding.step() + ": " + finding.cause());
    if (finding.severity() != Severity.REMARK) {
      out.println("        on the screen: " + finding.error());
    }
    if (!finding.place().isEmpty()) {
      out.println("        where: " + finding.place());
    }
    out.println(
        "        mend: " + finding.remedy() + (finding.mendable() ? "  [--fix does it]" : ""));
  }

  private static Map<String, Object> tree(Diagnosis found) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("subject", found.subject());
    tree.put("boots", found.boots());
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("bios", found.firmwareView().emulation().toString());
    view.put("reasons", found.firmwareView().reasons());
    view.put("consequences", found.firmwareView().consequences());
    tree.put("firmware", view);
    tree.put("walks", found.walks().stream().map(DoctorCommand::tree).toList());
    tree.put("dumps", found.dumps().stream().map(DoctorCommand::tree).toList());
    return tree;
  }

  private static Map<String, Object> tree(Walk walk) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("machine", walk.machine());
    tree.put("boots", walk.boots());
    tree.put("passed", walk.passed());
    tree.put("findings", walk.findings().stream().map(DoctorCommand::tree).toList());
    return tree;
  }

  private static Map<String, Object> tree(Finding finding) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("step", finding.step().toString());
    tree.put("severity", finding.severity().name());
    tree.put("error", finding.error().name());
    tree.put("code", finding.error().code());
    tree.put("screen", finding.error().wording());
    tree.put("place", finding.place());
    tree.put("cause", finding.cause());
    tree.put("remedy", finding.remedy());
    tree.put("mendable", finding.mendable());
    return tree;
  }

  private static Map<String, Object> tree(CrashDump dump) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("file", dump.file());
    tree.put("stopCode", String.format("0x%X", dump.stopCode()));
    tree.put(
        "parameters",
        dump.parameters().stream().map(parameter -> String.format("0x%X", parameter)).toList());
    tree.put("build", dump.build());
    tree.put("machine", dump.machine());
    dump.time().ifPresent(time -> tree.put("time", time.toString()));
    tree.put("meaning", List.copyOf(dump.meaning()));
    return tree;
  }
}
