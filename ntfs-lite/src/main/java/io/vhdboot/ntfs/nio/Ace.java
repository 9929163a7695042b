package io.vhdboot.ntfs.nio;

import io.vhdboot.disk.LittleEndian;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryFlag;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An entry of an ACL (MS-DTYP 2.4.4):
 *
 * <pre>
 * 0  1  type; 0: allows, 1: denies
 * 1  1  flags
 * 2  2  size
 * 4  4  access mask
 * 8     SID, in the two types above
 * </pre>
 *
 * @param bytes the whole entry
 */
record Ace(byte[] bytes) {

  /** The bytes of every entry: type, flags and size. */
  static final int HEADER_SIZE = 4;

  private static final int SID = 8;
  private static final int TYPE_ALLOW = 0;
  private static final int TYPE_DENY = 1;

  /** The generic rights and what they mean for files (MS-DTYP 2.4.3). */
  private static final Map<Integer, Integer> GENERIC =
      Map.of(
          0x10000000, 0x001F01FF,
          0x20000000, 0x001200A0,
          0x40000000, 0x00120116,
          0x80000000, 0x00120089);

  private static final Map<AclEntryPermission, Integer> PERMISSIONS =
      Map.ofEntries(
          Map.entry(AclEntryPermission.READ_DATA, 0x1),
          Map.entry(AclEntryPermission.WRITE_DATA, 0x2),
          Map.entry(AclEntryPermission.APPEND_DATA, 0x4),
          Map.entry(AclEntryPermission.READ_NAMED_ATTRS, 0x8),
          Map.entry(AclEntryPermission.WRITE_NAMED_ATTRS, 0x10),
          Map.entry(AclEntryPermission.EXECUTE, 0x20),
          Map.entry(AclEntryPermission.DELETE_CHILD, 0x40),
          Map.entry(AclEntryPermission.READ_ATTRIBUTES, 0x80),
          Map.entry(AclEntryPermission.WRITE_ATTRIBUTES, 0x100),
          Map.entry(AclEntryPermission.DELETE, 0x10000),
          Map.entry(AclEntryPermission.READ_ACL, 0x20000),
          Map.entry(AclEntryPermission.WRITE_ACL, 0x40000),
          Map.entry(AclEntryPermission.WRITE_OWNER, 0x80000),
          Map.entry(AclEntryPermission.SYNCHRONIZE, 0x100000));

  private static final Map<AclEntryFlag, Integer> FLAGS =
      Map.of(
          AclEntryFlag.FILE_INHERIT, 0x1,
          AclEntryFlag.DIRECTORY_INHERIT, 0x2,
          AclEntryFlag.NO_PROPAGATE_INHERIT, 0x4,
          AclEntryFlag.INHERIT_ONLY, 0x8);

  /** What an absent DACL means. */
  static final AclEntry ALL_TO_EVERYONE =
      AclEntry.newBuilder()
          .setType(AclEntryType.ALLOW)
          .setPrincipal(Sid.ofName("S-1-1-0").orElseThrow())
          .setPermissions(EnumSet.allOf(AclEntryPermission.class))
          .build();

  /** An entry as Java sees it; nothing for kinds that Java has not. */
  Optional<AclEntry> entry() {
    int type = bytes[0];
    Optional<Sid> sid = Sid.get(bytes, SID, bytes.length);
    if (type != TYPE_ALLOW && type != TYPE_DENY || sid.isEmpty()) {
      return Optional.empty();
    }
    int mask = LittleEndian.i32(bytes, 4);
    for (Map.Entry<Integer, Integer> generic : GENERIC.entrySet()) {
      if ((mask & generic.getKey()) != 0) {
        mask |= generic.getValue();
      }
    }
    Set<AclEntryPermission> permissions = EnumSet.noneOf(AclEntryPermission.class);
    for (Map.Entry<AclEntryPermission, Integer> permission : PERMISSIONS.entrySet()) {
      if ((mask & permission.getValue()) != 0) {
        permissions.add(permission.getKey());
      }
    }
    Set<AclEntryFlag> flags = EnumSet.noneOf(AclEntryFlag.class);
    for (Map.Entry<AclEntryFlag, Integer> flag : FLAGS.entrySet()) {
      if ((bytes[1] & flag.getValue()) != 0) {
        flags.add(flag.getKey());
      }
    }
    return Optional.of(
        AclEntry.newBuilder()
            .setType(type == TYPE_ALLOW ? AclEntryType.ALLOW : AclEntryType.DENY)
            .setPrincipal(sid.get())
            .setPermissions(permissions)
            .setFlags(flags)
            .build());
  }

  /**
   * The bytes of an entry.
   *
   * @throws IllegalArgumentException when it neither allows nor denies, or is for a principal of
   *     another provider
   */
  static Ace of(AclEntry entry) {
    if (entry.type() != AclEntryType.ALLOW && entry.type() != AclEntryType.DENY) {
      throw new IllegalArgumentException("type (" + entry.type() + ") must be ALLOW or DENY");
    }
    Sid sid = sid(entry.principal());
    int mask = entry.permissions().stream().mapToInt(PERMISSIONS::get).reduce(0, (a, b) -> a | b);
    int flags = entry.flags().stream().mapToInt(FLAGS::get).reduce(0, (a, b) -> a | b);
    byte[] bytes = new byte[SID + sid.size()];
    bytes[0] = (byte) (entry.type() == AclEntryType.ALLOW ? TYPE_ALLOW : TYPE_DENY);
    bytes[1] = (byte) flags;
    LittleEndian.put16(bytes, 2, bytes.length);
    LittleEndian.put32(bytes, 4, mask);
    System.arraycopy(sid.toBytes(), 0, bytes, SID, sid.size());
    return new Ace(bytes);
  }

  /** A principal as one of ours. */
  static Sid sid(UserPrincipal principal) {
    if (principal instanceof Sid sid) {
      return sid;
    }
    throw new IllegalArgumentException(
        "principal (" + principal + ") must come from an NTFS file system's look-up service");
  }
}
