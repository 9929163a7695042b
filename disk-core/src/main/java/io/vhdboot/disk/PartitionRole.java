package io.vhdboot.disk;

/** Where a partition stands in its table. */
public enum PartitionRole {
  /** In the table itself: one of four in an MBR, every one in a GPT. */
  PRIMARY,
  /** In an MBR, and holds no volume but logical partitions. */
  EXTENDED,
  /** In the chain of records within an extended partition. */
  LOGICAL
}
