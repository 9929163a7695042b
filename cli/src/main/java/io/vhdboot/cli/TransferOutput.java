package io.vhdboot.cli;

import io.vhdboot.imaging.apply.Loss;
import io.vhdboot.imaging.apply.TransferReport;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** Prints what came of taking files out of a WIM. */
final class TransferOutput {

  private TransferOutput() {}

  /** Prints a report and gives the exit code that it means. */
  static int print(CommandSpec spec, TransferReport report, String target, boolean json) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (json) {
      out.println(Json.text(facts(report, target)));
    } else {
      report.notes().forEach(note -> err.println("vhdboot: note: " + note));
      report.leftOut().forEach(left -> err.println("vhdboot: left out: " + left));
      if (report.leftOutCount() > report.leftOut().size()) {
        err.printf("vhdboot: left out: %d more%n", report.leftOutCount() - report.leftOut().size());
      }
      report
          .losses()
          .forEach((loss, count) -> err.printf("vhdboot: not kept: %s of %d files%n", loss, count));
      out.printf(
          "%s: %d files, %d directories, %d hard links, %d links, %d bytes%n",
          target,
          report.files(),
          report.directories(),
          report.hardLinks(),
          report.symbolicLinks(),
          report.bytes());
    }
    return report.isComplete() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static Map<String, Object> facts(TransferReport report, String target) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("target", target);
    facts.put("files", report.files());
    facts.put("directories", report.directories());
    facts.put("hardLinks", report.hardLinks());
    facts.put("links", report.symbolicLinks());
    facts.put("bytes", report.bytes());
    facts.put("leftOutCount", report.leftOutCount());
    facts.put("leftOut", report.leftOut());
    Map<String, Object> losses = new LinkedHashMap<>();
    report.losses().forEach((loss, count) -> losses.put(name(loss), count));
    facts.put("notKept", losses);
    facts.put("notes", report.notes());
    return facts;
  }

  private static String name(Loss loss) {
    return switch (loss) {
      case SECURITY_DESCRIPTOR -> "securityDescriptors";
      case ATTRIBUTES -> "attributes";
      case SHORT_NAME -> "shortNames";
      case NAMED_STREAM -> "namedStreams";
      case REPARSE_POINT -> "reparsePoints";
      case OBJECT_ID -> "objectIds";
      case EXTENDED_ATTRIBUTES -> "extendedAttributes";
      case HARD_LINK -> "hardLinks";
    };
  }
}
