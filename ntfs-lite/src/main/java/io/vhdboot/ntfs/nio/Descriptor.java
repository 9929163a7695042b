package io.vhdboot.ntfs.nio;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.nio.file.attribute.AclEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A self-relative security descriptor (MS-DTYP 2.4.6), as far as the views of Java see it:
 *
 * <pre>
 * 00  1  revision: 1
 * 01  1  flags of a resource manager
 * 02  2  control bits
 * 04  4  offset of the owner's SID, 0 for none
 * 08  4  offset of the group's SID
 * 0C  4  offset of the SACL
 * 10  4  offset of the DACL
 * </pre>
 *
 * An ACL is {revision u8, 0, size u16, count u16, 0 u16} and its entries.
 */
final class Descriptor {

  private static final int HEADER_SIZE = 20;
  private static final int ACL_HEADER_SIZE = 8;
  private static final int MAX_ACL_SIZE = 0xFFFC;

  private static final int DACL_PRESENT = 0x0004;
  private static final int DACL_DEFAULTED = 0x0008;
  private static final int SELF_RELATIVE = 0x8000;

  private final byte[] header;
  private final byte[] owner;
  private final byte[] group;
  private final byte[] sacl;

  /** The entries of the DACL; null where there is no DACL, and all is allowed to everyone. */
  private final List<Ace> dacl;

  private final int daclRevision;

  private Descriptor(
      byte[] header, byte[] owner, byte[] group, byte[] sacl, List<Ace> dacl, int daclRevision) {
    this.header = header;
    this.owner = owner;
    this.group = group;
    this.sacl = sacl;
    this.dacl = dacl;
    this.daclRevision = daclRevision;
  }

  /** What stands for a file that has no descriptor: no owner, and all allowed. */
  static Descriptor empty() {
    byte[] header = new byte[HEADER_SIZE];
    header[0] = 1;
    LittleEndian.put16(header, 2, SELF_RELATIVE);
    return new Descriptor(header, new byte[0], new byte[0], new byte[0], null, 2);
  }

  /**
   * Reads a descriptor.
   *
   * @throws CorruptFormatException when a part of it is not within it
   */
  static Descriptor get(byte[] bytes, String source) throws CorruptFormatException {
    if (bytes.length < HEADER_SIZE || bytes[0] != 1) {
      throw new CorruptFormatException(
          source, 0, "a security descriptor of revision 1 has at least " + HEADER_SIZE + " bytes");
    }
    long dacl = LittleEndian.u32(bytes, 0x10);
    boolean hasDacl = (LittleEndian.u16(bytes, 2) & DACL_PRESENT) != 0 && dacl != 0;
    return new Descriptor(
        Arrays.copyOf(bytes, HEADER_SIZE),
        sid(bytes, 0x04, source),
        sid(bytes, 0x08, source),
        acl(bytes, LittleEndian.u32(bytes, 0x0C), source),
        hasDacl ? aces(acl(bytes, dacl, source), source) : null,
        hasDacl ? bytes[(int) dacl] : 2);
  }

  private static byte[] sid(byte[] bytes, int field, String source) throws CorruptFormatException {
    long offset = LittleEndian.u32(bytes, field);
    if (offset == 0) {
      return new byte[0];
    }
    return Sid.get(bytes, offset, bytes.length)
        .orElseThrow(
            () ->
                new CorruptFormatException(
                    source, field, "there is no SID at " + offset + " of the descriptor"))
        .toBytes();
  }

  private static byte[] acl(byte[] bytes, long offset, String source)
      throws CorruptFormatException {
    if (offset == 0) {
      return new byte[0];
    }
    int size =
        offset + ACL_HEADER_SIZE > bytes.length ? 0 : LittleEndian.u16(bytes, (int) offset + 2);
    if (size < ACL_HEADER_SIZE || offset + size > bytes.length) {
      throw new CorruptFormatException(
          source, offset, "there is no ACL within the descriptor's " + bytes.length + " bytes");
    }
    return Arrays.copyOfRange(bytes, (int) offset, (int) offset + size);
  }

