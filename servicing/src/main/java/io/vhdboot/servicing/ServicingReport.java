package io.vhdboot.servicing;

import java.util.List;

/**
 * What was done to a Windows, or would be.
 *
 * @param windows what the Windows was before
 * @param changes what was changed or found to be so already, in that order
 * @param notes what else people should know, a sentence each without a full stop
 * @param drivers the driver packages that are in it now
 */
public record ServicingReport(
    OfflineWindows windows, List<Change> changes, List<String> notes, List<StagedDriver> drivers) {

  /** Takes copies of the lists. */
  public ServicingReport {
    changes = List.copyOf(changes);
    notes = List.copyOf(notes);
    drivers = List.copyOf(drivers);
  }

  /** How many changes ended so. */
  public long count(Change.Outcome outcome) {
    return changes.stream().filter(change -> change.outcome() == outcome).count();
  }
}
