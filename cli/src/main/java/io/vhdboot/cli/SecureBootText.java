package io.vhdboot.cli;

import io.vhdboot.authenticode.SecureBootReport;
import io.vhdboot.image.BootPrograms;
import java.io.PrintWriter;

/** Shows people who signed a program and which machines with Secure Boot start it. */
final class SecureBootText {

  private SecureBootText() {}

  static void print(PrintWriter out, BootPrograms.Program program) {
    SecureBootReport report = program.report();
    out.println(
        program.path()
            + ": "
            + report.architecture()
            + report.version().map(version -> ", version " + version).orElse(""));
    report.signatures().forEach(signature -> out.println("  " + signature));
    report.secureVersion().ifPresent(version -> out.println("  secure version number " + version));
    report.lines().forEach(line -> out.println("  " + line));
  }
}