  private static List<Ace> aces(byte[] acl, String source) throws CorruptFormatException {
    List<Ace> aces = new ArrayList<>();
    int at = ACL_HEADER_SIZE;
    for (int count = LittleEndian.u16(acl, 4); count > 0; count--) {
      int size = at + Ace.HEADER_SIZE > acl.length ? 0 : LittleEndian.u16(acl, at + 2);
      if (size < Ace.HEADER_SIZE || at + size > acl.length) {
        throw new CorruptFormatException(
            source, at, "an ACL of " + acl.length + " bytes does not hold all its entries");
      }
      aces.add(new Ace(Arrays.copyOfRange(acl, at, at + size)));
      at += size;
    }
    return aces;
  }

  /** The owner, if there is one. */
  Optional<Sid> owner() {
    return Sid.get(owner, 0, owner.length);
  }

  /** The entries of the DACL that allow or deny. */
  List<AclEntry> acl() {
    if (dacl == null) {
      return List.of(Ace.ALL_TO_EVERYONE);
    }
    return dacl.stream().flatMap(ace -> ace.entry().stream()).toList();
  }

  /** This descriptor with another owner. */
  Descriptor withOwner(Sid newOwner) {
    return new Descriptor(header, newOwner.toBytes(), group, sacl, dacl, daclRevision);
  }

  /**
   * This descriptor with other entries in its DACL. One that is there already stays as it is, with
   * what Java does not see of it; entries of kinds that Java has not stay behind the others.
   */
  Descriptor withAcl(List<AclEntry> entries) {
    List<Ace> old = dacl == null ? List.of() : dacl;
    List<Ace> aces = new ArrayList<>();
    for (AclEntry entry : entries) {
      aces.add(
          old.stream()
              .filter(ace -> ace.entry().equals(Optional.of(entry)))
              .findFirst()
              .orElseGet(() -> Ace.of(entry)));
    }
    old.stream().filter(ace -> ace.entry().isEmpty()).forEach(aces::add);
    byte[] newHeader = header.clone();
    LittleEndian.put16(
        newHeader, 2, (LittleEndian.u16(header, 2) | DACL_PRESENT) & ~DACL_DEFAULTED);
    int size = ACL_HEADER_SIZE + aces.stream().mapToInt(ace -> ace.bytes().length).sum();
    if (size > MAX_ACL_SIZE) {
      throw new IllegalArgumentException(
          "acl (" + entries.size() + " entries) must take at most " + MAX_ACL_SIZE + " bytes");
    }
    return new Descriptor(newHeader, owner, group, sacl, aces, daclRevision);
  }

  /** The descriptor's bytes: SACL, DACL, owner and group, as Windows arranges them. */
  byte[] toBytes() {
    byte[] acl = daclBytes();
    byte[][] parts = {sacl, acl, owner, group};
    int[] fields = {0x0C, 0x10, 0x04, 0x08};
    byte[] bytes = new byte[HEADER_SIZE + sacl.length + acl.length + owner.length + group.length];
    System.arraycopy(header, 0, bytes, 0, HEADER_SIZE);
    int at = HEADER_SIZE;
    for (int i = 0; i < parts.length; i++) {
      LittleEndian.put32(bytes, fields[i], parts[i].length == 0 ? 0 : at);
      System.arraycopy(parts[i], 0, bytes, at, parts[i].length);
      at += parts[i].length;
    }
    return bytes;
  }

  private byte[] daclBytes() {
    if (dacl == null) {
      return new byte[0];
    }
    byte[] acl = new byte[ACL_HEADER_SIZE + dacl.stream().mapToInt(a -> a.bytes().length).sum()];
    acl[0] = (byte) daclRevision;
    LittleEndian.put16(acl, 2, acl.length);
    LittleEndian.put16(acl, 4, dacl.size());
    int at = ACL_HEADER_SIZE;
    for (Ace ace : dacl) {
      System.arraycopy(ace.bytes(), 0, acl, at, ace.bytes().length);
      at += ace.bytes().length;
    }
    return acl;
  }
}
