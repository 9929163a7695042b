package io.vhdboot.ntfs.security;

import java.util.ArrayList;
import java.util.List;

/** The security descriptors, self-relative, that Windows gives what it makes itself. */
public final class StandardDescriptors {

  private static final int FILE_ALL = 0x001F_01FF;
  private static final int FILE_MODIFY = 0x0013_01BF;
  private static final int FILE_READ = 0x0012_0089;
  private static final int FILE_READ_WRITE = 0x0012_019F;
  private static final int FILE_READ_EXECUTE = 0x0012_00A9;

  /** What children get, in generic rights: all, modification, or reading and execution. */
  private static final int ALL = 0x1000_0000;

  private static final int MODIFY = 0xE001_0000;
  private static final int READ_EXECUTE = 0xA000_0000;

  private static final int FOR_CHILDREN =
      AccessControlEntry.OBJECT_INHERIT
          | AccessControlEntry.CONTAINER_INHERIT
          | AccessControlEntry.INHERIT_ONLY;

  private static final Sid AUTHENTICATED_USERS = Sid.parse("S-1-5-11");
  private static final Sid USERS = Sid.parse("S-1-5-32-545");

  /** The descriptor of system files that administrators may read. */
  public static final byte[] SYSTEM_READ = ofSystem(FILE_READ);

  /** The descriptor of system files that administrators may write. */
  public static final byte[] SYSTEM_WRITE = ofSystem(FILE_READ_WRITE);

  /** What Windows 7 and later give the root directory. */
  public static final byte[] ROOT = bytes(0, Sid.SYSTEM, Sid.SYSTEM, entries(0, FOR_CHILDREN));

  /** What a file inherits from such a root directory. */
  public static final byte[] DEFAULT_FILE =
      bytes(
          SecurityDescriptor.DACL_AUTO_INHERITED,
          Sid.ADMINISTRATORS,
          Sid.SYSTEM,
          entries(AccessControlEntry.INHERITED));

  /** What a directory inherits from such a root directory. */
  public static final byte[] DEFAULT_DIRECTORY =
      bytes(
          SecurityDescriptor.DACL_AUTO_INHERITED,
          Sid.ADMINISTRATORS,
          Sid.SYSTEM,
          entries(AccessControlEntry.INHERITED, AccessControlEntry.INHERITED | FOR_CHILDREN));

  private StandardDescriptors() {}

  private static byte[] ofSystem(int mask) {
    return bytes(
        0,
        Sid.SYSTEM,
        Sid.ADMINISTRATORS,
        List.of(allowed(0, mask, Sid.SYSTEM), allowed(0, mask, Sid.ADMINISTRATORS)));
  }

  /** Entries for the four kinds of users, which hold for the file itself. */
  private static List<AccessControlEntry> entries(int flags) {
    return List.of(
        allowed(flags, FILE_ALL, Sid.ADMINISTRATORS),
        allowed(flags, FILE_ALL, Sid.SYSTEM),
        allowed(flags, FILE_MODIFY, AUTHENTICATED_USERS),
        allowed(flags, FILE_READ_EXECUTE, USERS));
  }

  /** The same, each followed by one for what the directory will hold. */
  private static List<AccessControlEntry> entries(int flags, int childFlags) {
    int[] children = {ALL, ALL, MODIFY, READ_EXECUTE};
    List<AccessControlEntry> entries = new ArrayList<>();
    for (AccessControlEntry own : entries(flags)) {
      entries.add(own);
      entries.add(allowed(childFlags, children[entries.size() / 2], own.sid()));
    }
    return entries;
  }

  private static AccessControlEntry allowed(int flags, int mask, Sid sid) {
    return AccessControlEntry.of(AccessControlEntry.TYPE_ALLOWED, flags, mask, sid);
  }

  private static byte[] bytes(int control, Sid owner, Sid group, List<AccessControlEntry> entries) {
    AccessControlList dacl = new AccessControlList(AccessControlList.REVISION, entries);
    return new SecurityDescriptor(
            control | SecurityDescriptor.DACL_PRESENT, owner, group, null, dacl)
        .toBytes();
  }
}
