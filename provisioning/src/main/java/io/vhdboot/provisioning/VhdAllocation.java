package io.vhdboot.provisioning;

/** How the VHD on a stick takes its room there. */
public enum VhdAllocation {
  /** Only blocks that hold something take room; Windows expands it to its full size at boot. */
  DYNAMIC,
  /** All of its room is taken from the beginning. */
  FIXED
}
