package io.vhdboot.ntfs.security;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import java.util.ArrayList;
import java.util.List;

/**
 * The security descriptor that a new file or directory gets, as if the system account made it
 * without naming one: its entries are those that the parent lets children inherit, its owner are
 * the administrators and its group is the system, whose token says so.
 *
 * <p>A file takes the entries marked for objects, for itself only. A directory takes those marked
 * for containers, for itself and, unless they must not propagate, for its children; those marked
 * for objects only it passes on. Generic rights become rights of files, and the creators become
 * owner and group, in what holds for the new one itself; where that differs from what its children
 * shall get, the entry is there twice.
 *
 * <p>A parent without anything to inherit leaves the token's own list: all for the system, reading
 * for the administrators.
 *
 * <p>Source: MS-DTYP 2.5.3.4, the descriptors that Windows 10 made.
 */
public final class SecurityInheritance {

  private static final int GENERIC_ALL = 1 << 28;
  private static final int GENERIC_EXECUTE = 1 << 29;
  private static final int GENERIC_WRITE = 1 << 30;
  private static final int GENERIC_READ = 1 << 31;

  private static final int FILE_ALL = 0x001F_01FF;
  private static final int FILE_EXECUTE = 0x0012_00A0;
  private static final int FILE_WRITE = 0x0012_0116;
  private static final int FILE_READ = 0x0012_0089;

  private static final int FOR_CHILDREN =
      AccessControlEntry.OBJECT_INHERIT | AccessControlEntry.CONTAINER_INHERIT;

  private static final int INHERITANCE_FLAGS =
      FOR_CHILDREN
          | AccessControlEntry.NO_PROPAGATE
          | AccessControlEntry.INHERIT_ONLY
          | AccessControlEntry.INHERITED;

  private static final AccessControlList OF_SYSTEM =
      new AccessControlList(
          AccessControlList.REVISION,
          List.of(
              AccessControlEntry.of(AccessControlEntry.TYPE_ALLOWED, 0, FILE_ALL, Sid.SYSTEM),
              AccessControlEntry.of(
                  AccessControlEntry.TYPE_ALLOWED,
                  0,
                  FILE_READ | FILE_EXECUTE,
                  Sid.ADMINISTRATORS)));

  private final Sid owner;
  private final Sid group;
  private final boolean isDirectory;

  private SecurityInheritance(Sid owner, Sid group, boolean isDirectory) {
    this.owner = owner;
    this.group = group;
    this.isDirectory = isDirectory;
  }

  /**
   * The descriptor of a new child.
   *
   * @param parent the parent's descriptor, self-relative
   * @param isDirectory whether the child is a directory
   * @param source what exceptions call the parent
   * @throws CorruptFormatException when the parent's descriptor is damaged
   * @throws UnsupportedFormatException when more is inherited than a list can hold
   */
  public static byte[] descriptor(byte[] parent, boolean isDirectory, String source)
      throws CorruptFormatException, UnsupportedFormatException {
    SecurityDescriptor from = SecurityDescriptor.get(parent, source);
    SecurityInheritance to = new SecurityInheritance(Sid.ADMINISTRATORS, Sid.SYSTEM, isDirectory);
    AccessControlList sacl = to.inherited(from.sacl());
    AccessControlList dacl = to.inherited(from.dacl());
    int control = SecurityDescriptor.DACL_PRESENT;
    if (dacl != null) {
      control |= SecurityDescriptor.DACL_AUTO_INHERITED;
    }
    if (sacl != null) {
      control |= SecurityDescriptor.SACL_PRESENT | SecurityDescriptor.SACL_AUTO_INHERITED;
    }
    return new SecurityDescriptor(
            control, to.owner, to.group, sacl, dacl == null ? OF_SYSTEM : dacl)
        .toBytes(source);
  }

  /** What is inherited of a list, or null when that is nothing. */
  private AccessControlList inherited(AccessControlList parent) {
    if (parent == null) {
      return null;
    }
    List<AccessControlEntry> entries = new ArrayList<>();
    for (AccessControlEntry entry : parent.entries()) {
      inherit(entry, entries);
    }
    return entries.isEmpty() ? null : new AccessControlList(parent.revision(), entries);
  }

  private void inherit(AccessControlEntry entry, List<AccessControlEntry> entries) {
    boolean holdsHere =
        entry.has(
                isDirectory
                    ? AccessControlEntry.CONTAINER_INHERIT
                    : AccessControlEntry.OBJECT_INHERIT)
            && !entry.hasInheritedObjectType();
    boolean goesOn =
        isDirectory
            && (entry.flags() & FOR_CHILDREN) != 0
            && !entry.has(AccessControlEntry.NO_PROPAGATE);
    int passed = entry.flags() & FOR_CHILDREN | AccessControlEntry.INHERITED;
    // Whether success or failure is audited stays with the entry.
    int audited = entry.flags() & ~INHERITANCE_FLAGS;
    Sid sid = substitute(entry.sid());
    int mask =
        entry.type() == AccessControlEntry.TYPE_MANDATORY_LABEL
            ? entry.mask()
            : mapped(entry.mask());
    boolean isSame = mask == entry.mask() && sid.equals(entry.sid());
    if (holdsHere && goesOn && isSame) {
      entries.add(entry.with(passed | audited, mask, sid));
      return;
    }
    if (holdsHere) {
      entries.add(entry.with(AccessControlEntry.INHERITED | audited, mask, sid));
    }
    if (goesOn) {
      entries.add(
          entry.with(
              passed | audited | AccessControlEntry.INHERIT_ONLY, entry.mask(), entry.sid()));
    }
  }

  private Sid substitute(Sid sid) {
    if (sid.equals(Sid.CREATOR_OWNER) || sid.equals(Sid.CREATOR_OWNER_SERVER)) {
      return owner;
    }
    if (sid.equals(Sid.CREATOR_GROUP) || sid.equals(Sid.CREATOR_GROUP_SERVER)) {
      return group;
    }
    return sid;
  }

  /** Generic rights as those of files. */
  private static int mapped(int mask) {
    int rights = mask & ~(GENERIC_ALL | GENERIC_EXECUTE | GENERIC_WRITE | GENERIC_READ);
    rights |= (mask & GENERIC_ALL) == 0 ? 0 : FILE_ALL;
    rights |= (mask & GENERIC_EXECUTE) == 0 ? 0 : FILE_EXECUTE;
    rights |= (mask & GENERIC_WRITE) == 0 ? 0 : FILE_WRITE;
    rights |= (mask & GENERIC_READ) == 0 ? 0 : FILE_READ;
    return rights;
  }
}
