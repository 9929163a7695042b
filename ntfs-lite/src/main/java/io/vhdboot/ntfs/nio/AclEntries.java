package io.vhdboot.ntfs.nio;

import io.vhdboot.ntfs.security.AccessControlEntry;
import io.vhdboot.ntfs.security.AccessControlList;
import io.vhdboot.ntfs.security.SecurityDescriptor;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryFlag;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Access control lists as Java has them: of the entries of Windows those that allow and deny, of
 * their flags those that say who inherits them.
 */
final class AclEntries {

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
          AclEntryFlag.FILE_INHERIT, AccessControlEntry.OBJECT_INHERIT,
          AclEntryFlag.DIRECTORY_INHERIT, AccessControlEntry.CONTAINER_INHERIT,
          AclEntryFlag.NO_PROPAGATE_INHERIT, AccessControlEntry.NO_PROPAGATE,
          AclEntryFlag.INHERIT_ONLY, AccessControlEntry.INHERIT_ONLY);

  /** What an absent list means. */
  private static final AclEntry ALL_TO_EVERYONE =
      AclEntry.newBuilder()
          .setType(AclEntryType.ALLOW)
          .setPrincipal(Principal.ofName("S-1-1-0").orElseThrow())
          .setPermissions(EnumSet.allOf(AclEntryPermission.class))
          .build();

  private AclEntries() {}

  /** The entries of a descriptor that allow or deny. */
  static List<AclEntry> of(SecurityDescriptor descriptor) {
    if (descriptor.dacl() == null) {
      return List.of(ALL_TO_EVERYONE);
    }
    return descriptor.dacl().entries().stream().flatMap(entry -> read(entry).stream()).toList();
  }

  /**
   * A descriptor with other entries in its list. One that is there already stays as it is, with
   * what Java does not see of it; entries of kinds that Java has not stay behind the others.
   *
   * @throws IllegalArgumentException when an entry neither allows nor denies, or is for a principal
   *     of another provider
   */
  static SecurityDescriptor put(SecurityDescriptor descriptor, List<AclEntry> entries) {
    AccessControlList old = descriptor.dacl();
    List<AccessControlEntry> before = old == null ? List.of() : old.entries();
    List<AccessControlEntry> now = new ArrayList<>();
    for (AclEntry entry : entries) {
      now.add(
          before.stream()
              .filter(known -> read(known).equals(Optional.of(entry)))
              .findFirst()
              .orElseGet(() -> write(entry)));
    }
    before.stream().filter(known -> read(known).isEmpty()).forEach(now::add);
    return new SecurityDescriptor(
        (descriptor.control() | SecurityDescriptor.DACL_PRESENT)
            & ~SecurityDescriptor.DACL_DEFAULTED,
        descriptor.owner(),
        descriptor.group(),
        descriptor.sacl(),
        new AccessControlList(old == null ? AccessControlList.REVISION : old.revision(), now));
  }

  /** An entry as Java sees it; nothing for kinds that Java has not. */
  private static Optional<AclEntry> read(AccessControlEntry entry) {
    boolean allows = entry.type() == AccessControlEntry.TYPE_ALLOWED;
    if (!allows && entry.type() != AccessControlEntry.TYPE_DENIED) {
      return Optional.empty();
    }
    int mask = entry.mask();
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
      if (entry.has(flag.getValue())) {
        flags.add(flag.getKey());
      }
    }
    return Optional.of(
        AclEntry.newBuilder()
            .setType(allows ? AclEntryType.ALLOW : AclEntryType.DENY)
            .setPrincipal(new Principal(entry.sid()))
            .setPermissions(permissions)
            .setFlags(flags)
            .build());
  }

  private static AccessControlEntry write(AclEntry entry) {
    if (entry.type() != AclEntryType.ALLOW && entry.type() != AclEntryType.DENY) {
      throw new IllegalArgumentException("type (" + entry.type() + ") must be ALLOW or DENY");
    }
    return AccessControlEntry.of(
        entry.type() == AclEntryType.ALLOW
            ? AccessControlEntry.TYPE_ALLOWED
            : AccessControlEntry.TYPE_DENIED,
        entry.flags().stream().mapToInt(FLAGS::get).reduce(0, (a, b) -> a | b),
        entry.permissions().stream().mapToInt(PERMISSIONS::get).reduce(0, (a, b) -> a | b),
        Principal.of(entry.principal()).sid());
  }
}
