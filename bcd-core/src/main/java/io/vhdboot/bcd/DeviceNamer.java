package io.vhdboot.bcd;

/**
 * Names partitions for people. Offline there are no drive letters: {@link #OFFLINE} tells disk and
 * partition, and a caller who knows more says it better.
 */
@FunctionalInterface
public interface DeviceNamer {

  /** Names a partition as {@code mbr:SIGNATURE@OFFSET} or {@code gpt:{disk}{partition}}. */
  DeviceNamer OFFLINE = BcdDevice.PartitionAddress::toString;

  /** The name of a partition, such as {@code C:}. */
  String name(BcdDevice.PartitionAddress partition);
}
