package io.vhdboot.ntfs;

/** What $LogFile says about the volume. */
public enum LogState {
  /** Nothing is logged: Windows begins the log afresh. So it is after formatting. */
  EMPTY,
  /** The volume was dismounted; nothing is left to do. */
  CLEAN,
  /**
   * The volume was not dismounted: changes of metadata may stand in the log only, and what is read
   * may lack them. Windows applies them when it mounts the volume.
   */
  PENDING,
  /** The log is damaged or of an unknown form. */
  UNREADABLE
}
