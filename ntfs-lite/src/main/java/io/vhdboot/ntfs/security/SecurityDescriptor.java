package io.vhdboot.ntfs.security;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;

/**
 * A security descriptor and its parts. In its self-relative form (MS-DTYP 2.4.6):
 *
 * <pre>
 * 00  1  revision: 1
 * 01  1  0
 * 02  2  control bits; 8000h: self-relative
 * 04  4  offset of the owner's SID, 0 for none
 * 08  4  offset of the group's SID
 * 0C  4  offset of the SACL
 * 10  4  offset of the DACL
 * 14     SACL, DACL, owner and group, as Windows arranges them
 * </pre>
 *
 * @param control the control bits
 * @param owner the owner, or null
 * @param group the owner's group, or null
 * @param sacl what is audited, or null
 * @param dacl who may do what; null for none, with {@link #DACL_PRESENT} for everybody anything
 */
public record SecurityDescriptor(
    int control, Sid owner, Sid group, AccessControlList sacl, AccessControlList dacl) {

  public static final int DACL_PRESENT = 0x0004;
  public static final int DACL_DEFAULTED = 0x0008;
  public static final int SACL_PRESENT = 0x0010;
  public static final int DACL_AUTO_INHERIT_REQUEST = 0x0100;
  public static final int SACL_AUTO_INHERIT_REQUEST = 0x0200;
  public static final int DACL_AUTO_INHERITED = 0x0400;
  public static final int SACL_AUTO_INHERITED = 0x0800;
  public static final int DACL_PROTECTED = 0x1000;
  public static final int SACL_PROTECTED = 0x2000;
  public static final int SELF_RELATIVE = 0x8000;

  private static final int HEADER_SIZE = 20;
  private static final int OWNER_FIELD = 0x04;
  private static final int GROUP_FIELD = 0x08;
  private static final int SACL_FIELD = 0x0C;
  private static final int DACL_FIELD = 0x10;

  /**
   * Reads a self-relative descriptor.
   *
   * @throws CorruptFormatException when its parts do not lie within it
   */
  public static SecurityDescriptor get(byte[] bytes, String source) throws CorruptFormatException {
    String problem = problem(bytes);
    if (problem != null) {
      throw new CorruptFormatException(source, 0, problem);
    }
    int control = LittleEndian.u16(bytes, 2);
    return new SecurityDescriptor(
        control,
        sid(bytes, OWNER_FIELD, source),
        sid(bytes, GROUP_FIELD, source),
        (control & SACL_PRESENT) == 0 ? null : acl(bytes, SACL_FIELD, source),
        (control & DACL_PRESENT) == 0 ? null : acl(bytes, DACL_FIELD, source));
  }

  /** Tells what is wrong with a self-relative descriptor, or null: its parts must lie within it. */
  public static String problem(byte[] bytes) {
    if (bytes.length < HEADER_SIZE || bytes[0] != 1) {
      return "revision 1 of a security descriptor takes at least 20 bytes";
    }
    if ((LittleEndian.u16(bytes, 2) & SELF_RELATIVE) == 0) {
      return "the descriptor is not self-relative";
    }
    for (int field : new int[] {OWNER_FIELD, GROUP_FIELD}) {
      long sid = LittleEndian.u32(bytes, field);
      if (sid != 0 && !Sid.isPresent(bytes, sid, bytes.length)) {
        return "its SID at " + sid + " is not within its " + bytes.length + " bytes";
      }
    }
    for (int field : new int[] {SACL_FIELD, DACL_FIELD}) {
      long acl = LittleEndian.u32(bytes, field);
      if (acl != 0 && !AccessControlList.isPresent(bytes, acl, bytes.length)) {
        return "its ACL at " + acl + " is not within its " + bytes.length + " bytes";
      }
    }
    return null;
  }

  private static Sid sid(byte[] bytes, int field, String source) throws CorruptFormatException {
    int offset = LittleEndian.i32(bytes, field);
    return offset == 0 ? null : Sid.get(bytes, offset, bytes.length, source);
  }

  private static AccessControlList acl(byte[] bytes, int field, String source)
      throws CorruptFormatException {
    int offset = LittleEndian.i32(bytes, field);
    return offset == 0 ? null : AccessControlList.get(bytes, offset, bytes.length, source);
  }

  /**
   * The descriptor in its self-relative form, SACL before DACL before owner and group.
   *
   * @param source what exceptions call it
   * @throws UnsupportedFormatException when a list has more than 65,532 bytes
   */
  public byte[] toBytes(String source) throws UnsupportedFormatException {
    for (int size : new int[] {size(sacl), size(dacl)}) {
      if (size > AccessControlList.MAX_SIZE) {
        throw new UnsupportedFormatException(
            source,
            UnsupportedFormatException.NO_OFFSET,
            "an access control list of " + size + " bytes cannot be, the most are 65532");
      }
    }
    return toBytes();
  }

  /** The same of a descriptor whose lists are known to be short enough. */
  byte[] toBytes() {
    int size = HEADER_SIZE + size(sacl) + size(dacl) + size(owner) + size(group);
    byte[] bytes = new byte[size];
    bytes[0] = 1;
    LittleEndian.put16(bytes, 2, control | SELF_RELATIVE);
    int at = HEADER_SIZE;
    at = put(sacl, bytes, SACL_FIELD, at);
    at = put(dacl, bytes, DACL_FIELD, at);
    at = put(owner, bytes, OWNER_FIELD, at);
    put(group, bytes, GROUP_FIELD, at);
    return bytes;
  }

  private static int size(AccessControlList list) {
    return list == null ? 0 : list.size();
  }

  private static int size(Sid sid) {
    return sid == null ? 0 : sid.size();
  }

  private static int put(AccessControlList list, byte[] bytes, int field, int offset) {
    if (list == null) {
      return offset;
    }
    LittleEndian.put32(bytes, field, offset);
    list.put(bytes, offset);
    return offset + list.size();
  }

  private static int put(Sid sid, byte[] bytes, int field, int offset) {
    if (sid == null) {
      return offset;
    }
    LittleEndian.put32(bytes, field, offset);
    sid.put(bytes, offset);
    return offset + sid.size();
  }
}
