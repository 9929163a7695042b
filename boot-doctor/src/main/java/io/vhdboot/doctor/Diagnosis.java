package io.vhdboot.doctor;

import java.util.List;

/**
 * What was found.
 *
 * @param subject what was looked at
 * @param firmwareView what firmware and Windows take the disk for
 * @param walks the way of each kind of machine that the disk is made for, or that was asked for
 * @param dumps what a Windows that stopped left on it
 */
public record Diagnosis(
    String subject, FirmwareView firmwareView, List<Walk> walks, List<CrashDump> dumps) {

  /** Takes copies. */
  public Diagnosis {
    walks = List.copyOf(walks);
    dumps = List.copyOf(dumps);
  }

  /** Whether nothing breaks on any of the ways. */
  public boolean boots() {
    return walks.stream().allMatch(Walk::boots);
  }

  /** All findings, those of the first way first; one that several ways share occurs once. */
  public List<Finding> findings() {
    return walks.stream().flatMap(walk -> walk.findings().stream()).distinct().toList();
  }
}
