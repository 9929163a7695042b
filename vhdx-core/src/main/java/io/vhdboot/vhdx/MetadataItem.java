package io.vhdboot.vhdx;

import java.util.Arrays;
import java.util.UUID;

/**
 * Something that the {@link MetadataRegion} holds.
 *
 * @param id what it is
 * @param flags whose it is and who must know it
 * @param bytes its content; not copied
 */
record MetadataItem(UUID id, int flags, byte[] bytes) {

  static final UUID FILE_PARAMETERS = UUID.fromString("caa16737-fa36-4d43-b3b6-33f0aa44e76b");
  static final UUID DISK_SIZE = UUID.fromString("2fa54224-cd1b-4876-b211-5dbed83bf4b8");
  static final UUID DISK_ID = UUID.fromString("beca12ab-b2e6-4523-93ef-c309e000c746");
  static final UUID LOGICAL_SECTOR_SIZE = UUID.fromString("8141bf1d-a96f-4709-ba47-f233a8faab5f");
  static final UUID PHYSICAL_SECTOR_SIZE = UUID.fromString("cda348c7-445d-4471-9cc9-e9885251c556");
  static final UUID PARENT_LOCATOR = UUID.fromString("a8d35f2d-b30b-454d-abf7-d3d84834ab0c");

  /** The item is the user's, not the format's. */
  static final int USER = 1;

  /**
   * The item belongs to the disk and goes with it into a child, or with a child into its parent.
   */
  static final int VIRTUAL_DISK = 2;

  /** Whoever does not know the item must not open the file. */
  static final int REQUIRED = 4;

  boolean isUser() {
    return (flags & USER) != 0;
  }

  boolean isVirtualDisk() {
    return (flags & VIRTUAL_DISK) != 0;
  }

  boolean isRequired() {
    return (flags & REQUIRED) != 0;
  }

  /** Whether this is an item of the format, of that id. */
  boolean is(UUID wanted) {
    return !isUser() && id.equals(wanted);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MetadataItem item
        && id.equals(item.id)
        && flags == item.flags
        && Arrays.equals(bytes, item.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * id.hashCode() + Arrays.hashCode(bytes);
  }
}
