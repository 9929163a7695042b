package io.vhdboot.servicing;

import io.vhdboot.hive.HiveState;
import java.util.Optional;

/**
 * What state a hive of a Windows is in.
 *
 * @param hive which one
 * @param state clean, complete with its logs, or without changes that its logs would hold; nothing
 *     where it is missing or damaged
 * @param problem what is wrong with it; empty for nothing
 */
public record HiveCondition(WindowsHive hive, Optional<HiveState> state, String problem) {

  /** Whether it can be edited. */
  public boolean isEditable() {
    return state.isPresent() && state.get() != HiveState.DIRTY;
  }
}
