package io.vhdboot.hive;

/** Whether a hive's file held all of its changes. */
public enum HiveState {

  /** The file was complete. */
  CLEAN,

  /** Changes were still in the transaction logs and have been replayed. */
  RECOVERED,

  /**
   * Changes were still in transaction logs that were not given or do not fit. What is read is a
   * mixture of old and new; Windows would not load this file by itself.
   */
  DIRTY
}
