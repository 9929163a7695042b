package io.vhdboot.vhdx;

import java.util.UUID;
import java.util.function.Supplier;

/** How a VHDX shall be opened. Immutable. */
public final class VhdxAccess {

  private final Supplier<UUID> ids;
  private final ParentResolver parents;

  private VhdxAccess(Supplier<UUID> ids, ParentResolver parents) {
    this.ids = ids;
    this.parents = parents;
  }

  /**
   * For reading only; a log that must be replayed is replayed in memory. Parents are host files.
   */
  public static VhdxAccess readOnly() {
    return new VhdxAccess(null, ParentResolver.hostFiles());
  }

  /**
   * For reading and writing; a log that must be replayed is replayed to the file. Parents are host
   * files, and are only read.
   *
   * @param ids gives the ids that a session that writes needs, new ones at every call, such as
   *     {@code UUID::randomUUID}
   */
  public static VhdxAccess writing(Supplier<UUID> ids) {
    if (ids == null) {
      throw new IllegalArgumentException("ids must not be null");
    }
    return new VhdxAccess(ids, ParentResolver.hostFiles());
  }

  /** The same with parents found in another way. */
  public VhdxAccess withParents(ParentResolver resolver) {
    return new VhdxAccess(ids, resolver);
  }

  boolean isReadOnly() {
    return ids == null;
  }

  Supplier<UUID> ids() {
    return ids;
  }

  ParentResolver parents() {
    return parents;
  }
}
