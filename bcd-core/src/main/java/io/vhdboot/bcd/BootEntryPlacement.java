package io.vhdboot.bcd;

import java.util.Optional;
import java.util.UUID;

/**
 * Where a new entry comes in the menu of a store that has entries, and what it takes over.
 * Immutable.
 *
 * @param isLast whether it comes behind the others; before them otherwise
 * @param keepsDefault whether the entry that starts by itself stays so
 * @param migrates whether an entry that starts the same Windows hands on what its owner set
 * @param mergedFrom an entry whose settings it gets too, where it has none of its own
 */
public record BootEntryPlacement(
    boolean isLast, boolean keepsDefault, boolean migrates, Optional<UUID> mergedFrom) {

  /** As bcdboot does it: first in the menu, started by itself, with the settings of the old one. */
  public static final BootEntryPlacement USUAL =
      new BootEntryPlacement(false, false, true, Optional.empty());
}
