package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;

/**
 * A security descriptor and its parts; the layout of the whole stands at {@link
 * SecurityDescriptorBytes}.
 *
 * @param control the control bits
 * @param owner the owner, or null
 * @param group the owner's group, or null
 * @param sacl what is audited, or null
 * @param dacl who may do what; null for none, with {@link #DACL_PRESENT} for everybody anything
 */
record SecurityDescriptor(
    int control, Sid owner, Sid group, AccessControlList sacl, AccessControlList dacl) {

  static final int DACL_PRESENT = 0x0004;
  static final int SACL_PRESENT = 0x0010;
  static final int DACL_AUTO_INHERIT_REQUEST = 0x0100;
  static final int SACL_AUTO_INHERIT_REQUEST = 0x0200;
  static final int DACL_AUTO_INHERITED = 0x0400;
  static final int SACL_AUTO_INHERITED = 0x0800;
  static final int DACL_PROTECTED = 0x1000;
  static final int SACL_PROTECTED = 0x2000;
  static final int SELF_RELATIVE = 0x8000;

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
  static SecurityDescriptor get(byte[] bytes, String source) throws CorruptFormatException {
    String problem = SecurityDescriptorBytes.problem(bytes);
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
  byte[] toBytes(String source) throws UnsupportedFormatException {
    int size = HEADER_SIZE + size(sacl, source) + size(dacl, source) + size(owner) + size(group);
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

  private static int size(AccessControlList list, String source) throws UnsupportedFormatException {
    int size = list == null ? 0 : list.size();
    if (size > AccessControlList.MAX_SIZE) {
      throw new UnsupportedFormatException(
          source,
          UnsupportedFormatException.NO_OFFSET,
          "an access control list of " + size + " bytes cannot be, the most are 65532");
    }
    return size;
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
