package io.vhdboot.doctor;

import java.util.List;

/**
 * What was mended.
 *
 * @param before what was found first
 * @param actions what was done, a line each
 * @param failures what was tried in vain, and why
 * @param after what is found now
 */
public record Treatment(
    Diagnosis before, List<String> actions, List<String> failures, Diagnosis after) {

  /** Takes copies. */
  public Treatment {
    actions = List.copyOf(actions);
    failures = List.copyOf(failures);
  }
}
