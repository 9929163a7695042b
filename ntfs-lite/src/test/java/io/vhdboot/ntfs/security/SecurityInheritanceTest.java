package io.vhdboot.ntfs.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.testing.Seed;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SecurityInheritanceTest {

  private static final int OI = AccessControlEntry.OBJECT_INHERIT;
  private static final int CI = AccessControlEntry.CONTAINER_INHERIT;
  private static final int NP = AccessControlEntry.NO_PROPAGATE;
  private static final int IO = AccessControlEntry.INHERIT_ONLY;
  private static final int ID = AccessControlEntry.INHERITED;
  private static final Sid USERS = Sid.parse("S-1-5-32-545");

  private static AccessControlEntry allowed(int flags, int mask, Sid sid) {
    return AccessControlEntry.of(AccessControlEntry.TYPE_ALLOWED, flags, mask, sid);
  }

  private static List<AccessControlEntry> inherited(
      boolean isDirectory, AccessControlEntry... entries) throws DiskFormatException {
    return child(isDirectory, List.of(entries)).dacl().entries();
  }

  private static SecurityDescriptor child(boolean isDirectory, List<AccessControlEntry> entries)
      throws DiskFormatException {
    byte[] parent =
        new SecurityDescriptor(
                SecurityDescriptor.DACL_PRESENT,
                USERS,
                USERS,
                null,
                new AccessControlList(2, entries))
            .toBytes("parent");
    byte[] child = SecurityInheritance.descriptor(parent, isDirectory, "parent");
    assertThat(SecurityDescriptor.problem(child)).isNull();
    return SecurityDescriptor.get(child, "child");
  }

  /** Windows 10 made these beneath its own root. */
  @Test
  void childrenOfTheRootOfWindowsGetWhatWindowsGivesThem() throws DiskFormatException {
    byte[] root = StandardDescriptors.ROOT;
    assertThat(SecurityInheritance.descriptor(root, false, "root"))
        .isEqualTo(StandardDescriptors.DEFAULT_FILE);
    assertThat(SecurityInheritance.descriptor(root, true, "root"))
        .isEqualTo(StandardDescriptors.DEFAULT_DIRECTORY);
    byte[] directory = StandardDescriptors.DEFAULT_DIRECTORY;
    assertThat(SecurityInheritance.descriptor(directory, true, "directory")).isEqualTo(directory);
    assertThat(SecurityInheritance.descriptor(directory, false, "directory"))
        .isEqualTo(StandardDescriptors.DEFAULT_FILE);
  }

  @Test
  void flagsSayWhoInherits() throws DiskFormatException {
    AccessControlEntry other = allowed(OI | CI, 1, Sid.SYSTEM);
    for (int flags = 0; flags < 0x20; flags++) {
      AccessControlEntry entry = allowed(flags, 0x1200A9, USERS);
      List<AccessControlEntry> file = inherited(false, entry, other);
      boolean forFiles = (flags & OI) != 0;
      assertThat(file).hasSize(forFiles ? 2 : 1);
      assertThat(file.get(0))
          .isEqualTo(forFiles ? allowed(ID, 0x1200A9, USERS) : allowed(ID, 1, Sid.SYSTEM));
      List<AccessControlEntry> directory = inherited(true, entry, other);
      int forHeirs = (flags & NP) == 0 ? flags & (OI | CI) : 0;
      if ((flags & CI) != 0) {
        assertThat(directory).first().isEqualTo(allowed(forHeirs | ID, 0x1200A9, USERS));
      } else if (forHeirs != 0) {
        assertThat(directory).first().isEqualTo(allowed(forHeirs | IO | ID, 0x1200A9, USERS));
      } else {
        assertThat(directory).containsExactly(allowed(OI | CI | ID, 1, Sid.SYSTEM));
      }
    }
  }

  @Test
  void creatorsBecomeOwnerAndGroupHereAndStayForHeirs() throws DiskFormatException {
    assertThat(inherited(true, allowed(OI | CI | IO, 0x1000_0000, Sid.CREATOR_OWNER)))
        .containsExactly(
            allowed(ID, 0x1F01FF, Sid.ADMINISTRATORS),
            allowed(OI | CI | IO | ID, 0x1000_0000, Sid.CREATOR_OWNER));
    assertThat(inherited(true, allowed(CI | NP, 0x20000, Sid.CREATOR_GROUP)))
        .containsExactly(allowed(ID, 0x20000, Sid.SYSTEM));
    assertThat(inherited(false, allowed(OI, 0x8000_0000, Sid.CREATOR_GROUP)))
        .containsExactly(allowed(ID, 0x120089, Sid.SYSTEM));
  }

  @Test
  void parentWithNothingToInheritLeavesTheListOfTheSystem() throws DiskFormatException {
    SecurityDescriptor child = child(true, List.of(allowed(0, 0x1F01FF, USERS)));
    assertThat(child.dacl().entries())
        .containsExactly(
            allowed(0, 0x1F01FF, Sid.SYSTEM), allowed(0, 0x1200A9, Sid.ADMINISTRATORS));
    assertThat(child.control())
        .isEqualTo(SecurityDescriptor.SELF_RELATIVE | SecurityDescriptor.DACL_PRESENT);
  }

  @Test
  void auditsAndLabelsAreInheritedBesideTheDacl() throws DiskFormatException {
    AccessControlEntry audit =
        AccessControlEntry.of(
            AccessControlEntry.TYPE_AUDIT, OI | CI | 0xC0, 0x1000_0000, Sid.parse("S-1-1-0"));
    AccessControlEntry label =
        AccessControlEntry.of(
            AccessControlEntry.TYPE_MANDATORY_LABEL, OI | CI, 1, Sid.parse("S-1-16-4096"));
    byte[] parent =
        new SecurityDescriptor(
                SecurityDescriptor.SACL_PRESENT | SecurityDescriptor.DACL_PRESENT,
                USERS,
                USERS,
                new AccessControlList(2, List.of(audit, label)),
                null)
            .toBytes("parent");
    SecurityDescriptor child =
        SecurityDescriptor.get(SecurityInheritance.descriptor(parent, true, "p"), "child");
    assertThat(child.sacl().entries())
        .containsExactly(
            audit.with(ID | 0xC0, 0x1F01FF, audit.sid()),
            audit.with(OI | CI | IO | ID | 0xC0, 0x1000_0000, audit.sid()),
            label.with(OI | CI | ID, 1, label.sid()));
    assertThat(child.control()).isEqualTo(0x8814);
  }

  @Test
  void entriesForOtherKindsOfObjectsOnlyPassThrough() throws DiskFormatException {
    byte[] types = new byte[20];
    types[0] = AccessControlEntry.HAS_INHERITED_OBJECT_TYPE;
    AccessControlEntry entry =
        new AccessControlEntry(
            AccessControlEntry.TYPE_OBJECT_ALLOWED, OI | CI, 7, types, USERS, new byte[0]);
    AccessControlEntry other = allowed(OI | CI, 1, USERS);
    assertThat(inherited(false, entry, other)).hasSize(1);
    assertThat(inherited(true, entry, other))
        .containsExactly(
            entry.with(OI | CI | IO | ID, 7, USERS), other.with(OI | CI | ID, 1, USERS));
  }

  @Test
  void moreThanAListCanHoldIsRefused() {
    List<AccessControlEntry> many = Collections.nCopies(2000, allowed(OI | CI, 0x1000_0000, USERS));
    assertThatThrownBy(() -> child(true, many)).isInstanceOf(UnsupportedFormatException.class);
  }

  @Test
  void damagedParentsAreRefusedOrInheritedFrom() throws DiskFormatException {
    SplittableRandom random = Seed.random("damagedParentsAreRefusedOrInheritedFrom");
    int refused = 0;
    for (int i = 0; i < Seed.cases(200_000, 20_000); i++) {
      byte[] parent = StandardDescriptors.DEFAULT_DIRECTORY.clone();
      for (int j = 1 + random.nextInt(3); j > 0; j--) {
        parent[random.nextInt(parent.length)] = (byte) random.nextInt(256);
      }
      if (random.nextInt(4) == 0) {
        parent = Arrays.copyOf(parent, random.nextInt(parent.length));
      }
      try {
        SecurityInheritance.descriptor(parent, random.nextBoolean(), "parent");
      } catch (CorruptFormatException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void sidsReadAsTheyArePut() throws DiskFormatException {
    for (String text :
        List.of("S-1-0", "S-1-1-0", "S-1-5-32-544", "S-1-0x0fffffffffff-1-4294967295")) {
      Sid sid = Sid.parse(text);
      assertThat(sid).hasToString(text);
      assertThat(Sid.get(sid.bytes(), 0, sid.size(), "sid")).isEqualTo(sid);
    }
    for (String text :
        List.of(
            "",
            "S-1",
            "S-1-",
            "S-2-5",
            "S-1-5-",
            "S-1-5-4294967296",
            "S-1-281474976710656",
            "BA",
            "S-1-5" + "-1".repeat(16))) {
      assertThatThrownBy(() -> Sid.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
