package io.vhdboot.image;

import io.vhdboot.authenticode.AuthenticodeSignature;
import io.vhdboot.authenticode.SecureBootMachine;
import io.vhdboot.authenticode.SecureBootReport;
import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Inspects a file by its name and size, and a program for UEFI by who signed it as well. */
final class ProgramInspection {

  private ProgramInspection() {}

  /** Inspects a file within something else; what is wrong with it is told in its place. */
  static Inspection inspect(String path, long size, BlockDevice content) {
    Inspection.Builder found =
        Inspection.of("file", path + ": " + Quantity.ofBytes(size)).property("size", size);
    if (path.endsWith(".efi")) {
      try {
        add(SecureBootReport.of(content), found);
      } catch (IOException e) {
        found.property("problem", e.getMessage());
      }
    }
    return found.build();
  }

  /** Inspects a file that is a program. */
  static Inspection inspect(String name, BlockDevice content) throws IOException {
    Inspection.Builder found =
        Inspection.of("program", name + ": program of " + Quantity.ofBytes(content.size()))
            .property("size", content.size());
    add(SecureBootReport.of(content), found);
    return found.build();
  }

  private static void add(SecureBootReport report, Inspection.Builder found) {
    found.property("architecture", report.architecture());
    report.version().ifPresent(version -> found.property("version", version.toString()));
    report
        .secureVersion()
        .ifPresent(version -> found.property("secureVersion", version.toString()));
    found.property(
        "signed", report.signatures().stream().anyMatch(AuthenticodeSignature::isIntact));
    if (report.signatures().isEmpty()) {
      return;
    }
    found.property("signatures", report.signatures().stream().map(Object::toString).toList());
    if (report.isFirmwareProgram()) {
      List<String> machines =
          Arrays.stream(SecureBootMachine.values())
              .filter(report::startsOn)
              .map(SecureBootMachine::toString)
              .toList();
      found.property("startsWhereFirmware", machines.isEmpty() ? "trusts its signer" : machines);
    }
  }
}
