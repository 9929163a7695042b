package io.vhdboot.doctor;

import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.doctor.Finding.Severity;
import java.util.List;
import java.util.Optional;

/**
 * The way of one kind of machine.
 *
 * @param machine what is walked, such as {@code BIOS}
 * @param firmware the kind of firmware; nothing where the way begins at a VHD that another disk
 *     boots
 * @param passed what was found to be in order, a line each, in the order of the way
 * @param findings what breaks, in the order in which the machine comes upon it
 */
public record Walk(
    String machine, Optional<BootFirmware> firmware, List<String> passed, List<Finding> findings) {

  /** Takes copies. */
  public Walk {
    passed = List.copyOf(passed);
    findings = List.copyOf(findings);
  }

  /** Whether nothing breaks on it. */
  public boolean boots() {
    return findings.stream().noneMatch(finding -> finding.severity() == Severity.BREAKS);
  }

  /** The first thing that breaks. */
  public Optional<Finding> firstBreak() {
    return findings.stream().filter(finding -> finding.severity() == Severity.BREAKS).findFirst();
  }
}
